"""Takes: every clip that a cut ever had, for a person to pick from. None is ever removed."""

from contextlib import suppress

from sqlalchemy import Connection, bindparam, select

from conte.clip import Clip
from serve.database.clock import db_now
from serve.database.upsert import of_each_dialect
from serve.ledger.tables import takes
from serve.stored import Unreadable, read, text_of

_OF = (
    select(takes).where(takes.c.production == bindparam("of")).order_by(takes.c.made_at, takes.c.id)
)
_KEEP = of_each_dialect(
    takes, lambda insert: insert.values(made_at=db_now()).on_conflict_do_nothing()
)


def of(conn: Connection, production: str) -> dict[str, Clip]:
    """Return the takes by their ids, the oldest first. Unreadable ones are left out."""
    found: dict[str, Clip] = {}
    for row in conn.execute(_OF, {"of": production}):
        with suppress(Unreadable):
            found[row.id] = read(Clip, row.clip)
    return found


def keep(conn: Connection, production: str, version: int, clip: Clip) -> None:
    """Record the clip as a take, unless it is known. Skips clips stored before cuts had ids."""
    if not clip.cut_id:
        return
    row = {
        "production": production, "id": clip.take, "cut": clip.cut_id, "version": version,
        "clip": text_of(clip),
    }  # fmt: skip
    conn.execute(_KEEP[conn.dialect.name], row)
