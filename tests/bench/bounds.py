"""The lower bound of a makespan: no scheduler with G slots can be faster."""

from collections.abc import Sequence


def lower_bound(jobs: Sequence[tuple[float, float]], slots: int, assembly_s: float = 0.0) -> float:
    """Seconds. `jobs` are (released, takes) in seconds, one a clip.

    `max(max_i(a_i + r_i), max over suffixes S by release of min_S a_i + sum_S r_i / G) + A`:
    a clip cannot end before its release and its length, and the clips released from some moment on
    cannot share more than G slots.
    """
    by_release = sorted(jobs)
    bound = max(released + takes for released, takes in by_release)
    work = 0.0
    for released, takes in reversed(by_release):
        work += takes
        bound = max(bound, released + work / slots)
    return bound + assembly_s
