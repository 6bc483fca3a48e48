"""The page to sign (승인서) as PDF: the cuts at a glance, and who approved or is to sign."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from conte.clip import frame_size
from conte.cut import Cut
from conte.edition import Edition
from conte.export import Layout
from deployments.deliverables.maker import Material
from deployments.deliverables.sheets.cut_pictures import name_of, pictures_of
from deployments.deliverables.sheets.page_data import SEOUL, page_data, seconds
from deployments.deliverables.sheets.typesetting import typeset
from deployments.deliverables.sheets.words import words_of
from deployments.deliverables.sheets.wrapping import lines

_WIDTHS: Mapping[Layout, float] = {"landscape": 273.0, "portrait": 188.0}
_GAP = 2.5
_TALLEST: Mapping[Layout, tuple[float, ...]] = {"landscape": (62, 34), "portrait": (75, 62, 38)}
"""Heights in millimetres of the tallest pictures, in one row, in two, in three."""
_WORTH_A_ROW = 1.2
"""How much larger pictures are that are worth another row."""


def approval_pdf(material: Material) -> bytes:
    edition, layout = material.edition, material.options.layout
    words = words_of(edition.brief.language)
    across, width, height = _grid(edition, layout)
    pictures = pictures_of(material, width, height)
    data = page_data(edition, layout, words["approval"], words["approval"]) | {
        "across": across,
        "picture": [width, height],
        "cuts": [_cut(cut, edition, pictures) for cut in edition.conte.cuts],
        "approves": lines(words["approves"], 40),
        "approved": _approved(edition),
        "hash_note": lines(words["hash_note"], 60),
        "parties": [
            [words["advertiser_party"], lines(edition.brief.advertiser, 8)],
            [words["agency_party"], []],
            [words["maker_party"], []],
        ],
    }
    return typeset("approval.typ", data, pictures)


def _grid(edition: Edition, layout: Layout) -> tuple[int, float, float]:
    """Return the pictures per row and their size: the largest, in few rows."""
    wide, high = frame_size(edition.brief.aspect_ratio)
    scale, across = 0.0, 1
    for rows, tallest in enumerate(_TALLEST[layout], start=1):
        each = -(-len(edition.conte.cuts) // rows)
        most = (_WIDTHS[layout] - (each - 1) * _GAP) / each - 0.5
        larger = min(most / wide, tallest / high)
        if larger > _WORTH_A_ROW * scale:
            scale, across = larger, each
    return across, round(wide * scale, 2), round(high * scale, 2)


def _cut(cut: Cut, edition: Edition, pictures: dict[str, bytes]) -> dict[str, Any]:
    words = words_of(edition.brief.language)
    said = cut.caption or cut.narration or next((line.text for line in cut.dialogue), "")
    return {
        "picture": name_of(cut.number) if name_of(cut.number) in pictures else None,
        "alt": words["alt"].format(cut.number, cut.action or cut.place),
        "number": words["number"].format(cut.number),
        "seconds": words["seconds"].format(seconds(cut.num_frames, edition.brief.fps)),
        "words": lines(said, 12),
    }


def _approved(edition: Edition) -> list[tuple[str, Any]]:
    signed, words = edition.approval, words_of(edition.brief.language)
    if signed is None:
        return []
    at = datetime.fromtimestamp(signed.at, SEOUL).strftime("%Y-%m-%d %H:%M (KST)")
    return [
        (words["approver"], lines(signed.name, 30)),
        (words["approved_at"], lines(at, 30)),
        (words["approval_number"], lines(str(signed.number), 30)),
        (words["hash"], lines(signed.hash, 40)),
    ]
