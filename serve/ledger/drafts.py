"""Drafts: read, change, undo, redo, drop. One a production, under its row's lock."""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from conte.cut import CutId
from conte.production import Version
from conte.revision.applying import apply, apply_all
from conte.revision.draft import Changed, Draft, Step, WholeDraft
from conte.revision.inverse import inverse
from conte.revision.operations import Add, AnyOperation, Operation, PlaceSound
from conte.revision.phrase import in_state, phrase
from conte.revision.refusals import NotApplied
from conte.revision.settling import settled
from conte.revision.working import Working
from serve.database.clock import db_now
from serve.ledger import borrowing, picking, reading, sounds
from serve.ledger.errors import NoDraft, NotFound, TooManyOperations
from serve.ledger.ids import new_cut_id
from serve.ledger.tables import draft_steps, drafts
from serve.stored import Unreadable, read, text_of

MAX_OPERATIONS = 1000
"""Most operations in a draft."""

_d, _s = drafts.c, draft_steps.c
_OF = _d.production == bindparam("of")
_GET = select(drafts).where(_OF)
_DROP = delete(drafts).where(_OF)
_VALUES = {
    "base": bindparam("new_base"),
    "revision": bindparam("new_revision"),
    "working": bindparam("new_working"),
    "num_done": bindparam("new_done"),
    "num_undone": bindparam("new_undone"),
    "updated_at": db_now(),
}
_NEW = insert(drafts).values(production=bindparam("of"), **_VALUES).returning(_d.updated_at)
_CHANGE = update(drafts).where(_OF).values(**_VALUES).returning(_d.updated_at)
_STEPS_OF = _s.production == bindparam("of")
_DONE = select(_s.step).where(_STEPS_OF, _s.number <= bindparam("last")).order_by(_s.number)
_STEP = select(_s.step).where(_STEPS_OF, _s.number == bindparam("wanted"))
_FORGET = delete(draft_steps).where(_STEPS_OF, _s.number > bindparam("last"))
_ADD = insert(draft_steps)


class _Applied(NamedTuple):
    working: Working
    steps: tuple[Step, ...]


def get(conn: Connection, id: str, tenant: str | None) -> Draft:  # noqa: A002
    """Return the production's draft; an unchanged one of its newest version if there is none.

    Raises:
        NoDraft: while version 1 is being written.
    """
    return _of(conn, reading.row(conn, id, tenant))


def whole(conn: Connection, id: str, tenant: str | None) -> WholeDraft:  # noqa: A002
    """Return the draft with its steps. See `get`."""
    draft = get(conn, id, tenant)
    texts = conn.execute(_DONE, {"of": id, "last": draft.num_done}).scalars()
    with _readable(id):
        return WholeDraft(**dict(draft), done=tuple(read(Step, text) for text in texts))


def _of(conn: Connection, row: Row[Any]) -> Draft:
    if not row.version:
        raise NoDraft(phrase("no_version_yet", state=in_state(row.state)))
    found = conn.execute(_GET, {"of": row.id}).first()
    if found is None:
        return fresh(row.id, base_of(conn, row.id, row.version))
    with _readable(row.id):
        return Draft(
            production=row.id,
            base=found.base,
            revision=found.revision,
            working=read(Working, found.working),
            num_done=found.num_done,
            num_undone=found.num_undone,
            updated_at=found.updated_at,
        )


@contextmanager
def _readable(id: str) -> Generator[None]:  # noqa: A002
    try:
        yield
    except Unreadable as error:
        raise NoDraft(phrase("draft_unreadable", why=str(error))) from error


def base_of(conn: Connection, id: str, number: int) -> Version:  # noqa: A002
    version = reading.standing_version(conn, id, number)
    if version is None:
        raise NotFound(f"production {id} has no version {number}")
    if version.brief is None:
        raise NoDraft(phrase("brief_unreadable", number=number))
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
) -> Changed:
    """Apply the operations in order: all of them, or none.

    Raises:
        NotApplied: the first that cannot be applied, by its place in the list.
        TooManyOperations
    """
    return change(conn, _of(conn, reading.row(conn, id, tenant, lock=True)), asked, causes)


