"""Channel id -> its hash in the records: SHA-256, keyed with a secret of this installation.

Channel ids are public and can be listed, so that a plain hash could be reversed. Keyed (HMAC, RFC
2104), leaked records identify nobody, while the holder of the secret can still find the videos of a
channel, to apply its consent and withdrawal. The secret is not in the records: it comes from the
settings, or from a file that only its owner can read. If it is lost, the hashes match nothing, and
every consent has to be listed again.
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
        """Set the secret. Raises ValueError if it is too short to be safe."""
        if len(secret) < MIN_BYTES:
            raise ValueError(f"channel_secret has {len(secret)} bytes, wanted {MIN_BYTES} at least")
        self._secret = secret

    def of(self, site: str, channel: str) -> str:
        """Return the hash of a site's channel as 64 hex digits; empty for no channel."""
        if not channel:
            return ""
        text = f"{site}\0{channel}".encode()
        return hmac.new(self._secret, text, hashlib.sha256).hexdigest()


def secret_in(file: Path) -> bytes:
    """Return the secret in a file, which is created with a random one if missing. Raises
    OSError."""
    if not file.exists():
        with suppress(FileExistsError), new_file(file) as aside:
            descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as out:
                out.write(secrets.token_hex(32) + "\n")
    return bytes.fromhex(file.read_text(encoding="ascii").strip())
