"""Change table -> an HTML page that prints on A4 (수정대조표). Knows no route and no ledger.

Wants jinja2.
"""

from pathlib import Path

from conte.revision.change import ChangeTable
from conte.revision.change_groups import (
    CHANGE_KINDS,
    CHANGE_WORDS,
    groups_of,
    is_compared,
    untouched_text,
)
from conte.revision.words import shortened
from serve.pages.page import page

TEMPLATE = Path(__file__).with_suffix(".html")


def change_page(
    table: ChangeTable,
    *,
    product: str,
    advertiser: str,
    title: str,
    base: int,
    new: int,
    at: float,
    internal: bool = False,
    fonts: str = "fonts",
) -> str:
    """Return the page in the table's language.

    Args:
        table: what has changed.
        product: the product's name.
        advertiser: may be empty.
        title: the conte's.
        base: number of the earlier version.
        new: number of the later version.
        at: when the later version was made, in seconds since 1970.
        internal: whether to list what is for makers only, such as video prompts.
        fonts: the address of the folder of the fonts, from the page's.
    """
    words, kinds = CHANGE_WORDS[table.language], CHANGE_KINDS[table.language]
    shown = [row for row in table.rows if internal or not row.internal]
    counts = [(kinds[kind], sum(row.kind == kind for row in shown)) for kind in kinds]
    marked = [run for row in shown if is_compared(row) for run in shortened(row.runs)]
    return page(
        TEMPLATE,
        language=table.language,
        words=words,
        kinds=kinds,
        facts=[
            (words[name], value)
            for name, value in (
                ("advertiser", advertiser),
                ("product", product),
                ("title", title),
            )
            if value
        ],
        versions=(words["conte"].format(base), words["conte"].format(new)),
        cuts=(table.num_cuts_before, table.num_cuts_after),
        at=at,
        num_changes=len(shown),
        counts=[(kind, count) for kind, count in counts if count],
        num_untouched=table.num_untouched,
        untouched=", ".join(untouched_text(one, words) for one in table.untouched),
        groups=groups_of(shown, words),
        marks={run.fate for run in marked},
        shortened=any("…" in run.text for run in marked if run.fate == "kept"),
        left_out=len(table.rows) - len(shown),
        fonts=fonts,
    )
