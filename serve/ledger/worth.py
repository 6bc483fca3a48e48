"""Figures by tenant and month: times to approval, rounds, renders and reuse.

Months are those of UTC. Reads at most `MOST` clips, the newest versions' first.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select

from conte.clip import Tier
from serve.database.clock import db_now
from serve.ledger.tables import approvals, clips, productions, versions
from serve.stored import Unreadable, data_of

MONTHS = 12
MOST = 20_000
"""Most clips that are read."""
_SINCE_S = MONTHS * 31 * 86_400

_p, _v, _a, _c = productions.c, versions.c, approvals.c, clips.c
_since = db_now() - bindparam("since_s")
_MADE = (
    select(_p.tenant, _p.id, _v.number, _v.created_at)
    .join(versions, _v.production == _p.id)
    .where(_v.created_at >= _since)
    .order_by(_v.created_at.desc())
    .limit(MOST)
)
_APPROVED = (
    select(
        _p.tenant,
        _p.id,
        _p.created_at,
        func.min(_a.at).label("at"),
        func.min(_a.version).label("version"),
    )
    .join(approvals, _a.production == _p.id)
    .where(_a.at >= _since)
    .group_by(_p.tenant, _p.id, _p.created_at)
    .limit(MOST)
)
_CLIPS = (
    select(_p.tenant, _v.created_at, _c.tier, _c.key, _c.clip)
    .join(versions, (_v.production == _c.production) & (_v.number == _c.version))
    .join(productions, _p.id == _c.production)
    .where(_v.created_at >= _since, _c.state == "ready", _c.clip.is_not(None))
    .order_by(_v.created_at.desc(), _c.production, _c.version, _c.cut)
    .limit(MOST + 1)
)


@dataclass
class Month:
    """Figures of a tenant's month. Seconds by tier, of renderers' time."""

    tenant: str
    month: str
    """Month in UTC, such as 2026-11."""
    versions: int = 0
    approval_s: list[float] = field(default_factory=list[float])
    """Seconds from brief to approval of each production that was approved in the month."""
    rounds: list[int] = field(default_factory=list[int])
    """Number of the approved version, for each production approved in the month."""
    rendered: int = 0
    reused: int = 0
    """Reused clips, counted for each version that shows them."""
    rendered_s: defaultdict[Tier, float] = field(default_factory=lambda: defaultdict(float))
    saved_s: defaultdict[Tier, float] = field(default_factory=lambda: defaultdict(float))
    """Seconds that rendering the reused clips once took, as far as known."""


@dataclass(frozen=True)
class Worth:
    months: tuple[Month, ...]
    """Months, the newest first."""
    whole: bool
    """False: the oldest clips are not counted, because there are too many."""


def worth(conn: Connection, tenant: str | None = None) -> Worth:
    """Return the figures of the last twelve months, of one tenant or of all."""
    found: dict[tuple[str, str], Month] = {}

    def month(name: str, at: float) -> Month:
        key = (name, datetime.fromtimestamp(at, UTC).strftime("%Y-%m"))
        return found.setdefault(key, Month(*key))

    def rows(query: Any) -> list[Row[Any]]:
        own = query if tenant is None else query.where(_p.tenant == tenant)
        return list(conn.execute(own, {"since_s": _SINCE_S}))

    for row in rows(_MADE):
        month(row.tenant, row.created_at).versions += 1
    for row in rows(_APPROVED):
        approved = month(row.tenant, row.at)
        approved.approval_s.append(max(0.0, row.at - row.created_at))
        approved.rounds.append(row.version)
    made = rows(_CLIPS)
    seen: dict[tuple[str, str], float] = {}
    for row in reversed(made[:MOST]):
        with suppress(Unreadable):
            _count(month(row.tenant, row.created_at), row, data_of(row.clip, "clip"), seen)
    order = sorted(found.values(), key=lambda one: (one.month, one.tenant), reverse=True)
    return Worth(tuple(order), whole=len(made) <= MOST)


def _count(
    month: Month, row: Row[Any], clip: Mapping[str, Any], seen: dict[tuple[str, str], float]
) -> None:
    """Count one clip of a version. `seen`: render seconds of the clips counted before, by tenant
    and key."""
    if clip.get("source", "rendered") != "rendered":
        return
    place = (row.tenant, row.key)
    if place in seen or clip.get("reused"):
        month.reused += 1
        month.saved_s[row.tier] += seen.get(place, 0.0)
        return
    took = float(clip.get("render_s") or 0.0)
    seen[place] = took
    month.rendered += 1
    month.rendered_s[row.tier] += took


def total(seconds: Mapping[Tier, float], each: Mapping[Tier, float]) -> float:
    """Return the sum of the tiers' seconds, each multiplied by the tier's weight in `each`."""
    return sum(spent * each.get(tier, 0.0) for tier, spent in seconds.items())


def median(values: Iterable[float]) -> float | None:
    """Return the median; None without values."""
    ordered = sorted(values)
    if not ordered:
        return None
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2
