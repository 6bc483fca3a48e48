"""A production's story: append-only, numbered 1, 2, 3 without gaps under the production's lock."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, insert, select

from conte.production import Event, EventKind
from serve.ledger.jsontext import data_of, text_of
from serve.ledger.tables import events, productions


class Draft(NamedTuple):
    """An event before it has a number and a time. `once`: at most one such in a production."""

    kind: EventKind
    by: str
    data: dict[str, Any]
    once: str | None = None


_INSERT = insert(events)
_AFTER = (
    select(events.c.id, events.c.kind, events.c.at, events.c.by, events.c.data)
    .where(events.c.production == bindparam("of"), events.c.id > bindparam("after"))
    .order_by(events.c.id)
    .limit(bindparam("most"))
)
_LAST = select(productions.c.id, productions.c.last_event).where(
    productions.c.id.in_(bindparam("ids", expanding=True))
)
_STANDING = select(events.c.once).where(
    events.c.production == bindparam("of"), events.c.once.in_(bindparam("marks", expanding=True))
)


def write(
    conn: Connection, production: str, last: int, at: float, drafts: Sequence[Draft]
) -> tuple[Event, ...]:
    """Insert events that end with number `last`, which the caller has counted up in this
    transaction."""
    if not drafts:
        return ()
    written = tuple(
        Event(id=number, kind=draft.kind, at=at, by=draft.by, data=draft.data)
        for number, draft in enumerate(drafts, start=last - len(drafts) + 1)
    )
    rows = [
        {
            "production": production,
            "id": event.id,
            "kind": event.kind.value,
            "at": at,
            "by": event.by,
            "data": text_of(event.data),
            "once": draft.once,
        }
        for event, draft in zip(written, drafts, strict=True)
    ]
    conn.execute(_INSERT, rows if len(rows) > 1 else rows[0])
    return written


def standing(conn: Connection, production: str, marks: Iterable[str]) -> set[str]:
    """Which of these `once` marks the production has already."""
    wanted = list(marks)
    if not wanted:
        return set()
    return {row.once for row in conn.execute(_STANDING, {"of": production, "marks": wanted})}


def after(conn: Connection, production: str, seen: int, limit: int) -> tuple[Event, ...]:
    rows = conn.execute(_AFTER, {"of": production, "after": seen, "most": limit})
    return tuple(
        Event(id=row.id, kind=EventKind(row.kind), at=row.at, by=row.by, data=data_of(row.data))
        for row in rows
    )


def last_numbers(conn: Connection, ids: Sequence[str]) -> dict[str, int]:
    """The number of the last event of each production that exists; one query for all."""
    if not ids:
        return {}
    return {row.id: row.last_event for row in conn.execute(_LAST, {"ids": list(ids)})}
