"""SHA-256 of a file of the vault, computed from its stored bytes."""

import hashlib
from contextlib import aclosing

from serve.vault.vault import Vault


async def sha256_of(vault: Vault, key: str) -> tuple[str, int]:
    """Return the hash in hex, and the number of bytes.

    Raises:
        Missing: if the vault has no such key.
    """
    found, size = hashlib.sha256(), 0
    async with aclosing(vault.stream(key)) as chunks:
        async for chunk in chunks:
            found.update(chunk)
            size += len(chunk)
    return found.hexdigest(), size
