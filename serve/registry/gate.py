"""Decides whether an entry may replace the served one. Pure; refusals are sentences."""

import math

from serve.registry.entry import SHARED, Entry, ItemScores, Use
from serve.registry.interval import Interval, difference

LEAST_GROUPS = 3
"""Fewest groups of a comparison: one has no interval, and two could never pass."""


class PromotionRefused(ValueError):
    """The entry is not promoted; the message is the reason."""


def decide(
    entry: Entry,
    against: Entry | None,
    measure: str,
    *,
    use: Use = "commercial",
    first: bool = False,
    share: float = 1.0,
) -> Interval | None:
    """Return the interval of new minus served on the same items; None for a first entry.

    Raises:
        PromotionRefused: with the reason.
    """
    if not 0 < share <= 1:
        raise PromotionRefused(f"share is {share}, wanted more than 0 and at most 1")
    if share < 1 and entry.kind not in SHARED:
        raise PromotionRefused(
            f"a {entry.kind} serves all or none: two sets of weights want two graphs"
        )
    if use == "commercial" and entry.use != "commercial":
        raise PromotionRefused(f"{entry.licence} forbids commercial use: --use non-commercial")
    if not entry.files:
        raise PromotionRefused(f"{entry.id} is there to be compared with; it has no files to serve")
    mine = _figures(entry, measure)
    if against is None:
        if not first:
            raise PromotionRefused("nothing is registered that it could be compared with: --first")
        return None
    if against.slot != entry.slot:
        raise PromotionRefused(f"{entry.slot} cannot be compared with {against.slot}")
    theirs = _figures(against, measure)
    a, b = _measured(entry), _measured(against)
    if (a.fixed_set, a.ids, a.groups) != (b.fixed_set, b.ids, b.groups):
        raise PromotionRefused(
            f"{entry.id} and {against.id} were not evaluated on the same fixed set"
        )
    if len(set(a.groups)) < LEAST_GROUPS:
        raise PromotionRefused(
            f"its {len(a.ids)} items are of {len(set(a.groups))} groups, at least {LEAST_GROUPS}"
            " are wanted: of fewer too little can be told"
        )
    found = difference(mine, theirs, a.groups)
    if not found.above_zero:
        raise PromotionRefused(f"{measure} is not surely better than {against.id}: {found}")
    return found


def _measured(entry: Entry) -> ItemScores:
    if entry.measured is None:
        raise PromotionRefused(f"{entry.id} was not evaluated")
    return entry.measured


def _figures(entry: Entry, measure: str) -> tuple[float, ...]:
    found = _measured(entry)
    values = found.scores.get(measure)
    if values is None:
        raise PromotionRefused(
            f"{entry.id} has no {measure}, only {', '.join(sorted(found.scores))}"
        )
    if not values or not len(values) == len(found.ids) == len(found.groups):
        raise PromotionRefused(
            f"{entry.id}: {len(values)} values of {measure} for {len(found.ids)} items"
        )
    if not all(math.isfinite(value) for value in values):
        raise PromotionRefused(f"{entry.id}: a value of {measure} is no number")
    return values
