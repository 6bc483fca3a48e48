"""Cells of an edited sheet -> values of fields, or a message that says what was not understood.

A cell that still shows its exported text changes nothing. Nothing is guessed: a word must be in the
vocabulary, a length whole frames.
"""

import re
import unicodedata
from collections.abc import Mapping
from itertools import accumulate

from conte.cut import Cut
from conte.revision.edited import EditedCut, EditedVersion, Unread
from conte.revision.json_value import JsonValue
from conte.revision.operations import MAX_FRAMES
from conte.revision.working import Working
from conte.sheet_lines import Line, label, lines_of
from conte.vocabulary import Angle, CameraMove, ShotSize, Term, TimeOfDay, Transition

_TERMS: Mapping[str, type[Term]] = {
    "size": ShotSize, "angle": Angle, "move": CameraMove, "time_of_day": TimeOfDay,
    "transition": Transition,
}  # fmt: skip
_OTHERWISE = ("id", "number", "num_frames", "seconds", "total")
_SECONDS = re.compile(r"(\d{1,5}(?:\.\d{1,12})?)\s*(?:초|s|sec|seconds?)?", re.IGNORECASE)
_FRAMES = re.compile(r"(\d{1,6})(?:\.0{1,12})?\s*(?:프레임|f|fr|frames?)?", re.IGNORECASE)
_SPOKEN = re.compile(r"([^:：]{1,200})[:：]\s*(.*)")
_QUOTES = ("“”", '""', "「」", "‘’")
HUNDREDTH_S = 0.005
"""Largest rounding error, in seconds, of a length given in hundredths of a second."""


class _NotUnderstood(Exception):
    """Reason why a cell was not understood, for people."""

    column: str = ""


def with_cells_read(base: Working, edited: EditedVersion) -> EditedVersion:
    """Return the edits with their cells read as fields; `base`: the exported version."""
    if not any(one.cells for one in edited.cuts):
        return edited
    language = base.brief.language
    was = {cut.id: cut for cut in base.conte.cuts}
    lines = {str(line["id"]): line for line in lines_of(base).lines}
    unread = list(edited.unread)

    def listed(cut: str, column: str, why: str) -> None:
        place = f"{cut} {label(column, language)}"
        unread.append(Unread(place=place, reason=why[:200]))

    cuts: list[EditedCut] = []
    for one in edited.cuts:
        if one.cut not in was:
            cuts.append(one)
            continue
        cut, line = was[one.cut], lines[one.cut]
        fields: dict[str, JsonValue] = dict(one.fields)
        for column, shown in one.cells.items():
            if column in _OTHERWISE or column not in line or _same(shown, line[column]):
                continue
            try:
                fields[column] = _value(column, shown)
            except _NotUnderstood as error:
                listed(cut.id, column, str(error))
        frames = None
        try:
            frames = _frames(one.cells, line, base.brief.fps)
        except _NotUnderstood as error:
            listed(cut.id, error.column, str(error))
        cuts.append(one.model_copy(update={"fields": fields, "num_frames": frames}))
    for cut, column, why in _beside(cuts, lines, was, base.brief.fps):
        listed(cut, column, why)
    return edited.model_copy(update={"cuts": tuple(cuts), "unread": tuple(unread)})


def _same(shown: str | float, given: str | float) -> bool:
    """Return whether a cell still shows what was exported, even if the program changed its
    spelling."""
    if isinstance(given, str):
        return isinstance(shown, str) and _plain(shown) == _plain(given)
    if isinstance(shown, str):
        try:
            shown = float(shown.strip() or "nan")
        except ValueError:
            return False
    # Numbers were given with three places.
    return abs(shown - given) < 0.001


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "\n".join(line.strip() for line in text.split("\n")).strip()


def _value(column: str, shown: str | float) -> JsonValue:
    if not isinstance(shown, str):
        raise _NotUnderstood(f"it is the number {shown:g}; make the cell a text")
    text = _plain(shown)
    if column in _TERMS:
        return _term(_TERMS[column], text)
    return _dialogue(text) if column == "dialogue" else text


