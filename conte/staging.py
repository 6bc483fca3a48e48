"""Staging: who and what is in a cut's picture, as data. The words of a cut say it to people.

A person is written as an object, or as a line, `who pose [with held] [on seat] [facing]
[expression]`: "lead sit with cup on sofa left smile". Lines are what a language model is guided to
write, for an object repeats every field's name.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from conte.frozen import Frozen, unset
from conte.staging_vocabulary import (
    Expression,
    Extra,
    Facing,
    Motion,
    Pose,
    Prop,
    Seat,
    Spot,
    Weather,
)

NONE = "none"
MOST_PEOPLE, MOST_PROPS = 5, 4
_ENTRY = r"[a-z][a-z0-9_]{0,31}"
SheetId = Annotated[str, StringConstraints(pattern=rf"^{_ENTRY}$")]
Who = Extra | SheetId
"""An extra, or the id of a sheet entry; an entry that is named as an extra is the entry."""
Held = Prop | SheetId


class Acting(Frozen):
    """One person, group or animal: what they do, hold and sit on, and where they look."""

    who: Who = Field(union_mode="left_to_right")
    pose: Pose = Pose.STAND
    holds: Annotated[Held | None, Field(union_mode="left_to_right"), unset(None)] = None
    """A prop, or the sheet's product."""
    seat: Annotated[Seat | None, unset(None)] = None
    facing: Annotated[Facing | None, unset(None)] = None
    """None: as the cut's screen direction."""
    expression: Annotated[Expression | None, unset(None)] = None
    """None: a smile."""

    @property
    def line(self) -> str:
        """Return it as a line; `Acting` reads it."""
        parts = [str(self.who), str(self.pose)]
        parts += [f"with {self.holds}"] if self.holds is not None else []
        parts += [f"on {self.seat}"] if self.seat is not None else []
        parts += [str(word) for word in (self.facing, self.expression) if word is not None]
        return " ".join(parts)


class NoPose(ValueError):
    """A person's line has no pose."""

    def __init__(self, line: str) -> None:
        super().__init__(f"a person is written 'who pose ...', got {line[:80]!r}")
        self.line = line[:80]


def _acting(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    words = value.split()
    if len(words) < 2:
        raise NoPose(value)
    read: dict[str, Any] = {"who": words[0], "pose": words[1]}
    rest = iter(words[2:])
    for word in rest:
        if word in ("with", "on"):
            read["holds" if word == "with" else "seat"] = next(rest, "")
        elif word in list(Facing):
            read["facing"] = word
        else:
            read["expression"] = word
    return read


class Staging(Frozen):
    """Exact data of a cut's picture, which the animatic draws. Texts are for people."""

    who: Annotated[
        tuple[Annotated[Acting, BeforeValidator(_acting)], ...], Field(max_length=MOST_PEOPLE)
    ] = ()
    """The most prominent first."""
    props: Annotated[tuple[Prop, ...], Field(max_length=MOST_PROPS), unset(())] = ()
    """Besides what is held."""
    spot: Annotated[Spot | None, unset(None)] = None
    """None: the cut's setting says enough."""
    weather: Annotated[Weather | None, unset(None)] = None
    moves: Annotated[Motion | None, unset(None)] = None

    @model_validator(mode="before")
    @classmethod
    def _without_none(cls, value: Any) -> Any:
        """Leave out what a guided model has to write where there is nothing to say."""
        if not isinstance(value, Mapping):
            return value
        return {name: one for name, one in value.items() if one != NONE}

    def entries(self) -> tuple[str, ...]:
        """Ids of sheet entries that it names, in order."""
        named = [name for one in self.who for name in (one.who, one.holds)]
        found = (str(one) for one in named if one and not isinstance(one, Extra | Prop))
        return tuple(dict.fromkeys(found))

    def renamed(self, names: Mapping[str, str]) -> Self:
        """Return it with other ids for sheet entries."""
        who = tuple(
            one.model_copy(
                update={
                    "who": one.who if isinstance(one.who, Extra) else names.get(one.who, one.who),
                    "holds": names.get(one.holds, one.holds)
                    if isinstance(one.holds, str) and not isinstance(one.holds, Prop)
                    else one.holds,
                }
            )
            for one in self.who
        )
        return self.model_copy(update={"who": who})


def acting_pattern(people: Sequence[str], products: Sequence[str] = ()) -> str:
    """The regular expression of a line, for a guide.

    It names nobody but extras and `people`, and nothing held but props and `products`.
    """

    def one_of(words: Sequence[str]) -> str:
        return f"({'|'.join(map(re.escape, words))})"

    who, held = one_of([*people, *Extra]), one_of([*products, *Prop])
    return (
        f"^{who} {one_of([*Pose])}( with {held})?( on {one_of([*Seat])})?"
        f"( {one_of([*Facing])})?( {one_of([*Expression])})?$"
    )
