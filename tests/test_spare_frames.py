"""Handles: as many as wanted, where the model's own lengths allow."""

import pytest

from graphs.spare_frames import spare_frames


@pytest.mark.parametrize(
    ("num_frames", "longest_s", "spare"),
    [(90, None, 12), (90, 5.0, 12), (130, 5.0, 10), (149, 5.0, 0), (150, 5.0, 0), (151, 5.0, 12)],
)
def test_handles_never_cost_another_piece(
    num_frames: int, longest_s: float | None, spare: int
) -> None:
    assert spare_frames(num_frames, 30, 12, longest_s) == spare


def test_no_handles_are_none() -> None:
    assert spare_frames(90, 30, 0, 5.0) == 0
