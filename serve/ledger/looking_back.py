"""Productions for an operator to inspect: those that failed lately, and those that took longest."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from conte.brief import Brief
from conte.production import Failure, State
from serve.database.clock import db_now
from serve.ledger.tables import productions
from serve.stored import Unreadable, read

LISTED = 20
LOOKED_AT = 500
"""Number of the latest ended productions among which the slowest are searched."""
_SINCE_S = 30 * 86_400

_p = productions.c
_seconds = (func.coalesce(_p.ended_at, db_now()) - _p.created_at).label("seconds")
_LINE = select(
    _p.id, _p.tenant, _p.state, _p.brief, _p.version, _p.created_at, _p.ended_at, _p.failure,
    _seconds,
)  # fmt: skip
_FAILED = _LINE.where(_p.ended_at >= db_now() - _SINCE_S, _p.state == State.FAILED.value).order_by(
    _p.ended_at.desc()
)
_OPEN = _LINE.where(_p.ended_at.is_(None)).order_by(_p.created_at)
# A version that was sealed later has another beginning, which no row knows: only first versions.
_ENDED = _LINE.where(_p.ended_at >= db_now() - _SINCE_S, _p.version <= 1).order_by(
    _p.ended_at.desc()
)


@dataclass(frozen=True)
class Line:
    """A production in an operator's list."""

    id: str
    tenant: str
    state: str
    product: str
    """Name of the product; empty if the brief cannot be read."""
    version: int
    created_at: float
    ended_at: float | None
    seconds: float
    """Seconds until it ended, or until now."""
    failure: Failure | None


@dataclass(frozen=True)
class LookedBack:
    failed: tuple[Line, ...]
    """Productions that failed in the last 30 days, the latest first."""
    slowest: tuple[Line, ...]
    """The slowest productions in their first version: open ones, and those that ended lately."""


def looked_back(conn: Connection, tenant: str | None = None) -> LookedBack:
    def rows(query: Any, limit: int) -> list[Any]:
        own = query if tenant is None else query.where(_p.tenant == tenant)
        return list(conn.execute(own.limit(limit)))

    slow = [*rows(_OPEN.where(_p.version <= 1), LISTED), *rows(_ENDED, LOOKED_AT)]
    slow.sort(key=lambda row: row.seconds, reverse=True)
    return LookedBack(
        failed=tuple(_line(row) for row in rows(_FAILED, LISTED)),
        slowest=tuple(_line(row) for row in slow[:LISTED]),
    )


def _line(row: Any) -> Line:
    try:
        product = read(Brief, row.brief).product.name
    except Unreadable:
        product = ""
    try:
        failure = read(Failure, row.failure) if row.failure else None
    except Unreadable as error:
        failure = Failure(stage="production", reason=str(error))
    return Line(
        id=row.id,
        tenant=row.tenant,
        state=row.state,
        product=product,
        version=row.version,
        created_at=row.created_at,
        ended_at=row.ended_at,
        seconds=max(0.0, float(row.seconds)),
        failure=failure,
    )
