"""Draft: the working copy in which edits collect. Sealed, it becomes the next version."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Self

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
    """What the steps came to, without them: what an operation needs, however many there were."""

    production: str
    base: int
    """The number of the version that it started from."""
    revision: int
    """Counts its changes."""
    working: Working
    num_done: int = 0
    """Steps that it is made of."""
    num_undone: int = 0
    """Steps that were taken back, and can be done again."""
    updated_at: float | None = None
    """None: nothing was changed yet."""


class WholeDraft(Draft):
    """A draft with the steps that it is made of: what a quote and a version need."""

    done: tuple[Step, ...] = ()

    @property
    def operations(self) -> tuple[dict[str, Any], ...]:
        return as_json(step.operation for step in self.done)

    def after(self, working: Working, steps: Sequence[Step]) -> Self:
        """Return it with further steps, which came to `working`."""
        done = (*self.done, *steps)
        changes = {"working": working, "done": done, "num_done": len(done), "num_undone": 0}
        return self.model_copy(update=changes)


class Changed(NamedTuple):
    draft: Draft
    """As it is now."""
    applied: tuple[Operation, ...]
    """What was applied to it, with the ids of the cuts that were made."""


def as_json(operations: Iterable[Operation]) -> tuple[dict[str, Any], ...]:
    return tuple(_OPERATIONS.dump_python(tuple(operations), mode="json", by_alias=True))
