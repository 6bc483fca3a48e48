"""Drafts: read, change, undo, redo, drop. One a production, under its row's lock."""

from collections.abc import Callable, Sequence
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, bindparam, delete, insert, select, update

from conte.cut import CutId
from conte.production import Version
from conte.revision.applying import apply, apply_all
from conte.revision.draft import Draft, Step
from conte.revision.inverse import inverse
from conte.revision.operations import Add, AnyOperation, Operation, PickTake, PlaceSound
from conte.revision.refusals import NotApplied, Refused
from conte.revision.settling import settled
from conte.revision.working import Working
from serve.database.clock import db_now
from serve.ledger import borrowing, reading, sounds, takes
from serve.ledger.errors import NoDraft, NotFound, TooManyOperations
from serve.ledger.ids import new_cut_id
from serve.ledger.tables import drafts
from serve.stored import Unreadable, read, read_all, text_of

MAX_OPERATIONS = 1000
"""Operations that a draft holds."""

_STEPS = TypeAdapter(tuple[Step, ...])
_d = drafts.c
_OF = _d.production == bindparam("of")
_GET = select(drafts).where(_OF)
_DROP = delete(drafts).where(_OF)
_VALUES = {
    "base": bindparam("new_base"),
    "revision": bindparam("new_revision"),
    "working": bindparam("new_working"),
    "done": bindparam("new_done"),
    "undone": bindparam("new_undone"),
    "updated_at": db_now(),
}
_NEW = insert(drafts).values(production=bindparam("of"), **_VALUES).returning(_d.updated_at)
_CHANGE = update(drafts).where(_OF).values(**_VALUES).returning(_d.updated_at)


def get(conn: Connection, id: str, tenant: str | None) -> Draft:  # noqa: A002
    """Return the production's draft; an unchanged one of its newest version if there is none.

    Raises:
        NoDraft: while version 1 is being written.
    """
    row = reading.row(conn, id, tenant)
    if not row.version:
        raise NoDraft(f"production {id} has no version to revise yet; it is {row.state}")
    found = conn.execute(_GET, {"of": id}).first()
    if found is not None:
        try:
            return Draft(
                production=id,
                base=found.base,
                revision=found.revision,
                working=read(Working, found.working),
                done=read_all(Step, found.done, "steps"),
                undone=read_all(Step, found.undone, "steps"),
                updated_at=found.updated_at,
            )
        except Unreadable as error:
            raise NoDraft(f"the draft of {id} cannot be read; drop it: {error}") from error
    return fresh(id, base_of(conn, id, row.version))


def base_of(conn: Connection, id: str, number: int) -> Version:  # noqa: A002
    version = reading.standing_version(conn, id, number)
    if version is None:
        raise NotFound(f"production {id} has no version {number}")
    if version.brief is None:
        raise NoDraft(f"version {number} of {id} cannot be revised: its brief cannot be read")
    return version


def fresh(id: str, version: Version) -> Draft:  # noqa: A002
    assert version.brief is not None
    working = Working(conte=version.conte, brief=version.brief)
    return Draft(production=id, base=version.number, revision=0, working=working)


def operate(
    conn: Connection,
    id: str,  # noqa: A002
    tenant: str | None,
    asked: Sequence[AnyOperation],
    causes: Sequence[str] = (),
) -> Draft:
    """Apply the operations in order: all of them, or none.

    Raises:
        NotApplied: the first that cannot be applied, by its place in the list.
        TooManyOperations
    """
    reading.row(conn, id, tenant, lock=True)
    return change(conn, get(conn, id, tenant), asked, causes)


def change(
    conn: Connection, draft: Draft, asked: Sequence[AnyOperation], causes: Sequence[str] = ()
) -> Draft:
    """Apply the operations to a draft that was read under its production's lock. See `operate`."""
    if len(draft.done) + len(asked) > MAX_OPERATIONS:
        raise TooManyOperations(
            f"a draft holds {MAX_OPERATIONS} operations, this one has {len(draft.done)};"
            " seal it and go on with the next version"
        )
    operations = taken_in(conn, draft, asked)
    changed = applied(draft, operations, new_cut_id, causes)
    check_covers(conn, changed, operations)
    return _write(conn, changed, draft.production)


def taken_in(
    conn: Connection, draft: Draft, asked: Sequence[AnyOperation]
) -> tuple[Operation, ...]:
    """Return the operations with what the ledger knows of what they name.

    Raises:
        NotApplied: if there is no such cut to borrow, take or recording.
    """
    operations = borrowing.lent_all(conn, draft, asked)
    check_takes(conn, draft, operations)
    if any(isinstance(op, PlaceSound | Add) for op in operations):
        tenant = reading.row(conn, draft.production, None).tenant
        operations = sounds.named(conn, tenant, operations)
    return operations


