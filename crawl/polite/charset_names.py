"""Recognises names of charsets that text on the web may use."""

import codecs

_PYTHONS_OWN = frozenset(
    {"idna", "mbcs", "oem", "palmos", "punycode", "raw-unicode-escape", "undefined",
     "unicode-escape", "utf-7"}
)  # fmt: skip
"""Codecs that would read a page as something else than it says, or not at all."""


def is_charset(name: str) -> bool:
    try:
        found = codecs.lookup(name).name.replace("_", "-")
        "x".encode(name)  # of those that are no text's, such as zlib: LookupError
    except (LookupError, ValueError):
        return False
    return found not in _PYTHONS_OWN
