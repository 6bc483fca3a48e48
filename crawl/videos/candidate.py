"""Candidate: a video found by a list or a search, before its permission is known."""

import hashlib
import re
from typing import Annotated

import httpx
from pydantic import Field, StringConstraints

from conte.frozen import Frozen
from conte.vocabulary import Language
from crawl.permission import Permission

_PLAIN = re.compile(r"https?://([a-z0-9.-]+)(?:[:/?]|$)")
"""A URL with a plain host, which need not be parsed: there are half a million of them."""


class Described(Frozen):
    """Metadata known without requesting the video. It contains no person's name."""

    title: Annotated[str, StringConstraints(max_length=300)] = ""
    duration_s: Annotated[float, Field(ge=0)] | None = None
    language: Language = "ko"
    licence: Annotated[str, StringConstraints(max_length=100)] = ""
    """Licence as the site names it, such as `creativeCommon`: evidence, not a permission."""
    # Properties of the downloaded file:
    width: int | None = None
    height: int | None = None
    has_audio: bool | None = None
    size_bytes: int | None = None
    renditions: int | None = None
    """Number of renditions that the site offered."""


class Candidate(Frozen):
    id: Annotated[str, StringConstraints(pattern=r"^[^\s#/]\S{0,198}$")]
    url: Annotated[str, StringConstraints(min_length=1, max_length=4096)]
    query: str = ""
    """The query or the list that found it."""
    product_type: Annotated[str, StringConstraints(max_length=200)] = ""
    channel: str = ""
    """Hash of the channel's id, so that no person is stored; empty if unknown."""
    described: Described = Described()
    permission: Permission | None = None

    @property
    def host(self) -> str:
        plain = _PLAIN.match(self.url)
        return plain[1] if plain else httpx.URL(self.url).raw_host.decode("ascii")


def id_of_url(url: str) -> str:
    """Return an id for a video that its site does not name: the URL's host, and a hash."""
    host = httpx.URL(url).host.lower()
    return f"{host[:150]}:{hashlib.sha256(url.encode()).hexdigest()[:24]}"


def printable(text: str, most: int) -> str:
    """Put a foreign text on one line, without characters that would change how it is displayed."""
    kept = (c if c.isprintable() and not "\u202a" <= c <= "\u2069" else " " for c in text)
    return " ".join("".join(kept).split())[:most].strip()
