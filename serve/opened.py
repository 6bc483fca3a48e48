"""Settings -> an opened ledger, an opened registry, an opened vault."""

from serve.ledger.engine import Database
from serve.ledger.ledger import Ledger
from serve.registry.registry import Registry
from serve.settings import Settings
from serve.vault import Vault


def open_ledger(settings: Settings) -> Ledger:
    return Ledger.open(settings.ledger_url, settings.director.tenant_weights)


def open_registry(settings: Settings) -> Registry:
    return Registry(Database.open(settings.ledger_url))


def open_vault(settings: Settings) -> Vault:
    vault = settings.vault
    return Vault.open(
        settings.vault_url,
        endpoint=vault.endpoint,
        region=vault.region,
        access_key=vault.access_key.get_secret_value(),
        secret_key=vault.secret_key.get_secret_value(),
    )
