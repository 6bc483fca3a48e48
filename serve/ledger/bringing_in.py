"""Merges an edited file into the draft: all of it or nothing, under the production's row lock."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from conte.bilingual import BilingualText
from conte.revision.draft import Draft
from conte.revision.edited import EditedVersion
from conte.revision.merging import Choice, Merged, merge
from conte.revision.working import Working
from serve.ledger import drafts, reading

_CAUSE = BilingualText(ko="콘티 {0}을 편집한 파일", en="An edited file of conte {0}")


@dataclass(frozen=True)
class BroughtIn:
    base: int
    """Number of the version that the file was exported from."""
    merged: Merged
    draft: Draft
    """The draft after the merge; unchanged if nothing was applied."""
    applied: bool
    """False if there are conflicts, nothing to apply, or only a preview was asked for."""


def bring_in(
    conn: Connection,
    id: str,  # noqa: A002
    tenant: str | None,
    edited: EditedVersion,
    base: int,
    choices: Mapping[str, Choice],
    revision: int | None,
    *,
    preview: bool = False,
) -> BroughtIn:
    """Merge the file into the draft. Nothing is written while there is a conflict, nor for a
    `preview`.

    `revision`: the draft's revision that `choices` were made for; if it has changed since, they are
    ignored.

    Raises:
        NotFound: if there is no such version.
        NoDraft, TooManyOperations
    """
    reading.row(conn, id, tenant, lock=True)
    draft = drafts.get(conn, id, tenant)
    version = drafts.base_of(conn, id, base)
    assert version.brief is not None
    was = Working(conte=version.conte, brief=version.brief)
    counts = revision in (None, draft.revision)
    merged = merge(was, draft.working, edited, choices if counts else {})
    if preview or merged.conflicts or not merged.operations:
        return BroughtIn(base, merged, draft, applied=False)
    cause = _CAUSE.of(was.brief.language).format(base)
    causes = [cause] * len(merged.operations)
    changed = drafts.change(conn, draft, merged.operations, causes).draft
    return BroughtIn(base, merged, changed, applied=True)
