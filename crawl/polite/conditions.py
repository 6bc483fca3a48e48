"""Conditions: what a server said of a document's version, as it may be sent back to it.

Servers name versions in ways that RFC 9110 does not have: a tag that is empty or `*` would match
every version there ever was, and one with letters outside of ASCII cannot be sent in a header.
"""

import re
from collections.abc import Mapping

from crawl.polite.server_times import date_s

_TAG = re.compile(r'(?:W/)?"[!#-~]+"')
_BARE = re.compile(r"[!#-)+-~][!#-~]*")
"""A tag that its server forgot to quote; it knows it again as it sent it."""


def etag_of(said: str) -> str:
    """An entity tag that names one version; empty where it names none."""
    tag = said.strip()
    return tag if _TAG.fullmatch(tag) or (_BARE.fullmatch(tag) and tag != "W/") else ""


def last_modified_of(said: str) -> str:
    """A date that can be read; empty where it is none."""
    return said.strip() if said.isascii() and date_s(said) is not None else ""


def conditions(etag: str, last_modified: str = "") -> Mapping[str, str]:
    """Both, where there are both: RFC 9110, 13.1.3 lets the server look at the better one."""
    headers = {
        "If-None-Match": etag_of(etag),
        "If-Modified-Since": last_modified_of(last_modified),
    }
    return {name: value for name, value in headers.items() if value}
