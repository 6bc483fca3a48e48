"""Take orders: rows of takes that somebody asked for, as they wait, are made, or fail.

Works on a production that the caller has locked in the same transaction.
"""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection, Row, bindparam, func, select, update

from conte.events import TakeFailed
from conte.production import Failure
from conte.revision.take_order import TakeOrder
from serve.ledger import reading
from serve.ledger.events import NewEvent
from serve.ledger.tables import take_orders
from serve.stored import Unreadable, read, text_of

_o = take_orders.c
_OF = select(take_orders).where(_o.production == bindparam("of")).order_by(_o.number)
_WITH_KEY = _OF.where(_o.idempotency_key == bindparam("key"))
_WAITING = _OF.where(_o.state == "waiting")
_LAST = select(func.coalesce(func.max(_o.number), 0)).where(_o.production == bindparam("of"))
_ONE = (_o.production == bindparam("of"), _o.number == bindparam("nth"), _o.state == "waiting")
_READY = update(take_orders).where(*_ONE).values(state="ready", take=bindparam("made"))
_FAILED = update(take_orders).where(*_ONE).values(state="failed", failure=bindparam("why"))


def of(conn: Connection, production: str) -> tuple[TakeOrder, ...]:
    """Return every order by number. Unreadable ones are left out."""
    return _readable(conn.execute(_OF, {"of": production}))


def waiting(conn: Connection, production: str) -> tuple[TakeOrder, ...]:
    """Return the orders that are still to be made, by number."""
    return _readable(conn.execute(_WAITING, {"of": production}))


def last(conn: Connection, production: str) -> int:
    """Return the number of the last order; 0 if there is none."""
    return conn.execute(_LAST, {"of": production}).scalar_one()


def with_key(conn: Connection, production: str, key: str) -> tuple[tuple[TakeOrder, ...], str]:
    """Return the orders that this Idempotency-Key made, and the hash of their request's body."""
    found = conn.execute(_WITH_KEY, {"of": production, "key": key}).all()
    return tuple(_order(row) for row in found), found[0].body_hash if found else ""


def ready(conn: Connection, production: str, number: int, take: str) -> bool:
    """Mark an order as made. False: it does not wait any more."""
    place = {"of": production, "nth": number, "made": take}
    return bool(conn.execute(_READY, place).rowcount)


def failed(conn: Connection, production: str, number: int, failure: Failure) -> bool:
    """Mark an order as failed. False: it does not wait any more."""
    place = {"of": production, "nth": number, "why": text_of(failure)}
    return bool(conn.execute(_FAILED, place).rowcount)


def withdraw(conn: Connection, production: str, by: str, reason: str) -> list[NewEvent]:
    """Fail every order that waits, and return the events that say so."""
    told: list[NewEvent] = []
    numbers: dict[str, int] = {}
    for row in conn.execute(_WAITING, {"of": production}).all():
        if not numbers and (version := reading.standing_version(conn, production, row.version)):
            numbers = {cut.id: cut.number for cut in version.conte.cuts}
        cut = numbers.get(row.cut, 0)
        failure = Failure(stage="clip", reason=reason, cut=cut or None)
        failed(conn, production, row.number, failure)
        data = TakeFailed(
            order=row.number, version=row.version, cut=cut, tier=row.tier, failure=failure
        )
        told.append(NewEvent(by, data))
    return told


def _readable(rows: Iterable[Row[Any]]) -> tuple[TakeOrder, ...]:
    found: list[TakeOrder] = []
    for row in rows:
        with suppress(Unreadable, ValidationError):
            found.append(_order(row))
    return tuple(found)


def _order(row: Row[Any]) -> TakeOrder:
    return TakeOrder(
        number=row.number,
        cut=row.cut,
        version=row.version,
        tier=row.tier,
        seed=row.seed,
        source=row.source,
        upload=row.upload,
        state=row.state,
        take=row.take,
        failure=read(Failure, row.failure) if row.failure else None,
    )
