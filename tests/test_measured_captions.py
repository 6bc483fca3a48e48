"""Captions without a model: only what was measured, in everyday words."""

import re
from typing import get_args

import pytest
from hypothesis import given

from conte.camera import agrees, measured_move, moves_said
from conte.checks.clip_caption import caption_faults
from conte.korean import josa_errors
from conte.measures import Measures
from conte.vocabulary import CameraMove, Language
from deployments.engines.measured import MeasuredCaptions
from deployments.engines.measured.colours import name_of
from deployments.engines.measured.observed import observed
from deployments.engines.measured.telling import told
from tests.clip_measures import a_camera, any_measures, footage, some_measures

WIDE = 16 / 9
M = CameraMove
BOTH: tuple[Language, ...] = get_args(Language)


@pytest.mark.parametrize(
    ("changes", "move"),
    [
        ({}, M.STATIC),
        ({"pan_per_s": 0.2}, M.PAN_RIGHT),
        ({"pan_per_s": -0.2}, M.PAN_LEFT),
        ({"tilt_per_s": 0.2}, M.TILT_UP),
        ({"tilt_per_s": -0.2}, M.TILT_DOWN),
        ({"zoom_per_s": 0.2}, M.ZOOM_IN),
        ({"zoom_per_s": -0.2}, M.ZOOM_OUT),
        ({"shake": 0.08}, M.HANDHELD),
        ({"pan_per_s": 0.2, "shake": 0.08}, M.PAN_RIGHT),
        # Neither clearly one nor clearly the other: nothing is told.
        ({"pan_per_s": 0.02}, None),
        ({"pan_per_s": 0.2, "tilt_per_s": 0.35}, None),
        ({"pan_per_s": 0.2, "shake": 0.18}, None),
        ({"shake": 0.02}, None),
    ],
)
def test_a_camera_s_move_is_told_where_the_measures_tell_it(
    changes: dict[str, float], move: CameraMove | None
) -> None:
    assert measured_move(a_camera(**changes), WIDE) is move


def test_a_tilt_counts_by_how_far_it_carries_the_picture() -> None:
    camera = a_camera(pan_per_s=0.2, tilt_per_s=0.2)
    assert measured_move(camera, 2.0) is M.PAN_RIGHT
    assert measured_move(camera, 0.5) is M.TILT_UP


def test_what_looks_alike_to_a_measure_does_not_contradict_it() -> None:
    assert agrees(M.TRACK_RIGHT, M.PAN_RIGHT)
    assert agrees(M.DOLLY_IN, M.ZOOM_IN)
    assert agrees(None, M.STATIC) and agrees(M.PAN_LEFT, None)
    assert not agrees(M.PAN_LEFT, M.PAN_RIGHT)
    assert not agrees(M.PAN_LEFT, M.STATIC)


@pytest.mark.parametrize(
    ("text", "language", "moves"),
    [
        ("카메라가 천천히 왼쪽으로 팬하며 방을 비춘다.", "ko", [M.PAN_LEFT]),
        ("카메라가 왼쪽에서 오른쪽으로 천천히 팬한다.", "ko", [M.PAN_RIGHT]),
        ("고정된 카메라가 식탁을 담는다.", "ko", [M.STATIC]),
        ("카메라는 전혀 움직이지 않는다.", "ko", [M.STATIC]),
        ("줌인하다가 틸트 다운한다.", "ko", [M.TILT_DOWN, M.ZOOM_IN]),
        ("핸드헬드로 따라간다.", "ko", [M.HANDHELD]),
        ("왼쪽에 프라이팬이 있고 사람은 움직이지 않는다.", "ko", []),
        ("The camera pans slowly to the left.", "en", [M.PAN_LEFT]),
        ("A slow pan from left to right.", "en", [M.PAN_RIGHT]),
        ("The camera remains perfectly still.", "en", [M.STATIC]),
        ("A hand-held shot that zooms in.", "en", [M.ZOOM_IN, M.HANDHELD]),
        ("The camera dollies back and cranes up.", "en", [M.DOLLY_OUT, M.CRANE_UP]),
        ("A frying pan left on the stove, a man tilts his head.", "en", []),
    ],
)
def test_a_camera_s_moves_are_found_in_prose(
    text: str, language: Language, moves: list[CameraMove]
) -> None:
    assert list(moves_said(text, language)) == moves


