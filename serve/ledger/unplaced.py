"""Recordings that no draft and no version has placed for some time."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, exists, or_, select, update

from serve.database.clock import db_now
from serve.database.engine import Database
from serve.ledger.tables import draft_steps, drafts, productions, sounds, versions

AT_ONCE = 100

_s, _p = sounds.c, productions.c
_OLD = _s.wanted_at <= db_now() - bindparam("after_s")
_LEFT = select(_s.key).where(_OLD).order_by(_s.wanted_at).limit(AT_ONCE)
_LOCKED = select(sounds).where(_s.key == bindparam("file"), _OLD).with_for_update()
_OWN = _p.tenant == bindparam("of")
_NAMED = bindparam("named")
# Only their tenant's productions can name them. What was undone can be done again.
_PLACED = select(
    or_(
        exists().where(_OWN, versions.c.production == _p.id, versions.c.conte.like(_NAMED)),
        exists().where(_OWN, drafts.c.production == _p.id, drafts.c.working.like(_NAMED)),
        exists().where(_OWN, draft_steps.c.production == _p.id, draft_steps.c.step.like(_NAMED)),
    )
)
_WANTED = update(sounds).where(_s.key == bindparam("file")).values(wanted_at=db_now())
_FORGET = delete(sounds).where(_s.key == bindparam("file"))


class UnplacedSounds:
    """UnplacedSounds: removal of unplaced recordings, as a part of the ledger. One transaction a
    call."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def left(self, after_s: float) -> tuple[str, ...]:
        """Return the keys of recordings that were not placed for `after_s` seconds, the longest
        unplaced first."""
        with self._database.asking() as conn:
            return tuple(conn.execute(_LEFT, {"after_s": after_s}).scalars())

    def sweep(self, key: str, after_s: float, remove: Callable[[], None]) -> bool:
        """Remove a recording and its row. Return False if it is placed; it is then checked again
        after `after_s`.

        `remove` is called within the transaction: a draft that places the recording meanwhile
        waits, and is refused.
        """
        with self._database.writing() as conn:
            row = conn.execute(_LOCKED, {"file": key, "after_s": after_s}).first()
            if row is None:
                return False
            if _placed(conn, row):
                conn.execute(_WANTED, {"file": key})
                return False
            remove()
            # Last: a record without a file is swept again, a file without a record never is.
            conn.execute(_FORGET, {"file": key})
            return True


def _placed(conn: Connection, row: Row[Any]) -> bool:
    # By its digits alone: they stand in a stored text as they are.
    digits = row.key.removeprefix("sounds/").removesuffix(".flac")
    return bool(conn.execute(_PLACED, {"of": row.tenant, "named": f"%{digits}%"}).scalar_one())
