"""Keys of the vault: `kind/sha256.suffix`. Nothing else is a key, so no key leads elsewhere."""

import hashlib
import re

from serve.vault.errors import BadKey

_KEY = re.compile(r"[a-z]+/[0-9a-f]{64}\.[a-z0-9]+")
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "edl": "text/plain; charset=utf-8",
    "fcpxml": "application/xml",
    "flac": "audio/flac",
    "html": "text/html; charset=utf-8",
    "jpg": "image/jpeg",
    "json": "application/json",
    "mp4": "video/mp4",
    "otio": "application/json",
    "pdf": "application/pdf",
    "png": "image/png",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "srt": "application/x-subrip",
    "tar": "application/x-tar",
    "txt": "text/plain; charset=utf-8",
    "vtt": "text/vtt; charset=utf-8",
    "wav": "audio/wav",
    "webm": "video/webm",
    "webp": "image/webp",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xml": "application/xml",
    "zip": "application/zip",
}


def checked(key: str) -> str:
    """Return the key unchanged.

    Raises:
        BadKey: if it is malformed.
    """
    if _KEY.fullmatch(key) is None:
        raise BadKey(f"{key[:100]!r} is not a key, wanted kind/64 hex digits.suffix")
    return key


def key_of(kind: str, data: bytes, suffix: str) -> str:
    """Return the key of some content. `suffix` includes its dot, as in `.json`."""
    return checked(f"{kind}/{hashlib.sha256(data).hexdigest()}{suffix}")


def content_type(key: str) -> str:
    """Return the media type of the key's suffix: a folder stores no attributes."""
    return _TYPES.get(key.rpartition(".")[2], "application/octet-stream")
