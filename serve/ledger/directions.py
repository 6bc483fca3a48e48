"""Directions of an existing project: adds one that is like another, and picks the one to continue
with."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Boolean, Connection, bindparam, case, func, null, select, update

from conte.conte import Conte
from conte.direction import LETTERS, MOST_IN_PROJECT, Variation
from conte.events import DirectionPicked
from conte.production import Production, State
from conte.revision.phrase import in_state, phrase
from serve.database.clock import db_now
from serve.ledger import drafts, events, fairness, productions, reading
from serve.ledger.errors import LimitReached, NoDraft, NotFound
from serve.ledger.ids import new_id
from serve.ledger.tables import productions as table
from serve.stored import Unreadable, text_of

_p = table.c
_LAST = select(func.max(_p.direction)).where(_p.project == bindparam("of_project"))
_BECOMES_FIRST = (
    update(table)
    .where(_p.id == bindparam("of"))
    .values(project=bindparam("new_project"), direction=0)
)
_IDEAS = (
    select(_p.id, _p.direction, _p.variation, _p.version)
    .where(_p.project == bindparam("of_project"))
    .order_by(_p.direction)
)
# One row after the other, so that two that pick at the same time do not wait for each other.
_LOCKED = (
    select(_p.id, _p.state, _p.picked_at)
    .where(_p.project == bindparam("of_project"))
    .order_by(_p.direction)
    .with_for_update()
)
_MARK = (
    update(table)
    .where(_p.id == bindparam("of"))
    .values(
        picked_at=case((bindparam("picked", type_=Boolean), db_now()), else_=null()),
        last_event=_p.last_event + 1,
        updated_at=db_now(),
    )
    .returning(_p.last_event, _p.updated_at)
)


@dataclass(frozen=True)
class Another:
    """Request for a direction like an existing one, with what should differ."""

    differ: str
    version: int | None = None
    """Version that it should be like; None: the newest."""
    idempotency_key: str | None = None
    body_hash: str = ""
    max_queued: int = 100


def add(
    conn: Connection,
    id: str,  # noqa: A002
    tenant: str,
    asked: Another,
    weights: Mapping[str, float],
) -> tuple[Production, bool]:
    """Return the new direction, and False if its key had made it before. A production that was
    ordered alone becomes direction A of a project.

    Raises:
        NoDraft: if the one that it is to be like has no conte yet.
        LimitReached: if the project has as many directions as are allowed.
        QueueFull: as for a new production.
    """
    row = reading.row(conn, id, tenant, lock=True)
    fairness.lock(conn, tenant)
    key = asked.idempotency_key
    stood = productions.with_key(conn, tenant, key, asked.body_hash) if key is not None else None
    if stood is not None:
        return stood, False
    if not row.version:
        raise NoDraft(phrase("no_version_yet", state=in_state(row.state)))
    number = asked.version or row.version
    reading.check_number(row, number)
    like = drafts.base_of(conn, id, number)
    assert like.brief is not None  # `base_of` raises where it cannot be read
    project = row.project or new_id("prj")
    index = (conn.execute(_LAST, {"of_project": project}).scalar_one() or 0) + 1
    if index >= MOST_IN_PROJECT:
        last = LETTERS[-1]
        raise LimitReached(phrase("directions_full", most=MOST_IN_PROJECT, last=last))
    productions.check_queue(conn, tenant, asked.max_queued)
    fairness.join(conn, tenant, weights)
    if row.project is None:
        conn.execute(_BECOMES_FIRST, {"of": id, "new_project": project})
    place = row.direction if row.project else 0
    variation = Variation(production=id, version=number, index=place, differ=asked.differ)
    columns = {"project": project, "direction": index, "variation": text_of(variation)}
    made = productions.begin(conn, tenant, like.brief, row.seed, key, asked.body_hash, columns)
    return reading.untouched(made), True


def ideas_of(conn: Connection, project: str, other_than: str = "") -> dict[str, Conte]:
    """Return the first version's conte of each direction that has one, by letter. Omits directions
    that were requested to be like another, and contes that this release cannot read.
    """
    found: dict[str, Conte] = {}
    for row in conn.execute(_IDEAS, {"of_project": project}):
        if row.id != other_than and row.variation is None and row.version:
            try:
                version = reading.standing_version(conn, row.id, 1)
            except Unreadable:
                continue
            if version is not None:
                found[LETTERS[row.direction]] = version.conte
    return found


def all_compared(conn: Connection, claimed: Production, compared: Collection[str]) -> bool:
    """Return whether a conte was compared with all other directions that are written by now.

    Locks their tenant until the transaction ends, so that of two that finish at the same moment one
    sees the other. `compared`: letters.
    """
    if (place := claimed.direction) is None or place.variation is not None:
        return True
    fairness.lock(conn, claimed.tenant)
    written = {
        LETTERS[row.direction]
        for row in conn.execute(_IDEAS, {"of_project": place.project})
        if row.id != claimed.id and row.variation is None and row.version
    }
    # Seldom: of those that this release cannot read no one can be compared with.
    return written <= set(compared) or not (
        ideas_of(conn, place.project, claimed.id).keys() - set(compared)
    )


def pick(conn: Connection, id: str, tenant: str | None) -> tuple[Production, ...]:  # noqa: A002
    """Mark the direction as the one to continue with, and return all directions of the project.

    The others stay, and any of them can be picked later. Writes an event for each direction whose
    mark changes.

    Raises:
        NotFound: also for a production that is no direction of a project.
        NoDraft: if it has no conte yet.
    """
    row = reading.row(conn, id, tenant)
    if row.project is None:
        raise NotFound(f"production {id} is the only one of its order")
    if not row.version:
        raise NoDraft(phrase("no_version_yet", state=in_state(row.state)))
    for one in conn.execute(_LOCKED, {"of_project": row.project}).all():
        picked = one.id == id
        if picked != (one.picked_at is not None):
            at = conn.execute(_MARK, {"of": one.id, "picked": picked}).one()
            data = DirectionPicked(project=row.project, picked=picked, state=State(one.state))
            told = [events.NewEvent(productions.BY, data)]
            events.write(conn, one.id, at.last_event, at.updated_at, told)
    return productions.project(conn, row.project, tenant)
