"""Events that change nothing in a production's row, such as comments and reviews."""

from sqlalchemy import Connection, bindparam, update

from conte.production import EventData
from serve.ledger import events
from serve.ledger.events import NewEvent
from serve.ledger.productions import BY
from serve.ledger.tables import productions

_p = productions.c
_NUMBER = (
    update(productions)
    .where(_p.id == bindparam("of"))
    .values(last_event=_p.last_event + 1)
    .returning(_p.last_event)
)


def announce(conn: Connection, production_id: str, at: float, data: EventData) -> None:
    """Write the event of a production whose row is locked."""
    last = conn.execute(_NUMBER, {"of": production_id}).scalar_one()
    events.write(conn, production_id, last, at, [NewEvent(BY, data)])
