"""Rules that keep an extractor on the page that a permission covers.

A page may redirect, or embed another page. The owner of that page is unknown until it is requested,
so it is not requested. A file may be requested, because the page names it as its video.
"""

import re
from pathlib import PurePosixPath
from urllib.parse import urlsplit

_FILE = re.compile(
    r"\.(mp4|m4v|m4a|mov|webm|mkv|ts|avi|mpe?g|flv|ogv|3gp|m3u8|mpd|f4m|ism|m4s|aac|mp3)",
    re.IGNORECASE,
)


def same_page(url: str, permitted: str) -> bool:
    """Return whether the URLs are equal, apart from http or https, `www.`, and a slash at the
    end."""
    return _page(url) == _page(permitted)


def is_file(url: str) -> bool:
    return _FILE.fullmatch(PurePosixPath(urlsplit(url).path).suffix) is not None


def _page(url: str) -> tuple[str, int | None, str, str]:
    parts = urlsplit(url)
    port = None if parts.port in (80, 443) else parts.port
    return (parts.hostname or "").removeprefix("www."), port, parts.path.rstrip("/"), parts.query
