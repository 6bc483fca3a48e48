"""Unfinished uploads: entered before the file is published, removed when an order names the file
or, for a picture, when a tenant owns it.

An entry that is hours old was left by a server that was killed: nothing will name its file any
more.
"""

from collections.abc import Callable

from sqlalchemy import Connection, bindparam, delete, exists, select

from conte.revision.phrase import phrase
from serve.database.clock import db_now
from serve.database.engine import Database
from serve.database.upsert import insert_into
from serve.ledger.errors import NotTakable
from serve.ledger.tables import images, uploads

ORDERED_WITHIN_S = 3600.0
LEFT_AFTER_S = 2 * ORDERED_WITHIN_S
"""Age at which an entry is swept: no transaction can still be ordering it."""
AT_ONCE = 100

_u = uploads.c
_END = delete(uploads).where(_u.key == bindparam("file"))
_ORDERED = _END.where(_u.begun_at > db_now() - ORDERED_WITHIN_S)
_LEFT = (
    select(_u.key)
    .where(_u.begun_at <= db_now() - LEFT_AFTER_S)
    .order_by(_u.begun_at)
    .limit(AT_ONCE)
)
_LOCKED = (
    select(_u.key)
    .where(_u.key == bindparam("file"), _u.begun_at <= db_now() - LEFT_AFTER_S)
    .with_for_update()
)
_OWNED = select(exists().where(images.c.key == bindparam("file")))


def owned(conn: Connection, key: str) -> None:
    """Remove the entry: the file stays, as the caller's transaction gives it an owner."""
    conn.execute(_END, {"file": key})


def ordered(conn: Connection, key: str) -> None:
    """Remove the entry: the caller's transaction writes an order of the file, so the file stays.

    Raises:
        NotTakable: if it was begun too long ago. Its file may be gone.
    """
    if not conn.execute(_ORDERED, {"file": key}).rowcount:
        raise NotTakable(phrase("upload_gone"))


class UploadRecords:
    """Uploads that are no orders yet, as a part of the ledger. One transaction a call."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, key: str) -> None:
        """Enter a file that is about to be published. The same picture may be sent again."""
        with self._database.writing() as conn:
            entered = insert_into(conn, uploads).values(key=key, begun_at=db_now())
            now = {"begun_at": entered.excluded.begun_at}
            conn.execute(entered.on_conflict_do_update(index_elements=["key"], set_=now))

    def end(self, key: str) -> None:
        """Remove the entry of a file that no order names; the caller has removed the file."""
        with self._database.writing() as conn:
            conn.execute(_END, {"file": key})

    def left_behind(self) -> tuple[str, ...]:
        """Return the keys of files that nothing will name any more, the oldest first."""
        with self._database.asking() as conn:
            return tuple(conn.execute(_LEFT).scalars())

    def sweep(self, key: str, remove: Callable[[], None]) -> bool:
        """Remove a file that was left behind, and forget it. False: it is wanted again.

        `remove` is called within the transaction: a concurrent upload of the same picture waits for
        it, and publishes it anew. A picture that has an owner meanwhile stays.
        """
        with self._database.writing() as conn:
            if conn.execute(_LOCKED, {"file": key}).first() is None:
                return False
            wanted = bool(conn.execute(_OWNED, {"file": key}).scalar_one())
            if not wanted:
                remove()
            # Last: an entry without a file is swept again, a file without an entry never is.
            conn.execute(_END, {"file": key})
            return not wanted
