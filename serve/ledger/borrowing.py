"""Completes borrow operations with the cuts and clips of the other direction's version."""

from collections.abc import Sequence
from contextlib import suppress

from sqlalchemy import Connection

from conte.clip import Clip, basis_of
from conte.cut import Cut, CutId
from conte.direction import LETTERS
from conte.revision.borrowing import lent
from conte.revision.draft import Draft, WholeDraft
from conte.revision.lender import Lender
from conte.revision.operations import AnyOperation, Borrow, Borrowed, Operation
from conte.revision.refusals import NotApplied, Refused
from conte.revision.working import Working
from serve.ledger import reading, takes
from serve.ledger.errors import NotFound
from serve.stored import Unreadable


def lent_all(
    conn: Connection, draft: Draft, operations: Sequence[AnyOperation]
) -> tuple[Operation, ...]:
    """Return the operations, each borrow completed with the cuts that it copies.

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
        raise Refused("production", "no_direction", production=op.production)
    version = reading.standing_version(conn, op.production, op.version)
    if version is None:
        raise Refused("version", "no_version", production=op.production, number=op.version)
    return lent(op, LETTERS[other.direction], version, draft.working.brief.fps)


def lenders(conn: Connection, draft: WholeDraft) -> dict[CutId, Lender]:
    """Return where each borrowed cut of the draft comes from, by the cut's id in the draft.

    Omits cuts whose source this release cannot read, and sources of another frame rate or aspect
    ratio.
    """
    found: dict[CutId, Lender] = {}
    for step in draft.done:
        if isinstance(op := step.operation, Borrowed):
            with suppress(Unreadable):
                found |= _lenders(conn, draft.working, op)
    return found


def _lenders(conn: Connection, working: Working, op: Borrowed) -> dict[CutId, Lender]:
    version = reading.standing_version(conn, op.production, op.version)
    if version is None or version.brief is None:
        return {}
    shape = (version.brief.fps, version.brief.aspect_ratio)
    if shape != (working.brief.fps, working.brief.aspect_ratio):
        return {}
    there = Working(conte=version.conte, brief=version.brief)
    by_id = {cut.id: cut for cut in version.conte.cuts}
    states = reading.clips_of(conn, op.production, op.version)
    standing = [one.clip for one in states if one.clip is not None and one.state == "ready"]
    known = [*takes.of(conn, op.production).values()]
    return {
        written.id: Lender(there, cut, _takes_of(cut, there, known, standing))
        for written, source in zip(op.written, op.cuts, strict=True)
        if (cut := by_id.get(source)) is not None
    }


def _takes_of(
    cut: Cut, working: Working, known: Sequence[Clip], standing: Sequence[Clip]
) -> tuple[Clip, ...]:
    """Return the cut's takes: first those that its version shows, then the oldest first."""
    basis = basis_of(cut, working.conte.treatment, working.brief)
    stands = [
        clip if clip.basis else clip.model_copy(update={"basis": basis})
        for clip in standing
        if clip.cut == cut.number
    ]
    earlier = [take for take in known if take.cut_id in (cut.id, cut.split_from)]
    return (*stands, *earlier)
