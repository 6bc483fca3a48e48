"""Lengths in the notations of sheets: seconds, `mm:ss`, frames, ranges and running time codes."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from conte.storyboards.sheet import Seen, SheetLength, Sure

_S = r"(?:초|s|sec|secs|seconds?|″|”|\"|''|’’)"
_F = r"(?:프레임|f|fr|frames?)"
_NUMBER = r"(\d{1,4}(?:\.\d{1,12})?)"
_SECONDS = re.compile(rf"(?:약|총|@)?\s*{_NUMBER}\s*{_S}?", re.IGNORECASE)
_MINUTES = re.compile(rf"(\d{{1,2}})\s*(?:분|m|min|′|')\s*(?:{_NUMBER}\s*{_S}?)?", re.IGNORECASE)
_FRAMES = re.compile(rf"(\d{{1,5}})(?:\.0+)?\s*{_F}", re.IGNORECASE)
_BOTH = re.compile(rf"(\d{{1,3}})\s*{_S}\s*(?:\+\s*)?\(?(\d{{1,2}})\s*{_F}\)?", re.IGNORECASE)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?:\.(\d{1,3}))?")
_LONG_CLOCK = re.compile(r"(\d{1,2}):(\d{2}):(\d{2})(?:[.,](\d{1,3}))?")
_SMPTE = re.compile(r"(\d{1,2}):(\d{2}):(\d{2})[:;](\d{2})")
_RANGE = re.compile(r"\s*(?:~|-|–|—|→|>|부터)\s*")
_ASIDE = re.compile(r"\(([^()]*)\)\s*$")
MOST_S = 600.0


@dataclass(frozen=True)
class Written:
    """A parsed cell of a length."""

    length: SheetLength
    clock: bool = False
    """True for clock notation, which may be a length or a position in the film."""
    start: SheetLength | None = None
    """Start of a range; `length` is its end."""


def read_length(text: str) -> Written | None:
    """Parse a cell; None if it is not understood."""
    text = unicodedata.normalize("NFKC", text).replace("”", '"').strip().rstrip(".")
    if not text or len(text) > 60:
        return None
    if (one := _one(text)) is not None:
        return one if one.clock or one.length != SheetLength() else None
    parts = [part for part in _RANGE.split(text) if part]
    if len(parts) == 2:
        first, last = _one(parts[0]), _one(parts[1])
        if first is not None and last is not None and _s(first.length) <= _s(last.length):
            return Written(last.length, clock=True, start=first.length)
    if aside := _ASIDE.search(text):
        return read_length(text[: aside.start()]) or read_length(aside[1])
    lines = text.split("\n")
    if len(lines) < 2:
        return None
    # Frames are exact, and seconds beside them are rounded.
    exact = next((line for line in lines if _FRAMES.fullmatch(line.strip())), lines[0])
    return read_length(exact)


def _one(text: str) -> Written | None:
    text = text.strip()
    if found := _SMPTE.fullmatch(text):
        hours, minutes, seconds, frames = map(int, found.groups())
        return _written(3600 * hours + 60 * minutes + seconds, frames, clock=True)
    if found := _LONG_CLOCK.fullmatch(text):
        hours, minutes, seconds = map(int, found.groups()[:3])
        return _written(
            3600 * hours + 60 * minutes + seconds + float(f"0.{found[4] or 0}"), clock=True
        )
    if found := _CLOCK.fullmatch(text):
        rest = float(f"0.{found[3] or 0}")
        return _written(60 * int(found[1]) + int(found[2]) + rest, clock=True)
    if found := _BOTH.fullmatch(text):
        return _written(int(found[1]), int(found[2]))
    if found := _FRAMES.fullmatch(text):
        return _written(0, int(found[1]))
    if found := _SECONDS.fullmatch(text):
        return _written(float(found[1]))
    if found := _MINUTES.fullmatch(text):
        return _written(60 * int(found[1]) + float(found[2] or 0))
    return None


def _written(seconds: float, frames: int = 0, *, clock: bool = False) -> Written | None:
    if seconds > MOST_S or frames > 36_000:
        return None
    return Written(SheetLength(seconds=seconds, frames=frames), clock)


def _s(length: SheetLength) -> float:
    """Return the length in seconds for comparisons; frames are converted at a nominal rate."""
    return length.seconds + length.frames / 30


@dataclass(frozen=True)
class LengthCell:
    text: str
    place: str


def told_fps(columns: Mapping[str, Sequence[LengthCell]]) -> int | None:
    """Return the frames per second at which a sheet's frames and seconds agree; None if no rate
    fits."""
    pairs: list[tuple[float, int]] = []
    for frames, seconds in zip(columns.get("frames", ()), columns.get("length", ()), strict=False):
        exact, said = _cell("frames", frames), read_length(seconds.text)
        if exact and said and exact.length.frames and said.length.seconds:
            pairs.append((said.length.seconds, exact.length.frames))
    for fps in (24, 25, 30):
        if len(pairs) > 1 and all(abs(s * fps - frames) < 0.02 * fps + 0.01 for s, frames in pairs):
            return fps
    return None


def lengths_of(
    columns: Mapping[str, Sequence[LengthCell]], num: int, fps: int, total: SheetLength | None
) -> tuple[list[Seen[SheetLength] | None], list[tuple[str, str]]]:
    """Return each cut's length, and the place and reason of each cell that was not understood.

    Args:
        columns: the cells by column (`frames`, `length`, `timecode`, `start`, `end`, `total`), one
            a cut.
        num: how many cuts there are.
        fps: frames a second, for the frames of time codes.
        total: the film's length, if the sheet gives it: where the last cut ends.
    """
    found: list[Seen[SheetLength] | None] = [None] * num
    unread: list[tuple[str, str]] = []
    for name in ("frames", "length", "timecode", "start", "end", "total"):
        cells = columns.get(name)
        if cells is None:
            continue
        read = [_cell(name, cell) for cell in cells]
        for cell, one in zip(cells, read, strict=True):
            if one is None and cell.text.strip():
                unread.append((cell.place, f"no length that is understood: {cell.text}"))
        if name in ("start", "end", "total", "timecode") or _runs(read, total):
            made = _running(name, cells, read, fps, total)
        else:
            made = [
                None if one is None or one.length == SheetLength() else _seen(cell, one, fps)
                for cell, one in zip(cells, read, strict=True)
            ]
        for at, one in enumerate(made):
            standing = found[at]
            if standing is None:
                found[at] = one
            elif one is not None and _differ(standing.value, one.value, fps):
                unread.append(
                    (one.place, f"it says {one.said}, and {standing.said} stands for the same cut")
                )
    return found, unread


def _cell(name: str, cell: LengthCell) -> Written | None:
    text = cell.text.strip()
    if name == "frames" and re.fullmatch(r"\d{1,5}(\.0+)?", text):
        return _written(0, int(float(text)))
    return read_length(text)


def _seen(cell: LengthCell, one: Written, fps: int) -> Seen[SheetLength] | None:
    if one.start is not None:
        return Seen(
            value=one.length.minus(one.start, fps), place=cell.place, sure=Sure.CERTAIN,
            said=cell.text,
        )  # fmt: skip
    sure = Sure.LIKELY if one.clock else Sure.CERTAIN
    return Seen(value=one.length, place=cell.place, sure=sure, said=cell.text)


def _runs(read: Sequence[Written | None], total: SheetLength | None) -> bool:
    """Return whether clock values are positions in the film: they increase, and start at 0 or end
    at the film's length."""
    if len(read) < 2 or any(one is None or not one.clock or one.start for one in read):
        return False
    at = [_s(one.length) for one in read if one]
    if any(later <= earlier for earlier, later in pairwise(at)):
        return False
    return at[0] == 0 or (total is not None and abs(at[-1] - _s(total)) < 0.05)


