"""The change table (수정대조표) as PDF: changes since the version before."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from conte.export import Layout
from conte.revision.change import Change
from conte.revision.change_groups import (
    CHANGE_KINDS,
    CHANGE_WORDS,
    Row,
    groups_of,
    untouched_text,
)
from conte.revision.words import Run
from deployments.deliverables.maker import Material
from deployments.deliverables.sheets.page_data import page_data
from deployments.deliverables.sheets.typesetting import typeset
from deployments.deliverables.sheets.wrapping import Word, lines, num_lines, word_of
from serve.bounded import Unusable

_CUT, _FIELD, _CAUSE = 17.0, 30.0, 42.0
_TEXT_EM: Mapping[Layout, float] = {"landscape": 24.0, "portrait": 14.0}
"""Width in em of the texts before and after, estimated low."""
_MOST_LINES = 30
"""Most lines of a row that is kept on one page."""
_PIECE = re.compile(r"\n|[^\S\n]+|\S+")


def changes_pdf(material: Material) -> bytes:
    """Return the change table.

    Raises:
        Unusable: if its reader sees no earlier version.
    """
    edition, layout = material.edition, material.options.layout
    if edition.since is None:
        raise Unusable(f"version {edition.version} has no version before it to compare with")
    table = edition.since.table
    words, kinds = CHANGE_WORDS[table.language], CHANGE_KINDS[table.language]
    rows = [row for row in table.rows if not row.internal]
    has_causes = any(row.cause for row in rows)
    width = _TEXT_EM[layout] - (0 if has_causes else -4)
    counts = [(kinds[kind], sum(row.kind == kind for row in rows)) for kind in kinds]
    left_out = len(table.rows) - len(rows) + edition.since.num_left_out
    names = ("cut", "field", "before", "after", *(["cause"] if has_causes else []))
    data: dict[str, Any] = page_data(edition, layout, words["table"], words["table"]) | {
        "columns": [_CUT, _FIELD, 0, 0, *([_CAUSE] if has_causes else [])],
        "headings": [words[name] for name in names],
        "has_causes": has_causes,
        "summary": _summary(material, words, counts, len(rows)),
        "groups": [
            {
                "number": group.number,
                "remark": group.remark,
                "rows": [_row(row, width, kinds[row.change.kind]) for row in group.rows],
            }
            for group in groups_of(rows, words)
        ],
        "same": lines(words["same"], 40),
        "left_out": lines(words["left_out"].format(left_out), 60) if left_out else [],
    }
    data["words"] |= {"nothing": words["none"]}
    return typeset("changes.typ", data, {})


def _summary(
    material: Material,
    words: Mapping[str, str],
    counts: Sequence[tuple[str, int]],
    num_changes: int,
) -> list[dict[str, Any]]:
    since = material.edition.since
    if since is None:
        return []
    table = since.table
    cuts = str(table.num_cuts_after)
    if table.num_cuts_before != table.num_cuts_after:
        cuts = f"{table.num_cuts_before} → {cuts}"
    versions = [words["conte"].format(n) for n in (since.version, material.edition.version)]
    parts = (
        (words["versions"], " → ".join(versions), ""),
        (words["cuts"], cuts, ""),
        (
            words["changes"],
            words["rows"].format(num_changes),
            " · ".join(f"{kind} {count}" for kind, count in counts if count),
        ),
        (
            words["untouched"],
            words["count"].format(table.num_untouched),
            ", ".join(untouched_text(one, words) for one in table.untouched),
        ),
    )
    return [
        {"label": label, "text": lines(text, 30), "note": lines(note, 30)}
        for label, text, note in parts
    ]


def _row(row: Row, width: float, kind: str) -> dict[str, Any]:
    change = row.change
    tallest = max(num_lines(change.text_before, width), num_lines(change.text_after, width))
    return {
        "label": lines(change.label, 7),
        "kind": kind,
        "before": marked(row.before, width),
        "after": marked(row.after, width),
        "colours_before": _colours(change, change.before),
        "colours_after": _colours(change, change.after),
        "cause": lines(change.cause or "", 10),
        "whole": tallest <= _MOST_LINES,
    }


def _colours(change: Change, value: Any) -> list[str]:
    is_palette = change.part == "look" and change.field == "palette"
    return [str(colour) for colour in value or ()] if is_palette else []


def marked(runs: Sequence[Run], most_em: float) -> list[list[tuple[Word, str, bool]]]:
    """Return lines of words: each the word, its fate, and whether a space precedes it."""
    found: list[list[tuple[Word, str, bool]]] = [[]]
    spaced = False
    for run in runs:
        for piece in _PIECE.findall(run.text):
            if piece == "\n":
                found.append([])
                spaced = False
            elif piece.isspace():
                spaced = True
            elif any(word := word_of(piece, most_em)):
                found[-1].append((word, run.fate, spaced and bool(found[-1])))
                spaced = False
    return [line for line in found if line]
