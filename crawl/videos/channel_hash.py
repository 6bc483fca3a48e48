"""A channel's id -> its hash in records: SHA-256, keyed with a secret of this installation.

Channel ids are public and can be listed, so a plain hash of one is as good as the id. Keyed
(HMAC, RFC 2104), records that get out name nobody; who holds the secret can still tell which
videos belong to a channel, as its consent and its withdrawal need. The secret is no part of the
records: it comes from the settings, or lies in a file of its own, readable by its owner only.
Lost, the hashes match nothing any more: every consent has to be listed anew.
"""

import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path

from serve.whole import new_file

MIN_BYTES = 16


class ChannelHash:
    def __init__(self, secret: bytes) -> None:
        """Raises ValueError if the secret could be guessed."""
        if len(secret) < MIN_BYTES:
            raise ValueError(f"channel_secret has {len(secret)} bytes, wanted {MIN_BYTES} at least")
        self._secret = secret

    def of(self, site: str, channel: str) -> str:
        """64 hex digits; empty for no channel."""
        if not channel:
            return ""
        text = f"{site}\0{channel}".encode()
        return hmac.new(self._secret, text, hashlib.sha256).hexdigest()


def secret_in(file: Path) -> bytes:
    """The secret that lies in a file; made where there is none. Raises OSError."""
    if not file.exists():
        with suppress(FileExistsError), new_file(file) as aside:
            descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as out:
                out.write(secrets.token_hex(32) + "\n")
    return bytes.fromhex(file.read_text(encoding="ascii").strip())
