"""Session tokens: `1.KEY.EXPIRES.SIGNATURE`. Stateless, so that any replica accepts them.

KEY names the API key by the beginning of its hash. The signature covers the whole hash, which only
the settings have, and the tenant: a key that is removed, or given to another tenant, ends its
sessions, and nobody who reads the ledger alone can forge one.
"""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from serve.ingress.signing import Signing

_TOKEN = re.compile(r"1\.([0-9a-f]{16})\.([1-9][0-9]{0,11})\.([A-Za-z0-9_-]{43})", re.ASCII)
_NAMED = 16
"""Digits of the hash that name a key: too few to sign with, enough to tell keys apart."""
_PURPOSE = "session"


class NoSession(ValueError):
    """The token opens nothing; the message says why."""


@dataclass(frozen=True)
class Session:
    tenant: str
    expires_at: int | None
    """Seconds since the epoch; None: it does not expire."""


class SessionTokens:
    """Makes and reads tokens. `tenants`: SHA-256 of an API key -> tenant."""

    def __init__(
        self,
        signing: Signing,
        tenants: Mapping[str, str],
        lasts_s: int,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._signing, self._tenants, self._lasts_s = signing, tenants, lasts_s
        self._clock = clock

    def new(self, key_digest: str) -> tuple[str, Session]:
        """Return the token of a new session of a known key."""
        tenant, expires_at = self._tenants[key_digest], int(self._clock()) + self._lasts_s
        signed = self._signing.signature(_PURPOSE, tenant, key_digest, expires_at)
        token = f"1.{key_digest[:_NAMED]}.{expires_at}.{signed}"
        return token, Session(tenant, expires_at)

    def read(self, token: str) -> Session:
        """Return the session of a token.

        Raises:
            NoSession: if it has expired, its key has been removed, or it was not signed here.
        """
        if (found := _TOKEN.fullmatch(token)) is None:
            raise NoSession("the session cookie is not one of this server's")
        named, expires_at, signature = found[1], int(found[2]), found[3]
        for key_digest, tenant in self._tenants.items():
            if key_digest.startswith(named) and self._signing.holds(
                signature, _PURPOSE, tenant, key_digest, expires_at
            ):
                if expires_at <= self._clock():
                    raise NoSession("the session has expired")
                return Session(tenant, expires_at)
        raise NoSession("the session is not valid any more, or not one of this server's")
