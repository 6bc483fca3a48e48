"""Score of a conte, in named parts. Knows no rule."""

from typing import Self

from pydantic import Field, model_validator

from conte.frozen import Frozen

WEIGHTS = {
    "schema": 3.0,
    "frames": 2.0,
    "kept": 2.0,
    "claims": 2.0,
    "timefit": 2.0,
    "grammar": 1.0,
    "topic": 3.0,
    "korean": 1.0,
    "distinct": 1.0,
}
"""Parts in reporting order, with their weights in the total.

Parts that any guided model achieves (schema, frames) weigh less than a third, because a reward must
rise with learning.
"""


class Part(Frozen):
    name: str
    value: float = Field(ge=0, le=1)
    ok: bool
    """Whether a person would have nothing to correct."""
    reasons: tuple[str, ...] = ()
    """Why the value is below 1."""


class Score(Frozen):
    """Score from 0 (worthless) to 1 (faultless); deterministic."""

    parts: tuple[Part, ...]

    @model_validator(mode="after")
    def _has_every_part(self) -> Self:
        if (names := [part.name for part in self.parts]) != list(WEIGHTS):
            raise ValueError(f"parts are {names}, wanted {list(WEIGHTS)}")
        return self

    def __getitem__(self, name: str) -> Part:
        """Return a part by name.

        Raises:
            KeyError: if there is no such part.
        """
        for part in self.parts:
            if part.name == name:
                return part
        raise KeyError(f"there is no part {name!r}; there is {', '.join(WEIGHTS)}")

    @property
    def value(self) -> float:
        """Weighted mean of the parts, which is the reward."""
        whole = sum(WEIGHTS[part.name] * part.value for part in self.parts)
        return whole / sum(WEIGHTS.values())

    @property
    def passes(self) -> bool:
        """Return whether every part is ok: the gate counts this, and only such scripts are
        learnt."""
        return all(part.ok for part in self.parts)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Reasons of all parts that are not ok, each with the part's name."""
        return tuple(
            f"{part.name}: {reason}"
            for part in self.parts
            if not part.ok
            for reason in part.reasons or ("below its bar",)
        )
