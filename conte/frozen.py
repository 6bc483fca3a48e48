"""The base of every word of the language: immutable, and closed to unknown fields."""

import hashlib
import json
import unicodedata
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints


class Frozen(BaseModel):
    """An immutable value. An unknown field is refused with its name."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def printable(text: str) -> str:
    """The text, if every character can be stored and shown; Windows' line ends become line feeds.

    Refused are control characters (Unicode category Cc; line feed is allowed), lone surrogates,
    and the bidirectional overrides that make a text read otherwise than it is stored
    (Trojan Source, CVE-2021-42574).

    Raises:
        ValueError: naming the first such character and its place.
    """
    text = text.replace("\r\n", "\n")
    for place, character in enumerate(text):
        if character == "\n":
            continue
        category = unicodedata.category(character)
        if (
            category in ("Cc", "Cs")
            or character in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
        ):
            raise ValueError(f"character U+{ord(character):04X} at {place} cannot be used in text")
    return text


def visible(text: str) -> str:
    """The text itself, if there is anything in it to be seen.

    Raises:
        ValueError: if it is blanks and joiners only.
    """
    if all(unicodedata.category(character)[0] in "ZCM" for character in text):
        raise ValueError("there is nothing in it to be seen")
    return text


# Stripped before anything else, so that a minimum length counts what is left.
Text = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(printable)]
Line = Annotated[Text, StringConstraints(max_length=200)]
Paragraph = Annotated[Text, StringConstraints(max_length=2000)]


def digest(value: Any) -> str:
    """SHA-256, in hex, of a JSON value in canonical form (sorted keys, no spaces, UTF-8)."""
    canonical = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def seed_of(value: Any) -> int:
    """A seed of 31 bits: the same for the same JSON value, over versions and machines."""
    return int(digest(value)[:8], 16) & 0x7FFF_FFFF
