"""Business figures, computed from the tables, so that every replica reports the same."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from conte.production import State
from serve.database.clock import db_now
from serve.ledger.tables import productions, stages, tenants

_p = productions.c
_BY_STATE = select(_p.tenant, _p.state, func.count().label("n")).group_by(_p.tenant, _p.state)
_HEADS = (
    select(_p.tenant, (db_now() - func.min(_p.entered_at)).label("age_s"))
    .where(_p.state == State.QUEUED.value)
    .group_by(_p.tenant)
)


@dataclass(frozen=True)
class Stage:
    """Total time that a tenant's productions spent in a stage."""

    seconds: float
    times: int


@dataclass(frozen=True)
class Figures:
    """Figures by tenant. Counters never fall; gauges describe this moment."""

    productions: Mapping[tuple[str, str], int]
    """Gauge: productions by tenant and state. Newer releases may have other states."""
    queue_depth: Mapping[str, int]
    """Gauge: productions that wait for a director."""
    queue_age_s: Mapping[str, float]
    """Gauge: how long the oldest of them has waited."""
    stages: Mapping[tuple[str, str], Stage]
    """Counter: seconds spent in each stage, and how often it was left."""
    cuts_rendered: Mapping[str, int]
    cuts_reused: Mapping[str, int]
    gpu_s: Mapping[str, float]
    """Counter: seconds of slot time that renders took."""
    clip_retries: Mapping[str, int]
    takeovers: Mapping[str, int]


def figures(conn: Connection) -> Figures:
    known = conn.execute(select(tenants)).all()
    by_state = {(r.tenant, r.state): int(r.n) for r in conn.execute(_BY_STATE)}
    ages = {r.tenant: max(0.0, float(r.age_s)) for r in conn.execute(_HEADS)}
    return Figures(
        productions=by_state,
        queue_depth={r.name: by_state.get((r.name, State.QUEUED), 0) for r in known},
        queue_age_s={r.name: ages.get(r.name, 0.0) for r in known},
        stages={
            (r.tenant, r.stage): Stage(r.seconds, r.times) for r in conn.execute(select(stages))
        },
        cuts_rendered={r.name: r.cuts_rendered for r in known},
        cuts_reused={r.name: r.cuts_reused for r in known},
        gpu_s={r.name: r.gpu_s for r in known},
        clip_retries={r.name: r.clip_retries for r in known},
        takeovers={r.name: r.takeovers for r in known},
    )
