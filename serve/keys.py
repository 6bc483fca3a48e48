"""API keys: generated here; the settings store only their SHA-256."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping


def new_key() -> str:
    """Return a new key of 256 random bits. The prefix lets secret scanners find a leaked one."""
    return f"sian_{secrets.token_urlsafe(32)}"


def key_digest(key: str) -> str:
    """Return the value for the settings. The key is random, so a plain hash cannot be reversed."""
    return hashlib.sha256(key.encode()).hexdigest()


def tenant_of_key(key: str, tenants: Mapping[str, str]) -> str | None:
    """Return a key's tenant, in a time that does not reveal how close a wrong key came."""
    given = key_digest(key)
    found: str | None = None
    for known, tenant in tenants.items():
        if hmac.compare_digest(known, given):
            found = tenant
    return found
