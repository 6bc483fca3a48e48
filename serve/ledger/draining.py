"""Draining: while it is on, no director claims anything, and work in progress is finished."""

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from conte.production import State
from serve.database.clock import db_now
from serve.ledger.tables import notices, productions, videos

_DRAINING = "draining"
_SINCE = select(notices.c.since).where(notices.c.name == _DRAINING)
_END = delete(notices).where(notices.c.name == _DRAINING)
_AT_WORK = select(
    select(func.count())
    .select_from(productions)
    .where(productions.c.ended_at.is_(None), productions.c.owner.is_not(None))
    .scalar_subquery()
    .label("productions"),
    select(func.count())
    .select_from(productions)
    .where(productions.c.state == State.QUEUED.value, productions.c.owner.is_(None))
    .scalar_subquery()
    .label("waiting"),
    select(func.count())
    .select_from(videos)
    .where(videos.c.ended_at.is_(None), videos.c.owner.is_not(None))
    .scalar_subquery()
    .label("videos"),
)


def since(conn: Connection) -> float | None:
    """Return the time at which draining was turned on; None: it is off."""
    return conn.execute(_SINCE).scalar_one_or_none()


def set_(conn: Connection, *, on: bool, by: str | None = None) -> None:
    """Turn it on or off. `by`: the process that drains because it ends. What an operator has turned
    on stays on when that process starts again.
    """
    if not on:
        conn.execute(_END if by is None else _END.where(notices.c.by == by))
    elif since(conn) is None:
        conn.execute(insert(notices).values(name=_DRAINING, since=db_now(), by=by))
    elif by is None:
        conn.execute(update(notices).where(notices.c.name == _DRAINING).values(by=None))


def at_work(conn: Connection) -> Row[int, int, int]:
    """Return the productions and videos that directors hold, and the productions that wait."""
    return conn.execute(_AT_WORK).one()
