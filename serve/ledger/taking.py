"""Orders of takes beside an existing version. Neither the version nor its film changes.

While takes are made, the production has a working state; then it returns to its state before.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, insert, update

from conte.clip import Source, Tier
from conte.cut import CutId
from conte.events import TakesOrdered
from conte.frozen import seed_of
from conte.revision.phrase import in_state, phrase
from conte.revision.take_order import TakeOrder
from serve.database.clock import db_now
from serve.ledger import events, fairness, productions, reading, take_orders, uploads
from serve.ledger.errors import NotFound, NotTakable, QueueFull, check_same_body
from serve.ledger.events import NewEvent
from serve.ledger.tables import productions as table
from serve.ledger.tables import take_orders as orders

MAX_WAITING = 32
"""Most takes of one production that wait at once."""
RETRY_AFTER_S = 30.0

_p = table.c
_GO_ON = (
    update(table)
    .where(_p.id == bindparam("of"))
    .values(
        {
            **productions.QUEUED_AGAIN,
            # Why its version failed stays: that is what it returns to.
            "failure": _p.failure,
            "back_to": bindparam("state_before"),
            "last_event": _p.last_event + 1,
        }
    )
    .returning(_p.last_event, _p.updated_at)
)
_TOLD = (
    update(table)
    .where(_p.id == bindparam("of"))
    .values(last_event=_p.last_event + 1, updated_at=db_now())
    .returning(_p.last_event, _p.updated_at)
)

_UNPARK = update(table).where(_p.id == bindparam("of"), _p.owner.is_(None)).values(lease_until=0.0)


@dataclass(frozen=True)
class Wanted:
    """Request for takes of a cut."""

    cut: CutId
    tier: Tier
    num: int = 1
    source: Source = "rendered"
    upload: str | None = None
    """Vault key of the file, if it was uploaded."""
    idempotency_key: str | None = None
    body_hash: str = ""
    max_queued: int = 100


def order(
    conn: Connection,
    id: str,  # noqa: A002
    tenant: str | None,
    wanted: Wanted,
    weights: Mapping[str, float],
) -> tuple[tuple[TakeOrder, ...], bool]:
    """Return the orders, and False if their key had made them before.

    Raises:
        NotFound: if the newest version has no such cut.
        NotTakable: while a version is being made, or if the upload was begun too long ago.
        QueueFull: as for a new production; or if too many takes of this one wait.
    """
    row = reading.row(conn, id, tenant, lock=True)
    if wanted.idempotency_key is not None:
        known, body_hash = take_orders.with_key(conn, id, wanted.idempotency_key)
        if known:
            check_same_body(body_hash, wanted.body_hash, "other takes need another key")
            return known, False
    version = reading.standing_version(conn, id, row.version) if row.version else None
    if version is None or (row.ended_at is None and row.back_to is None):
        number = max(row.version, 1)
        raise NotTakable(phrase("no_takes_yet", number=number, state=in_state(row.state)))
    cut = next((cut for cut in version.conte.cuts if cut.id == wanted.cut), None)
    if cut is None:
        ids = ", ".join(cut.id for cut in version.conte.cuts)
        raise NotFound(f"version {row.version} has no cut {wanted.cut}; it has {ids}")
    waiting = len(take_orders.waiting(conn, id))
    if waiting + wanted.num > MAX_WAITING:
        raise QueueFull(waiting, MAX_WAITING, RETRY_AFTER_S, of="takes")
    if wanted.upload is not None:
        uploads.ordered(conn, wanted.upload)
    last = take_orders.last(conn, id)
    numbers = range(last + 1, last + 1 + wanted.num)
    conn.execute(
        insert(orders).values(made_at=db_now()),
        [
            {
                "production": id,
                "number": number,
                "cut": cut.id,
                "version": row.version,
                "tier": wanted.tier,
                "seed": seed_of([cut.id, cut.seed, "take", number]),
                "source": wanted.source,
                "upload": wanted.upload,
                "state": "waiting",
                "idempotency_key": wanted.idempotency_key,
                "body_hash": wanted.body_hash,
            }
            for number in numbers
        ],
    )
    if row.ended_at is not None:
        productions.check_queue(conn, row.tenant, wanted.max_queued)
        fairness.join(conn, row.tenant, weights)
        at = conn.execute(_GO_ON, {"of": id, "state_before": row.state}).one()
    else:
        at = conn.execute(_TOLD, {"of": id}).one()
        # Where all earlier ones wait for money, these may not have to.
        conn.execute(_UNPARK, {"of": id})
    data = TakesOrdered(
        version=row.version,
        cut=cut.number,
        tier=wanted.tier,
        orders=tuple(numbers),
        source=wanted.source,
    )
    events.write(conn, id, at.last_event, at.updated_at, [NewEvent(productions.BY, data)])
    return tuple(one for one in take_orders.of(conn, id) if one.number in numbers), True
