"""Computes a clip's handles: the frames rendered before and after the part that a cut shows."""

from math import floor


def spare_frames(num_frames: int, fps: int, wanted: int, longest_s: float | None) -> int:
    """Return the frames at each end: `wanted`, or fewer where more would need another piece.

    A video model renders a long clip in pieces of at most `longest_s` seconds; None: unknown, no
    limit.
    """
    if longest_s is None:
        return wanted
    longest = max(1, floor(longest_s * fps))
    pieces = -(-num_frames // longest)
    return max(0, min(wanted, (pieces * longest - num_frames) // 2))
