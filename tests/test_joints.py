"""Where one shot gives way to the next, and what only looks like it."""

import itertools
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from crawl.analysis import AnalysisSettings, analyse
from crawl.analysis.joints import BLOCK, JointAt, JointFinder
from crawl.analysis.tiles import COLUMNS, ROWS, tiles_of
from tests.bench.caption_arms import joints_of
from tests.generated_scenes import Pixels
from tests.generated_shots import Shots
from tests.generated_timelines import Disturbance, Encoding, Joint, Kind, Stir, Take, Timeline
from tests.generated_videos import make_videos
from tests.joint_matching import Score, scored

DEFAULT = AnalysisSettings()
FPS = 25


def found_in(frames: Iterator[Pixels]) -> list[JointAt]:
    finder = JointFinder(DEFAULT)
    joints = [joint for frame in frames for joint in finder.push(tiles_of(_luma(frame), full=True))]
    return joints + list(finder.finish())


def _luma(frame: Pixels) -> Pixels:
    return cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY).astype(np.uint8, copy=False)


def film(
    joints: Sequence[Joint] = (),
    stirs: Sequence[Disturbance] = (),
    *,
    num_frames: int = 80,
    shake: float = 0.0,
    picture: Fraction | None = None,
    black: int = 4,
    seed: int = 5,
) -> Iterator[Pixels]:
    """Drawn, not encoded: what disturbs it does so in its first shot."""
    starts = [0, *(joint.start for joint in joints)]
    ends = [*(joint.end for joint in joints), num_frames]
    takes = tuple(
        Take(start, end, tuple(stirs) if start == 0 else (), shake, still=False, same_place=False)
        for start, end in zip(starts, ends, strict=True)
    )
    line = Timeline(
        width=320,
        height=180,
        fps=Fraction(FPS),
        num_frames=num_frames,
        takes=takes,
        joints=tuple(joints),
        eased=False,
        black=black,
        picture=picture,
        encoding=Encoding("libx264", ".mp4", {}),
    )
    return Shots(line, np.random.default_rng(seed)).frames()


def told(joints: Sequence[JointAt]) -> list[tuple[Kind, int, int]]:
    return [(joint.kind, joint.start, joint.end) for joint in joints]


def test_hardly_a_joint_of_videos_as_sites_serve_them_is_missed_and_hardly_one_is_invented(
    tmp_path: Path,
) -> None:
    made = make_videos(tmp_path, seed=20261123, count=6)
    scores = (
        scored(video.joints, joints_of(analyse(video.path, DEFAULT).analysis)) for video in made
    )
    total = sum(scores, start=Score())
    assert total.hits + total.misses > 10
    assert total.f1 >= 0.9, total


@pytest.mark.parametrize("seed", range(4))
def test_a_cut_is_where_the_first_frame_of_the_other_shot_is(seed: int) -> None:
    cut = Joint("cut", 37, 37)
    assert told(found_in(film([cut], seed=seed))) == [("cut", 37, 37)]


@pytest.mark.parametrize("length", [8, 15, 30, 48])
def test_a_dissolve_is_found_with_its_frames(length: int) -> None:
    dissolve = Joint("dissolve", 40, 40 + length)
    (joint,) = found_in(film([dissolve], num_frames=130))
    assert joint.kind == "dissolve"
    assert abs(joint.start - 40) <= 3
    assert abs(joint.end - (40 + length)) <= 3


@pytest.mark.parametrize("black", [0, 6])
def test_a_fade_through_black_is_one_joint_with_the_black_in_it(black: int) -> None:
    fade = Joint("fade", 30, 50 + black)
    (joint,) = found_in(film([fade], black=black, num_frames=90))
    assert joint.kind == "fade"
    assert abs(joint.start - 30) <= 3
    assert abs(joint.end - (50 + black)) <= 3


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    ("kind", "length"),
    [("flash", 1), ("flash", 3), ("whip", 7), ("passer", 14), ("light", 18), ("caption", 30)],
)
def test_what_disturbs_a_shot_does_not_divide_it(kind: Stir, length: int, seed: int) -> None:
    stir = Disturbance(kind, 30, 30 + length)
    assert told(found_in(film(stirs=[stir], seed=seed))) == []


@pytest.mark.parametrize("seed", range(3))
def test_a_trembling_hand_makes_no_joint(seed: int) -> None:
    assert told(found_in(film(shake=0.01, num_frames=150, seed=seed))) == []


@pytest.mark.parametrize("picture", [Fraction(239, 100), Fraction(9, 16)])
def test_black_bars_hide_no_cut_and_no_dissolve(picture: Fraction) -> None:
    joints = [Joint("cut", 30, 30), Joint("dissolve", 60, 76)]
    found = found_in(film(joints, picture=picture, num_frames=120))
    assert [joint.kind for joint in found] == ["cut", "dissolve"]


@pytest.mark.parametrize("at", [BLOCK - 70, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK])
def test_a_joint_at_the_seam_of_two_blocks_is_found_once(at: int) -> None:
    # As tiles: a thousand frames of two pictures need no drawing.
    lots = np.random.default_rng(3)
    one, other = lots.integers(30, 220, (2, ROWS, COLUMNS), np.uint8)
    finder = JointFinder(DEFAULT)
    found = [j for n in range(2 * BLOCK + 90) for j in finder.push(one if n < at else other)]
    assert told([*found, *finder.finish()]) == [("cut", at, at)]


def test_a_video_of_one_frame_or_of_none_has_no_joint() -> None:
    assert list(JointFinder(DEFAULT).finish()) == []
    assert found_in(itertools.islice(film(), 1)) == []


@given(
    arrays.arrays(np.uint8, st.tuples(st.integers(2, 40), st.just(1), st.just(COLUMNS))),
)
@settings(max_examples=60, deadline=None)
def test_whatever_is_shown_joints_come_in_order_apart_and_within_it(rows: Pixels) -> None:
    finder = JointFinder(DEFAULT)
    joints = [j for row in rows for j in finder.push(np.repeat(row, ROWS, axis=0))]
    joints += finder.finish()
    for joint in joints:
        assert 0 <= joint.start <= joint.end <= len(rows)
    for before, after in itertools.pairwise(joints):
        assert before.end + DEFAULT.shortest_shot <= after.start


def test_shots_and_joints_together_are_the_whole_video(tmp_path: Path) -> None:
    (video,) = make_videos(tmp_path, seed=11, count=1)
    analysis = analyse(video.path, DEFAULT).analysis
    assert analysis.stream.num_frames == video.num_frames
    spans = [shot.span for shot in analysis.shots] + [*analysis.dissolves, *analysis.fades]
    spans.sort(key=lambda span: span.start)
    assert (spans[0].start, spans[-1].end) == (0, video.num_frames)
    for before, after in itertools.pairwise(spans):
        assert before.end == after.start
        assert before.end_s == after.start_s
    for shot in analysis.shots:
        assert all(shot.span.start <= frame < shot.span.end for frame in shot.key_frames)
