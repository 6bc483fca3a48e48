"""API keys: made here, known to the settings only by their SHA-256."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping


def new_key() -> str:
    """A fresh key of 256 random bits; the prefix lets secret scanners find a leaked one."""
    return f"sian_{secrets.token_urlsafe(32)}"


def key_digest(key: str) -> str:
    """What the settings keep. The key is random, so a plain hash cannot be guessed back."""
    return hashlib.sha256(key.encode()).hexdigest()


def tenant_of_key(key: str, tenants: Mapping[str, str]) -> str | None:
    """The tenant of a key, in a time that does not tell how close a wrong one came."""
    given = key_digest(key)
    found: str | None = None
    for known, tenant in tenants.items():
        if hmac.compare_digest(known, given):
            found = tenant
    return found