def check_takes(conn: Connection, draft: Draft, operations: Sequence[Operation]) -> None:
    """Raises Refused if a take is picked that the cut, or the one it was split from, never had."""
    picks = [(at, op) for at, op in enumerate(operations) if isinstance(op, PickTake) and op.take]
    if not picks:
        return
    known = takes.of(conn, draft.production)
    cuts = {cut.id: cut for cut in draft.working.conte.cuts}
    for at, op in picks:
        clip, cut = known.get(op.take), cuts.get(op.cut)
        if clip is None or cut is None or clip.cut_id not in (cut.id, cut.split_from):
            error = Refused("take", f"cut {op.cut} has no take {op.take}")
            error.index = at
            raise error


def check_covers(conn: Connection, draft: Draft, operations: Sequence[Operation]) -> None:
    """Raises Refused if a take is picked that is shorter than its cut, once all are applied."""
    picks = [(at, op) for at, op in enumerate(operations) if isinstance(op, PickTake) and op.take]
    if not picks:
        return
    known = takes.of(conn, draft.production)
    cuts = {cut.id: cut for cut in draft.working.conte.cuts}
    for at, op in picks:
        clip, cut = known.get(op.take), cuts.get(op.cut)
        if clip is None or cut is None or cut.take != op.take or clip.covers(cut):
            continue
        there = clip.num_frames - clip.first_frame(cut)
        error = Refused(
            "take",
            f"take {op.take} has {max(0, there)} frames for the {cut.num_frames} that cut"
            f" {cut.number} shows; shorten the cut first (retime), or pick another take",
        )
        error.index = at
        raise error


def applied(
    draft: Draft,
    operations: Sequence[Operation],
    new_id: Callable[[], CutId],
    causes: Sequence[str] = (),
) -> Draft:
    """Return the draft with the operations applied. What was undone cannot be redone after it."""
    working, steps = draft.working, list(draft.done)
    for at, asked in enumerate(operations):
        operation = settled(asked, new_id)
        try:
            after, back = apply(working, operation), inverse(working, operation)
        except NotApplied as error:
            error.index = at
            raise
        cause = causes[at] if at < len(causes) else ""
        steps.append(Step(operation=operation, inverse=back, cause=cause))
        working = after
    return draft.model_copy(
        update={"working": working, "done": tuple(steps), "undone": (),
                "revision": draft.revision + 1}
    )  # fmt: skip


def undo(conn: Connection, id: str, tenant: str | None) -> Draft:  # noqa: A002
    """Take the last operation back. Raises NoDraft if there is none."""
    reading.row(conn, id, tenant, lock=True)
    draft = get(conn, id, tenant)
    if not draft.done:
        raise NoDraft(f"there is nothing to undo in the draft of {id}")
    step = draft.done[-1]
    changes = {
        "working": apply_all(draft.working, step.inverse),
        "done": draft.done[:-1],
        "undone": (*draft.undone, step),
        "revision": draft.revision + 1,
    }
    return _write(conn, draft.model_copy(update=changes), id)


def redo(conn: Connection, id: str, tenant: str | None) -> Draft:  # noqa: A002
    """Apply again what was taken back last. Raises NoDraft if there is nothing."""
    reading.row(conn, id, tenant, lock=True)
    draft = get(conn, id, tenant)
    if not draft.undone:
        raise NoDraft(f"there is nothing to redo in the draft of {id}")
    step = draft.undone[-1]
    changes = {
        "working": apply(draft.working, step.operation),
        "done": (*draft.done, step),
        "undone": draft.undone[:-1],
        "revision": draft.revision + 1,
    }
    return _write(conn, draft.model_copy(update=changes), id)


def drop(conn: Connection, id: str, tenant: str | None) -> None:  # noqa: A002
    """Forget the draft, if there is one."""
    reading.row(conn, id, tenant, lock=True)
    conn.execute(_DROP, {"of": id})


def _write(conn: Connection, draft: Draft, id: str) -> Draft:  # noqa: A002
    new: dict[str, Any] = {
        "of": id,
        "new_base": draft.base,
        "new_revision": draft.revision,
        "new_working": text_of(draft.working),
        "new_done": _steps(draft.done),
        "new_undone": _steps(draft.undone),
    }
    statement = _NEW if draft.updated_at is None else _CHANGE
    at = conn.execute(statement, new).scalar_one()
    return draft.model_copy(update={"updated_at": at})


def _steps(steps: Sequence[Step]) -> str:
    items = _STEPS.dump_python(tuple(steps), mode="json", by_alias=True)
    return text_of({"items": items}, "steps")
