"""How a production ends, and how a stage of it does: done, failed or cancelled, lease freed.

Works on a row that the caller has locked in the same transaction.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, update

from conte.production import Event, EventKind, Failure, State
from serve.ledger import events
from serve.ledger.clock import db_now
from serve.ledger.events import Draft
from serve.ledger.jsontext import text_of
from serve.ledger.tables import clips, productions, stages, tenants

_p = productions.c
_END = (
    update(productions)
    .where(_p.id == bindparam("of"), _p.fence == bindparam("at_fence"), _p.ended_at.is_(None))
    .values(
        state=bindparam("into"),
        failure=bindparam("why"),
        ended_at=db_now(),
        entered_at=db_now(),
        updated_at=db_now(),
        owner=None,
        lease_until=0.0,
        reserved_s=0.0,
        last_event=_p.last_event + bindparam("told"),
    )
    .returning(_p.last_event, _p.updated_at)
)
_ENDED = (
    update(tenants).where(tenants.c.name == bindparam("tenant")).values(ended=tenants.c.ended + 1)
)
_SPENT = (
    update(stages)
    .where(stages.c.tenant == bindparam("of"), stages.c.stage == bindparam("at"))
    .values(seconds=stages.c.seconds + bindparam("spent_s"), times=stages.c.times + 1)
)
_LAY_DOWN = (
    update(clips)
    .where(clips.c.production == bindparam("of"), clips.c.state == "rendering")
    .values(state="waiting")
)


def end(
    conn: Connection,
    row: Row[Any],
    state: State,
    drafts: Sequence[Draft],
    failure: Failure | None = None,
) -> tuple[Event, ...]:
    """Into an end state, with the events that say so; the lease is free, nothing renders."""
    at = conn.execute(
        _END,
        {
            "of": row.id,
            "at_fence": row.fence,
            "into": state.value,
            "why": text_of(failure) if failure else None,
            "told": len(drafts),
        },
    ).one()
    told = events.write(conn, row.id, at.last_event, at.updated_at, drafts)
    conn.execute(_ENDED, {"tenant": row.tenant})
    leave_stage(conn, row, at.updated_at)
    lay_down_clips(conn, row.id)
    return told


def fail(conn: Connection, row: Row[Any], failure: Failure, by: str) -> None:
    data = {"failure": failure.model_dump(mode="json")}
    end(conn, row, State.FAILED, [Draft(EventKind.FAILED, by, data)], failure)


def cancel(conn: Connection, row: Row[Any], by: str) -> None:
    end(conn, row, State.CANCELLED, [Draft(EventKind.CANCELLED, by, {})])


def leave_stage(conn: Connection, row: Row[Any], now: float) -> None:
    """Count the time since the row entered its stage."""
    spent_s = max(0.0, now - row.entered_at)
    conn.execute(_SPENT, {"of": row.tenant, "at": row.state, "spent_s": spent_s})


def lay_down_clips(conn: Connection, production: str) -> None:
    """Nobody renders for this production any more."""
    conn.execute(_LAY_DOWN, {"of": production})
