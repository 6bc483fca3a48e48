"""Directions: A안, B안, C안. Different ideas for one brief, of which a client picks one."""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from conte.frozen import Frozen, Line, seed_of, visible

LETTERS = "ABCDEFGHIJKL"
MOST_DIRECTIONS = 4
"""Most directions that one order may ask for."""
MOST_IN_PROJECT = len(LETTERS)
"""Most directions of a project, including those ordered later."""


class Variation(Frozen):
    """A later direction: the one that it resembles and what differs, such as "like B, but
    funnier".
    """

    production: str
    """Production of the direction to resemble; `version` is the version that was seen."""
    version: Annotated[int, Field(ge=1)]
    index: Annotated[int, Field(ge=0, lt=MOST_IN_PROJECT)]
    """Index of that direction in the project, from 0."""
    differ: Annotated[
        Line, StringConstraints(min_length=1, max_length=300), AfterValidator(visible)
    ]
    """Requested difference, in a person's words."""

    @property
    def letter(self) -> str:
        return LETTERS[self.index]


def direction_seed(seed: int, index: int) -> int:
    """Return the seed of direction `index`, from 0.

    The first has the order's own, so that an order of one direction gives the same production.
    """
    return seed_of([seed, "direction", index]) if index else seed
