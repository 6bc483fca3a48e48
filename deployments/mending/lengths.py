"""Candidates that make a cut longer or shorter, with time from or for another cut."""

from collections.abc import Callable, Iterator
from functools import partial
from math import ceil, floor

from conte.checks.finding import Finding
from conte.checks.grammar import LONGEST_CUT_S, LONGEST_SHARE
from conte.checks.timefit import TIGHT, Rates, reading_s, said_s
from conte.conte import ProductEntry
from conte.cut import Cut
from conte.frozen import digest
from conte.revision.applying import apply
from conte.revision.mending import Operations
from conte.revision.operations import Split
from conte.revision.working import Working
from conte.timing import MAX_CUTS, min_cut_frames
from conte.vocabulary import ShotSize
from deployments.engines.feedback.change import CutChange
from deployments.engines.feedback.film import retimed
from deployments.mending.place import cut_of

_GIVES = 0.2
"""Share of its length that the opening gives away, so that the cuts are not all alike."""


def time_to_speak(
    working: Working, finding: Finding, rates: Rates
) -> Iterator[Callable[[], Operations]]:
    cut = cut_of(working, finding)
    takes = said_s(cut, working.brief.language, rates) / TIGHT
    yield from _longer(working, cut, takes)


def time_to_read(
    working: Working, finding: Finding, rates: Rates
) -> Iterator[Callable[[], Operations]]:
    cut = cut_of(working, finding)
    yield from _longer(working, cut, reading_s(cut.caption, rates))


def _longer(working: Working, cut: Cut, takes_s: float) -> Iterator[Callable[[], Operations]]:
    """Yield candidates by the donor of the time: neighbours first, the longest first."""
    frames = ceil(takes_s * working.brief.fps - 1e-6)
    least = min_cut_frames(working.brief.fps)
    for giver in _others(working, cut):
        if giver.num_frames - (frames - cut.num_frames) >= least:
            yield partial(_retimed, cut, frames, giver)


def shorter(working: Working, finding: Finding) -> Iterator[Callable[[], Operations]]:
    """Yield ways to give the surplus to another cut, or to both neighbours, or to split the cut."""
    cut, brief = cut_of(working, finding), working.brief
    even_s = brief.duration_s / len(working.conte.cuts)
    most = floor(max(LONGEST_CUT_S, 1.8 * even_s) * brief.fps)
    frames = min(most, floor(LONGEST_SHARE * working.conte.num_frames))
    takers = _others(working, cut)[::-1]
    for taker in sorted(takers, key=lambda one: (abs(one.number - cut.number), one.num_frames)):
        yield partial(_retimed, cut, frames, taker)
    beside = [one for one in takers if abs(one.number - cut.number) == 1]
    if len(beside) == 2:
        half = cut.num_frames - (cut.num_frames - frames) // 2
        yield lambda: (retimed(cut, half, beside[0]), retimed(cut, frames, beside[1]))
    if len(working.conte.cuts) < MAX_CUTS:
        for size in ShotSize:
            if abs(size.distance - cut.size.distance) == 2:
                yield partial(_split, working, cut, size)


def uneven(working: Working, _finding: Finding) -> Iterator[Callable[[], Operations]]:
    """Yield ways to give some of the opening's time to a cut with the product."""
    products = {one.id for one in working.conte.sheet if isinstance(one, ProductEntry)}
    first, *others = working.conte.cuts
    frames = round(first.num_frames * (1 - _GIVES))
    for taker in reversed([cut for cut in others if products & set(cut.shows)]):
        yield partial(_retimed, first, frames, taker)


def _retimed(cut: Cut, frames: int, other: Cut) -> Operations:
    return (retimed(cut, frames, other),)


def _split(working: Working, cut: Cut, size: ShotSize) -> Operations:
    """Split a cut; the second half gets another size, so that the joint looks like a cut."""
    into = f"c_{digest([cut.id, len(working.conte.cuts), 'half'])[:12]}"
    halves = Split(cut=cut.id, at=cut.num_frames // 2, into=into)
    after = apply(working, halves)
    second = next(one for one in after.conte.cuts if one.id == into)
    change = CutChange(after, second)
    change["continues"] = False
    change.filmed(size=size)
    return (halves, *change.operations)


def _others(working: Working, cut: Cut) -> list[Cut]:
    """Return the other cuts whose lengths are not locked: neighbours first, the longest first."""
    free = [
        one for one in working.conte.cuts if one.id != cut.id and "num_frames" not in one.locked
    ]
    return sorted(free, key=lambda one: (abs(one.number - cut.number) != 1, -one.num_frames))
