"""Normal form of words for comparison: composed (NFC), lower case, without blanks and marks."""

import re
import unicodedata

_MARKS = re.compile(r"[\s.,:;·ㆍ・_\-–—~*'’\"“”()\[\]{}<>]+")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")


def folded(text: str) -> str:
    return _MARKS.sub("", unicodedata.normalize("NFKC", text)).casefold()


def clean(text: str) -> str:
    """Return a cell's text in NFC, with single blanks and the original lines."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = _INVISIBLE.sub("", text.replace("\v", "\n"))
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "".join(
        one for one in "\n".join(filter(None, lines)) if one == "\n" or one.isprintable()
    )


def one_line(text: str) -> str:
    return " ".join(text.split())
