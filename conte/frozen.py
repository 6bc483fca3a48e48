"""Base of every type of the language: immutable, and closed to unknown fields."""

import hashlib
import json
import unicodedata
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints


class Frozen(BaseModel):
    """An immutable value. An unknown field is refused with its name."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def unset(default: Any) -> Any:
    """Leave the field out of JSON while it has its default.

    Values written before the field existed then stay as they were, hash for hash.
    """
    return Field(exclude_if=lambda found: found == default)


class Unprintable(ValueError):
    """A text has a character that cannot be stored or shown. `code`: its code point."""

    def __init__(self, code: int, place: int) -> None:
        super().__init__(f"character U+{code:04X} at {place} cannot be used in text")
        self.code, self.place = code, place


class NothingVisible(ValueError):
    """A text has no visible character."""

    def __init__(self) -> None:
        super().__init__("there is nothing in it to be seen")


def printable(text: str) -> str:
    """Return the text in Unicode's composed form (NFC), if every character can be stored and shown.

    A name typed on macOS may arrive decomposed: the same 가 is then two characters, which
    comparisons miss and limits count differently. Windows' line ends become line feeds.

    Refused are control characters (Unicode category Cc; line feed is allowed), lone surrogates, and
    the bidirectional overrides that make a text read otherwise than it is stored (Trojan Source,
    CVE-2021-42574).

    Raises:
        Unprintable: naming the first such character and its place.
    """
    if text.isprintable():  # no control character, surrogate or override
        return unicodedata.normalize("NFC", text)
    text = text.replace("\r\n", "\n")
    for place, character in enumerate(text):
        if character == "\n":
            continue
        category = unicodedata.category(character)
        if (
            category in ("Cc", "Cs")
            or character in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
        ):
            raise Unprintable(ord(character), place)
    return unicodedata.normalize("NFC", text)


_BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0\u2800\U0001d159")
"""Invisible characters in the categories of letters and symbols: Hangul fillers, the empty Braille
pattern, the musical null notehead. Other invisible characters have categories of their own.
"""


def visible(text: str) -> str:
    """Return the text if it contains a visible character.

    Raises:
        NothingVisible: if it has only blanks, fillers, joiners, and marks without a letter.
    """
    if all(unicodedata.category(c)[0] in "ZCM" or c in _BLANK_LETTERS for c in text):
        raise NothingVisible
    return text


def visible_if_any(text: str) -> str:
    """Return the text if it is empty or contains a visible character.

    Raises:
        NothingVisible: as `visible` does.
    """
    return text and visible(text)


# Stripped first, so that a minimum length counts the remaining text.
Text = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(printable)]
Line = Annotated[Text, StringConstraints(max_length=200)]
VisibleLine = Annotated[Line, StringConstraints(min_length=1), AfterValidator(visible)]
Paragraph = Annotated[Text, StringConstraints(max_length=2000)]


def canonical(value: Any) -> str:
    """Return a JSON value in canonical form: sorted keys, no spaces."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(value: Any) -> str:
    """Return the SHA-256, in hex, of a JSON value in canonical form, in UTF-8."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def seed_of(value: Any) -> int:
    """Return a seed of 31 bits: the same for the same JSON value, on any version and machine."""
    return int(digest(value)[:8], 16) & 0x7FFF_FFFF
