"""How many frames more than a cut shows are rendered before and after it: its clip's handles."""

from math import floor


def spare_frames(num_frames: int, fps: int, wanted: int, longest_s: float | None) -> int:
    """Return the frames at each end: as many as wanted, where they cost no piece more.

    A video model renders a long clip in pieces of at most `longest_s` seconds. Handles that would
    take another piece are shortened, down to none. `longest_s` None: the model is not known.
    """
    if longest_s is None:
        return wanted
    longest = max(1, floor(longest_s * fps))
    pieces = -(-num_frames // longest)
    return max(0, min(wanted, (pieces * longest - num_frames) // 2))
