"""Checks picked takes of a draft: the cut has had them, and they are long enough for it."""

from collections.abc import Sequence

from sqlalchemy import Connection

from conte.revision.draft import Draft
from conte.revision.operations import Operation, PickTake
from conte.revision.refusals import Refused
from conte.revision.working import Working
from serve.ledger import takes


def check_known(conn: Connection, draft: Draft, operations: Sequence[Operation]) -> None:
    """Raises Refused if a take is picked that the cut, or the one it was split from, never had."""
    picks = [(at, op) for at, op in enumerate(operations) if isinstance(op, PickTake) and op.take]
    if not picks:
        return
    known = takes.of(conn, draft.production)
    cuts = {cut.id: cut for cut in draft.working.conte.cuts}
    for at, op in picks:
        clip, cut = known.get(op.take), cuts.get(op.cut)
        if clip is None or cut is None or clip.cut_id not in (cut.id, cut.split_from):
            error = Refused("take", "no_take", cut=cut.number if cut else op.cut, take=op.take)
            error.index = at
            raise error


def check_covers(
    conn: Connection, production: str, working: Working, operations: Sequence[Operation]
) -> None:
    """Raises Refused if a take is picked that is shorter than its cut, once all are applied."""
    picks = [(at, op) for at, op in enumerate(operations) if isinstance(op, PickTake) and op.take]
    if not picks:
        return
    known = takes.of(conn, production)
    cuts = {cut.id: cut for cut in working.conte.cuts}
    for at, op in picks:
        clip, cut = known.get(op.take), cuts.get(op.cut)
        if clip is None or cut is None or cut.take != op.take or clip.covers(cut):
            continue
        there = clip.num_frames - clip.first_frame(cut)
        error = Refused(
            "take",
            "take_too_short",
            take=op.take,
            frames=max(0, there),
            shown=cut.num_frames,
            number=cut.number,
        )
        error.index = at
        raise error
