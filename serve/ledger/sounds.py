"""Recordings that tenants have uploaded: their owners and lengths. The files are in the vault."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from conte.revision.operations import Add, Operation, PlaceSound
from conte.revision.refusals import Refused
from conte.sound import Recording
from serve.database.clock import db_now
from serve.ledger import fairness, uploads
from serve.ledger.tables import sounds

_s = sounds.c
_OWNED = (
    update(sounds)
    .where(_s.key == bindparam("file"), _s.tenant == bindparam("of"))
    .values(wanted_at=db_now())
    .returning(*sounds.c)
)
"""Locks a recording's row while it is placed: a removal of unplaced recordings waits, and then sees
the placement."""
_NEWEST = (
    select(sounds)
    .where(_s.tenant == bindparam("of"))
    .order_by(_s.created_at.desc(), _s.key)
    .limit(bindparam("most"))
)


def add(conn: Connection, tenant: str, made: Recording) -> Recording:
    """Record an upload, and remove its entry from the unfinished uploads.

    Raises:
        NotTakable: if the upload was begun too long ago, so that its file may be gone.
    """
    fairness.lock(conn, tenant)
    uploads.ordered(conn, made.key)
    row = {**made.model_dump(exclude={"created_at"}), "tenant": tenant}
    added = insert(sounds).values(created_at=db_now(), wanted_at=db_now()).returning(*sounds.c)
    return _recording(conn.execute(added, row).one())


def newest(conn: Connection, tenant: str, limit: int) -> tuple[Recording, ...]:
    rows = conn.execute(_NEWEST, {"of": tenant, "most": limit})
    return tuple(map(_recording, rows))


def named(conn: Connection, tenant: str, operations: Sequence[Operation]) -> tuple[Operation, ...]:
    """Return the operations with the names and lengths of the recordings that they place.

    Raises:
        Refused: if the tenant has uploaded no such recording, or a new cut brings some along.
    """
    found: list[Operation] = []
    for at, op in enumerate(operations):
        if isinstance(op, PlaceSound):
            found.append(_named(conn, tenant, op, at))
            continue
        if isinstance(op, Add) and op.cut.sounds:
            raise _at(Refused("cut.sounds", "sounds_of_a_new_cut"), at)
        found.append(op)
    return tuple(found)


def _named(conn: Connection, tenant: str, op: PlaceSound, at: int) -> PlaceSound:
    row = conn.execute(_OWNED, {"file": op.sound.upload, "of": tenant}).first()
    if row is None:
        raise _at(Refused("sound.upload", "no_recording", upload=op.sound.upload), at)
    told = {"name": row.name, "num_samples": row.num_samples}
    return op.model_copy(update={"sound": op.sound.model_copy(update=told)})


def _at(error: Refused, at: int) -> Refused:
    error.index = at
    return error


def _recording(row: Row[Any]) -> Recording:
    return Recording(
        key=row.key, name=row.name, num_samples=row.num_samples, created_at=row.created_at
    )
