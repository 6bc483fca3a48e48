"""Texts with labels -> one line per cut, as in scripts with a slide or a heading per cut."""

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence

from conte.storyboards.blocks import Block, Cell, PictureBlock, Table, TextBlock, Unread
from conte.storyboards.camera_words import shot_line, time_of_day
from conte.storyboards.folding import folded, one_line
from conte.storyboards.headings import column_of, fact_of
from conte.storyboards.lengths import read_length
from conte.storyboards.sheet import SheetLength
from conte.storyboards.tables import CutLine, Facts

_MARK = re.compile(
    r"\s*(?:[\[(<【]\s*)?(?:(?:컷|cut|c\s?#|scene|씬|신|s\s?#|shot|panel)\s*[#.]?\s*(\d{1,3}(?:-\d{1,2})?)"
    r"|(\d{1,3})\s*컷|#\s?(\d{1,3})|(\d{1,3})(?=\s{2,}\S))\s*(?:[\])>】]\s*)?(?:[.:)\-–—/|]\s*|\s+|$)",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"\s*(?:[\[(<【]\s*([^\])>】]{1,20}?)\s*[\])>】]\s*[:：]?|([^\s:：)\]][^:：)\]\n]{0,19}?)\s*[:：)\]])\s*(.*)"
)
_FACT = re.compile(r"(?:^|(?<=\s))([^\s:：]{1,20})\s*[:：]")
_SPACED = re.compile(r"\s*(\S[^\t]{0,18}?)(?:\t+| {2,})(\S.*)")
_APART = re.compile(r"\t+| {2,}|\s+[|/]\s+|\n")
_SIDE = re.compile(r"\(([^()]{1,20})\)|\[([^\[\]]{1,20})\]")


def number_in(text: str) -> tuple[str, str] | None:
    """Return the cut's number at the beginning of a line, and the rest of the line."""
    found = _MARK.match(text)
    if found is None:
        return None
    return next(filter(None, found.groups())), text[found.end() :]


def label_in(line: str) -> tuple[str, str] | None:
    """Return the column that a line's label names, and the words after it."""
    if (found := _LABEL.match(line)) is not None:
        name = column_of(found[1] or found[2])
        return (name, found[3]) if name is not None else None
    return None


def labelled_lines(blocks: Sequence[Block], unread: Unread) -> list[CutLine]:
    """Return the cuts of texts that are not in tables."""
    texts = [one for one in blocks if not isinstance(one, Table)]
    marked = sum(
        isinstance(one, TextBlock) and any(number_in(line) for line in one.text.split("\n")[:2])
        for one in texts
    )
    pages = len({one.page for one in texts})
    groups = _by_marks(texts) if marked > 1 and (marked > pages or pages == 1) else _by_page(texts)
    repeated = repeated_texts(texts)
    lines = [_line(group, repeated, unread) for group in groups]
    found = [line for line in lines if line is not None]
    return found if len(found) > 1 else []


def repeated_texts(blocks: Iterable[Block]) -> frozenset[str]:
    """Return the texts that stand on more than half of the pages, such as headers and footers."""
    pages: dict[str, set[int]] = {}
    every: set[int] = set()
    for one in blocks:
        if isinstance(one, Table):
            every.add(one.page)
        if isinstance(one, TextBlock):
            every.add(one.page)
            pages.setdefault(folded(one.text), set()).add(one.page)
    return frozenset(text for text, on in pages.items() if len(on) > 2 and 2 * len(on) > len(every))


def read_head(line: CutLine, block: TextBlock, unread: Unread) -> bool:
    """Parse the heading of a cut, such as `3컷 CU · 고정 부엌 · 아침`; return False if the line is
    none."""
    begun = number_in(block.text)
    if begun is None:
        return False
    number, rest = begun
    line.cells.setdefault("number", Cell(number, block.place))
    sides = [one[1] or one[2] for one in _SIDE.finditer(rest)]
    known = [side for side in sides if _known_side(side)]
    for side in known:
        rest = re.sub(rf"[(\[]{re.escape(side)}[)\]]", "  ", rest)
    for part in (*known, *_APART.split(rest)):
        _head_part(line, part.strip(), block.place, unread)
    return True


def _known_side(text: str) -> bool:
    return shot_line(text) is not None or read_length(text) is not None


