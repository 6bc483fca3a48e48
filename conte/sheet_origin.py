"""SheetOrigin: the version that a workbook or a deck was made of, as it carries it. The way back.

A workbook has it as pairs in a hidden sheet, a deck as words in its notes.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Annotated, Self

from pydantic import Field, ValidationError

from conte.frozen import Frozen, digest
from conte.revision.edited import Base

BASE = "sian"
"""Name of the hidden sheet, and first word of the notes, that have it."""
SHOWN = "shown"
"""Before the marks of the texts that a slide was given."""
_PAIR = re.compile(r"\b([a-z]{2,12})=(\S*)")
_WORDS = re.compile(rf"\b{BASE}( [a-z]{{2,12}}=\S*)+")


class SheetOrigin(Frozen):
    base: Base
    fps: Annotated[float, Field(gt=0, le=1000)] | None = None
    cut: str = ""
    """The cut that a slide shows."""
    shown: frozenset[str] = frozenset()
    """Marks of the texts that the file was given beside its cuts; empty: it does not say."""

    @classmethod
    def of(cls, pairs: Mapping[str, str]) -> Self | None:
        """Return the origin that the pairs name; None if there is none that can be read."""
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
        """Return the origin that notes name."""
        return cls.of(dict(_PAIR.findall(found[0]))) if (found := _WORDS.search(text)) else None


def without_origin(text: str) -> str:
    """Return what a person has added to the notes."""
    return _WORDS.sub("", text, count=1).strip()


def notes_of(pairs: Mapping[str, str]) -> str:
    return " ".join([BASE, *(f"{name}={value}" for name, value in pairs.items())])


def mark_of(*values: str | float) -> str:
    """Return a mark of a text, or of a line's cells: the same whatever program has saved them."""
    texts = (value if isinstance(value, str) else f"{round(value, 3):g}" for value in values)
    words = " ".join(" ".join(texts).split())
    return digest(unicodedata.normalize("NFC", words))[:10]


def marks_of(texts: Iterable[str]) -> str:
    return ",".join(mark_of(text) for text in texts)
