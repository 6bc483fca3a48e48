"""Reasons that are kept and counted: they name hosts, and no pages.

So the same trouble of many videos is one reason, and a reason is no trace of a removed video.
"""

import re

from crawl.videos.candidate import printable

_URL = re.compile(r"""https?://(?:[^\s/@]*@)?([^\s/?#'",;)\]]+)[^\s'",;)\]]*""")
_MOST = 300


def without_urls(text: str) -> str:
    """Each URL in the text shortened to its host."""
    return _URL.sub(r"\1", text)


def reason_of(text: str) -> str:
    """A reason as it is written down."""
    return printable(without_urls(text), _MOST)
