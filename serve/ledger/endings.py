"""Ends a production or a stage of it: done, failed or cancelled, lease freed.

Works on a row that the caller has locked in the same transaction.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, or_, select, update

from conte.clip import Film
from conte.events import ProductionCancelled, ProductionDone, ProductionFailed
from conte.production import Event, Failure, State
from serve.database.clock import db_now
from serve.database.put_off import put_off
from serve.ledger import events, take_orders
from serve.ledger.events import NewEvent
from serve.ledger.tables import clips, films, production_lease, productions, stages, tenants
from serve.stored import Unreadable, read, text_of

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
        **production_lease.released(),
        reserved_s=0.0,
        back_to=None,
        last_event=_p.last_event + bindparam("told"),
    )
    .returning(_p.last_event, _p.updated_at)
)
_ENDED = (
    update(tenants)
    .where(tenants.c.name == bindparam("tenant"))
    .values(ended=tenants.c.ended + bindparam("more"))
)
_SPENT = (
    update(stages)
    .where(stages.c.tenant == bindparam("of"), stages.c.stage == bindparam("at"))
    .values(
        seconds=stages.c.seconds + bindparam("spent_s"), times=stages.c.times + bindparam("more")
    )
)
_FILMS = select(films.c.tier, films.c.film).where(
    films.c.production == bindparam("of"), films.c.version == bindparam("in_version")
)
_LAY_DOWN = (
    update(clips)
    .where(
        clips.c.production == bindparam("of"),
        or_(clips.c.state == "rendering", clips.c.wait.is_not(None)),
    )
    .values(state="waiting", wait=None)
)


def end(
    conn: Connection,
    row: Row[Any],
    state: State,
    drafts: Sequence[NewEvent],
    failure: Failure | None = None,
) -> tuple[Event, ...]:
    """Enter an end state and write its events. The lease is freed, clips that render are reset."""
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
    put_off(conn, _count_ends, [row.tenant], turn=2)
    leave_stage(conn, row, at.updated_at)
    lay_down_clips(conn, row.id)
    return told


def fail(conn: Connection, row: Row[Any], failure: Failure, by: str) -> None:
    if row.back_to is not None:
        end_takes(conn, row, by, failure.reason)
        return
    end(conn, row, State.FAILED, [NewEvent(by, ProductionFailed(failure=failure))], failure)


def cancel(conn: Connection, row: Row[Any], by: str) -> None:
    if row.back_to is not None:
        end_takes(conn, row, by, "it was cancelled")
        return
    end(conn, row, State.CANCELLED, [NewEvent(by, ProductionCancelled())])


def end_takes(conn: Connection, row: Row[Any], by: str, reason: str = "") -> None:
    """Return to the state before takes were ordered. Takes that still wait fail with `reason`."""
    told = take_orders.withdraw(conn, row.id, by, reason)
    failure = None
    try:
        if row.back_to == State.DONE.value:
            data = ProductionDone(version=row.version, film=_film(conn, row))
        elif row.back_to == State.FAILED.value:
            failure = read(Failure, row.failure or "")
            data = ProductionFailed(failure=failure)
        else:
            data = ProductionCancelled()
    except Unreadable as error:
        failure = Failure(stage="production", reason=str(error))
        end(
            conn,
            row,
            State.FAILED,
            [*told, NewEvent(by, ProductionFailed(failure=failure))],
            failure,
        )
        return
    end(conn, row, State(row.back_to), [*told, NewEvent(by, data)], failure)


def _film(conn: Connection, row: Row[Any]) -> Film:
    of_tier = {
        film.tier: film.film
        for film in conn.execute(_FILMS, {"of": row.id, "in_version": row.version})
    }
    return read(Film, of_tier.get("final") or of_tier.get("draft") or "")


def leave_stage(conn: Connection, row: Row[Any], now: float) -> None:
    """Count the time since the row entered its stage, when the transaction ends."""
    spent_s = max(0.0, now - row.entered_at)
    put_off(conn, _count_stages, [((row.tenant, row.state), spent_s)], turn=3)


def _count_ends(conn: Connection, of_tenants: list[str]) -> None:
    for tenant, times in sorted(Counter(of_tenants).items()):
        conn.execute(_ENDED, {"tenant": tenant, "more": times})


def _count_stages(conn: Connection, spent: list[tuple[tuple[str, str], float]]) -> None:
    for tenant, stage in sorted({place for place, _ in spent}):
        its = [spent_s for place, spent_s in spent if place == (tenant, stage)]
        conn.execute(_SPENT, {"of": tenant, "at": stage, "spent_s": sum(its), "more": len(its)})


def lay_down_clips(conn: Connection, production: str) -> None:
    """Reset the clips that were being rendered."""
    conn.execute(_LAY_DOWN, {"of": production})
