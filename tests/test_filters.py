"""Which shots are worth learning from, and why the others are not."""

import itertools
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from conte.measures import Bars, Measures
from crawl.analysis.analysis import Analysis, DetectedShot, FrameSpan
from crawl.filters import FilterSettings, clips_of, divided, figures, movement
from tests.caption_rows import a_shot, a_stream
from tests.clip_measures import a_camera, any_measures, some_measures

DEFAULT = FilterSettings()


def judged(
    shot: DetectedShot, settings: FilterSettings = DEFAULT, **stream: Any
) -> list[tuple[DetectedShot, str]]:
    analysis = Analysis(
        stream=a_stream().model_copy(update=stream),
        shots=(shot,),
        dissolves=(),
        fades=(),
        revision="tests",
    )
    return list(clips_of(analysis, settings))


def reason_of(measures: Measures | None = None, **stream: Any) -> str:
    shot = a_shot(0, 120).model_copy(update={"measures": measures or some_measures()})
    ((_, reason),) = judged(shot, **stream)
    return reason


def test_a_plain_clip_of_five_seconds_is_kept() -> None:
    assert reason_of() == ""


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"text_area": 0.31}, "text_area 0.31 > 0.12"),
        ({"black": 0.5}, "black 0.5 > 0.2"),
        ({"brightness": 0.02}, "brightness 0.02 < 0.06"),
        ({"brightness": 0.99}, "brightness 0.99 > 0.96"),
        ({"contrast": 0.01}, "contrast 0.01 < 0.03"),
        ({"sharpness": 3.0}, "sharpness 3 < 12"),
        ({"motion": 0.0, "camera": a_camera(pan_per_s=0, tilt_per_s=0)}, "movement 0 < 0.004"),
        ({"motion": 4.0, "camera": a_camera(pan_per_s=0, tilt_per_s=0)}, "movement 4 > 2.5"),
        ({"camera": a_camera(shake=0.75)}, "shake 0.75 > 0.5"),
    ],
)
def test_a_clip_tells_the_figure_and_the_bound_that_it_breaks(
    changes: dict[str, Any], reason: str
) -> None:
    assert reason_of(some_measures(**changes)) == reason


@pytest.mark.parametrize(
    ("stream", "reason"),
    [
        ({"fps": 8.0}, "fps 8 < 12"),
        ({"width": 320, "height": 180}, "side 180 < 240"),
        ({"width": 1280, "height": 320}, "ratio 4 > 2.8"),
    ],
)
def test_a_video_of_which_no_clip_would_do_tells_why_in_each(
    stream: dict[str, Any], reason: str
) -> None:
    assert reason_of(**stream) == reason


def test_what_lies_within_the_black_bars_is_what_counts() -> None:
    scope = some_measures(bars=Bars(top=0.13, bottom=0.13))
    assert reason_of(scope, width=1280, height=720) == ""
    phone = some_measures(bars=Bars(left=0.34, right=0.34))
    assert reason_of(phone) == "side 204.8 < 240; bars 0.68 > 0.3"


def test_all_reasons_are_told_because_relaxing_one_bound_helps_only_those_with_no_other() -> None:
    reason = reason_of(some_measures(text_area=0.4, brightness=0.01, black=1.0))
    assert reason == "black 1 > 0.2; brightness 0.01 < 0.06; text_area 0.4 > 0.12"


def test_a_figure_just_beyond_its_bound_is_not_told_as_the_bound() -> None:
    assert reason_of(some_measures(text_area=0.120004)) == "text_area 0.120004 > 0.12"


def test_a_figure_that_is_no_number_passes_no_bound() -> None:
    assert reason_of(some_measures(sharpness=math.nan)).startswith("sharpness nan")


def test_a_bound_of_none_is_not_looked_at() -> None:
    shot = a_shot(0, 120).model_copy(update={"measures": some_measures(text_area=0.9)})
    ((_, reason),) = judged(shot, FilterSettings(max_text_area=None))
    assert reason == ""


