"""Borrows -> operations that apply: the cuts of another direction, read from its version."""

from collections.abc import Sequence

from sqlalchemy import Connection

from conte.direction import LETTERS
from conte.revision.borrowing import lent
from conte.revision.draft import Draft
from conte.revision.operations import AnyOperation, Borrow, Borrowed, Operation
from conte.revision.refusals import NotApplied, Refused
from serve.ledger import reading
from serve.ledger.errors import NotFound


def lent_all(
    conn: Connection, draft: Draft, operations: Sequence[AnyOperation]
) -> tuple[Operation, ...]:
    """Return the operations with what each borrow brings.

    Raises:
        NotApplied: if a borrow names no version of another direction of the draft's project, or a
            cut that it does not have.
    """
    found: list[Operation] = []
    for at, op in enumerate(operations):
        if isinstance(op, Borrow) and not isinstance(op, Borrowed):
            try:
                found.append(_lent(conn, draft, op))
            except NotApplied as error:
                error.index = at
                raise
        else:
            found.append(op)
    return tuple(found)


def _lent(conn: Connection, draft: Draft, op: Borrow) -> Borrowed:
    own = reading.row(conn, draft.production, None)
    try:
        other = reading.row(conn, op.production, own.tenant)
    except NotFound:
        other = None
    if other is None or own.project is None or other.project != own.project or other.id == own.id:
        raise Refused("production", f"{op.production} is no other direction of the same project")
    version = reading.standing_version(conn, op.production, op.version)
    if version is None:
        raise Refused("version", f"production {op.production} has no version {op.version}")
    return lent(op, LETTERS[other.direction], version, draft.working.brief.fps)
