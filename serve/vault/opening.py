"""Opens the vault at a URL with the keys of its settings."""

from serve.settings import VaultSettings
from serve.vault.vault import Vault


def vault_at(url: str, settings: VaultSettings) -> Vault:
    """Open a vault. `url`: the setting, or the default for an empty one."""
    return Vault.open(
        url,
        endpoint=settings.endpoint,
        region=settings.region,
        access_key=settings.access_key.get_secret_value(),
        secret_key=settings.secret_key.get_secret_value(),
    )