@pytest.mark.parametrize(
    ("colour", "ko", "en"),
    [
        ("#ff0000", "빨간색", "red"),
        ("#8b0000", "짙은 빨간색", "dark red"),
        ("#ffc0cb", "분홍색", "pink"),
        ("#ffa500", "주황색", "orange"),
        ("#ffd700", "노란색", "yellow"),
        ("#f5deb3", "베이지색", "beige"),
        ("#8b4513", "갈색", "brown"),
        ("#808000", "올리브색", "olive"),
        ("#006400", "짙은 초록색", "dark green"),
        ("#008080", "청록색", "teal"),
        ("#87ceeb", "하늘색", "sky blue"),
        ("#0000ff", "파란색", "blue"),
        ("#1e90ff", "파란색", "blue"),
        ("#000080", "남색", "navy"),
        ("#800080", "보라색", "purple"),
        ("#ff00ff", "자홍색", "magenta"),
        ("#101010", "검은색", "black"),
        ("#808080", "회색", "grey"),
        ("#fdfdfb", "흰색", "white"),
    ],
)
def test_colours_have_the_names_that_people_give_them(colour: str, ko: str, en: str) -> None:
    assert (name_of(colour).ko, name_of(colour).en) == (ko, en)


@pytest.mark.parametrize("wrong", ["", "red", "#fff", "#12345g", "0000000"])
def test_what_is_no_colour_has_no_name(wrong: str) -> None:
    with pytest.raises(ValueError):
        name_of(wrong)


@given(measures=any_measures)
def test_whatever_is_measured_a_caption_is_sound_in_both_languages(measures: Measures) -> None:
    for language in BOTH:
        caption = told(measures, WIDE, language)
        assert caption_faults(caption) == ()
        assert caption.size is None and caption.subjects == ()
        assert caption.move is measured_move(measures.camera, WIDE)
        text = f"{caption.short} {caption.long}"
        assert "  " not in text and " ." not in text and " ," not in text


@given(measures=any_measures)
def test_korean_particles_fit_the_words_before_them(measures: Measures) -> None:
    caption = told(measures, WIDE, "ko")
    names = [name.ko for name in observed(measures, WIDE).colours]
    for word in (*names, "장면", "화면", "카메라", "글자"):
        assert josa_errors(f"{caption.short} {caption.long}", word) == ()


def test_a_caption_tells_of_light_colour_motion_and_text() -> None:
    measures = some_measures(
        brightness=0.1, contrast=0.3, colourfulness=70, motion=0.3, text_area=0.3
    )
    ko, en = told(measures, WIDE, "ko"), told(measures, WIDE, "en")
    for word in ("어둡", "대비", "선명", "빠르", "글자", "파란색"):
        assert word in ko.long
    for word in ("dark", "contrast", "vivid", "fast", "ext", "lue"):
        assert word in en.long
    assert ko.style == "어두운 화면, 강한 명암 대비, 선명한 색감"
    assert en.style == "dark, high contrast, vivid colours"


def test_black_and_white_has_no_main_colours_in_its_scene() -> None:
    caption = told(some_measures(colourfulness=1, colours=("#808080",)), WIDE, "ko")
    assert "흑백" in caption.long
    assert "회색" not in caption.short


def test_one_clip_is_always_told_alike_and_many_are_told_in_many_ways() -> None:
    one = some_measures()
    assert told(one, WIDE, "ko") == told(one, WIDE, "ko")
    alike = [some_measures(sharpness=100 + at) for at in range(40)]
    for language in BOTH:
        assert len({told(measures, WIDE, language).short for measures in alike}) >= 4
        assert len({told(measures, WIDE, language).long for measures in alike}) >= 6


async def test_the_engine_says_that_it_is_no_model() -> None:
    engine = MeasuredCaptions()
    caption = await engine.caption(footage(), "ko")
    assert caption.move is M.STATIC
    assert re.search("not a model", engine.id.label)
    assert engine.prompt_version("ko") is None
