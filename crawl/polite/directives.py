"""A page's rules about its use: `X-Robots-Tag`, `<meta name="robots">`, TDM reservation.

The vocabulary is Google's (its documentation of the robots meta tag); `noai` came from DeviantArt,
`tdm-reservation` is of the W3C community's TDM Reservation Protocol.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]  # has no stubs

from crawl.polite.server_times import date_s

HEAD_BYTES = 256 * 1024
"""Bytes of a page's beginning in which its meta elements are searched."""
_FORBIDS = frozenset({"noindex", "none", "noai", "noimageai"})
_KNOWN = _FORBIDS | {"all", "index", "follow", "nofollow", "noarchive", "nosnippet", "nocache",
                     "noimageindex", "notranslate", "indexifembedded"}  # fmt: skip
_TAKES_A_VALUE = frozenset({"max-snippet", "max-image-preview", "max-video-preview"})
_TOKEN = re.compile(r"([\w*-]+)(?:[/ ]\S*)?")
"""A robot's product token; some servers write its version behind it."""


@dataclass(frozen=True)
class Directives:
    """Directives that apply to this crawler, in lower case."""

    said: frozenset[str] = frozenset()
    unavailable_after: float | None = None
    """Seconds since the epoch; from then on the page may not be used."""

    def __or__(self, other: "Directives") -> "Directives":
        ends = [at for at in (self.unavailable_after, other.unavailable_after) if at is not None]
        return Directives(self.said | other.said, min(ends, default=None))

    def forbids(self, now: float) -> str | None:
        """Return the directive that forbids using the page, or None."""
        if found := sorted(self.said & _FORBIDS | self.said & {"tdm-reservation"}):
            return found[0]
        if self.unavailable_after is not None and self.unavailable_after <= now:
            return "unavailable_after"
        return None

    @property
    def may_be_kept(self) -> bool:
        return not self.said & {"noarchive", "nocache"}


def of_headers(tags: Iterable[str], tdm_reservation: str, agent: str) -> Directives:
    """Parse headers. `tags`: values of all `X-Robots-Tag` headers; `agent`: our product token."""
    found = Directives(frozenset({"tdm-reservation"} if tdm_reservation.strip() == "1" else ()))
    for tag in tags:
        found |= _of_list(tag, agent)
    return found


def of_html(page: bytes, agent: str) -> Directives:
    """Return the directives of the page's meta elements, for all robots and for ours."""
    parser = etree.HTMLParser(no_network=True, remove_comments=True, huge_tree=False)
    try:
        root = etree.fromstring(page[:HEAD_BYTES], parser)
    except (etree.XMLSyntaxError, ValueError):
        return Directives()
    found = Directives()
    if root is None:
        return found
    for meta in root.iter("meta"):
        name, content = (meta.get("name") or "").strip().lower(), meta.get("content") or ""
        if _product(name) in ("robots", agent.lower()):
            found |= _of_list(content)
        elif name == "tdm-reservation" and content.strip() == "1":
            found |= Directives(frozenset({"tdm-reservation"}))
    return found


def _of_list(text: str, agent: str = "") -> Directives:
    """Parse `noindex, nofollow`, or `somebot: noindex, sianbot: none`; other robots' are
    skipped."""
    said: set[str] = set()
    until: float | None = None
    ours = True
    parts = text.split(",")
    while parts:
        name, colon, value = parts.pop(0).partition(":")
        name = name.strip().lower()
        if name == "unavailable_after":
            at = _seconds(value)
            if at is None and parts and (at := _seconds(f"{value},{parts[0]}")) is not None:
                parts.pop(0)  # `Friday, 25 Jun 2027`: the date itself contains a comma
            until = at if ours else until
            continue
        if colon and agent and name not in _TAKES_A_VALUE and (robot := _product(name)):
            ours, name = robot in (agent.lower(), "*"), value.strip().lower()
        if ours and name in _KNOWN:
            said.add(name)
    return Directives(frozenset(said), until)


def _product(robot: str) -> str:
    """Return a robot's name without its version; empty if it is no name."""
    found = _TOKEN.fullmatch(robot)
    return found[1] if found else ""


def _seconds(date: str) -> float | None:
    """Parse a date of RFC 822, RFC 850 or ISO 8601 to seconds since the epoch; None for anything
    else, which then forbids nothing."""
    if (at := date_s(date.strip())) is not None:
        return at
    try:
        when = datetime.fromisoformat(date.strip())
    except ValueError:
        return None
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()
