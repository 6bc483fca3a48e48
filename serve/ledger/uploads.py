"""Uploads that were begun: each is entered before its file is published, and leaves with its order.

What stands for hours belongs to a server that was killed: no order will name that file any more.
"""

from sqlalchemy import Connection, bindparam, delete, insert, select

from serve.database.clock import db_now
from serve.database.engine import Database
from serve.ledger.errors import NotTakable
from serve.ledger.tables import uploads

ORDERED_WITHIN_S = 3600.0
LEFT_AFTER_S = 2 * ORDERED_WITHIN_S
"""Later than any order of it, by more than a transaction can last."""
AT_ONCE = 100

_u = uploads.c
_BEGIN = insert(uploads).values(key=bindparam("file"), begun_at=db_now())
_END = delete(uploads).where(_u.key == bindparam("file"))
_ORDERED = _END.where(_u.begun_at > db_now() - ORDERED_WITHIN_S)
_LEFT = (
    select(_u.key)
    .where(_u.begun_at <= db_now() - LEFT_AFTER_S)
    .order_by(_u.begun_at)
    .limit(AT_ONCE)
)


def ordered(conn: Connection, key: str) -> None:
    """The caller's transaction writes an order of it: from now on the file stays.

    Raises:
        NotTakable: if it was begun too long ago. Its file may be gone.
    """
    if not conn.execute(_ORDERED, {"file": key}).rowcount:
        raise NotTakable("the upload took too long, and its file is gone; send it again")


class UploadRecords:
    """Uploads that are no orders yet, as a part of the ledger. One transaction a call."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, key: str) -> None:
        """Enter a file that is about to be published."""
        with self._database.writing() as conn:
            conn.execute(_BEGIN, {"file": key})

    def end(self, key: str) -> None:
        """Forget a file that no order names; the caller has removed it."""
        with self._database.writing() as conn:
            conn.execute(_END, {"file": key})

    def left_behind(self) -> tuple[str, ...]:
        """Return the keys of files that no order will name any more, the oldest first."""
        with self._database.asking() as conn:
            return tuple(conn.execute(_LEFT).scalars())
