"""What clients ask of the ledger: accept, list, cancel, retry. Knows tenants, not directors."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, tuple_, update

from conte.brief import Brief
from conte.production import EventKind, Production, State
from serve.ledger import endings, events, fairness, reading
from serve.ledger.clock import db_now
from serve.ledger.errors import (
    IdempotencyConflict,
    NotCancellable,
    NotFound,
    NotRetryable,
    QueueFull,
)
from serve.ledger.events import Draft
from serve.ledger.ids import new_id
from serve.ledger.jsontext import text_of
from serve.ledger.tables import clips, productions

BY = "ingress"
_RATE_OVER_S = 60
_p, _c = productions.c, clips.c

_BY_KEY = reading.WHOLE.where(
    _p.tenant == bindparam("tenant"), _p.idempotency_key == bindparam("key")
)
# A tenant's own: whoever orders a thousand does not close the door to the others.
_UNCLAIMED = select(func.count()).where(
    _p.tenant == bindparam("tenant"), _p.ended_at.is_(None), _p.lease_until == 0.0
)
_ENDED_LATELY = select(func.count()).where(_p.ended_at > db_now() - _RATE_OVER_S)
_INSERT = (
    insert(productions)
    .values(created_at=db_now(), updated_at=db_now(), entered_at=db_now())
    .returning(*productions.c)
)
_IS_FREE = select((_p.lease_until <= db_now()).label("free")).where(_p.id == bindparam("of"))
_ASK = (
    update(productions)
    .where(_p.id == bindparam("of"))
    .values(cancel_asked=True, last_event=_p.last_event + 1, updated_at=db_now())
    .returning(_p.last_event, _p.updated_at)
)
_QUEUE_AGAIN = (
    update(productions)
    .where(_p.id == bindparam("of"))
    .values(
        state=State.QUEUED.value,
        failure=None,
        ended_at=None,
        cancel_asked=False,
        takeovers=0,
        lease_until=0.0,
        entered_at=db_now(),
        updated_at=db_now(),
        last_event=_p.last_event + 1,
    )
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


def _with_key(conn: Connection, tenant: str, key: str, body_hash: str) -> Production | None:
    """The production that this Idempotency-Key made."""
    row = conn.execute(_BY_KEY, {"tenant": tenant, "key": key}).first()
    if row is None:
        return None
    if row.body_hash != body_hash:
        raise IdempotencyConflict(
            "this Idempotency-Key was used with another body; a new order needs a new key"
        )
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
) -> tuple[Production, bool]:
    fairness.lock(conn, tenant)
    if key is not None and (stood := _with_key(conn, tenant, key, body_hash)) is not None:
        return stood, False
    waiting = conn.execute(_UNCLAIMED, {"tenant": tenant}).scalar_one()
    if waiting >= max_queued:
        raise QueueFull(waiting, max_queued, _next_place_s(conn))
    fairness.join(conn, tenant, weights)
    row = conn.execute(_INSERT, _fresh(tenant, brief, seed, key, body_hash)).one()
    data = {"brief": brief.model_dump(mode="json"), "seed": seed}
    events.write(conn, row.id, 1, row.created_at, [Draft(EventKind.ACCEPTED, BY, data)])
    return reading.untouched(row), True


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


def _next_place_s(conn: Connection) -> float:
    """When the next production is likely to leave the queue, from the last minute's rate."""
    ended = conn.execute(_ENDED_LATELY).scalar_one()
    return max(1.0, _RATE_OVER_S / (ended + 1))


def page(
    conn: Connection, tenant: str, limit: int, after: str | None, state: State | None
) -> tuple[tuple[Production, ...], str | None]:
    """Newest first. The cursor is the id of the page's last production."""
    wanted = reading.WHOLE.where(_p.tenant == tenant)
    if state is not None:
        wanted = wanted.where(_p.state == state.value)
    if after is not None:
        last = reading.row(conn, after, tenant)
        wanted = wanted.where(tuple_(_p.created_at, _p.id) < tuple_(last.created_at, last.id))
    wanted = wanted.order_by(_p.created_at.desc(), _p.id.desc()).limit(limit + 1)
    rows = conn.execute(wanted).all()
    found = reading.whole(conn, rows[:limit])
    return found, found[-1].id if len(rows) > limit else None


def ask_cancel(conn: Connection, id: str, tenant: str | None) -> Production:  # noqa: A002
    row = reading.row(conn, id, tenant, lock=True)
    state = State(row.state)
    if state.ended and state is not State.CANCELLED:
        raise NotCancellable(f"the production is {state}; only one that goes on can be cancelled")
    if state.ended:
        return reading.whole(conn, [row])[0]
    if conn.execute(_IS_FREE, {"of": id}).scalar_one():
        endings.cancel(conn, row, BY)
    elif not row.cancel_asked:
        at = conn.execute(_ASK, {"of": id}).one()
        draft = Draft(EventKind.CANCEL_ASKED, BY, {})
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
    if not 1 <= number <= row.version:
        raise NotFound(f"production {id} has no version {number}")
    if number < row.version:
        raise NotRetryable(f"version {row.version} has taken the place of version {number}")
    if not 1 <= cut <= row.num_cuts:
        raise NotFound(f"version {number} has {row.num_cuts} cuts, no cut {cut}")
    if row.state != State.FAILED.value:
        raise NotRetryable(f"the production is {row.state}; a cut is retried when it has failed")
    place = {"of": id, "in_version": number, "number": cut}
    if conn.execute(_FAILED_TIERS, place).first() is None:
        raise NotRetryable(f"cut {cut} of version {number} has not failed")
    fairness.join(conn, row.tenant, weights)
    at = conn.execute(_QUEUE_AGAIN, {"of": id}).one()
    conn.execute(_CLEAR, place)
    draft = Draft(EventKind.RETRIED, BY, {"version": number, "cut": cut})
    events.write(conn, id, at.last_event, at.updated_at, [draft])
    return reading.production(conn, id, tenant)
