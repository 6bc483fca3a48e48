"""More files that nobody sends by mistake, through both doors: sheets that come back, storyboards."""

import pytest

from deployments.deliverables.maker import Material
from deployments.deliverables.sheets.deck import deck
from deployments.deliverables.sheets.workbook import workbook
from serve.bounded import Bounded, Unusable
from serve.bounded.limits import MIB
from serve.returned import reading
from serve.storyboards import door
from tests.archived_sheets import made_sheets, table_document
from tests.exported_editions import written
from tests.hostile_imports import hostile_imports

HARMLESS = {
    # Nothing is reserved for a number that a file says.
    "a row of a number without end",
    "cells merged over all of a sheet, a thousand times",
    "a table of columns without end",
    "shapes larger than numbers",
}


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    edition = Material(written("tire"))
    document = table_document(made_sheets()[0].cuts)
    return dict(hostile_imports(workbook(edition), deck(edition), document))


@pytest.mark.parametrize("way", ["back", "storyboard"])
def test_each_is_refused_in_a_sentence_within_bounds(files: dict[str, bytes], way: str) -> None:
    assert len(files) >= 30
    back = way == "back"
    taken: set[str] = set()
    reasons: dict[str, str] = {}
    peaks: list[int] = []
    with Bounded(reading.LIMITS if back else door.LIMITS, foreground=True) as child:
        for name, data in files.items():
            try:
                if back:
                    answer = child.call(reading.read_edited, data, 30)
                else:
                    answer = child.call(door.read_storyboard, data)
                taken.add(name)
                peaks.append(answer.peak_bytes)
            except Unusable as error:
                reasons[name] = str(error)
    assert [name for name, reason in reasons.items() if not 5 < len(reason) <= 220] == []
    assert taken <= HARMLESS
    # The child lived on, so that its peak is that of all of them.
    assert len(peaks) > 1
    assert max(peaks) < 512 * MIB
