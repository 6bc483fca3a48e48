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
"""A URL whose host stands there as it is asked for: half a million are not parsed for it."""


class Described(Frozen):
    """Metadata known without requesting the video. No person's name is kept."""

    title: Annotated[str, StringConstraints(max_length=300)] = ""
    duration_s: Annotated[float, Field(ge=0)] | None = None
    language: Language = "ko"
    licence: Annotated[str, StringConstraints(max_length=100)] = ""
    """As its site names it, such as `creativeCommon`: evidence, no permission."""
    # Of the file that was downloaded:
    width: int | None = None
    height: int | None = None
    has_audio: bool | None = None
    size_bytes: int | None = None
    renditions: int | None = None
    """How many the site had to choose from."""


class Candidate(Frozen):
    id: Annotated[str, StringConstraints(pattern=r"^[^\s#/]\S{0,198}$")]
    url: Annotated[str, StringConstraints(min_length=1, max_length=4096)]
    query: str = ""
    """The query or the list that named it."""
    product_type: Annotated[str, StringConstraints(max_length=200)] = ""
    channel: str = ""
    """Hashed."""
    described: Described = Described()
    permission: Permission | None = None

    @property
    def host(self) -> str:
        plain = _PLAIN.match(self.url)
        return plain[1] if plain else httpx.URL(self.url).raw_host.decode("ascii")


def id_of_url(url: str) -> str:
    """The id of a video that has no other name than its URL: its host, and a hash."""
    host = httpx.URL(url).host.lower()
    return f"{host[:150]}:{hashlib.sha256(url.encode()).hexdigest()[:24]}"


def printable(text: str, most: int) -> str:
    """Put a foreign text on one line, without characters that would change how it is displayed."""
    kept = (c if c.isprintable() and not "\u202a" <= c <= "\u2069" else " " for c in text)
    return " ".join("".join(kept).split())[:most].strip()
