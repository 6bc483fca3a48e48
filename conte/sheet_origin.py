"""SheetOrigin: the reference to the exported version that a workbook or a deck carries.

A workbook stores it as pairs in a hidden sheet, a deck as words in its notes.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Annotated, Self

from pydantic import Field, ValidationError

from conte.frozen import Frozen, digest
from conte.revision.edited import Base

BASE = "sian"
"""Name of the hidden sheet, and first word in the notes."""
SHOWN = "shown"
"""Key of the exported texts' marks in a slide's notes."""
_PAIR = re.compile(r"\b([a-z]{2,12})=(\S*)")
_WORDS = re.compile(rf"\b{BASE}( [a-z]{{2,12}}=\S*)+")


class SheetOrigin(Frozen):
    base: Base
    fps: Annotated[float, Field(gt=0, le=1000)] | None = None
    cut: str = ""
    """Id of the cut that a slide shows; empty in a workbook."""
    shown: frozenset[str] = frozenset()
    """Marks of the texts that were exported beside the cuts; empty: not recorded."""

    @classmethod
    def of(cls, pairs: Mapping[str, str]) -> Self | None:
        """Return the origin from the pairs; None if they hold none that can be read."""
        try:
            return cls(
                base=Base(
                    production=pairs.get("production", ""),
                    version=int(pairs["version"]),
                    hash=pairs["conte"],
                ),
                fps=float(pairs["fps"]) if "fps" in pairs else None,
                cut=pairs.get("cut", ""),
                shown=frozenset(filter(None, pairs.get(SHOWN, "").split(","))),
            )
        except (KeyError, ValueError, ValidationError):
            return None

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Return the origin from a slide's notes; None if they hold none that can be read."""
        return cls.of(dict(_PAIR.findall(found[0]))) if (found := _WORDS.search(text)) else None


def without_origin(text: str) -> str:
    """Return the notes without the origin: what a person has added."""
    return _WORDS.sub("", text, count=1).strip()


def notes_of(pairs: Mapping[str, str]) -> str:
    return " ".join([BASE, *(f"{name}={value}" for name, value in pairs.items())])


def mark_of(*values: str | float) -> str:
    """Return a short hash of a text or of a line's cells, independent of the program that saved
    them."""
    texts = (value if isinstance(value, str) else f"{round(value, 3):g}" for value in values)
    words = " ".join(" ".join(texts).split())
    return digest(unicodedata.normalize("NFC", words))[:10]


def marks_of(texts: Iterable[str]) -> str:
    return ",".join(mark_of(text) for text in texts)
