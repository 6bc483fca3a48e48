"""Result of importing an edited file, as JSON. The client reads the same types."""

from typing import Any, Self

from conte.revision.edited import Unread
from conte.revision.merging import MergeConflict, Merged
from serve.ingress.views import View


class ImportView(View):
    """Edits of a file: applied to the draft, or in conflict with it."""

    production: str
    base: int
    """Number of the version that the file was exported from."""
    revision: int
    """Revision of the draft. Send it with choices: they are valid for this revision only."""
    applied: bool
    """True if the operations are now in the draft; false for a preview, or while there are
    conflicts."""
    operations: tuple[dict[str, Any], ...]
    """Operations that the file amounts to, with the choices made. Empty: it changes nothing."""
    conflicts: tuple[MergeConflict, ...]
    """Fields changed differently in the file and in the draft: choose `ours` or `theirs`."""
    unread: tuple[Unread, ...]
    """Parts of the file that became no operation, and why."""

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
