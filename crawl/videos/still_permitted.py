"""Checks permissions again, just before videos are processed or published."""

from collections.abc import Iterable, Iterator
from itertools import islice

from sqlalchemy import Connection, select

from crawl.caption.manifest import SourceVideo
from crawl.permission import Permission, stored_permission
from crawl.records.tables import rows, tombstones, videos
from serve.database.clock import db_now
from serve.database.engine import Database
from serve.stored import Unreadable, read

_CHUNK = 500
"""SQLite limits the parameters of a query."""
_v, _r = videos.c, rows.c


def still_permitted(records: Database, ids: Iterable[str]) -> set[str]:
    """Return those ids that have no tombstone, and a permission that holds now.

    The videos job's record decides. For a video that it does not know, the permission in the
    manifest does; if several datasets have the video, all their permissions must hold.
    """
    permitted: set[str] = set()
    with records.reading() as connection:
        now = connection.execute(select(db_now())).scalar_one()
        for some in _chunks(ids):
            gone = set(
                connection.execute(select(tombstones.c.id).where(tombstones.c.id.in_(some)))
                .scalars()
                .all()
            )
            crawled = _crawled(connection, some, now)
            left = [one for one in some if one not in crawled and one not in gone]
            known = _of_manifests(connection, left, now) | crawled
            permitted |= {one for one in some if known.get(one, False) and one not in gone}
    return permitted


def _crawled(connection: Connection, ids: list[str], now: float) -> dict[str, bool]:
    query = select(_v.id, _v.permission, _v.state).where(_v.id.in_(ids))
    return {
        id_: state != "removed" and _holds(permission, now)
        for id_, permission, state in connection.execute(query)
    }


def _of_manifests(connection: Connection, ids: list[str], now: float) -> dict[str, bool]:
    if not ids:
        return {}
    found: dict[str, bool] = {}
    query = select(_r.id, _r.source, _r.state).where(_r.id.in_(ids))
    for id_, source, state in connection.execute(query):
        permission = _permission_of(source)
        holds = state != "removed" and permission is not None and permission.holds(now)
        found[id_] = found.get(id_, True) and holds
    return found


def _holds(permission: str, now: float) -> bool:
    found = stored_permission(permission)
    return found is not None and found.holds(now)


def _permission_of(source: str) -> Permission | None:
    try:
        return read(SourceVideo, source).permission
    except Unreadable:
        return None


def _chunks(ids: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(ids)
    while some := list(islice(rest, _CHUNK)):
        yield some
