"""A model's output -> a treatment or a cut that keeps the rules, or what is wrong with it.

Knows the rules, not the model. Repairs what follows from the position (frames, numbers, duplicate
ids, names of the brief's characters, which no prompt contains); the model must write the rest
again.
"""

import math
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from conte.brief import Brief
from conte.checks.brief_kept import unnamed
from conte.conte import SheetEntry, Treatment
from conte.cut import Cut
from conte.loop import looped
from conte.manuscript import CAST_IDS, GIVEN_BY_PLACE, GIVEN_OF_A_CUT, TEXTS
from conte.phrases import says
from conte.timing import MIN_CUTS, min_cut_frames, most_cuts, share_frames

_WRITTEN = tuple(name for name in Treatment.model_fields if name not in GIVEN_BY_PLACE)
OPENING = (*_WRITTEN, "pacing")
"""Members of a manuscript before the first cut."""
_UNREADABLE = "\ufffd"
_MOST_SAID, _LONGEST = 4, 600
_MOST_SHOWN = 6


class BrokenError(Exception):
    """The output breaks a rule; the message says which, to the model and to people."""

    def __init__(self, wrong: str) -> None:
        # The message quotes a model's text, and is stored and sent on.
        super().__init__("".join(c if c.isprintable() else _UNREADABLE for c in wrong[:_LONGEST]))