def change(
    conn: Connection, draft: Draft, asked: Sequence[AnyOperation], causes: Sequence[str] = ()
) -> Changed:
    """Apply the operations to a draft that was read under its production's lock. See `operate`."""
    if draft.num_done + len(asked) > MAX_OPERATIONS:
        raise TooManyOperations(phrase("draft_full", most=MAX_OPERATIONS, got=draft.num_done))
    found = applied(conn, draft, asked, causes)
    if draft.num_undone:
        # What was undone cannot be redone after a change.
        conn.execute(_FORGET, {"of": draft.production, "last": draft.num_done})
    rows = [
        {"production": draft.production, "number": number, "step": _text_of(step)}
        for number, step in enumerate(found.steps, draft.num_done + 1)
    ]
    if rows:
        conn.execute(_ADD, rows)
    num_done = draft.num_done + len(found.steps)
    changed = _write(conn, draft, working=found.working, num_done=num_done, num_undone=0)
    return Changed(changed, tuple(step.operation for step in found.steps))


def applied(
    conn: Connection, draft: Draft, asked: Sequence[AnyOperation], causes: Sequence[str] = ()
) -> _Applied:
    """Return what the operations make of the draft; nothing is written.

    Raises:
        NotApplied: the first that cannot be applied, by its place in the list.
    """
    operations = _taken_in(conn, draft, asked)
    found = _applied(draft.working, operations, new_cut_id, causes)
    picking.check_covers(conn, draft.production, found.working, operations)
    return found


def _taken_in(
    conn: Connection, draft: Draft, asked: Sequence[AnyOperation]
) -> tuple[Operation, ...]:
    """Return the operations, completed from the cuts, takes and recordings that they name.

    Raises:
        NotApplied: if there is no such cut to borrow, take or recording.
    """
    operations = borrowing.lent_all(conn, draft, asked)
    picking.check_known(conn, draft, operations)
    if any(isinstance(op, PlaceSound | Add) for op in operations):
        tenant = reading.row(conn, draft.production, None).tenant
        operations = sounds.named(conn, tenant, operations)
    return operations


def _applied(
    working: Working,
    operations: Sequence[Operation],
    new_id: Callable[[], CutId],
    causes: Sequence[str],
) -> _Applied:
    steps: list[Step] = []
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
    return _Applied(working, tuple(steps))


def undo(conn: Connection, id: str, tenant: str | None) -> Changed:  # noqa: A002
    """Take the last operation back. Raises NoDraft if there is none."""
    draft = _of(conn, reading.row(conn, id, tenant, lock=True))
    if not draft.num_done:
        raise NoDraft(phrase("nothing_to_undo"))
    back = _step(conn, id, draft.num_done).inverse
    changed = _write(
        conn,
        draft,
        working=apply_all(draft.working, back),
        num_done=draft.num_done - 1,
        num_undone=draft.num_undone + 1,
    )
    return Changed(changed, back)


def redo(conn: Connection, id: str, tenant: str | None) -> Changed:  # noqa: A002
    """Apply again what was taken back last. Raises NoDraft if there is nothing."""
    draft = _of(conn, reading.row(conn, id, tenant, lock=True))
    if not draft.num_undone:
        raise NoDraft(phrase("nothing_to_redo"))
    again = _step(conn, id, draft.num_done + 1).operation
    changed = _write(
        conn,
        draft,
        working=apply(draft.working, again),
        num_done=draft.num_done + 1,
        num_undone=draft.num_undone - 1,
    )
    return Changed(changed, (again,))


def drop(conn: Connection, id: str, tenant: str | None) -> None:  # noqa: A002
    """Forget the draft, if there is one."""
    reading.row(conn, id, tenant, lock=True)
    conn.execute(_FORGET, {"of": id, "last": 0})
    conn.execute(_DROP, {"of": id})


def _step(conn: Connection, id: str, number: int) -> Step:  # noqa: A002
    text = conn.execute(_STEP, {"of": id, "wanted": number}).scalar_one()
    with _readable(id):
        return read(Step, text)


def _text_of(step: Step) -> str:
    return text_of(step.model_dump(mode="json", by_alias=True), "Step")


def _write(conn: Connection, draft: Draft, **changes: Any) -> Draft:
    """Write the draft with these changes, as its next revision."""
    changed = draft.model_copy(update={**changes, "revision": draft.revision + 1})
    new: dict[str, Any] = {
        "of": changed.production,
        "new_base": changed.base,
        "new_revision": changed.revision,
        "new_working": text_of(changed.working),
        "new_done": changed.num_done,
        "new_undone": changed.num_undone,
    }
    statement = _NEW if changed.updated_at is None else _CHANGE
    at = conn.execute(statement, new).scalar_one()
    return changed.model_copy(update={"updated_at": at})
