"""The cells of a cut -> its fields, each with its source and its certainty."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from conte.storyboards.audio import Heard, heard_in, spoken_in
from conte.storyboards.blocks import Cell, Unread
from conte.storyboards.camera_words import (
    Found,
    camera_in,
    shot_line,
    time_of_day,
    transition_of,
)
from conte.storyboards.folding import folded, one_line
from conte.storyboards.sheet import Seen, SheetCut, SheetLength, Sure
from conte.storyboards.tables import CutLine
from conte.vocabulary import Term

_NUMBER = re.compile(r"(?:컷|cut|c|shot|no)?[\s.#:-]*(\d{1,3})\s*(?:컷|번)?\.?", re.IGNORECASE)
_PLACE_TIME = re.compile(
    r"(?:S\s?#?\s?\d{1,3}[.)]?\s*)?(.{1,120}?)\s*(?:[·/,(]|\s-\s)\s*(\S[^·/,()]{0,12}?)\)?",
    re.IGNORECASE,
)
_SCENE = re.compile(r"(?:S\s?#\s?\d{1,3}|씬\s?\d{1,3}|신\s?\d{1,3})[.)]?\s*(.*)", re.IGNORECASE)
_NEXT = re.compile(
    r"(?:다음 컷으로|끝|전환|장면 전환|To the next(?: cut)?|Next|Ends?)\s*[:：]\s*(.+)",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"^\s*[\(\[<【]([^)\]>】]{1,60})[\)\]>】]\s*")
_EMPTY = frozenset(
    map(folded, ("그림 없음", "No picture", "없음", "none", "-", "x", "n/a", "상동"))
)
_CAMERA = (("size", "sizes"), ("angle", "angles"), ("move", "moves"))


@dataclass
class CutReader:
    """Parses cuts one by one. `camera_columns`: whether the sheet has camera columns."""

    unread: Unread
    camera_columns: bool

    def cut(self, line: CutLine, length: Seen[SheetLength] | None) -> SheetCut:
        reading = _Reading(line, self.unread)
        reading.number()
        reading.picture()
        for name in ("size", "angle", "camera"):
            reading.camera_cell(name)
        reading.pictured(self.camera_columns)
        reading.place()
        reading.heard()
        reading.caption()
        reading.transition()
        if length is not None:
            reading.values["length"] = length
        return SheetCut(place=line.place, **reading.values)


class _Reading:
    def __init__(self, line: CutLine, unread: Unread) -> None:
        self._line, self._unread = line, unread
        self.values: dict[str, Any] = {}

    def _cell(self, name: str) -> Cell | None:
        cell = self._line.cells.get(name)
        return cell if cell is not None and cell.text.strip() else None

    def _put(self, name: str, value: Any, cell: Cell, sure: Sure, said: str = "") -> None:
        if name in self.values:
            self._unread(
                cell.place, f"another {name.replace('_', ' ')}: {one_line(said or cell.text)}"
            )
            return
        # The type is taken from the field it goes into.
        self.values[name] = {
            "value": value, "place": cell.place[:200] or self._line.place, "sure": sure,
            "said": (said or cell.text)[:2000],
        }  # fmt: skip

    def number(self) -> None:
        cell, scene = self._cell("number"), self._cell("scene")
        if cell is None and scene is None:
            return
        if cell is None:
            assert scene is not None
            self._put("number", one_line(scene.text)[:40], scene, Sure.LIKELY)
            return
        first, *rest = cell.text.strip().split("\n")
        if rest and not _NUMBER.fullmatch(cell.text.replace("\n", " ").strip()):
            for one in rest:
                if (found := shot_line(one)) is not None:
                    self._camera(found, cell, Sure.LIKELY)
                else:
                    self._unread(cell.place, f"beside the number: {one_line(one)[:80]}")
        found_number = _NUMBER.fullmatch(first.strip())
        value = found_number[1].lstrip("0") or "0" if found_number else one_line(first)
        if scene is not None:
            value = f"{one_line(scene.text)}-{value}"
        self._put("number", value[:40], cell, Sure.CERTAIN)

    def picture(self) -> None:
        own = [one for name in ("picture", "screen") for one in self._pictures(name)]
        found = own or self._line.pictures
        if not found:
            return
        cell = self._line.cells.get("picture") or self._line.cells.get("screen") or Cell()
        place = cell.place or self._line.place
        sure = Sure.CERTAIN if own else Sure.LIKELY
        self.values["picture"] = {"value": found[0], "place": place, "sure": sure, "said": ""}
        if len(found) > 1:
            self._unread(place, f"{len(found)} pictures; the first one is kept")

    def _pictures(self, name: str) -> Sequence[int]:
        cell = self._line.cells.get(name)
        return cell.pictures if cell is not None else ()

    def camera_cell(self, name: str) -> None:
        cell = self._cell(name)
        if cell is None:
            return
        found = camera_in(cell.text)
        self._camera(found, cell, Sure.CERTAIN)
        if name == "camera" and not found.any and (when := transition_of(cell.text)):
            self._put("transition", when, cell, Sure.LIKELY)
            return
        left = one_line(re.sub(r"[·/,|+()\[\]→>-]+", " ", found.rest))
        if left and folded(left) not in ("", "샷", "shot", "앵글", "angle", "카메라"):
            self._unread(cell.place, f"no word of the camera that is known: {left[:80]}")

    def _camera(self, found: Found, cell: Cell, sure: Sure) -> None:
        for name, of in _CAMERA:
            terms: Sequence[Term] = getattr(found, of)
            if not terms:
                continue
            if name in self.values:
                if self.values[name]["value"] is not terms[0]:
                    self._unread(cell.place, f"another {name}: {terms[0].en}")
                continue
            several = len(terms) > 1
            self._put(name, terms[0], cell, Sure.GUESSED if several else sure)
            if several:
                others = ", ".join(one.en for one in terms[1:])
                self._unread(cell.place, f"several of the {name}; the first one is kept: {others}")

    def pictured(self, camera_columns: bool) -> None:
        """Parse the picture's description, with the camera, place and transition that its lines
        name."""
        cell, sure = self._cell("action"), Sure.CERTAIN
        screen = self._cell("screen") or self._cell("picture")
        if screen is not None and folded(screen.text) in _EMPTY:
            screen = None
        if cell is None and screen is not None:
            cell, sure, screen = screen, Sure.LIKELY, None
        if screen is not None:
            if (found := shot_line(screen.text)) is not None:
                self._camera(found, screen, Sure.LIKELY)
            else:
                text = one_line(screen.text)[:120]
                self._unread(screen.place, f"words in the picture's place: {text}")
        if cell is None:
            return
        lines = [line.strip() for line in cell.text.split("\n") if line.strip()]
        lines = self._shot_lines(lines, cell)
        text = "\n".join(self._without_transition(lines, cell))
        if bracketed := _BRACKETED.match(text):
            if (found := shot_line(bracketed[1])) is not None:
                self._camera(found, cell, Sure.LIKELY)
                text = text[bracketed.end() :].strip()
        elif not camera_columns and not {"size", "angle", "move"} & self.values.keys():
            self._camera(camera_in(text), cell, Sure.GUESSED)
        if text:
            self._put("action", text, cell, sure)

    def _shot_lines(self, lines: list[str], cell: Cell) -> list[str]:
        """Remove the first lines if they hold only camera terms, or the place and the time of day;
        set those fields."""
        taken = False
        if lines and (found := shot_line(lines[0])) is not None:
            self._camera(found, cell, Sure.LIKELY)
            lines, taken = lines[1:], True
        if not lines:
            return lines
        scene = _SCENE.fullmatch(lines[0])
        named = _place_time(scene[1] if scene else lines[0]) if taken or scene else None
        if named is not None:
            place, when = named
            self._put("location", place, cell, Sure.LIKELY, lines[0])
            self._put("time_of_day", when, cell, Sure.LIKELY, lines[0])
            lines = lines[1:]
        return lines

    def _without_transition(self, lines: list[str], cell: Cell) -> list[str]:
        found = _NEXT.fullmatch(lines[-1]) if lines else None
        value = transition_of(found[1].strip()) if found else None
        if value is not None:
            self._put("transition", value, cell, Sure.CERTAIN, lines[-1])
            return lines[:-1]
        return lines

    def place(self) -> None:
        cell, when = self._cell("location"), self._cell("time_of_day")
        if cell is not None:
            text, named = one_line(cell.text), _place_time(one_line(cell.text))
            if when is None and named is not None:
                self._put("time_of_day", named[1], cell, Sure.LIKELY)
                text = named[0]
            self._put("location", text[:200], cell, Sure.CERTAIN)
        if when is not None:
            value = time_of_day(when.text)
            if value is None:
                self._unread(when.place, f"no time of day that is known: {one_line(when.text)}")
            else:
                self._put("time_of_day", value, when, Sure.CERTAIN)

    def heard(self) -> None:
        for name in ("narration", "dialogue", "sound_effect", "music"):
            cell = self._cell(name)
            if cell is None or folded(cell.text) in _EMPTY:
                continue
            if name == "narration":
                self._heard(heard_in(cell.text, speakers=False), cell, Sure.CERTAIN)
            elif name == "dialogue":
                self._put(name, tuple(spoken_in(cell.text)), cell, Sure.CERTAIN)
            else:
                heard = heard_in(cell.text, speakers=False)
                said = getattr(heard, name) or [cell.text.strip()]
                self._put(name, "\n".join(said), cell, Sure.CERTAIN)
        cell = self._cell("audio")
        if cell is not None and folded(cell.text) not in _EMPTY:
            self._heard(heard_in(cell.text), cell, Sure.CERTAIN)

    def _heard(self, heard: Heard, cell: Cell, sure: Sure) -> None:
        if heard.narration:
            of_audio = heard.unlabelled and cell is self._line.cells.get("audio")
            known = Sure.LIKELY if of_audio else sure
            self._put("narration", "\n".join(heard.narration), cell, known)
        if heard.dialogue:
            self._put("dialogue", tuple(heard.dialogue), cell, sure)
        for name in ("sound_effect", "music", "caption"):
            if said := getattr(heard, name):
                self._put(name, "\n".join(said), cell, sure)

    def caption(self) -> None:
        cell, legal = self._cell("caption"), self._cell("legal")
        if cell is not None and folded(cell.text) not in _EMPTY:
            lines = cell.text.split("\n")
            small = set(cell.small)
            large = [line for line in lines if line not in small]
            if small and legal is None:
                said = "\n".join(line for line in lines if line in small)
                self._put("legal", said, cell, Sure.LIKELY, said)
                lines = large
            text = "\n".join(lines).strip()
            if "caption" in self.values and self.values["caption"]["value"] == text:
                pass
            elif text:
                self._put("caption", text, cell, Sure.CERTAIN)
        if legal is not None:
            self._put("legal", legal.text.strip(), legal, Sure.CERTAIN)

    def transition(self) -> None:
        cell = self._cell("transition")
        if cell is None:
            return
        value = transition_of(cell.text)
        if value is None:
            self._unread(cell.place, f"no transition that is known: {one_line(cell.text)[:60]}")
        else:
            self._put("transition", value, cell, Sure.CERTAIN)


def _place_time(text: str) -> tuple[str, Any] | None:
    """Parse a place and a time of day: `부엌 · 아침`, `S#1. 거실 / 낮`."""
    found = _PLACE_TIME.fullmatch(text.strip())
    if found is None:
        return None
    when = time_of_day(found[2])
    if when is None:
        return None
    # The last mark divides: a place may have one, too.
    return found[1].strip(" ·/,"), when


def columns_in(lines: Iterable[CutLine]) -> frozenset[str]:
    """Return the columns that are not empty in every line."""
    return frozenset(
        name
        for line in lines
        for name, cell in line.cells.items()
        if cell.text.strip() or cell.pictures
    )
