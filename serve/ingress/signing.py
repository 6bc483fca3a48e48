"""Signatures that any replica can check: HMAC-SHA256 with a secret stored in the ledger.

Removing the secret's row and restarting the ingress ends all sessions and signed links.
"""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Callable

from conte.frozen import digest
from serve.ledger.ledger import Ledger

SECRET = "ingress"  # noqa: S105  # its name, not its value


class Signing:
    """Signs and checks. The secret is read at the first use, so that a replica can start without a
    ledger."""

    def __init__(self, secret: Callable[[], bytes]) -> None:
        self._ask, self._secret = secret, b""

    @classmethod
    def of(cls, ledger: Ledger) -> "Signing":
        return cls(lambda: ledger.secret(SECRET))

    def signature(self, purpose: str, *parts: str | int) -> str:
        """Return the signature, in 43 characters that need no escaping in URLs and cookies.

        `purpose` is part of what is signed, so that a link's signature is not valid as a session's.

        Raises:
            DatabaseUnavailable: if the secret cannot be read.
        """
        if not self._secret:
            self._secret = self._ask()
        # As JSON: ("a", "bc") and ("ab", "c") are signed differently.
        signed = digest([purpose, *parts]).encode()
        return urlsafe_b64encode(hmac.digest(self._secret, signed, "sha256")).decode().rstrip("=")

    def holds(self, signature: str, purpose: str, *parts: str | int) -> bool:
        """Check a signature in a time that does not reveal how close a wrong one came."""
        right = self.signature(purpose, *parts)
        return hmac.compare_digest(right.encode(), signature.encode())
