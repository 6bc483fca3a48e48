"""Clients' operations: accept, list, cancel, retry. Knows tenants, not directors."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select, tuple_, update

from conte.brief import Brief
from conte.events import CancelAsked, ProductionAccepted, ProductionRetried
from conte.production import Production, State
from conte.revision.phrase import in_state, phrase
from serve.database.clock import db_now
from serve.ledger import endings, events, fairness, pace, reading
from serve.ledger.errors import (
    NotCancellable,
    NotFound,
    NotRetryable,
    QueueFull,
    check_same_body,
)
from serve.ledger.events import NewEvent
from serve.ledger.ids import new_id
from serve.ledger.places import PagePosition, place_of
from serve.ledger.tables import clips, production_lease, productions
from serve.stored import text_of

BY = "ingress"
_p, _c = productions.c, clips.c

_BY_KEY = reading.WHOLE.where(
    _p.tenant == bindparam("tenant"), _p.idempotency_key == bindparam("key")
)
_OF_PROJECT = reading.WHOLE.where(_p.project == bindparam("project")).order_by(_p.direction)
# Per tenant: one tenant's thousand orders do not lock out the others.
_UNCLAIMED = select(func.count()).where(
    _p.tenant == bindparam("tenant"), _p.ended_at.is_(None), _p.lease_until == 0.0
)
_ENDED_LATELY = select(func.count()).where(
    _p.ended_at > db_now() - pace.OVER_S, _p.tenant == bindparam("tenant")
)
_INSERT = (
    insert(productions)
    .values(created_at=db_now(), updated_at=db_now(), entered_at=db_now())
    .returning(*productions.c)
)
_IS_FREE = select(production_lease.unheld.label("free")).where(_p.id == bindparam("of"))
_ASK = (
    update(productions)
    .where(_p.id == bindparam("of"))
    .values(cancel_asked=True, last_event=_p.last_event + 1, updated_at=db_now())
    .returning(_p.last_event, _p.updated_at)
)
QUEUED_AGAIN: dict[str, Any] = {
    "state": State.QUEUED.value,
    "failure": None,
    "ended_at": None,
    "cancel_asked": False,
    "back_to": None,
    "takeovers": 0,
    "lease_until": 0.0,
    "entered_at": db_now(),
    "updated_at": db_now(),
}
"""Columns of an ended production that is queued again."""
_QUEUE_AGAIN = (
    update(productions)
    .where(_p.id == bindparam("of"))
    .values(**QUEUED_AGAIN, last_event=_p.last_event + 1)
    .returning(_p.last_event, _p.updated_at)
)
_FAILED_TIERS = select(_c.tier).where(
    _c.production == bindparam("of"),
    _c.version == bindparam("in_version"),
    _c.cut == bindparam("number"),
    _c.state == "failed",
)
_CLEAR = (
    update(clips)
    .where(
        _c.production == bindparam("of"),
        _c.version == bindparam("in_version"),
        _c.cut == bindparam("number"),
        _c.state == "failed",
    )
    .values(state="waiting", attempts=0, failure=None)
)


def with_key(conn: Connection, tenant: str, key: str, body_hash: str) -> Production | None:
    """Return the production that this Idempotency-Key made."""
    row = conn.execute(_BY_KEY, {"tenant": tenant, "key": key}).first()
    if row is None:
        return None
    check_same_body(row.body_hash, body_hash, "a new order needs a new key")
    return reading.whole(conn, [row])[0]


def accept(
    conn: Connection,
    tenant: str,
    brief: Brief,
    seed: int,
    key: str | None,
    body_hash: str,
    max_queued: int,
    weights: Mapping[str, float],
    directions: int = 1,
) -> tuple[Production, bool]:
    """Return the production, the first of its directions, and False if its key had made it."""
    fairness.lock(conn, tenant)
    if key is not None and (stood := with_key(conn, tenant, key, body_hash)) is not None:
        return stood, False
    check_queue(conn, tenant, max_queued, directions)
    fairness.join(conn, tenant, weights)
    project = new_id("prj") if directions > 1 else None
    rows: list[Row[Any]] = []
    for index in range(directions):
        # The key is the order's: the first direction has it.
        own = key if index == 0 else None
        place = {"project": project, "direction": index}
        rows.append(begin(conn, tenant, brief, seed, own, body_hash, place))
    return reading.untouched(rows[0]), True


def begin(
    conn: Connection,
    tenant: str,
    brief: Brief,
    seed: int,
    key: str | None,
    body_hash: str,
    place: Mapping[str, Any],
) -> Row[Any]:
    """Insert a production that waits for a director, with its first event. `place`: the columns
    that say which of a project's directions it is.
    """
    fresh = _fresh(tenant, brief, seed, key, body_hash)
    row = conn.execute(_INSERT, {**fresh, **place}).one()
    draft = NewEvent(BY, ProductionAccepted(brief=brief, seed=seed))
    events.write(conn, row.id, 1, row.created_at, [draft])
    return row


def add(
    conn: Connection,
    tenant: str,
    brief: Brief,
    seed: int,
    key: str | None,
    body_hash: str,
    num_cuts: int,
) -> Row[Any]:
    """Insert a production whose version 1 is written already, with room for two events."""
    fresh = _fresh(tenant, brief, seed, key, body_hash)
    return conn.execute(
        _INSERT, {**fresh, "version": 1, "num_cuts": num_cuts, "last_event": 2}
    ).one()


def project(conn: Connection, project_id: str, tenant: str | None) -> tuple[Production, ...]:
    """Return the productions of an order's directions, A first.

    Raises:
        NotFound: also for another tenant's.
    """
    rows = conn.execute(_OF_PROJECT, {"project": project_id}).all()
    if not rows or (tenant is not None and rows[0].tenant != tenant):
        raise NotFound(f"there is no project {project_id}")
    return reading.whole(conn, rows)


def check_queue(conn: Connection, tenant: str, max_queued: int, more: int = 1) -> None:
    """Raises QueueFull if there is no room for so many more productions of the tenant."""
    waiting = conn.execute(_UNCLAIMED, {"tenant": tenant}).scalar_one()
    if waiting + more > max_queued:
        ended = conn.execute(_ENDED_LATELY, {"tenant": tenant}).scalar_one()
        raise QueueFull(waiting, max_queued, pace.next_place_s(waiting, max_queued, ended))


def _fresh(tenant: str, brief: Brief, seed: int, key: str | None, body_hash: str) -> dict[str, Any]:
    return {
        "id": new_id(),
        "tenant": tenant,
        "state": State.QUEUED.value,
        "brief": text_of(brief),
        "seed": seed,
        "idempotency_key": key,
        "body_hash": body_hash,
        "last_event": 1,
    }


def page(
    conn: Connection, tenant: str, limit: int, after: str | None, state: State | None
) -> tuple[tuple[Production, ...], str | None]:
    """Return a page, newest first. The cursor is the position of its last production.

    0.1's cursor, the id alone, works while that production exists.
    """
    wanted = reading.WHOLE.where(_p.tenant == tenant)
    if state is not None:
        wanted = wanted.where(_p.state == state.value)
    if after is not None:
        at = place_of(after) or _place(reading.row(conn, after, tenant))
        wanted = wanted.where(tuple_(_p.created_at, _p.id) < tuple_(at.created_at, at.id))
    wanted = wanted.order_by(_p.created_at.desc(), _p.id.desc()).limit(limit + 1)
    rows = conn.execute(wanted).all()
    following = _place(rows[limit - 1]).cursor if len(rows) > limit else None
    return reading.whole(conn, rows[:limit]), following


def _place(row: Row[Any]) -> PagePosition:
    return PagePosition(row.created_at, row.id)


def ask_cancel(conn: Connection, id: str, tenant: str | None) -> Production:  # noqa: A002
    row = reading.row(conn, id, tenant, lock=True)
    if row.ended_at is not None:
        if row.state == State.CANCELLED.value:
            return reading.whole(conn, [row])[0]
        raise NotCancellable(phrase("has_ended", state=in_state(row.state)))
    if conn.execute(_IS_FREE, {"of": id}).scalar_one():
        endings.cancel(conn, row, BY)
    elif not row.cancel_asked:
        at = conn.execute(_ASK, {"of": id}).one()
        draft = NewEvent(BY, CancelAsked())
        events.write(conn, id, at.last_event, at.updated_at, [draft])
    return reading.production(conn, id, tenant)


def retry_cut(
    conn: Connection,
    id: str,  # noqa: A002
    number: int,
    cut: int,
    tenant: str | None,
    weights: Mapping[str, float],
) -> Production:
    row = reading.row(conn, id, tenant, lock=True)
    reading.check_number(row, number)
    if number < row.version:
        raise NotRetryable(phrase("no_retry_of_old", newest=row.version, number=number))
    if not 1 <= cut <= row.num_cuts:
        raise NotFound(f"version {number} has {row.num_cuts} cuts, no cut {cut}")
    if row.state != State.FAILED.value:
        raise NotRetryable(phrase("no_retry_yet", state=in_state(row.state)))
    place = {"of": id, "in_version": number, "number": cut}
    if conn.execute(_FAILED_TIERS, place).first() is None:
        raise NotRetryable(phrase("not_failed", cut=cut, number=number))
    fairness.join(conn, row.tenant, weights)
    at = conn.execute(_QUEUE_AGAIN, {"of": id}).one()
    conn.execute(_CLEAR, place)
    draft = NewEvent(BY, ProductionRetried(version=number, cut=cut))
    events.write(conn, id, at.last_event, at.updated_at, [draft])
    return reading.production(conn, id, tenant)