def _term(terms: type[Term], text: str) -> str:
    wanted = _folded(text)
    for term in terms:
        named = (term.value, term.ko, term.en)
        both = (f"{term.value} {term.ko}", f"{term.value} {term.en}")
        if wanted in map(_folded, (*named, *both)):
            return term.value
    known = ", ".join(term.ko for term in terms)
    raise _NotUnderstood(f"got {text[:40] or 'nothing'}, wanted one of {known}")


def _folded(text: str) -> str:
    return "".join(text.split()).casefold()


def _dialogue(text: str) -> JsonValue:
    said: list[JsonValue] = []
    for line in filter(None, text.split("\n")):
        found = _SPOKEN.fullmatch(line)
        if found is None:
            raise _NotUnderstood(f"got {line[:60]}, wanted lines such as `name: “words”`")
        words = found[2].strip()
        if len(words) > 1 and words[0] + words[-1] in _QUOTES:
            words = words[1:-1].strip()
        said.append({"speaker": found[1].strip(), "text": words})
    return said


def _frames(cells: Mapping[str, str | float], line: Line, fps: int) -> int | None:
    """Return the length that the cells give; None if they are unchanged."""
    told: dict[str, int] = {}
    for column, read in (("seconds", _of_seconds), ("num_frames", _of_frames)):
        if column not in cells or _same(cells[column], line[column]):
            continue
        try:
            told[column] = read(cells[column], fps)
        except _NotUnderstood as error:
            error.column = column
            raise
    if len(set(told.values())) > 1:
        unlike = _NotUnderstood(f"it says {told['num_frames']}, the seconds {told['seconds']}")
        unlike.column = "num_frames"
        raise unlike
    return next(iter(told.values()), None)


def _of_seconds(shown: str | float, fps: int) -> int:
    if isinstance(shown, str):
        found = _SECONDS.fullmatch(shown.strip())
        if found is None:
            raise _NotUnderstood(f"got {shown[:40] or 'nothing'}, wanted seconds such as 3.5")
        shown = float(found[1])
    frames = shown * fps
    if not 0.5 <= frames <= MAX_FRAMES:
        raise _NotUnderstood(f"got {shown:g} seconds, wanted at least a frame")
    whole = round(frames)
    if abs(frames - whole) > HUNDREDTH_S * fps + 1e-6:
        raise _NotUnderstood(
            f"{shown:g} seconds are {frames:.4g} frames of {fps} a second; wanted whole ones"
        )
    return whole


def _of_frames(shown: str | float, _fps: int) -> int:
    if isinstance(shown, str):
        found = _FRAMES.fullmatch(shown.strip())
        if found is None:
            raise _NotUnderstood(f"got {shown[:40] or 'nothing'}, wanted whole frames")
        shown = float(found[1])
    if shown != round(shown) or not 1 <= shown <= MAX_FRAMES:
        raise _NotUnderstood(f"got {shown:g} frames, wanted whole ones, at least 1")
    return round(shown)


def _beside(
    cuts: list[EditedCut], lines: Mapping[str, Line], was: Mapping[str, Cut], fps: int
) -> list[tuple[str, str, str]]:
    """Return the changed cells of derived columns, such as numbers and running totals, which cannot
    be edited."""
    known = [one for one in cuts if one.cut in was]
    lengths = (one.num_frames or was[one.cut].num_frames for one in known)
    found: list[tuple[str, str, str]] = []
    for place, (one, total) in enumerate(zip(known, accumulate(lengths), strict=True), 1):
        given = lines[one.cut]
        number, sum_s = one.cells.get("number", ""), one.cells.get("total", "")
        if number != "" and not _same(number, given["number"]) and not _same(number, place):
            found.append((one.cut, "number", "numbers follow from the order; move the line"))
        follows = _same(sum_s, given["total"]) or _same(sum_s, round(total / fps, 3))
        if sum_s != "" and not follows:
            found.append((one.cut, "total", "it follows from the lengths, and is not read"))
    return found
