"""What came of a file that was brought back, as JSON. The client reads the same types."""

from typing import Any, Self

from conte.revision.edited import Unread
from conte.revision.merging import MergeConflict, Merged
from serve.ingress.views import View


class ImportView(View):
    """Edits of a file: applied to the draft, or conflicts to choose in."""

    production: str
    base: int
    """The version that the file was made of."""
    revision: int
    """The draft's. Send it with choices: they count for this one alone."""
    applied: bool
    """True if the operations are in the draft now; false while there are conflicts."""
    operations: tuple[dict[str, Any], ...]
    """What the file changes, with what was chosen. Empty: nothing."""
    conflicts: tuple[MergeConflict, ...]
    """What was changed in the file and, otherwise, in the draft: choose `ours` or `theirs`."""
    unread: tuple[Unread, ...]
    """What in the file became no operation, and why."""

    @classmethod
    def of(
        cls, production: str, base: int, revision: int, merged: Merged, *, applied: bool
    ) -> Self:
        operations = (one.model_dump(mode="json", by_alias=True) for one in merged.operations)
        return cls(
            production=production,
            base=base,
            revision=revision,
            applied=applied,
            operations=tuple(operations),
            conflicts=merged.conflicts,
            unread=merged.unread,
        )
