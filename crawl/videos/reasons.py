"""Reasons as they are stored and counted: they name hosts, but no pages.

So the same problem of many videos is one reason, and a reason is no trace of a removed video.
"""

import re

from crawl.videos.candidate import printable

_URL = re.compile(r"""https?://(?:[^\s/@]*@)?([^\s/?#'",;)\]]+)[^\s'",;)\]]*""")
_MOST = 300


def without_urls(text: str) -> str:
    """Shorten each URL in the text to its host."""
    return _URL.sub(r"\1", text)


def reason_of(text: str) -> str:
    """Return a reason in the form in which it is stored."""
    return printable(without_urls(text), _MOST)
