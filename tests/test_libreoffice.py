"""Workbooks and decks that LibreOffice has opened, changed and saved: exactly those changes."""

import io
from typing import Any

import openpyxl
import pytest
from pptx import Presentation

from conte.edition import Edition
from conte.revision.applying import apply
from conte.revision.merging import Merged, merge
from conte.revision.operations import Edit, Retime
from conte.revision.working import Working
from deployments.deliverables.maker import Material
from deployments.deliverables.sheets.deck import deck
from deployments.deliverables.sheets.workbook import workbook
from tests.exported_editions import full, written
from tests.libreoffice import PROGRAM, LibreOffice, in_cell, in_table
from tests.test_returned_sheets import NOTHING, merged, read
from tests.test_sheets import commented

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="LibreOffice is not installed")
CAPTION = "고친 자막\n둘째 줄"


@pytest.fixture(scope="module")
def edition() -> Edition:
    return commented(full(written("tire", cuts=8)))


@pytest.fixture(scope="module")
def base(edition: Edition) -> Working:
    return Working(conte=edition.conte, brief=edition.brief)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> LibreOffice:
    return LibreOffice(tmp_path_factory.mktemp("office"))


def changed(base: Working) -> Merged:
    """The first cut's caption, and ten frames that the second cut gets from the third."""
    first, second, third = base.conte.cuts[:3]
    return Merged(
        operations=(
            Retime(cut=second.id, frames=second.num_frames + 10, source=third.id),
            Edit(cut=first.id, field="caption", before=first.caption, after=CAPTION),
        ),
        conflicts=(),
        unread=(),
    )


def test_a_workbook_comes_back_with_the_line_and_the_lengths_that_were_changed_there(
    base: Working, edition: Edition, office: LibreOffice
) -> None:
    book = workbook(Material(edition))
    assert merged(base, office.saved(book, ".xlsx")) == NOTHING
    _, second, third = base.conte.cuts[:3]
    at = columns_of(book)
    back = office.saved(
        book,
        ".xlsx",
        in_cell(5, at["자막"], CAPTION),
        in_cell(6, at["초수"], round((second.num_frames + 10) / 30, 3)),
        in_cell(7, at["프레임"], third.num_frames - 10.0),
    )
    assert merged(base, back) == changed(base)
    lists_its_conflicts_and_writes_nothing(base, back)


def test_a_deck_comes_back_with_the_line_and_the_lengths_that_were_changed_there(
    base: Working, edition: Edition, office: LibreOffice
) -> None:
    show = deck(Material(edition))
    assert merged(base, office.saved(show, ".pptx")) == NOTHING
    _, second, third = base.conte.cuts[:3]
    back = office.saved(
        show,
        ".pptx",
        in_table(1, row_of(show, "자막"), CAPTION),
        in_table(2, row_of(show, "초수"), f"{(second.num_frames + 10) / 30:.3f}"),
        in_table(3, row_of(show, "초수"), f"{(third.num_frames - 10) / 30:.3f}"),
    )
    assert merged(base, back) == changed(base)
    lists_its_conflicts_and_writes_nothing(base, back)


def lists_its_conflicts_and_writes_nothing(base: Working, back: bytes) -> None:
    """The draft says something else of the same line and the same lengths."""
    first, second, third = base.conte.cuts[:3]
    edit = Edit(cut=first.id, field="caption", before=first.caption, after="우리 자막")
    ours = apply(apply(base, edit), Retime(
        cut=second.id, frames=second.num_frames + 5, source=third.id
    ))  # fmt: skip
    found = merge(base, ours, read(back))
    assert found.operations == ()
    assert [(one.field, one.ours, one.theirs) for one in found.conflicts] == [
        ("num_frames", second.num_frames + 5, second.num_frames + 10),
        ("num_frames", third.num_frames - 5, third.num_frames - 10),
        ("caption", "우리 자막", CAPTION),
    ]


def columns_of(book: bytes) -> dict[str, int]:
    sheet = openpyxl.load_workbook(io.BytesIO(book)).worksheets[0]
    return {str(cell.value): cell.column for cell in sheet[4] if cell.column}


def row_of(show: bytes, heading: str) -> int:
    deck: Any = Presentation(io.BytesIO(show))
    table = next(one.table for one in deck.slides[1].shapes if one.has_table)
    return next(at for at, row in enumerate(table.rows) if row.cells[0].text == heading)
