"""Sheets in six layouts that say the same: each cut has its own words, length and picture."""

import pytest

from conte.storyboards.sheet import SheetCut, StoryboardSheet
from serve.storyboards.door import read_storyboard
from tests.agency_layouts import CUTS, LAYOUTS

PICTURED = {"merged_rows", "blocks_side_by_side", "slides_of_two", "forms"}


def said(cut: SheetCut, field: str) -> str:
    seen = getattr(cut, field)
    return "" if seen is None else str(seen.value)


@pytest.mark.parametrize("name", LAYOUTS)
def test_each_cut_has_its_own_words_length_and_picture(name: str) -> None:
    found = read_storyboard(LAYOUTS[name]())
    sheet = StoryboardSheet.model_validate_json(found.text)
    assert [said(cut, "number") for cut in sheet.cuts] == [cut.number for cut in CUTS]
    for cut, want in zip(sheet.cuts, CUTS, strict=True):
        for field in ("narration", "sound_effect", "music", "caption"):
            assert said(cut, field) == getattr(want, field), (want.number, field)
        # Where the camera stands in the same cell, its words stay.
        assert want.action in said(cut, "action")
        assert cut.length is not None
        assert cut.length.value.in_frames(30) == 30 * want.seconds
    pictures = [cut.picture.value if cut.picture else None for cut in sheet.cuts]
    assert pictures == (list(range(6)) if name in PICTURED else [None] * 6)


@pytest.mark.parametrize("name", ["merged_rows", "slides_of_two", "time_codes"])
def test_the_camera_is_read_wherever_it_stands(name: str) -> None:
    sheet = StoryboardSheet.model_validate_json(read_storyboard(LAYOUTS[name]()).text)
    assert [said(cut, "size") for cut in sheet.cuts] == ["FS", "CU", "MCU", "ECU", "MS", "LS"]
    assert said(sheet.cuts[2], "move") == "pan_left"
    assert said(sheet.cuts[3], "angle") == "high"


@pytest.mark.parametrize("name", ["merged_rows", "forms"])
def test_two_facts_in_one_line_are_two(name: str) -> None:
    sheet = StoryboardSheet.model_validate_json(read_storyboard(LAYOUTS[name]()).text)
    assert sheet.advertiser is not None
    assert sheet.product is not None
    assert (sheet.advertiser.value, sheet.product.value) == ("한빛타이어", "윈터그립")
