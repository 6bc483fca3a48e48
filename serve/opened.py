"""Opens the ledger, the registry and the vault that the settings name."""

from contextlib import suppress

from serve.database.schema import open_database
from serve.ledger.ledger import Ledger
from serve.ledger.tables import LEDGER
from serve.prices import prices_of
from serve.private import private_home
from serve.registry.registry import Registry
from serve.settings import Settings
from serve.vault import Vault
from serve.vault.opening import vault_at


def open_ledger(settings: Settings) -> Ledger:
    with suppress(OSError):  # the next attempt to open reports the fault
        private_home(settings.home)
    return Ledger.open(
        settings.ledger_url,
        settings.director.tenant_weights,
        prices_of(settings),
        migrate=settings.ledger.migrate,
    )


def open_registry(settings: Settings) -> Registry:
    return Registry(open_database(settings.ledger_url, LEDGER, migrate=settings.ledger.migrate))


def open_vault(settings: Settings) -> Vault:
    return vault_at(settings.vault_url, settings.vault)
