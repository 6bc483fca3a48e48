"""Rules that keep an extractor on the page that a permission is for.

A page may be redirected, or embed what is not its own. Its owner is unknown before it is
requested, so it is not requested. A file is: that is where the page says that its video lies.
"""

import re
from pathlib import PurePosixPath
from urllib.parse import urlsplit

_FILE = re.compile(
    r"\.(mp4|m4v|m4a|mov|webm|mkv|ts|avi|mpe?g|flv|ogv|3gp|m3u8|mpd|f4m|ism|m4s|aac|mp3)",
    re.IGNORECASE,
)


def same_page(url: str, permitted: str) -> bool:
    """But for http or https, `www.`, and a slash at the end."""
    return _page(url) == _page(permitted)


def is_file(url: str) -> bool:
    return _FILE.fullmatch(PurePosixPath(urlsplit(url).path).suffix) is not None


def _page(url: str) -> tuple[str, int | None, str, str]:
    parts = urlsplit(url)
    port = None if parts.port in (80, 443) else parts.port
    return (parts.hostname or "").removeprefix("www."), port, parts.path.rstrip("/"), parts.query
