"""Renders and time that a version took, to be shown beside its quote."""

from contextlib import suppress

from sqlalchemy import Connection, bindparam, select

from conte.clip import Clip
from conte.production import Actual, EventKind
from serve.ledger.tables import events, take_orders, takes
from serve.stored import Unreadable, data_of, read

_ORDERED = select(take_orders.c.take).where(
    take_orders.c.production == bindparam("of"), take_orders.c.take.is_not(None)
)
"""Takes that were ordered beside a version; they do not count as its renders."""
_MADE = select(takes.c.clip).where(
    takes.c.production == bindparam("of"),
    takes.c.version == bindparam("in_version"),
    takes.c.id.not_in(_ORDERED),
)
_SPANS = (
    select(events.c.kind, events.c.at, events.c.data)
    .where(
        events.c.production == bindparam("of"),
        events.c.kind.in_([EventKind.ACCEPTED.value, EventKind.SEALED.value, EventKind.DONE.value]),
    )
    .order_by(events.c.id)
)


def actual(conn: Connection, production: str, version: int) -> Actual:
    """Count the clips that were first made for this version, and time it until its film."""
    renders, render_s = 0, 0.0
    for row in conn.execute(_MADE, {"of": production, "in_version": version}):
        with suppress(Unreadable):
            clip = read(Clip, row.clip)
            if clip.source == "rendered" and not clip.reused:
                renders, render_s = renders + 1, render_s + clip.render_s
    return Actual(
        renders=renders,
        render_s=round(render_s, 2),
        seconds=_seconds(conn, production, version),
    )


def _seconds(conn: Connection, production: str, version: int) -> float | None:
    """Return the seconds from the version's start to its first film; None while there is none."""
    began: float | None = None
    for row in conn.execute(_SPANS, {"of": production}):
        with suppress(Unreadable):
            number = 1 if row.kind == EventKind.ACCEPTED else data_of(row.data, "event")["version"]
            if number != version:
                continue
            if row.kind != EventKind.DONE:
                began = row.at
            elif began is not None:
                return round(row.at - began, 3)
    return None
