"""Staging: the people, props and weather of a cut's picture, as data. The cut's words describe the
same for people.

A person is written as an object, or as a line, `who pose [with held] [on seat] [facing]
[expression]`: "lead sit with cup on sofa left smile". Guided language models write lines, because
an object repeats every field's name.
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
"""An extra, or the id of a sheet entry. An entry whose id is also the name of an extra is the
entry."""
Held = Prop | SheetId


class Acting(Frozen):
    """One person, group or animal: what they do, hold and sit on, and where they look."""

    who: Who = Field(union_mode="left_to_right")
    pose: Pose = Pose.STAND
    holds: Annotated[Held | None, Field(union_mode="left_to_right"), unset(None)] = None
    """Held object: a prop, or the product of the sheet."""
    seat: Annotated[Seat | None, unset(None)] = None
    facing: Annotated[Facing | None, unset(None)] = None
    """Direction of the face; None: the cut's screen direction."""
    expression: Annotated[Expression | None, unset(None)] = None
    """Facial expression; None: a smile."""

    @property
    def line(self) -> str:
        """Return the person as a line, which `Acting` can parse."""
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
    """People, the most prominent first."""
    props: Annotated[tuple[Prop, ...], Field(max_length=MOST_PROPS), unset(())] = ()
    """Props in the picture, without those that a person holds."""
    spot: Annotated[Spot | None, unset(None)] = None
    """Exact place; None: the cut's setting is exact enough."""
    weather: Annotated[Weather | None, unset(None)] = None
    moves: Annotated[Motion | None, unset(None)] = None

    @model_validator(mode="before")
    @classmethod
    def _without_none(cls, value: Any) -> Any:
        """Drop the value `none`, which a guided model must write for empty fields."""
        if not isinstance(value, Mapping):
            return value
        return {name: one for name, one in value.items() if one != NONE}

    def entries(self) -> tuple[str, ...]:
        """Ids of the sheet entries in the staging, in order."""
        named = [name for one in self.who for name in (one.who, one.holds)]
        found = (str(one) for one in named if one and not isinstance(one, Extra | Prop))
        return tuple(dict.fromkeys(found))

    def renamed(self, names: Mapping[str, str]) -> Self:
        """Return the staging with renamed sheet entries: old id -> new id."""
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
    """Return the regular expression of a person's line, for guided decoding.

    It admits only extras and `people`, and as held objects only props and `products`.
    """

    def one_of(words: Sequence[str]) -> str:
        return f"({'|'.join(map(re.escape, words))})"

    who, held = one_of([*people, *Extra]), one_of([*products, *Prop])
    return (
        f"^{who} {one_of([*Pose])}( with {held})?( on {one_of([*Seat])})?"
        f"( {one_of([*Facing])})?( {one_of([*Expression])})?$"
    )
