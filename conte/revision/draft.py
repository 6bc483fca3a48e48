"""Draft: the working copy in which edits collect. Sealed, it becomes the next version."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Self

from pydantic import TypeAdapter

from conte.frozen import Frozen
from conte.revision.operations import Operation
from conte.revision.working import Working

_OPERATIONS = TypeAdapter(tuple[Operation, ...])


class Step(Frozen):
    """One operation of a draft, and its inverse."""

    operation: Operation
    inverse: tuple[Operation, ...]
    cause: str = ""
    """Comment or feedback that it answers; empty: none."""


class Draft(Frozen):
    """A draft without its steps: enough to apply an operation, however many there were."""

    production: str
    base: int
    """Number of the version that it started from."""
    revision: int
    """Number of changes so far, including undo and redo."""
    working: Working
    num_done: int = 0
    """Number of steps in it."""
    num_undone: int = 0
    """Number of steps that were undone and can be redone."""
    updated_at: float | None = None
    """Seconds since the epoch; None: unchanged."""


class WholeDraft(Draft):
    """A draft with its steps, as quoting and sealing need it."""

    done: tuple[Step, ...] = ()

    @property
    def operations(self) -> tuple[dict[str, Any], ...]:
        return as_json(step.operation for step in self.done)

    def after(self, working: Working, steps: Sequence[Step]) -> Self:
        """Return the draft with further steps, which led to `working`."""
        done = (*self.done, *steps)
        changes = {"working": working, "done": done, "num_done": len(done), "num_undone": 0}
        return self.model_copy(update=changes)


class Changed(NamedTuple):
    draft: Draft
    """The draft after the change."""
    applied: tuple[Operation, ...]
    """Operations that were applied, with the ids of the cuts that they made."""


def as_json(operations: Iterable[Operation]) -> tuple[dict[str, Any], ...]:
    return tuple(_OPERATIONS.dump_python(tuple(operations), mode="json", by_alias=True))
