"""PPTX -> the cuts in its tables. Reads only texts: no picture, no media, no layout."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from conte.revision.edited import MAX_LISTED, EditedCut, EditedVersion, Unread
from conte.sheet_lines import column_named
from conte.sheet_origin import SheetOrigin, mark_of, without_origin
from serve.office.deck import comments_on, slides_of, text_of
from serve.office.package import NoSheet, Package, below, child, local, plain

MAX_CUTS = 64
TITLES = {"conte title": "title", "conte slogan": "slogan"}
"""Fields of the treatment, by the names of the shapes that show them."""
_CUT = re.compile(r"c_[0-9a-z]{4,32}")


class _Shape(NamedTuple):
    name: str
    element: Any


class _Slide(NamedTuple):
    number: int
    part: str
    texts: tuple[tuple[str, str], ...]
    """Text boxes: texts by name."""
    tables: tuple[_Shape, ...]
    notes: str
    origin: SheetOrigin | None


def read_deck(data: bytes) -> EditedVersion:
    """Read a deck.

    Raises:
        NoSheet: saying what is wrong.
    """
    package = Package.of(data)
    slides = list(_slides(package))
    unread: list[Unread] = []

    def listed(place: str, reason: str) -> None:
        if len(unread) < MAX_LISTED:
            unread.append(Unread(place=plain(place) or "-", reason=plain(reason, 200)))

    origins = [one.origin for one in slides if one.origin]
    shown = frozenset[str]().union(*(one.shown for one in origins))
    cuts: list[EditedCut] = []
    fields: dict[str, str] = {}
    for slide in slides:
        place = f"slide {slide.number}"
        table = _table_of(slide)
        if table is not None:
            cuts.append(_cut(*table, listed))
        for one in slide.tables:
            if table is None or one is not table[1]:
                listed(place, f"a table of no cut: {_words(one.element)}")
        if table is None and slide.origin is None and not slide.tables:
            listed(place, "a slide of no cut")
        for name, text in slide.texts:
            if name in TITLES:
                fields.setdefault(TITLES[name], text)
            elif shown and text.strip() and mark_of(text) not in shown:
                listed(place, f"a text that is not read: {text}")
        if own := without_origin(slide.notes):
            listed(place, f"a note: {own}")
        for text in comments_on(package, slide.part):
            listed(place, f"a comment: {text}")
    if not cuts:
        raise NoSheet("no slide of it has the table of a cut")
    if len(cuts) > MAX_CUTS:
        raise NoSheet(f"it has more than {MAX_CUTS} cuts")
    return EditedVersion(
        base=origins[0].base if origins else None,
        cuts=tuple(cuts),
        fps=origins[0].fps if origins else None,
        ordered=True,
        fields=fields,
        unread=tuple(unread),
    )


def _slides(package: Package) -> Iterator[_Slide]:
    for number, part, root in slides_of(package):
        texts = tuple(
            (_name(one), text_of(body))
            for one in below(root, "sp")
            if (body := child(one, "txBody")) is not None
        )
        tables = tuple(
            _Shape(_name(frame), table)
            for frame in below(root, "graphicFrame")
            for table in below(frame, "tbl")
        )
        notes = _notes(package, part)
        yield _Slide(number, part, texts, tables, notes, SheetOrigin.read(notes))


def _name(shape: Any) -> str:
    return next((one.get("name") or "" for one in below(shape, "cNvPr")), "")


def _notes(package: Package, part: str) -> str:
    """Return the texts of a slide's notes, without number and date."""
    texts: list[str] = []
    for one in package.related(part):
        if one.kind != "notesSlide":
            continue
        for shape in below(package.part(one.part), "sp"):
            body, kind = child(shape, "txBody"), child(shape, "nvSpPr", "nvPr", "ph")
            place = "" if kind is None else kind.get("type") or "body"
            if body is not None and place not in ("sldNum", "dt", "hdr", "ftr", "sldImg"):
                texts.append(text_of(body))
    return "\n".join(texts)


def _table_of(slide: _Slide) -> tuple[str, _Shape] | None:
    """Return a slide's table and the id of its cut, from the table's name or the notes."""
    for one in slide.tables:
        if found := _CUT.search(one.name):
            return found[0], one
    named = slide.origin.cut if slide.origin else ""
    if _CUT.fullmatch(named) and len(slide.tables) == 1:
        return named, slide.tables[0]
    return None


def _cut(cut: str, table: _Shape, listed: Any) -> EditedCut:
    cells: dict[str, str | float] = {}
    for row in below(table.element, "tr"):
        texts = [
            text_of(body)
            for cell in row
            if local(cell) == "tc" and (body := child(cell, "txBody")) is not None
        ]
        heading, *rest = texts or [""]
        name = column_named(heading)
        if name is None or name in cells:
            if any(text.strip() for text in texts):
                listed(cut, f"a row that is not read: {' '.join(texts)}")
            continue
        cells[name] = rest[0] if rest else ""
        if any(text.strip() for text in rest[1:]):
            listed(cut, f"more columns than were exported: {' '.join(rest[1:])}")
    return EditedCut(cut=cut, cells=cells)


def _words(table: Any) -> str:
    return " ".join(text_of(body) for body in below(table, "txBody"))
