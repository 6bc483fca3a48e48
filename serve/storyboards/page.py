"""Read sheets -> a page that shows each value beside its original text and its certainty."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from conte.storyboards.sheet import FIELDS, Seen, SheetCut, StoryboardSheet, Sure
from conte.storyboards.words import LAYOUTS, SURE, field_name, seen_text
from conte.vocabulary import Language
from serve.pages.page import page

_TEMPLATE = Path(__file__).with_name("page.html")
_FACTS = ("title", "advertiser", "product", "total", "fps", "ratio")
_STATES: Mapping[Sure, str] = {Sure.CERTAIN: "good", Sure.LIKELY: "wait", Sure.GUESSED: "bad"}


@dataclass(frozen=True)
class ShownSheet:
    name: str
    """Name of the file."""
    sheet: StoryboardSheet | None = None
    """The sheet; None: it could not be read, for the reason in `refused`."""
    refused: str = ""
    panels: Mapping[int, bytes] = field(default_factory=dict[int, bytes])
    """Panels as small JPEGs, by their index among the file's pictures."""
    remarks: Sequence[str] = ()
    """Further remarks, such as what was masked."""


def sheets_page(title: str, sheets: Sequence[ShownSheet], language: Language = "ko") -> str:
    read = [one for one in sheets if one.sheet is not None]
    cuts = [cut for one in read if one.sheet for cut in one.sheet.cuts]
    sure = [seen.sure for cut in cuts for _, seen in _seen(cut)]
    return page(
        _TEMPLATE,
        title=title,
        language=language,
        tiles=[
            ("읽은 시트", "sheets read", f"{len(read)} / {len(sheets)}"),
            ("컷", "cuts", len(cuts)),
            *((SURE[one].ko, SURE[one].en, sure.count(one)) for one in Sure),
        ],
        sheets=[_sheet(one, language) for one in sheets],
    )


def _sheet(shown: ShownSheet, language: Language) -> dict[str, Any]:
    sheet = shown.sheet
    if sheet is None:
        return {"name": shown.name, "refused": shown.refused, "remarks": shown.remarks}
    return {
        "name": shown.name,
        "refused": "",
        "remarks": shown.remarks,
        "layout": LAYOUTS[sheet.layout].of(language),
        "facts": [_row(name, seen, language) for name in _FACTS if (seen := getattr(sheet, name))],
        "cuts": [_cut(cut, number, shown, language) for number, cut in enumerate(sheet.cuts, 1)],
        "unread": sheet.unread,
    }


def _cut(cut: SheetCut, number: int, shown: ShownSheet, language: Language) -> dict[str, Any]:
    panel = shown.panels.get(cut.picture.value) if cut.picture else None
    return {
        "number": cut.number.value if cut.number else str(number),
        "place": cut.place,
        "panel": "data:image/jpeg;base64," + base64.b64encode(panel).decode() if panel else "",
        "rows": [_row(name, seen, language) for name, seen in _seen(cut)],
        "empty": [
            field_name(name, language)
            for name in FIELDS
            if getattr(cut, name) is None and name not in ("legal", "transition", "location")
        ],
    }


def _seen(cut: SheetCut) -> Iterator[tuple[str, Seen[Any]]]:
    for name in FIELDS:
        seen = getattr(cut, name)
        if seen is not None and name not in ("number", "picture"):
            yield name, seen


def _row(name: str, seen: Seen[Any], language: Language) -> dict[str, str]:
    return {
        "field": field_name(name, language),
        "said": seen.said,
        "place": seen.place,
        "value": seen_text(seen, language),
        "sure": SURE[seen.sure].of(language),
        "state": _STATES[seen.sure],
    }
