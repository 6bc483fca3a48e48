"""Versions -> origins of their borrowed cuts, for the change table."""

from collections.abc import Mapping, Sequence

from pydantic import ValidationError

from conte.cut import CutId
from conte.frozen import Frozen
from conte.production import Version
from conte.revision.operations import Borrowed


class Origin(Frozen):
    """A cut of another direction's version."""

    production: str
    version: int
    letter: str
    """Letter of the direction: A, B, C."""
    cut: CutId
    number: int
    """Number of the cut there."""


Origins = Mapping[CutId, Origin]


def origins_between(versions: Sequence[Version]) -> dict[CutId, Origin]:
    """Return the origins of the cuts that were borrowed after the first of these versions."""
    found: dict[CutId, Origin] = {}
    for version in versions[1:]:
        for operation in version.revision.operations if version.revision else ():
            if operation.get("op") != "borrow":
                continue
            try:
                found |= origins_of(Borrowed.model_validate(operation))
            except ValidationError:
                continue
    return found


def origins_of(op: Borrowed) -> dict[CutId, Origin]:
    return {
        cut.id: Origin(
            production=op.production, version=op.version, letter=op.letter, cut=source, number=at
        )
        for cut, source, at in zip(op.written, op.cuts, op.numbers, strict=False)
    }
