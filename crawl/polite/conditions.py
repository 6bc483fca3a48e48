"""Conditions: a document's validators, in the form in which they may be sent back to its server.

Some servers send validators outside of RFC 9110: an empty tag or `*` would match every version, and
a tag with letters outside of ASCII cannot be sent in a header.
"""

import re
from collections.abc import Mapping

from crawl.polite.server_times import date_s

_TAG = re.compile(r'(?:W/)?"[!#-~]+"')
_BARE = re.compile(r"[!#-)+-~][!#-~]*")
"""An unquoted tag; its server recognises it only as it sent it."""


def etag_of(said: str) -> str:
    """Return the entity tag if it identifies one version, otherwise ""."""
    tag = said.strip()
    return tag if _TAG.fullmatch(tag) or (_BARE.fullmatch(tag) and tag != "W/") else ""


def last_modified_of(said: str) -> str:
    """Return the date if it can be parsed, otherwise ""."""
    return said.strip() if said.isascii() and date_s(said) is not None else ""


def conditions(etag: str, last_modified: str = "") -> Mapping[str, str]:
    """Return the conditional headers, both where possible: the server uses the better one (RFC
    9110, 13.1.3)."""
    headers = {
        "If-None-Match": etag_of(etag),
        "If-Modified-Since": last_modified_of(last_modified),
    }
    return {name: value for name, value in headers.items() if value}
