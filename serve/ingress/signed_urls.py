"""Signed URLs: each lets anyone read one path without a key until it expires.

They cannot be revoked individually: keep their validity short, and sign again when a page needs its
pictures again.
"""

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import urlsplit

from serve.ingress.problems import BAD_SIGNATURE, LINK_EXPIRED, Problem
from serve.ingress.signing import Signing

_PURPOSE = "url"
_SECONDS = re.compile(r"[1-9][0-9]{0,11}", re.ASCII)


class SignedUrls:
    def __init__(self, signing: Signing, clock: Callable[[], float] = time.time) -> None:
        self._signing, self._clock = signing, clock

    def sign(self, path: str, expires_at: int, tenant: str) -> str:
        """Return the query that opens a path for reading: `expires=...&signature=...`.

        `path`: as in views, from the root of the server and without its query. `tenant`: owner of
        the production that is shown; a signature for another tenant opens nothing.

        Raises:
            DatabaseUnavailable: if the secret cannot be read.
        """
        signature = self._signing.signature(_PURPOSE, path, expires_at, tenant)
        return f"expires={expires_at}&signature={signature}"

    def signed(self, url: str, expires_at: int, tenant: str) -> str:
        """Return a view's URL with its signature. It keeps its query, such as `?tag=`."""
        parts = urlsplit(url)
        query = self.sign(parts.path, expires_at, tenant)
        return parts._replace(query=f"{parts.query}&{query}" if parts.query else query).geturl()

    def check(self, path: str, expires: str | None, signature: str | None, tenant: str) -> None:
        """Check that a signature opens the path of this tenant now.

        Raises:
            Problem: 403, saying whether it is not valid or has expired.
        """
        wanted = "wanted `expires` and `signature` as the link has them, for exactly this path"
        if not expires or not signature or _SECONDS.fullmatch(expires) is None:
            raise Problem(BAD_SIGNATURE, f"the link is not whole: {wanted}")
        if not self._signing.holds(signature, _PURPOSE, path, int(expires), tenant):
            raise Problem(BAD_SIGNATURE, f"the signature is not that of this link: {wanted}")
        if int(expires) <= self._clock():
            at = datetime.fromtimestamp(int(expires), UTC).isoformat()
            raise Problem(LINK_EXPIRED, f"the link expired at {at}; ask for a new one")
