"""A production's events: append-only, numbered 1, 2, 3 without gaps under the production's lock."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, insert, select

from conte.conte import Treatment
from conte.events import KINDS, ConteTreated
from conte.production import Event, EventData, EventKind, TenantEvent
from serve.database.put_off import put_off, still_put_off
from serve.database.wakes import ring
from serve.ledger import tenant_events
from serve.ledger.tables import events, productions
from serve.ledger.tables import tenant_events as places
from serve.stored import Unreadable, data_of, text_of, value_of


class NewEvent(NamedTuple):
    """An event without number and time. `once`: at most one with this mark in a production."""

    by: str
    data: EventData
    once: str | None = None

    @property
    def kind(self) -> EventKind:
        return self.data.kind


WORK = "work"
"""Topic of the directors: a production waits, or one of theirs is to be cancelled."""
_MEANS_WORK = {
    EventKind.ACCEPTED,
    EventKind.RETRIED,
    EventKind.SEALED,
    EventKind.TAKES_ORDERED,
    EventKind.CANCEL_ASKED,
}
_DATA_OF = {data.kind.value: data for data in KINDS}
_INSERT = insert(events)
_AFTER = (
    select(events.c.id, events.c.kind, events.c.at, events.c.by, events.c.data)
    .where(events.c.production == bindparam("of"), events.c.id > bindparam("after"))
    .order_by(events.c.id)
    .limit(bindparam("most"))
)
_OF_TENANT = (
    select(
        places.c.number,
        places.c.production,
        events.c.id,
        events.c.kind,
        events.c.at,
        events.c.by,
        events.c.data,
    )
    .join(events, (events.c.production == places.c.production) & (events.c.id == places.c.event))
    .where(places.c.tenant == bindparam("of"), places.c.number > bindparam("after"))
    .order_by(places.c.number)
    .limit(bindparam("most"))
)
_LAST = select(productions.c.id, productions.c.last_event).where(
    productions.c.id.in_(bindparam("ids", expanding=True))
)
_TREATED = (
    select(productions.c.direction, events.c.data)
    .join(productions, productions.c.id == events.c.production)
    .where(
        productions.c.project == bindparam("project"),
        productions.c.direction < bindparam("direction"),
        events.c.kind == EventKind.CONTE_TREATED.value,
    )
    .order_by(events.c.id)
)
_STANDING = select(events.c.once).where(
    events.c.production == bindparam("of"), events.c.once.in_(bindparam("marks", expanding=True))
)
_STANDS = select(events.c.id).where(
    events.c.production == bindparam("of"), events.c.once == bindparam("mark")
)


def write(
    conn: Connection, production: str, last: int, at: float, drafts: Sequence[NewEvent]
) -> tuple[Event, ...]:
    """Insert events that end with number `last`; the caller has reserved the numbers in this
    transaction, at whose end they are inserted together.
    """
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
            "kind": draft.kind.value,
            "at": at,
            "by": draft.by,
            "data": text_of(draft.data, "event"),
            "once": draft.once,
        }
        for event, draft in zip(written, drafts, strict=True)
    ]
    put_off(conn, _insert, rows)
    tenant_events.number(conn, production, (event.id for event in written))
    ring(conn, topic(production))
    if any(event.kind in _MEANS_WORK for event in written):
        ring(conn, WORK)
    return written


def _insert(conn: Connection, rows: list[dict[str, Any]]) -> None:
    conn.execute(_INSERT, rows if len(rows) > 1 else rows[0])


def topic(production: str) -> str:
    """Return the topic of a production's events."""
    return f"events/{production}"


def stands(conn: Connection, production: str, mark: str) -> bool:
    """Return whether the production has an event with this `once` mark."""
    if mark in _put_off_marks(conn, production):
        return True
    return conn.execute(_STANDS, {"of": production, "mark": mark}).first() is not None


def standing(conn: Connection, production: str, marks: Iterable[str]) -> set[str]:
    """Return those `once` marks that the production already has."""
    wanted = list(marks)
    if not wanted:
        return set()
    stood = {row.once for row in conn.execute(_STANDING, {"of": production, "marks": wanted})}
    return stood | _put_off_marks(conn, production).intersection(wanted)


def _put_off_marks(conn: Connection, production: str) -> set[str]:
    rows = still_put_off(conn, _insert)
    return {row["once"] for row in rows if row["production"] == production and row["once"]}


def after(conn: Connection, production: str, seen: int, limit: int) -> tuple[Event, ...]:
    rows = conn.execute(_AFTER, {"of": production, "after": seen, "most": limit})
    return tuple(_event(row) for row in rows)


def of_tenant(conn: Connection, tenant: str, seen: int, limit: int) -> tuple[TenantEvent, ...]:
    """Return the events of all of the tenant's productions with numbers above `seen`, in order."""
    rows = conn.execute(_OF_TENANT, {"of": tenant, "after": seen, "most": limit})
    return tuple(
        TenantEvent(number=row.number, production=row.production, event=_event(row)) for row in rows
    )


def _event(row: Any) -> Event:
    return Event(id=row.id, kind=row.kind, at=row.at, by=row.by, data=_data(row.kind, row.data))


def _data(kind: str, text: str) -> EventData | dict[str, Any]:
    # Unreadable data does not remove the event's number: a stream continues after it.
    data: dict[str, Any] = {}
    try:
        data = data_of(text, "event")
        type_ = _DATA_OF.get(kind)
        return value_of(type_, data) if type_ else data
    except Unreadable as error:
        return {**data, "unreadable": str(error)}


def treatments_before(conn: Connection, project: str, direction: int) -> tuple[Treatment, ...]:
    """Return the latest treatment of each earlier direction that has one."""
    found: dict[int, Treatment] = {}
    for row in conn.execute(_TREATED, {"project": project, "direction": direction}):
        data = _data(EventKind.CONTE_TREATED, row.data)
        if isinstance(data, ConteTreated):
            found[row.direction] = data.treatment
    return tuple(found[index] for index in sorted(found))


def last_numbers(conn: Connection, ids: Sequence[str]) -> dict[str, int]:
    """Return the last event's number of each existing production, in one query."""
    if not ids:
        return {}
    return {row.id: row.last_event for row in conn.execute(_LAST, {"ids": list(ids)})}
