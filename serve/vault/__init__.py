"""The artifact store: content-addressed files in a local folder or an S3-compatible bucket."""

from serve.vault.errors import BadKey, Missing, VaultFull, VaultUnavailable
from serve.vault.keys import content_type
from serve.vault.vault import Stat, Vault

__all__ = [
    "BadKey",
    "Missing",
    "Stat",
    "Vault",
    "VaultFull",
    "VaultUnavailable",
    "content_type",
]
