"""Phrase: a line of the table of refusals with its values, said in Korean or in English."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from conte.bilingual import BilingualText
from conte.cut import Cut
from conte.field_words import BRIEF_FIELDS, CONTE_FIELDS, CUT_FIELDS, field_label
from conte.production import State
from conte.revision.refusal_words import PHRASES
from conte.revision.review import ReviewState
from conte.vocabulary import Language


@runtime_checkable
class Spoken(Protocol):
    """Anything that can be said in both languages."""

    def of(self, language: Language, /) -> str: ...


@dataclass(frozen=True)
class Phrase:
    """A line of the table with its values."""

    name: str
    values: Mapping[str, Any]

    def of(self, language: Language, /) -> str:
        said = {
            name: value.of(language) if isinstance(value, Spoken) else value
            for name, value in self.values.items()
        }
        return PHRASES[self.name].of(language).format(**said)


def phrase(name: str, /, **values: Any) -> Phrase:
    return Phrase(name, values)


@dataclass(frozen=True)
class FieldName:
    """A field as people call it, within a sentence."""

    words: Mapping[str, BilingualText]
    path: str

    def of(self, language: Language, /) -> str:
        found = field_label(self.words, self.path, language)
        return found[:1].lower() + found[1:] if language == "en" else found


@dataclass(frozen=True)
class Listed:
    """Several things in a list."""

    said: tuple[Spoken, ...]

    def of(self, language: Language, /) -> str:
        return ", ".join(one.of(language) for one in self.said)


def in_state(state: str) -> Phrase:
    """A production's state as people call it."""
    return phrase(f"state_{State(state).value}")


def in_review(state: ReviewState) -> Phrase:
    return phrase(f"review_{state.value}")


def cut_field(number: int, name: str) -> Phrase:
    return phrase("cut_field", number=number, field=FieldName(CUT_FIELDS, name))


def conte_field(name: str) -> Phrase:
    return phrase("conte_field", field=FieldName(CONTE_FIELDS, name))


def look_field(name: str) -> Phrase:
    return phrase("look_field", field=FieldName(CONTE_FIELDS, f"look.{name}"))


def entry_field(entry: str, kind: str, name: str) -> Phrase:
    return phrase("entry_field", entry=entry, field=FieldName(CONTE_FIELDS, f"{kind}.{name}"))


def brief_field(path: str) -> Phrase:
    return phrase("brief_field", field=FieldName(BRIEF_FIELDS, path))


def together(first: int, second: int, name: str) -> Phrase:
    field = FieldName(CUT_FIELDS, name)
    return phrase("together", first=first, second=second, field=field)


def locked_in(cut: Cut) -> Listed:
    return Listed(tuple(FieldName(CUT_FIELDS, path) for path in cut.locked))
