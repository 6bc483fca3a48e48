"""Order of tenants: the one with the least GPU-seconds for its weight claims first."""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, case, func, insert, select, update

from conte.production import State
from serve.database.clock import db_now
from serve.database.put_off import put_off
from serve.ledger.tables import production_lease, productions, stages, tenants

FIRST_ESTIMATE_S = 10.0
"""GPU-seconds reserved for a production before any has ended."""
LEAST_ESTIMATE_S = 0.1
"""Lower bound, so that tenants alternate even if every clip is found in the vault."""

_p, _t = productions.c, tenants.c

# Work in progress counts before it is charged; otherwise one tenant would get every free place.
_reserved = (
    select(
        _p.tenant.label("tenant"),
        func.sum(
            case((_p.reserved_s > _p.charged_s, _p.reserved_s - _p.charged_s), else_=0.0)
        ).label("seconds"),
    )
    .where(_p.owner.is_not(None))
    .group_by(_p.tenant)
    .subquery()
)
_effective = (_t.counted_s + func.coalesce(_reserved.c.seconds, 0.0)).label("effective_s")
_claimable = (
    select(_p.tenant)
    .where(_p.ended_at.is_(None), production_lease.lapsed)
    .group_by(_p.tenant)
    .subquery()
)
_WAITING = (
    select(_t.name, _effective, _t.last_claimed_at)
    .join(_claimable, _claimable.c.tenant == _t.name)
    .outerjoin(_reserved, _reserved.c.tenant == _t.name)
)
_active = select(_p.tenant).where(_p.ended_at.is_(None)).group_by(_p.tenant).subquery()
_LEVELS = (
    select(_t.name, _effective, _active.c.tenant.is_not(None).label("active"))
    .outerjoin(_active, _active.c.tenant == _t.name)
    .outerjoin(_reserved, _reserved.c.tenant == _t.name)
)
_MEAN = select(func.sum(_t.gpu_s).label("seconds"), func.sum(_t.ended).label("ended"))

_LOCK_TENANT = select(_t.name).where(_t.name == bindparam("tenant")).with_for_update()
_LIFT = (
    update(tenants)
    .where(_t.name == bindparam("tenant"), _t.counted_s < bindparam("level"))
    .values(counted_s=bindparam("level"))
)
_CLAIMED = update(tenants).where(_t.name == bindparam("tenant")).values(last_claimed_at=db_now())
_CHARGE = (
    update(tenants)
    .where(_t.name == bindparam("tenant"))
    .values(
        counted_s=_t.counted_s + bindparam("seconds"),
        gpu_s=_t.gpu_s + bindparam("seconds"),
        cuts_rendered=_t.cuts_rendered + bindparam("rendered"),
        cuts_reused=_t.cuts_reused + bindparam("reused"),
    )
)


class Turn(NamedTuple):
    """Sort key: the smallest claims first."""

    effective_s: float
    """GPU-seconds charged and reserved, divided by the tenant's weight."""
    last_claimed_at: float
    tenant: str


def turns(
    conn: Connection, weights: Mapping[str, float], except_tenants: Collection[str]
) -> list[str]:
    """Return the tenants with claimable work, in the order of their turns."""
    waiting = [
        Turn(row.effective_s / weight_of(row.name, weights), row.last_claimed_at, row.name)
        for row in conn.execute(_WAITING)
        if row.name not in except_tenants
    ]
    return [turn.tenant for turn in sorted(waiting)]


def weight_of(tenant: str, weights: Mapping[str, float]) -> float:
    return weights.get(tenant, 1.0)


def estimate_s(conn: Connection) -> float:
    """Return the expected GPU-seconds of a production: the mean so far."""
    row = conn.execute(_MEAN).one()
    if not row.ended:
        return FIRST_ESTIMATE_S
    return max(LEAST_ESTIMATE_S, row.seconds / row.ended)


def lock(conn: Connection, tenant: str) -> None:
    """Insert the tenant if it is new, and lock its row until the transaction ends."""
    if conn.execute(_LOCK_TENANT, {"tenant": tenant}).first() is None:
        # Of two concurrent inserts the second gets an IntegrityError, and its caller retries.
        conn.execute(insert(tenants), _fresh(tenant))
        conn.execute(
            insert(stages),
            [
                {"tenant": tenant, "stage": s, "seconds": 0.0, "times": 0}
                for s in State
                if not s.ended
            ],
        )


def _fresh(tenant: str) -> dict[str, Any]:
    zeros = {c.name: 0 for c in tenants.columns if c.name != "name"}
    return {"name": tenant, **zeros}


def join(conn: Connection, tenant: str, weights: Mapping[str, float]) -> None:
    """Level a tenant that brings work: if it had none, it starts level with the active ones.

    Otherwise a tenant that was away for a month would return with a month's credit and keep
    everyone else waiting. If nobody is active all start level: use of an idle cluster is free.
    """
    levels = conn.execute(_LEVELS).all()
    if any(row.name == tenant and row.active for row in levels):
        return
    others = [
        (row.effective_s / weight_of(row.name, weights), row.active)
        for row in levels
        if row.name != tenant
    ]
    if not others:
        return
    at_work = [level for level, active in others if active]
    level = min(at_work) if at_work else max(level for level, _ in others)
    conn.execute(_LIFT, {"tenant": tenant, "level": level * weight_of(tenant, weights)})


def claimed(conn: Connection, tenant: str) -> None:
    conn.execute(_CLAIMED, {"tenant": tenant})


def charge(conn: Connection, tenant: str, gpu_s: float, *, reused: bool) -> None:
    """Charge a clip to its tenant, when the transaction ends."""
    put_off(conn, _charge, [(tenant, gpu_s, reused)], turn=2)


def _charge(conn: Connection, clips: list[tuple[str, float, bool]]) -> None:
    for name in sorted({tenant for tenant, _, _ in clips}):
        its = [(gpu_s, reused) for tenant, gpu_s, reused in clips if tenant == name]
        reused = sum(reused for _, reused in its)
        more = {"seconds": sum(s for s, _ in its), "rendered": len(its) - reused, "reused": reused}
        conn.execute(_CHARGE, {"tenant": name, **more})
