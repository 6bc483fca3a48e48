"""One order of cuts -> another: the fewest moves."""

from collections.abc import Sequence

from conte.revision.operations import Move
from conte.revision.working import Working


def order_of(working: Working) -> list[str]:
    """Return the ids of the cuts, in order."""
    return [cut.id for cut in working.conte.cuts]


def moves(standing: Sequence[str], wanted: Sequence[str]) -> tuple[Move, ...]:
    """Return the moves after which the cuts of `wanted` are in that order.

    Other cuts stay behind the cut that they follow now.
    """
    stay = _longest_rising([standing.index(cut) for cut in wanted])
    kept = {standing[place] for place in stay}
    return tuple(
        Move(cut=cut, after=wanted[at - 1] if at else None)
        for at, cut in enumerate(wanted)
        if cut not in kept
    )


def _longest_rising(places: Sequence[int]) -> list[int]:
    best: list[list[int]] = []
    for at, place in enumerate(places):
        before = [way for way in best[:at] if way[-1] < place]
        best.append([*max(before, key=len, default=[]), place])
    return max(best, key=len, default=[])
