"""Moved cuts: the fewest whose move explains the new order."""

from collections.abc import Collection, Sequence


def moved(
    before: Sequence[str], after: Sequence[str], rather: Collection[str] = ()
) -> frozenset[str]:
    """Return the ids in both orders that do not keep their place among the others.

    The others are a longest increasing subsequence. Of several such answers (of two swapped
    neighbours either has moved), those in `rather` are preferred, then those whose number has
    changed most.
    """
    place = {one: at for at, one in enumerate(before)}
    common = [(one, at) for at, one in enumerate(after) if one in place]
    chains: list[tuple[tuple[int, int, int], tuple[str, ...]]] = []
    for one, at in common:
        longest, chain = max(
            (found for found in chains if place[found[1][-1]] < place[one]),
            key=lambda found: found[0],
            default=((0, 0, 0), ()),
        )
        length, unasked, near = longest
        worth = (length + 1, unasked - (one in rather), near - abs(place[one] - at))
        chains.append((worth, (*chain, one)))
    _, kept = max(chains, key=lambda found: found[0], default=((0, 0, 0), ()))
    return frozenset(one for one, _ in common) - frozenset(kept)
