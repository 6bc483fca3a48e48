"""Directions: A안, B안, C안. Different ideas for one brief, of which a client picks one."""

from conte.frozen import seed_of

LETTERS = "ABCD"
MOST_DIRECTIONS = len(LETTERS)


def direction_seed(seed: int, index: int) -> int:
    """The seed of a direction, counted from 0. The first has the order's own, so that one direction
    is the production that the order makes anyway.
    """
    return seed_of([seed, "direction", index]) if index else seed
