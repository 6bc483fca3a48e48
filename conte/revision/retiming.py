"""Wanted lengths and in points of all cuts -> the retimes that produce them, exactly.

Moving a boundary is one retime between neighbours: the later cut's in point moves too. The
remaining time passes from one cut's end to another's, between cuts that are not neighbours.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from conte.revision.applying import apply
from conte.revision.operations import Move, Operation, Retime
from conte.revision.refusals import NotApplied
from conte.revision.working import Working


class Timing(NamedTuple):
    """Timing that a cut should get; `start` None: as its retimes leave it."""

    num_frames: int
    start: int | None


class _Attempt:
    """A working state, and the operations that led to it."""

    def __init__(self, working: Working) -> None:
        self.working, self.made = working, list[Operation]()

    def __call__(self, op: Operation) -> None:
        self.working = apply(self.working, op)
        self.made.append(op)

    def frames(self, cut: str) -> int:
        return next(one.num_frames for one in self.working.conte.cuts if one.id == cut)

    def give(self, giver: str, taker: str, more: int) -> None:
        """Make a cut longer by `more`, or shorter if that is negative."""
        if more:
            self(Retime(cut=taker, frames=self.frames(taker) + more, source=giver))


def retimes(working: Working, wanted: Mapping[str, Timing]) -> tuple[Operation, ...] | None:
    """Return operations after which the cuts have exactly these timings.

    None if none are found: the lengths do not sum to the film's, a cut is too short or locked.
    """
    lengths = {cut.id: wanted[cut.id].num_frames for cut in working.conte.cuts}
    if sum(lengths.values()) != working.conte.num_frames:
        return None
    for boundaries_first in (True, False):
        attempt = _Attempt(working)
        try:
            if boundaries_first:
                _move_boundaries(attempt, wanted)
            _share_the_rest(attempt, wanted, boundaries_first)
            if not boundaries_first:
                _move_boundaries(attempt, wanted)
        except (NotApplied, ValueError):
            # Too short, locked, or shorter than any operation can say.
            continue
        if all(_has(attempt.working, cut, timing) for cut, timing in wanted.items()):
            return tuple(attempt.made)
    return None


def _has(working: Working, cut: str, timing: Timing) -> bool:
    one = next(one for one in working.conte.cuts if one.id == cut)
    return one.num_frames == timing.num_frames and timing.start in (None, one.start)


def _shifts(working: Working, wanted: Mapping[str, Timing]) -> list[int]:
    """Return the frames by which the in point of each cut must move, in order."""
    starts = [wanted[cut.id].start for cut in working.conte.cuts]
    return [
        0 if start is None else start - cut.start
        for start, cut in zip(starts, working.conte.cuts, strict=True)
    ]


def _move_boundaries(attempt: _Attempt, wanted: Mapping[str, Timing]) -> None:
    ids = [cut.id for cut in attempt.working.conte.cuts]
    shifts = _shifts(attempt.working, wanted)
    between = list(zip(pairwise(ids), shifts[1:], strict=True))
    # In this order no cut is ever shorter than at the beginning or at the end.
    for (before, after), shift in reversed(between):
        if shift > 0:
            attempt.give(after, before, shift)
    for (before, after), shift in between:
        if shift < 0:
            attempt.give(after, before, shift)
    if shifts[0]:
        # Nothing stands before the first cut, so its in point moves while another one does.
        attempt(Move(cut=ids[0], after=ids[1]))
        attempt.give(ids[0], ids[1], shifts[0])
        attempt(Move(cut=ids[0], after=None))


def _share_the_rest(attempt: _Attempt, wanted: Mapping[str, Timing], moved: bool) -> None:
    cuts = attempt.working.conte.cuts
    shifts = [0] * len(cuts) if moved else _shifts(attempt.working, wanted)
    # A boundary that is still to move by `shift` makes the cut before it longer by as much; that
    # before the first cut, the second.
    ahead = {cut.id: -shifts[at] for at, cut in enumerate(cuts)}
    for at, shift in enumerate(shifts):
        ahead[cuts[at - 1 if at else 1].id] += shift
    left = {cut.id: wanted[cut.id].num_frames - cut.num_frames - ahead[cut.id] for cut in cuts}
    givers = [cut for cut in left if left[cut] < 0]
    takers = [cut for cut in left if left[cut] > 0]
    for giver in givers:
        for taker in takers:
            if more := min(-left[giver], left[taker]):
                _pass_on(attempt, giver, taker, more, wanted)
                left[giver] += more
                left[taker] -= more


def _pass_on(
    attempt: _Attempt, giver: str, taker: str, more: int, wanted: Mapping[str, Timing]
) -> None:
    ids = [cut.id for cut in attempt.working.conte.cuts]
    one, other = ids.index(giver), ids.index(taker)
    later = ids[max(one, other)]
    neighbours = abs(one - other) == 1
    direct = neighbours and wanted[later].start is None
    way = (one, other) if direct else _apart(one, other, len(ids))
    for here, there in pairwise(way):
        attempt.give(ids[here], ids[there], more)


def _apart(one: int, other: int, count: int) -> Sequence[int]:
    """Return a path from `one` to `other` in which no two consecutive cuts are neighbours."""
    ways: list[list[int]] = [[one]]
    while ways[0][-1] != other:
        way = ways.pop(0)
        here = way[-1]
        ways += [[*way, at] for at in range(count) if abs(at - here) > 1 and at not in way]
    return ways[0]
