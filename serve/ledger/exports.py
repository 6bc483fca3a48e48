"""Exports: an append-only list for each production of what was handed out, to whom and when."""

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select

from conte.export import ExportOptions, ExportRecord
from conte.sound import Levels
from serve.database.clock import db_now
from serve.ledger import reading, reviews
from serve.ledger.tables import exports
from serve.stored import read, text_of

_e = exports.c
_STANDING = select(exports).where(
    _e.production == bindparam("of"),
    _e.key == bindparam("file"),
    _e.by == bindparam("who"),
    _e.share == bindparam("link"),
)
_LAST = select(func.max(_e.number)).where(_e.production == bindparam("of"))
_OF_VERSION = (
    select(exports)
    .where(
        _e.production == bindparam("of"),
        _e.version == bindparam("in_version"),
        _e.number > bindparam("after"),
    )
    .order_by(_e.number)
    .limit(bindparam("most"))
)
_INSERT = insert(exports).values(at=db_now()).returning(*exports.c)


@dataclass(frozen=True)
class HandedOut:
    """An export before it is recorded."""

    format: str
    options: ExportOptions
    key: str
    sha256: str
    size: int
    by: str
    share: str = ""
    levels: Levels | None = None


def record(
    conn: Connection, production_id: str, version: int, made: HandedOut, tenant: str | None
) -> ExportRecord:
    """Record an export. The same file for the same person again returns the first record."""
    reading.row(conn, production_id, tenant, lock=True)
    if (standing := recorded(conn, production_id, made)) is not None:
        return standing
    reviews.check_version(conn, production_id, version)
    last = conn.execute(_LAST, {"of": production_id}).scalar() or 0
    row = {
        "production": production_id,
        "number": last + 1,
        "version": version,
        **asdict(made),
        "options": text_of(made.options),
        "levels": None if made.levels is None else text_of(made.levels),
    }
    return _record(conn.execute(_INSERT, row).one())


def recorded(conn: Connection, production_id: str, made: HandedOut) -> ExportRecord | None:
    """Return the record of this file for this person, if there is one."""
    of = {"of": production_id, "file": made.key, "who": made.by, "link": made.share}
    found = conn.execute(_STANDING, of).first()
    return None if found is None else _record(found)


def page(
    conn: Connection,
    production_id: str,
    version: int,
    tenant: str | None,
    after: int,
    limit: int,
) -> tuple[tuple[ExportRecord, ...], int | None]:
    """Return a page of a version's exports, the oldest first, and the cursor of the next page."""
    reading.row(conn, production_id, tenant)
    reviews.check_version(conn, production_id, version)
    of = {"of": production_id, "in_version": version, "after": after, "most": limit + 1}
    rows = conn.execute(_OF_VERSION, of).all()
    shown = tuple(map(_record, rows[:limit]))
    return shown, shown[-1].number if len(rows) > limit else None


def _record(row: Row[Any]) -> ExportRecord:
    return ExportRecord(
        number=row.number,
        version=row.version,
        format=row.format,
        options=read(ExportOptions, row.options),
        key=row.key,
        sha256=row.sha256,
        size=row.size,
        by=row.by,
        share=row.share,
        at=row.at,
        levels=None if row.levels is None else read(Levels, row.levels),
    )
