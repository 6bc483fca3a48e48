"""Score: what a conte is worth, in named parts. Knows no rule."""

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
"""The parts, in reporting order, with their weights in the one figure.

What any guided model achieves (schema, frames) counts for less than a third: a reward must rise
with what is learnt.
"""


class Part(Frozen):
    name: str
    value: float = Field(ge=0, le=1)
    ok: bool
    """True if a person would have nothing to correct."""
    reasons: tuple[str, ...] = ()
    """Why it is not 1."""


class Score(Frozen):
    """0 (worthless) to 1 (nothing to complain of), bounded and the same each time."""

    parts: tuple[Part, ...]

    @model_validator(mode="after")
    def _has_every_part(self) -> Self:
        if (names := [part.name for part in self.parts]) != list(WEIGHTS):
            raise ValueError(f"parts are {names}, wanted {list(WEIGHTS)}")
        return self

    def __getitem__(self, name: str) -> Part:
        """
        Raises:
            KeyError: if there is no such part.
        """
        for part in self.parts:
            if part.name == name:
                return part
        raise KeyError(f"there is no part {name!r}; there is {', '.join(WEIGHTS)}")

    @property
    def value(self) -> float:
        """The weighted mean of the parts: the reward."""
        whole = sum(WEIGHTS[part.name] * part.value for part in self.parts)
        return whole / sum(WEIGHTS.values())

    @property
    def passes(self) -> bool:
        """Every check is passed: what the gate counts, and what a script must be to be learnt."""
        return all(part.ok for part in self.parts)

    @property
    def reasons(self) -> tuple[str, ...]:
        """What is wrong, each with the part it belongs to."""
        return tuple(
            f"{part.name}: {reason}"
            for part in self.parts
            if not part.ok
            for reason in part.reasons or ("below its bar",)
        )
