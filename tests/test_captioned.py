"""Captions of a preview: the lines, the place, the size and the plate that the film gives them."""

from typing import Any

import numpy as np
import pytest

from conte.brief import AspectRatio
from conte.captioned import Captioned
from conte.checks.timefit import Rates
from conte.clip import frame_size
from conte.vocabulary import CameraMove, ShotSize
from deployments.captioned import captioned
from deployments.cut_overlays import CutOverlays
from deployments.film_words import FilmWords
from deployments.lettered import SHORT_SIDE, lettered
from serve.settings import FilmSettings
from tests.sound_conte import a_brief, a_conte

RATIOS: tuple[AspectRatio, ...] = ("16:9", "9:16", "1:1", "4:5")
LINE = "멈추는 힘"
NOTICE = "본 영상은 연출된 장면이며 실제 성능은 다를 수 있습니다."
SILENT = FilmSettings(subtitles="none")


def previewed(
    ratio: AspectRatio = "16:9", settings: FilmSettings = SILENT, **cuts: Any
) -> dict[int, Captioned]:
    """Captions by the number of their cut."""
    conte = a_conte(**cuts)
    found = captioned(conte, a_brief(aspect_ratio=ratio), {}, settings, Rates())
    return {cut.number: found[cut.id] for cut in conte.cuts if cut.id in found}


@pytest.mark.parametrize("ratio", RATIOS)
@pytest.mark.parametrize(
    "cut",
    [
        {"size": ShotSize.MS, "shows": ()},
        {"size": ShotSize.CU, "shows": ("tire",), "move": CameraMove.STATIC},
        {"size": ShotSize.ECU, "shows": ("driver",), "move": CameraMove.STATIC},
        {"legal": NOTICE},
    ],
)
def test_a_preview_s_first_line_begins_where_the_film_s_letters_begin(
    ratio: AspectRatio, cut: dict[str, Any]
) -> None:
    conte, brief = a_conte(cut_3={**cut, "caption": LINE}), a_brief(aspect_ratio=ratio)
    told = captioned(conte, brief, {}, SILENT, Rates())[conte.cuts[2].id]
    words = FilmWords.of(conte, brief, SILENT, Rates(), "draft").over(2, None)
    width, height = frame_size(ratio, SHORT_SIDE)
    [drawn] = CutOverlays(words, 120, 24, (width, height)).drawn("caption")
    # Letters are white, their shadow is not.
    rows = drawn.y + np.flatnonzero((drawn.pixels.min(axis=2) > 250).any(axis=1))
    size, top = told.size * SHORT_SIDE, told.top * height
    assert (told.lines, told.plate) == (words.caption, words.plate)
    assert top < rows[0] and rows[-1] < top + 1.3 * size
    assert rows[-1] - rows[0] == pytest.approx(0.85 * size, rel=0.2)


def test_a_caption_stands_above_a_legal_line_and_above_subtitles() -> None:
    plain = previewed(cut_2={"caption": LINE})[2]
    noticed = previewed(cut_2={"caption": LINE, "legal": NOTICE})[2]
    said = {"caption": LINE, "narration": "젖은 길."}
    voiced = previewed(settings=FilmSettings(), cut_2=said)[2]
    assert noticed.top < plain.top and voiced.top < plain.top


def test_a_caption_is_at_the_top_where_the_product_is_below() -> None:
    goods = {"caption": LINE, "shows": ("tire",), "move": CameraMove.STATIC}
    near, far = (
        previewed("9:16", cut_3={**goods, "size": size})[3].top
        for size in (ShotSize.MS, ShotSize.FS)
    )
    assert near < 0.3 and far > 0.5


def test_what_the_film_does_not_show_as_a_caption_is_left_out() -> None:
    assert previewed(settings=FilmSettings(burn_captions=False), cut_2={"caption": LINE}) == {}
    packshot = {"caption": LINE, "shows": ("tire",)}
    assert 5 not in previewed(cut_5=packshot)
    assert previewed(cut_5={"caption": LINE, "shows": ("driver",)})[5].lines == (LINE,)
    without = SILENT.model_copy(update={"end_card": "none"})
    assert previewed(settings=without, cut_5=packshot)[5].lines == (LINE,)


def test_safe_zones_are_checked_where_the_film_has_its_letters() -> None:
    """A caption at the top was checked at the bottom, where it is not."""
    goods = {"caption": LINE, "shows": ("tire",), "move": CameraMove.STATIC}
    conte, brief = a_conte(cut_3=goods), a_brief(aspect_ratio="9:16")
    for size in ShotSize:
        cut = conte.cuts[2].model_copy(update={"size": size})
        one = conte.model_copy(update={"cuts": (*conte.cuts[:2], cut, *conte.cuts[3:])})
        told = captioned(one, brief, {}, SILENT, Rates())[cut.id]
        [box] = [
            box
            for box in lettered(one, brief, SILENT, Rates())
            if (box.element, box.cut) == ("caption", 3)
        ]
        assert box.top < told.top * box.frame[1] < box.bottom
