"""The page letters captions by the editor's numbers: one table of cases tests both."""

import json
from pathlib import Path
from typing import Any

import pytest

from conte.brief import AspectRatio
from conte.clip import frame_size
from deployments.overlays import ROUNDING, Extent, size_within
from deployments.safe_area import SafeArea

CASES = Path(__file__).parent.parent / "serve/studio/src/pure/letters.cases.json"
RATIOS: dict[tuple[int, int], AspectRatio] = {
    frame_size(ratio, 1080): ratio for ratio in ("16:9", "9:16", "1:1", "4:5")
}


@pytest.mark.parametrize("case", json.loads(CASES.read_text()))
def test_the_page_s_cases_of_captions_are_the_editor_s(
    case: dict[str, Any],
) -> None:
    width, height, widest, lines = (case[name] for name in ("width", "height", "widest", "lines"))
    assert (width, height) in RATIOS
    area = SafeArea.of(width, height)
    padded = Extent(ROUNDING * widest, ROUNDING * lines)
    fits = size_within(padded, area) == size_within(None, area)
    size = size_within(None if fits else Extent(widest, lines), area)
    assert size == pytest.approx(case["size"], abs=1e-3)
    assert [area.left, area.top, area.right, area.bottom] == pytest.approx(case["area"], abs=1e-3)
