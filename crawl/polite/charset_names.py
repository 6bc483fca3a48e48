"""Recognises names of charsets that text on the web may use."""

import codecs

_PYTHONS_OWN = frozenset(
    {"idna", "mbcs", "oem", "palmos", "punycode", "raw-unicode-escape", "undefined",
     "unicode-escape", "utf-7"}
)  # fmt: skip
"""Codecs that would misread a page, or cannot decode one."""


def is_charset(name: str) -> bool:
    try:
        found = codecs.lookup(name).name.replace("_", "-")
        "x".encode(name)  # raises LookupError for codecs of bytes, such as zlib
    except (LookupError, ValueError):
        return False
    return found not in _PYTHONS_OWN