def _head_part(line: CutLine, part: str, place: str, unread: Unread) -> None:
    if not part:
        return
    if shot_line(part) is not None:
        line.cells.setdefault("camera", Cell(part, place))
    elif time_of_day(part) is not None:
        line.cells.setdefault("time_of_day", Cell(part, place))
    elif (label := label_in(part)) is not None:
        line.cells.setdefault(label[0], Cell(label[1], place))
    elif (length := read_length(part)) is not None and length.length != SheetLength():
        line.cells.setdefault("length", Cell(part, place))
    elif re.split(r"[·/,]", part)[-1].strip() and time_of_day(re.split(r"[·/,]", part)[-1]):
        line.cells.setdefault("location", Cell(part, place))
    elif "action" not in line.cells and len(part) > 12:
        line.cells["action"] = Cell(part, place)
    elif "location" not in line.cells:
        line.cells["location"] = Cell(part, place)
    else:
        unread(place, f"beside the number: {one_line(part)[:80]}")


def facts_of_texts(blocks: Iterable[Block], facts: Facts) -> None:
    """Collect facts about the film from labels: `광고주: 한울타이어`."""
    for block in blocks:
        if not isinstance(block, TextBlock):
            continue
        for line in _each_fact(block.text):
            found = _LABEL.match(line)
            spaced = None if found else _SPACED.match(line)
            if found:
                label, value = found[1] or found[2], found[3]
            elif spaced:
                label, value = spaced[1], spaced[2]
            else:
                continue
            if (fact := fact_of(label)) is not None:
                facts.add(fact, Cell(value.strip(), block.place))


def _each_fact(text: str) -> Iterator[str]:
    """Divide a text into lines, and a line before every label of a fact but its first."""
    for line in text.split("\n"):
        starts = [one.start(1) for one in _FACT.finditer(line) if fact_of(one[1])][1:]
        for start, end in itertools.pairwise([0, *starts, len(line)]):
            yield line[start:end].rstrip(" ,/|·")


def _by_page(texts: Sequence[Block]) -> list[list[Block]]:
    pages: dict[int, list[Block]] = {}
    for one in texts:
        pages.setdefault(one.page, []).append(one)
    return list(pages.values())


def _by_marks(texts: Sequence[Block]) -> list[list[Block]]:
    """Split at every line that begins with a cut's number; text before the first one is left
    out."""
    groups: list[list[Block]] = []
    for one in texts:
        if isinstance(one, TextBlock) and number_in(one.text) is not None:
            groups.append([])
        if groups:
            groups[-1].append(one)
    return groups


def _line(group: Sequence[Block], repeated: frozenset[str], unread: Unread) -> CutLine | None:
    line = CutLine(group[0].place, group[0].page)
    loose: list[TextBlock] = []
    labelled = False
    pictures: list[PictureBlock] = []
    for one in group:
        if isinstance(one, PictureBlock):
            pictures.append(one)
        elif isinstance(one, TextBlock) and folded(one.text) not in repeated:
            first, _, rest = one.text.partition("\n")
            head = TextBlock(one.page, one.place, first, one.size)
            if "number" not in line.cells and read_head(line, head, unread):
                one = TextBlock(one.page, one.place, rest, one.size)
            labelled |= _labels(line, one, loose)
    if not labelled and "number" not in line.cells:
        return None
    pictures.sort(key=lambda one: -one.area)
    line.pictures = [one.index for one in pictures]
    loose.sort(key=lambda one: -len(one.text))
    if loose and not line.cells.get("action", Cell()).text:
        line.cells["screen"] = Cell(loose[0].text, loose[0].place)
        loose = loose[1:]
    for one in loose:
        unread(one.place, f"without a label: {one_line(one.text)[:80]}")
    return line


def _labels(line: CutLine, block: TextBlock, loose: list[TextBlock]) -> bool:
    """Parse a text's labelled lines; a line without a label continues the one before."""
    said: dict[str, list[str]] = {}
    free: list[str] = []
    name: str | None = None
    for one in filter(None, (text.strip() for text in block.text.split("\n"))):
        found = label_in(one)
        alone = column_of(one) if found is None else None
        if found is not None:
            name = found[0]
            said.setdefault(name, []).append(found[1])
        elif alone is not None and len(one) < 12:
            name = alone
            said.setdefault(name, [])
        elif name is not None:
            said[name].append(one)
        else:
            free.append(one)
    for column, texts in said.items():
        text = "\n".join(filter(None, texts))
        if text:
            line.cells.setdefault(column, Cell(text, block.place))
    if free:
        loose.append(TextBlock(block.page, block.place, "\n".join(free), block.size))
    return bool(said)
