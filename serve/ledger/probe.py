"""Tests whether the ledger can write: what an order needs, without an order."""

from sqlalchemy import Connection, bindparam, delete, insert

from serve.ledger.ids import new_id
from serve.ledger.tables import entries

_BYTES = 8192
"""About the size of an order with its first event: it may need new pages, as an order may."""
_INSERT = insert(entries).values(kind="probe", entry="x" * _BYTES, made_at=0.0)
_DELETE = delete(entries).where(entries.c.id == bindparam("of"))


def write(conn: Connection) -> None:
    """Insert and delete a row in one transaction. No reader sees it, but its pages are written, so
    that a full disk shows.
    """
    row = new_id("probe")
    conn.execute(_INSERT, {"id": row})
    conn.execute(_DELETE, {"of": row})
