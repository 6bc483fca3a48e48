"""Seconds become frames that sum exactly, whatever is asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conte.timing import (
    MAX_CUTS,
    MIN_CUT_S,
    MIN_CUTS,
    film_frames,
    min_cut_frames,
    most_cuts,
    share_frames,
)

weights = st.floats(min_value=1e-6, max_value=1e6, allow_nan=False)


@given(
    duration_s=st.floats(min_value=5, max_value=120),
    fps=st.sampled_from([24, 25, 30]),
    shares=st.lists(weights, min_size=MIN_CUTS, max_size=MAX_CUTS),
)
def test_the_frames_of_any_film_sum_exactly_and_no_cut_is_shorter_than_its_floor(
    duration_s: float, fps: int, shares: list[float]
) -> None:
    shares = shares[: most_cuts(duration_s, fps)]
    frames = share_frames(film_frames(duration_s, fps), shares, min_cut_frames(fps))
    assert sum(frames) == round(duration_s * fps)
    assert len(frames) == len(shares)
    assert min(frames) / fps >= MIN_CUT_S


@given(
    num_frames=st.integers(min_value=1, max_value=100_000),
    shares=st.lists(weights, min_size=1, max_size=50),
    at_least=st.integers(min_value=0, max_value=200),
)
def test_frames_are_shared_out_whole_or_refused(
    num_frames: int, shares: list[float], at_least: int
) -> None:
    if at_least * len(shares) > num_frames:
        with pytest.raises(ValueError, match=f"need {at_least * len(shares)} frames"):
            share_frames(num_frames, shares, at_least)
        return
    frames = share_frames(num_frames, shares, at_least)
    assert sum(frames) == num_frames
    assert min(frames) >= at_least


@given(
    num_frames=st.integers(min_value=200, max_value=3600),
    shares=st.lists(st.floats(min_value=1, max_value=3), min_size=4, max_size=8),
)
def test_without_a_floor_each_share_is_its_exact_one_rounded_down_or_up(
    num_frames: int, shares: list[float]
) -> None:
    exact = [num_frames * share / sum(shares) for share in shares]
    for got, wanted in zip(share_frames(num_frames, shares, 1), exact, strict=True):
        assert abs(got - wanted) < 1 + 1e-6


@given(shares=st.lists(weights, min_size=4, max_size=8), fps=st.sampled_from([24, 25, 30]))
def test_the_same_weights_always_give_the_same_frames(shares: list[float], fps: int) -> None:
    first = share_frames(30 * fps, shares, min_cut_frames(fps))
    assert first == share_frames(30 * fps, shares, min_cut_frames(fps))


def test_a_heavier_cut_lasts_longer_and_equal_ones_last_alike() -> None:
    assert share_frames(900, [1, 1, 2], 24) == (225, 225, 450)
    assert share_frames(901, [1, 1, 1], 24) == (301, 300, 300)


def test_a_light_cut_takes_the_floor_and_the_others_share_what_is_left() -> None:
    assert share_frames(100, [0.001, 1, 1], 20) == (20, 40, 40)


def test_where_all_cuts_are_at_the_floor_not_a_frame_is_lost() -> None:
    assert sum(share_frames(101, [1, 1, 1, 1], 25)) == 101


@pytest.mark.parametrize("shares", [[], [0, 1], [-1, 1], [float("nan")], [float("inf"), 1]])
def test_weights_that_share_nothing_out_are_refused(shares: list[float]) -> None:
    with pytest.raises(ValueError, match="weights must be positive"):
        share_frames(100, shares, 1)


@pytest.mark.parametrize(("fps", "frames"), [(24, 20), (25, 20), (30, 24)])
def test_the_shortest_cut_is_the_fewest_frames_that_last_0_8_s(fps: int, frames: int) -> None:
    assert min_cut_frames(fps) == frames
    assert (frames - 1) / fps < MIN_CUT_S <= frames / fps


@pytest.mark.parametrize(("duration_s", "most"), [(5, 6), (6, 7), (6.4, 8), (30, 8), (120, 8)])
def test_a_film_holds_as_many_cuts_as_last_0_8_s_each_and_never_more_than_8(
    duration_s: float, most: int
) -> None:
    assert most_cuts(duration_s, 30) == most