def _running(
    name: str,
    cells: Sequence[LengthCell],
    read: Sequence[Written | None],
    fps: int,
    total: SheetLength | None,
) -> list[Seen[SheetLength] | None]:
    """Return lengths from positions in the film: ranges, beginnings, or ends."""
    begins = name == "start" or (
        name in ("timecode", "length")
        and read[0] is not None
        and read[0].start is None
        and read[0].length == SheetLength()
    )
    made: list[Seen[SheetLength] | None] = []
    for at, (cell, one) in enumerate(zip(cells, read, strict=True)):
        first: SheetLength | None
        last: SheetLength | None
        if one is None:
            made.append(None)
            continue
        if one.start is not None:
            first, last = one.start, one.length
        elif begins:
            following = read[at + 1] if at + 1 < len(read) else None
            first, last = one.length, following.length if following else None
            if at + 1 == len(read):
                last = total
        else:
            earlier = read[at - 1] if at else None
            first = SheetLength() if at == 0 else earlier.length if earlier else None
            last = one.length
        if first is None or last is None or _s(last) <= _s(first):
            made.append(None)
            continue
        sure = Sure.CERTAIN if one.start is not None else Sure.LIKELY
        made.append(Seen(value=last.minus(first, fps), place=cell.place, sure=sure, said=cell.text))
    return made


def _differ(one: SheetLength, other: SheetLength, fps: int) -> bool:
    """Return whether two lengths differ by more than a sheet's rounding to a hundredth of a
    second."""
    return abs(one.in_frames(fps) - other.in_frames(fps)) > 0.011 * fps + 0.02 * fps