@dataclass(frozen=True)
class Opening:
    """The part before the first cut: the treatment, and each cut's exact frames."""

    treatment: Treatment
    frames: tuple[int, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(entry.id for entry in self.treatment.sheet)


def read_opening(written: Mapping[str, Any], brief: Brief) -> Opening:
    """Parse the opening of a manuscript.

    Raises:
        BrokenError: if it breaks a rule.
    """
    known = {name: value for name, value in written.items() if name in _WRITTEN}
    if isinstance(known.get("sheet"), list):
        known["sheet"] = list(_told_apart(known["sheet"]))
    try:
        treatment = Treatment.model_validate(known)
    except ValidationError as error:
        raise BrokenError(_in_words(error)) from None
    look = treatment.look.model_copy(update={"prompt": unnamed(treatment.look.prompt, brief)})
    sheet = tuple(_named(treatment.sheet, brief))
    treatment = treatment.model_copy(update={"look": look, "sheet": sheet})
    said = {"title": treatment.title, "slogan": treatment.slogan}
    wrong = [*_forbidden(said, brief), *_unsound(treatment)]
    for part in (treatment.look, *treatment.sheet):
        wrong += _unsound(part)
    if wrong:
        raise BrokenError("; ".join(wrong[:_MOST_SAID]))
    return Opening(treatment, _frames(written.get("pacing"), brief))


def read_cut(
    written: Any,
    opening: Opening,
    before: Sequence[Cut],
    brief: Brief,
) -> Cut:
    """Parse the cut that follows `before`.

    Raises:
        BrokenError: if it breaks a rule.
    """
    number = len(before) + 1
    if not isinstance(written, dict):
        raise BrokenError(f"it is {type(written).__name__}, wanted an object")
    given = {name: value for name, value in written.items() if name not in GIVEN_OF_A_CUT}
    if isinstance(shows := given.get("shows"), list):
        given["shows"] = [entry for at, entry in enumerate(shows) if entry not in shows[:at]]
    try:
        cut = Cut.model_validate(
            {**given, "number": number, "num_frames": opening.frames[number - 1]}
        )
    except ValidationError as error:
        raise BrokenError(_in_words(error)) from None
    # A cut shows everyone who is in its picture.
    shown = cut.entries[:_MOST_SHOWN]
    prompt = unnamed(cut.video_prompt, brief)
    cut = cut.model_copy(update={"video_prompt": prompt, "shows": shown})
    said = {"narration": cut.narration, "caption": cut.caption}
    said |= {f"dialogue {at}": line.text for at, line in enumerate(cut.dialogue, 1)}
    wrong = [*_forbidden(said, brief), *_unsound(cut)]
    for line in cut.dialogue:
        wrong += _unsound(line)
    if unknown := [entry for entry in cut.entries if entry not in opening.ids]:
        wrong.append(f"shows {unknown}, the sheet has {list(opening.ids)}")
    for other in before:
        for field in ("action", "video_prompt"):
            if _bare(getattr(cut, field)) == _bare(getattr(other, field)):
                wrong.append(f"{field} is that of cut {other.number} again")
    if wrong:
        raise BrokenError("; ".join(wrong[:_MOST_SAID]))
    return cut


def _frames(pacing: Any, brief: Brief) -> tuple[int, ...]:
    least, most = MIN_CUTS, most_cuts(brief.duration_s, brief.fps)
    if brief.cuts is not None:
        least = most = brief.cuts
    wanted = f"{least}" if least == most else f"{least} to {most}"
    if not isinstance(pacing, list) or not least <= len(pacing) <= most:
        got = len(pacing) if isinstance(pacing, list) else type(pacing).__name__
        raise BrokenError(f"pacing: got {got}, wanted the seconds of {wanted} cuts")
    if not all(_is_length(seconds) for seconds in pacing):
        got = ", ".join(_shown(seconds) for seconds in pacing)
        raise BrokenError(f"pacing: got {got}, wanted a positive number of seconds for each cut")
    return share_frames(brief.num_frames, pacing, min_cut_frames(brief.fps))


def _is_length(seconds: Any) -> bool:
    number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
    return number and math.isfinite(seconds) and 0.01 <= seconds <= 1000


def _told_apart(sheet: Sequence[Any]) -> Iterator[Any]:
    """Yield the entries; duplicates get the next free id of their kind."""
    taken: set[Any] = set()
    for entry in sheet:
        if isinstance(entry, dict) and isinstance(name := entry.get("id"), str):
            stem, at = re.sub(r"_\d+$", "", name), 2
            while name in taken:
                name, at = f"{stem}_{at}", at + 1
            taken.add(name)
            entry = {**entry, "id": name}
        yield entry


def _named(sheet: Sequence[SheetEntry], brief: Brief) -> Iterator[SheetEntry]:
    """Yield the entries; cast in a character's position gets the character's name of the brief.

    Models spell names in their own way, and guidance limits them; other names are unchanged.
    """
    names = [character.name for character in brief.characters]
    taken = {entry.name for entry in sheet}
    at_place: dict[str, str] = dict(zip(CAST_IDS, names, strict=False))
    for entry in sheet:
        name = at_place.get(entry.id, entry.name)
        if entry.name in names or name in taken:
            name = entry.name
        yield entry.model_copy(update={"name": name, "prompt": unnamed(entry.prompt, brief)})


def _forbidden(said: Mapping[str, str], brief: Brief) -> Iterator[str]:
    for field, text in said.items():
        for phrase in brief.must_not_say:
            if says(text, phrase):
                yield f"{field} says “{phrase}”, which must not be said"


def _unsound(part: Any) -> Iterator[str]:
    """Yield formal faults in the texts of a part."""
    for field, bounds in TEXTS.get(type(part), {}).items():
        text: str = getattr(part, field)
        if bounds.needed and not _bare(text):
            yield f"{field} says nothing"
        if phrase := looped(text):
            yield f"{field} says “{phrase[:40]}” over and over"
        if _UNREADABLE in text:
            yield f"{field} has characters that cannot be read (U+FFFD)"


def _bare(text: str) -> str:
    """Return only the letters and digits, folded: other punctuation does not make another text."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if character.isalnum())


def _in_words(error: ValidationError) -> str:
    told: list[str] = []
    for one in error.errors(include_url=False)[:_MOST_SAID]:
        place = ".".join(str(step) for step in one["loc"])
        got = "" if one["type"] == "missing" else f" (got {_shown(one['input'])})"
        told.append(f"{place}: {one['msg']}{got}")
    return "; ".join(told)


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return repr(value[:40])
    return repr(value) if isinstance(value, int | float | None) else type(value).__name__
