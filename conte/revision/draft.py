"""Draft: the working copy in which edits collect. Sealed, it becomes the next version."""

from typing import Any

from pydantic import TypeAdapter

from conte.frozen import Frozen
from conte.revision.operations import Operation
from conte.revision.working import Working

_OPERATIONS = TypeAdapter(tuple[Operation, ...])


class Step(Frozen):
    """One operation of a draft, and what takes it back."""

    operation: Operation
    inverse: tuple[Operation, ...]
    cause: str = ""
    """The comment or the feedback that it answers."""


class Draft(Frozen):
    production: str
    base: int
    """The number of the version that it started from."""
    revision: int
    """Counts its changes."""
    working: Working
    done: tuple[Step, ...] = ()
    undone: tuple[Step, ...] = ()
    """What was taken back, the latest last."""
    updated_at: float | None = None
    """None: nothing was changed yet."""

    @property
    def operations(self) -> tuple[dict[str, Any], ...]:
        done = tuple(step.operation for step in self.done)
        return tuple(_OPERATIONS.dump_python(done, mode="json", by_alias=True))
