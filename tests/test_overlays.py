"""What is laid over stands inside the safe area, whatever is written, and can be read."""

import numpy as np
import pytest
import skia

from conte.ai_label import AI_LABEL
from conte.checks.timefit import Rates, wrap_caption
from conte.clip import frame_size
from deployments.encoding import Planes
from deployments.lettering import Lettering
from deployments.overlays import (
    Overlay,
    caption,
    caption_size,
    counter,
    draw_overlay,
    label,
    legal,
    timecode,
)
from deployments.safe_area import SafeArea

RATIOS = ("16:9", "9:16", "1:1", "4:5")
WORDS = {
    "korean": "빗길에서도 흔들림 없이, 한 번 더 믿고 달립니다",
    "emoji": "🚗💨👨‍👩‍👧❤️🇰🇷" * 6,
    "long word": "supercalifragilistic" * 4,
    "long korean": "가" * 90,
    "many lines": "하나\n둘\n셋\n넷\n다섯\n여섯\n일곱\n여덟",
    "short": "!",
}


def grey(width: int, height: int, level: int = 128) -> Planes:
    y = np.full((height, width), level, np.uint8)
    u, v = (np.full((height // 2, width // 2), 128, np.uint8) for _ in range(2))
    return y, u, v


def inked(overlay: Overlay, width: int, height: int) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of what an overlay changes in a picture."""
    planes = grey(width, height)
    overlay.onto(planes)
    changed = np.abs(planes[0].astype(int) - 128) > 24
    rows, columns = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS.keys())
@pytest.mark.parametrize("ratio", RATIOS)
@pytest.mark.parametrize("short_side", [128, 720])
def test_any_caption_fits_into_the_safe_area(ratio: str, words: str, short_side: int) -> None:
    width, height = frame_size(ratio, short_side)  # pyright: ignore[reportArgumentType]
    area = SafeArea.of(width, height)
    lines = wrap_caption(words, Rates())
    left, top, right, bottom = inked(
        caption(lines, caption_size([lines], area), area), width, height
    )
    assert area.left - 2 <= left < right <= area.right + 2
    assert area.top - 2 <= top < bottom <= area.bottom + 2
    assert abs((left + right) / 2 - width / 2) < 0.02 * width + 2


LEGAL = (
    "경고: 지나친 음주는 뇌졸중, 기억력 손상이나 치매를 유발합니다.\n19세 미만 청소년에게 판매 금지"
)


@pytest.mark.parametrize(
    "text", [LEGAL, "가나다 " * 100, "x" * 400], ids=["real", "long", "one word"]
)
@pytest.mark.parametrize("ratio", RATIOS)
@pytest.mark.parametrize("short_side", [128, 720])
def test_a_legal_line_stands_below_the_caption_and_inside_the_safe_area(
    ratio: str, text: str, short_side: int
) -> None:
    width, height = frame_size(ratio, short_side)  # pyright: ignore[reportArgumentType]
    area = SafeArea.of(width, height)
    small = legal(text, area)
    left, top, right, bottom = inked(small, width, height)
    assert area.left - 2 <= left < right <= area.right + 2
    assert area.top - 2 <= top < bottom <= area.bottom + 2
    lines = ("하루의 마침표", "한강")
    words = caption(lines, caption_size([lines], area), area, small)
    _, above, _, ends = inked(words, width, height)
    assert area.top - 2 <= above < ends <= top + 1


@pytest.mark.parametrize("ratio", RATIOS)
def test_a_legal_line_is_smaller_than_a_caption_and_large_enough_to_read(ratio: str) -> None:
    width, height = frame_size(ratio)  # pyright: ignore[reportArgumentType]
    area = SafeArea.of(width, height)
    band = legal("판매 금지", area)
    letters = band.pixels.shape[0] / (1.3 + 2 * 0.28)
    assert letters * 390 / width >= 13.9, "on a phone that is held upright"
    assert letters < caption_size([("판매 금지",)], area) * (1.0 if ratio == "16:9" else 1 / 1.5)
    plate = label(AI_LABEL["ko"], area)
    assert plate.pixels.shape[0] / 1.6 * 390 / width >= 8.9


def test_a_long_legal_line_is_broken_evenly() -> None:
    area = SafeArea.of(1280, 720)
    text = "본 영상은 연출된 장면이며 실제 성능은 도로와 운전 조건에 따라 다를 수 있습니다."
    left, _, right, _ = inked(legal(text, area), 1280, 720)
    assert right - left < 0.75 * area.width


def test_an_upright_film_keeps_clear_of_what_apps_lay_over_it() -> None:
    tall, feed, wide = (SafeArea.of(*size) for size in ((1080, 1920), (1080, 1350), (1920, 1080)))
    assert (tall.left, tall.right) == (192, 888)
    assert (tall.top, tall.bottom) == pytest.approx((288, 0.65 * 1920))
    assert feed.bottom == pytest.approx(0.65 * 1920 - (1920 - 1350) / 2)
    assert (wide.left, wide.top, wide.right, wide.bottom) == (96, 54, 1824, 1026)


def test_captions_of_a_film_have_one_size() -> None:
    area = SafeArea.of(720, 1280)
    long = ("가나다라마바사아자차카타파하가나",)
    assert caption_size([("짧게",), long], area) == caption_size([long], area)
    assert caption_size([("짧게",)], area) > caption_size([long], area)


@pytest.mark.parametrize("level", [16, 128, 235])
def test_a_caption_is_readable_over_dark_and_light(level: int) -> None:
    area = SafeArea.of(1280, 720)
    planes = grey(1280, 720, level)
    words = caption(("달리는 믿음",), 46, area)
    words.onto(planes)
    rows, columns = words.pixels.shape[:2]
    under = planes[0][words.y : words.y + rows, words.x : words.x + columns]
    assert under.max() > 225
    # The darkest edge beside the white letters.
    assert under.min() < min(level, 110) + 1


def test_an_overlay_of_no_strength_changes_nothing_and_of_half_changes_half() -> None:
    square = draw_overlay(
        8, 8, 16, 16, lambda canvas: canvas.clear(skia.ColorSetARGB(255, 255, 255, 255))
    )
    planes = grey(64, 64)
    square.onto(planes, 0.0)
    assert (planes[0] == 128).all()
    square.onto(planes, 0.5)
    assert planes[0][10, 10] == pytest.approx((128 + 235) / 2, abs=1)
    assert (planes[0][:8] == 128).all()
    square.onto(planes, 1.0)
    assert planes[0][10, 10] == 235


@pytest.mark.parametrize(
    ("colour", "yuv"),
    [
        ((255, 0, 0), (63, 102, 240)),
        ((0, 0, 255), (32, 240, 118)),
        ((0, 0, 0), (16, 128, 128)),
        ((255, 255, 255), (235, 128, 128)),
    ],
)
def test_colours_are_those_of_bt709(
    colour: tuple[int, int, int], yuv: tuple[int, int, int]
) -> None:
    planes = grey(32, 32)
    draw_overlay(0, 0, 32, 32, lambda canvas: canvas.clear(skia.ColorSetRGB(*colour))).onto(planes)
    assert [int(plane[3, 3]) for plane in planes] == pytest.approx(yuv, abs=1)


@pytest.mark.parametrize("ratio", RATIOS)
def test_label_and_counter_share_the_top_without_touching(ratio: str) -> None:
    width, height = frame_size(ratio, 720)  # pyright: ignore[reportArgumentType]
    area = SafeArea.of(width, height)
    for text in AI_LABEL.values():
        marked = inked(label(text, area), width, height)
        counted = inked(counter("컷 8  00:01:59:29", area), width, height)
        assert marked[2] < counted[0]
        assert min(marked[0], area.right - counted[2]) >= area.left - 2 - area.left
        assert marked[0] >= area.left - 2
        assert counted[2] <= area.right + 2
        assert max(marked[3], counted[3]) < height / 2


def test_a_time_code_counts_frames() -> None:
    assert timecode(0, 30) == "00:00:00:00"
    assert timecode(29, 30) == "00:00:00:29"
    assert timecode(30, 30) == "00:00:01:00"
    assert timecode(24 * 3725 + 5, 24) == "01:02:05:05"


def test_an_emoji_family_is_one_glyph_and_hangul_has_its_own() -> None:
    lettering = Lettering("SemiBold", 40, skia.Paint())
    assert lettering.width("👨‍👩‍👧") == pytest.approx(lettering.width("🚗"), rel=0.3)
    assert lettering.width("가") > 20
    assert lettering.width("") == 0


def test_a_line_of_korean_ends_between_words_and_what_is_too_long_in_an_ellipsis() -> None:
    lettering = Lettering("Medium", 20, skia.Paint(), line_height=1)
    width = lettering.width("국내 설계") - 2
    assert lettering.set("국내 설계", width).LongestLine < lettering.width("국내 ") + 1
    for words in ("아주 긴 문장이 " * 40, "끊을곳이없는말" * 40, "👨‍👩‍👧" * 60):
        kept = lettering.set_within(words, 200, 3)
        assert kept.Height == 60
        assert kept.LongestLine <= 201
    assert lettering.set_within("짧다", 200, 3).Height == 20
