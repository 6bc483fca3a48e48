"""Notation of the library: pairs, places and moments as lines that a copywriter can edit.

A pair is written `한국어 | English`; a place `setting / 한국어 | English`. In a line, [brackets]
enclose optional words, and $names are filled in: $it(은/는) with the particle that fits.

A moment is a block of lines: what is seen; `& ` the same as data; `> ` what is said; `who: ` or
`mate: ` dialogue, with shorter forms after ` / `; `~ ` sound; `@ ` place; `% ` sizes, angle, move
and time of day.

The data has parts between semicolons: people as `Acting` reads them (`who sit on sofa with it
worry`), `+ ` things, and words for the spot, the weather and moving things.
"""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from conte.frozen import Frozen
from conte.staging import Staging
from conte.staging_vocabulary import Motion, Weather
from conte.vocabulary import Angle, CameraMove, Language, Setting, ShotSize, TimeOfDay


class PairText(Frozen):
    """A text in both languages."""

    ko: str
    en: str

    def of(self, language: Language) -> str:
        return self.ko if language == "ko" else self.en


def _pair(value: Any) -> Any:
    if isinstance(value, str):
        ko, bar, en = value.partition(" | ")
        if not bar:
            raise ValueError(f"a pair is written 'Korean | English', got {value!r}")
        return {"ko": ko.strip(), "en": en.strip()}
    return value


def _place(value: Any) -> Any:
    if isinstance(value, str):
        setting, slash, name = value.partition(" / ")
        if not slash:
            raise ValueError(f"a place is written 'setting / Korean | English', got {value!r}")
        return {"setting": setting.strip(), "name": name}
    return value


def words(value: Any) -> Any:
    """Split a text at spaces, for fields that are written as words."""
    return tuple(value.split()) if isinstance(value, str) else value


def _pairs(value: Any) -> Any:
    return tuple(value.strip().split("\n")) if isinstance(value, str) else value


def _spoken(value: Any) -> Any:
    if isinstance(value, str):
        by, _, lines = value.partition(": ")
        return {"by": by, "line": tuple(lines.split(" / "))}
    return value


def _moment(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    see, *rest = value.strip().split("\n")
    moment: dict[str, Any] = {"see": see}
    for line in rest:
        mark, _, text = line.partition(" ")
        if mark == "&":
            moment["staging"] = _staging(text)
        elif mark == ">":
            moment["say"] = (*moment.get("say", ()), text)
        elif mark in ("who:", "mate:"):
            moment["talk"] = (*moment.get("talk", ()), line)
        elif mark == "~":
            moment["se"] = text
        elif mark == "@":
            moment["at"] = text
        elif mark == "%":
            moment |= _camera(text.split())
        else:
            raise ValueError(
                f"a moment's line begins with &, >, who:, mate:, ~, @ or %, got {line!r}"
            )
    return moment


def _staging(text: str) -> dict[str, Any]:
    staging: dict[str, Any] = {"who": []}
    for part in text.split("; "):
        first, *more = part.split()
        if first == "+":
            staging["props"] = more
        elif more:
            staging["who"].append(part)
        elif first in list(Weather):
            staging["weather"] = first
        elif first in list(Motion):
            staging["moves"] = first
        else:
            staging["spot"] = first
    return staging


def _camera(words: list[str]) -> dict[str, Any]:
    """Classify each word by the vocabulary that has it."""
    camera: dict[str, Any] = {}
    for word in words:
        if word in list(ShotSize):
            camera["sizes"] = (*camera.get("sizes", ()), word)
        elif word in list(Angle):
            camera["angle"] = word
        elif word in list(TimeOfDay):
            camera["when"] = word
        elif word in (*CameraMove, "track", "pan"):
            camera["move"] = word
        else:
            raise ValueError(f"{word!r} is no size, angle, move or time of day")
    return camera


Pair = Annotated[PairText, BeforeValidator(_pair)]
Pairs = Annotated[tuple[Pair, ...], BeforeValidator(_pairs)]
Words = Annotated[tuple[str, ...], BeforeValidator(words)]


class PlaceName(Frozen):
    setting: Setting
    name: Pair


Place = Annotated[PlaceName, BeforeValidator(_place)]


class SpokenLine(Frozen):
    """A line of dialogue, in forms from long to short; `who` is the lead."""

    by: Literal["who", "mate"]
    line: Pairs


Spoken = Annotated[SpokenLine, BeforeValidator(_spoken)]


class MomentSeen(Frozen):
    """A moment of a film. $who, $mate and $it in `see` say who and what is on screen."""

    see: Pair
    say: Pairs = ()
    talk: tuple[Spoken, ...] = ()
    staging: Staging | None = None
    """Staging with `who`, `mate` and `it` for the sheet's entries; None: only the product."""
    se: Pair | None = None
    at: Place | None = None
    when: TimeOfDay | None = None
    sizes: tuple[ShotSize, ...] = ()
    angle: Angle | None = None
    move: str = ""
    """Camera move; "track" and "pan" follow the film's screen direction."""


Moment = Annotated[MomentSeen, BeforeValidator(_moment)]