def test_a_shot_that_is_too_short_is_left_out_whatever_it_shows() -> None:
    ((_, reason),) = judged(a_shot(0, 24))
    assert reason == "duration_s 1 < 2"


def test_a_long_shot_is_divided_evenly_and_nowhere_near_its_joints_ends_change() -> None:
    shot = a_shot(100, 100 + 24 * 50).model_copy(
        update={"key_frames": (150, 700, 1200), "opens": "dissolve", "closes": "fade"}
    )
    pieces = list(divided(shot, 20))
    assert [(p.span.start, p.span.end) for p in pieces] == [(100, 500), (500, 900), (900, 1300)]
    assert [(p.opens, p.closes) for p in pieces] == [
        ("dissolve", "within"),
        ("within", "within"),
        ("within", "fade"),
    ]
    assert [p.key_frames for p in pieces] == [(150,), (700,), (1200,)]


def test_a_piece_has_the_hashes_of_its_own_key_frames() -> None:
    hashes = ("a" * 16, "b" * 16, "c" * 16)
    shot = a_shot(0, 960).model_copy(
        update={
            "key_frames": (10, 20, 700),
            "measures": some_measures(dhashes=hashes),
        }
    )
    first, second = divided(shot, 20)
    assert (first.measures.dhashes, second.measures.dhashes) == (hashes[:2], hashes[2:])


def test_a_piece_that_no_key_frame_stands_for_is_left_out_and_says_so() -> None:
    kept, left_out = judged(a_shot(0, 960).model_copy(update={"key_frames": (10,)}))
    assert kept[1] == ""
    assert left_out[1] == "key_frames 0 < 1"


@given(
    start=st.integers(0, 10_000),
    length=st.integers(1, 40_000),
    fps=st.floats(5, 120),
    longest_s=st.floats(4, 60),
)
def test_pieces_cover_a_shot_exactly_and_none_is_too_long(
    start: int, length: int, fps: float, longest_s: float
) -> None:
    end = start + length
    span = FrameSpan(start=start, end=end, start_s=start / fps, end_s=end / fps)
    shot = a_shot(0, 10).model_copy(update={"span": span, "key_frames": (start,)})
    pieces = list(divided(shot, longest_s))
    assert pieces[0].span.start == start
    assert pieces[-1].span.end == end
    assert all(a.span.end == b.span.start for a, b in itertools.pairwise(pieces))
    assert all(a.span.end_s == b.span.start_s for a, b in itertools.pairwise(pieces))
    lengths = [piece.span.end - piece.span.start for piece in pieces]
    assert max(lengths) - min(lengths) <= 1
    assert max(lengths) <= longest_s * fps + 1
    if len(pieces) > 1:
        assert min(lengths) >= longest_s * fps / 2 - 1


@given(measures=any_measures)
def test_any_figures_are_judged_and_every_reason_names_one_of_them(measures: Measures) -> None:
    shot = a_shot(0, 120).model_copy(update={"measures": measures})
    ((_, reason),) = judged(shot)
    names = figures(shot, a_stream()).keys()
    assert all(part.split(" ")[0] in names for part in reason.split("; ") if part)


def test_a_zoom_moves_the_picture_though_nothing_in_it_moves() -> None:
    still = some_measures(motion=0, camera=a_camera(pan_per_s=0, tilt_per_s=0))
    zoom = some_measures(motion=0, camera=a_camera(pan_per_s=0, tilt_per_s=0, zoom_per_s=0.2))
    assert movement(still, 640, 360) == 0
    assert 0.07 < movement(zoom, 640, 360) < 0.08


def test_pieces_that_would_be_too_short_are_refused_at_the_door() -> None:
    with pytest.raises(ValidationError, match="at least twice min_duration_s"):
        FilterSettings(min_duration_s=5, longest_s=8)
