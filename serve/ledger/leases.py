"""Leases on productions: claims, takeovers and their events, and what ends on the way."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import (
    Boolean,
    Connection,
    Row,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from conte.events import ProductionTakenOver
from conte.production import Event, Failure, Production
from serve.database.clock import db_now
from serve.database.wakes import ring
from serve.ledger import endings, events, fairness, reading
from serve.ledger.errors import LeaseLost
from serve.ledger.events import NewEvent
from serve.ledger.tables import directors, productions, tenants
from serve.ledger.tables import production_lease as lease

BY = "ledger"
"""Author (`by`) of events that no director and no client caused."""
_FORGET_DIRECTORS_S = 24 * 3600

_p = productions.c


@dataclass(frozen=True)
class Claim:
    """A production held by one director."""

    production: Production
    owner: str
    fence: int
    taken_over: bool

    @property
    def held(self) -> dict[str, Any]:
        """Parameters of a statement's WHERE, so that only the holder writes."""
        return {"held_id": self.production.id, "held_by": self.owner, "held_fence": self.fence}


Ended = Literal["ended"]
ENDED: Ended = "ended"
"""The claim ended a production instead of returning it; there may be more to claim."""

HELD = lease.held(bindparam("held_id"), bindparam("held_by"), bindparam("held_fence"))
_free = (
    _p.ended_at.is_(None),
    *lease.free(bindparam("take_over", type_=Boolean), bindparam("except_owner")),
)
_others = _p.tenant.not_in(bindparam("except_tenants", expanding=True))
_ANY_FREE = select(_p.id).where(*_free, _others).limit(1)
_OLDEST_FREE = (
    reading.WHOLE.where(*_free, _p.tenant == bindparam("tenant"))
    .order_by(_p.created_at, _p.id)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_TAKE = (
    update(productions)
    .where(_p.id == bindparam("taken"))
    .values(
        **lease.taken(bindparam("by"), bindparam("lease_s")),
        takeovers=_p.takeovers + bindparam("more"),
        last_event=_p.last_event + bindparam("more"),
        reserved_s=bindparam("estimate_s"),
        charged_s=0.0,
        updated_at=db_now(),
    )
    .returning(_p.fence, _p.last_event, _p.updated_at)
)
_RENEW = (
    update(productions)
    .where(*HELD)
    .values(**lease.renewed(bindparam("lease_s")))
    .returning(_p.cancel_asked)
)
_RELEASE = (
    update(productions)
    .where(*HELD)
    .values(**lease.released(), reserved_s=0.0, updated_at=db_now())
    .returning(_p.id)
)
_PARK = (
    update(productions)
    .where(*HELD)
    .values(**lease.released(db_now() + bindparam("in_s")), reserved_s=0.0, updated_at=db_now())
    .returning(_p.id)
)
_SEE = select(productions, db_now().label("now")).where(*HELD).with_for_update()
_TELL = (
    update(productions)
    .where(*HELD)
    .values(
        last_event=_p.last_event + bindparam("told"),
        charged_s=_p.charged_s + bindparam("more_s"),
        updated_at=db_now(),
    )
    .returning(_p.last_event, _p.updated_at)
)
_CANCELS = select(_p.id).where(_p.owner == bindparam("by"), _p.cancel_asked)
_TAKEN_OVER = (
    update(tenants)
    .where(tenants.c.name == bindparam("tenant"))
    .values(takeovers=tenants.c.takeovers + 1)
)
_ALIVE = select(func.count()).where(directors.c.beat_at > db_now() - bindparam("within_s"))
_BEAT = update(directors).where(directors.c.owner == bindparam("by")).values(beat_at=db_now())
_FORGET = delete(directors).where(directors.c.beat_at < db_now() - _FORGET_DIRECTORS_S)


def any_free(
    conn: Connection, except_tenants: Collection[str], take_over: bool, except_owner: str
) -> bool:
    """Return whether there may be something to claim. Needs no write lock."""
    wanted = {
        "except_tenants": list(except_tenants),
        "take_over": take_over,
        "except_owner": except_owner,
    }
    found = conn.execute(_ANY_FREE, wanted)
    return found.first() is not None


def claim(
    conn: Connection,
    owner: str,
    lease_s: float,
    weights: Mapping[str, float],
    max_takeovers: int,
    except_tenants: Collection[str],
    take_over: bool,
    except_owner: str,
) -> Claim | Ended | None:
    """Claim the production whose turn it is, or end it if it must not go on.

    After `ENDED` another transaction continues: each locks the row of one tenant only, so that two
    that claim at the same time cannot wait for each other.
    """
    free = {"take_over": take_over, "except_owner": except_owner}
    row = _next_free(conn, weights, except_tenants, free)
    if row is None:
        return None
    taken_over = row.owner is not None
    if row.cancel_asked:
        # Its director died before it could stop: nothing works on it now.
        endings.cancel(conn, row, BY)
    elif taken_over and row.takeovers >= max_takeovers:
        reason = (
            f"{row.takeovers + 1} directors were lost while they directed this production,"
            f" at most {max_takeovers} takeovers are made"
        )
        failure = Failure(stage="production", reason=reason, attempts=row.takeovers + 1)
        endings.fail(conn, row, failure, BY)
    elif (read := reading.untouched(row)).brief is None:
        # This release cannot work on it.
        reason = read.failure.reason if read.failure else "its brief cannot be read"
        endings.fail(conn, row, Failure(stage="production", reason=reason), BY)
    else:
        return _take(conn, row, owner, lease_s, taken_over)
    return ENDED


def _next_free(
    conn: Connection,
    weights: Mapping[str, float],
    except_tenants: Collection[str],
    free: dict[str, Any],
) -> Row[Any] | None:
    for tenant in fairness.turns(conn, weights, except_tenants):
        row = conn.execute(_OLDEST_FREE, {"tenant": tenant, **free}).first()
        if row is not None:
            return row
    return None


def _take(conn: Connection, row: Row[Any], owner: str, lease_s: float, taken_over: bool) -> Claim:
    taken = conn.execute(
        _TAKE,
        {
            "taken": row.id,
            "by": owner,
            "lease_s": lease_s,
            "more": int(taken_over),
            "estimate_s": fairness.estimate_s(conn),
        },
    ).one()
    if taken_over:
        data = ProductionTakenOver(previous=row.owner, takeovers=row.takeovers + 1)
        events.write(conn, row.id, taken.last_event, taken.updated_at, [NewEvent(owner, data)])
        endings.lay_down_clips(conn, row.id)
        conn.execute(_TAKEN_OVER, {"tenant": row.tenant})
    fairness.claimed(conn, row.tenant)
    production = reading.whole(conn, [row])[0] if row.fence else reading.untouched(row)
    return Claim(production, owner, taken.fence, taken_over)


def renew(conn: Connection, claim: Claim, lease_s: float) -> bool:
    """Extend the lease by `lease_s` from now. True: its cancellation was requested."""
    renewed = conn.execute(_RENEW, {**claim.held, "lease_s": lease_s}).first()
    return bool(_held(renewed, claim).cancel_asked)


def release(conn: Connection, claim: Claim) -> None:
    """Release the production, so that another director can claim at once; not a takeover."""
    _held(conn.execute(_RELEASE, claim.held).first(), claim)
    ring(conn, events.WORK)
    endings.lay_down_clips(conn, claim.production.id)


def park(conn: Connection, claim: Claim, in_s: float) -> None:
    """Release the production unfinished; it can be claimed again in `in_s` seconds."""
    _held(conn.execute(_PARK, {**claim.held, "in_s": in_s}).first(), claim)


def see(conn: Connection, claim: Claim) -> Row[Any]:
    """Lock and return the production's row, checked to be held by the claim."""
    return _held(conn.execute(_SEE, claim.held).first(), claim)


def tell(
    conn: Connection, claim: Claim, drafts: Sequence[NewEvent], charged_s: float = 0.0
) -> tuple[Event, ...]:
    """Append events. One statement proves the lease, locks the row and numbers the events.

    `charged_s`: GPU-seconds that are charged to the production with them.
    """
    more = {"told": len(drafts), "more_s": charged_s}
    told = _held(conn.execute(_TELL, {**claim.held, **more}).first(), claim)
    return events.write(conn, claim.production.id, told.last_event, told.updated_at, drafts)


def cancels_asked(conn: Connection, owner: str) -> tuple[str, ...]:
    """Return the owner's productions whose cancellation was requested."""
    return tuple(row.id for row in conn.execute(_CANCELS, {"by": owner}))


def beat(conn: Connection, owner: str) -> None:
    """Record a director's sign of life, and delete old ones."""
    if conn.execute(_BEAT, {"by": owner}).rowcount == 0:
        conn.execute(insert(directors).values(owner=owner, beat_at=db_now()))
        conn.execute(_FORGET)


def directors_alive(conn: Connection, within_s: float) -> int:
    return conn.execute(_ALIVE, {"within_s": within_s}).scalar_one()


def _held(row: Any, claim: Claim) -> Row[Any]:
    if row is None:
        raise LeaseLost(
            f"{claim.owner} (fence {claim.fence}) does not hold production {claim.production.id}"
        )
    return row
