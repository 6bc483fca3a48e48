"""Files about to be stored in the vault, recorded before they are.

If a process dies after storing a file and before writing its row, a removal of the video still
finds the file.
"""

import json
from collections.abc import Collection

from sqlalchemy import Connection, delete, select, update

from crawl.records.tables import intended, rows, tombstones, videos
from serve.database.engine import Database
from serve.database.upsert import insert_into

_i, _t = intended.c, tombstones.c
_CHUNK = 500
"""SQLite limits the parameters of a query."""


def intend(records: Database, video: str, keys: Collection[str]) -> bool:
    """Record files before they are stored; False if the video was removed and nothing may be
    stored."""
    with records.writing() as connection:
        if _buried(connection, video) is not None:
            return False
        if keys:
            connection.execute(
                insert_into(connection, intended).on_conflict_do_nothing(),
                [{"video": video, "key": key} for key in dict.fromkeys(keys)],
            )
    return True


def settle(connection: Connection, video: str, keys: Collection[str]) -> bool:
    """Drop the records of files in the transaction that names the files in a row. Return False if
    the video was removed; its removal then deletes the files, too."""
    wanted = sorted(set(keys))
    for start in range(0, len(wanted), _CHUNK):
        some = wanted[start : start + _CHUNK]
        connection.execute(delete(intended).where(_i.video == video, _i.key.in_(some)))
    known = _buried(connection, video)
    if known is None:
        return True
    files = json.dumps(sorted({*json.loads(known), *wanted}))
    if files != known:
        connection.execute(
            update(tombstones).where(_t.id == video).values(files=files, done_at=None)
        )
    return False


def taken(connection: Connection, video: str) -> set[str]:
    """Delete and return the records of a video's intended files; the caller deletes the files."""
    mine = delete(intended).where(_i.video == video).returning(_i.key)
    return set(connection.execute(mine).scalars())


def _buried(connection: Connection, video: str) -> str | None:
    """Return the files on the video's tombstone, as JSON; None if it has none."""
    # The locks put a concurrent removal wholly before this transaction, or wholly after it.
    for table in (videos, rows):
        connection.execute(select(table.c.id).where(table.c.id == video).with_for_update())
    query = select(_t.files).where(_t.id == video)
    return connection.execute(query).scalar_one_or_none()
