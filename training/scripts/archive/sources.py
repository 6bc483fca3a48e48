"""Record of each file of an archive: origin, owner, and the script made from it."""

from collections.abc import Sequence
from typing import Literal

from sqlalchemy import (
    Column,
    Connection,
    Index,
    String,
    Table,
    Text,
    delete,
    insert,
    or_,
    select,
    update,
)

from conte.frozen import Frozen
from serve.database.engine import Database, one_at_a_time
from serve.stored import text_of
from training.scripts.order import Order
from training.scripts.records import metadata, scripts
from training.scripts.written import WrittenScript

sources = Table(
    "scripts_sources",
    metadata,
    Column("job", String(100), primary_key=True),
    # Of the file, its consent and what is masked: one of another consent is another one.
    Column("id", String(16), primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("source", String(200), nullable=False),
    Column("owner", String(200), nullable=False),
    Column("state", String(20), nullable=False),
    Column("reason", Text, nullable=False),
    # The order's id of its script, if it made one.
    Column("script", String(16)),
    # JSON: the sheet as it was read and masked.
    Column("sheet", Text),
)
Index("scripts_sources_by_file", sources.c.sha256)
_s = sources.c

State = Literal["kept", "dropped", "left_out", "removed"]


class SourceRecord(Frozen):
    id: str
    sha256: str
    name: str
    source: str
    owner: str
    state: State
    reason: str = ""
    script: str | None = None
    sheet: str | None = None


class Sources:
    """Records of the archive's files of one job."""

    def __init__(self, database: Database, job: str) -> None:
        self._database, self._job = database, job

    def known(self) -> dict[str, SourceRecord]:
        """Return the job's files by id."""
        with self._database.asking() as conn:
            found = conn.execute(select(sources).where(_s.job == self._job))
            return {row.id: _record(row) for row in found}

    def removed(self) -> frozenset[str]:
        """Return the SHA-256 of every removed file, of all jobs."""
        with self._database.asking() as conn:
            return frozenset(conn.execute(select(_s.sha256).where(_s.state == "removed")).scalars())

    def add(self, record: SourceRecord, made: tuple[Order, WrittenScript] | None) -> None:
        """Store a file's outcome together with its script, in one transaction."""
        with self._database.writing() as conn:
            one_at_a_time(conn)
            conn.execute(delete(sources).where(_s.job == self._job, _s.id == record.id))
            conn.execute(insert(sources).values(job=self._job, **record.model_dump()))
            if made is not None:
                self._add_script(conn, *made)

    def _add_script(self, conn: Connection, order: Order, written: WrittenScript) -> None:
        place = (scripts.c.job == self._job, scripts.c.id == order.id)
        if conn.execute(select(scripts.c.id).where(*place)).first() is None:
            conn.execute(
                insert(scripts).values(
                    job=self._job, id=order.id, order=text_of(order), written=text_of(written)
                )
            )


def remove(
    database: Database, *, owner: str = "", source: str = "", sha256: Sequence[str] = ()
) -> tuple[SourceRecord, ...]:
    """Remove files by owner, by source or by hash from every job.

    Their scripts are deleted; a tombstone (hash, owner, source) remains, so that they are never
    read again.

    Returns: The records, including those of files that were removed before.
    """
    wanted = [
        clause
        for clause, said in (
            (_s.owner == owner, owner), (_s.source == source, source),
            (_s.sha256.in_(sha256), sha256),
        )
        if said
    ]  # fmt: skip
    if not wanted:
        return ()
    with database.writing() as conn:
        one_at_a_time(conn)
        rows = conn.execute(select(sources).where(or_(*wanted)).order_by(_s.job, _s.id)).all()
        for row in rows:
            # Those removed before are returned, too: a removal that was killed is run again.
            here = (_s.job == row.job, _s.id == row.id)
            if row.script is not None:
                conn.execute(
                    delete(scripts).where(scripts.c.job == row.job, scripts.c.id == row.script)
                )
            gone = {"state": "removed", "name": "", "reason": "", "sheet": None}
            conn.execute(update(sources).where(*here).values(**gone))
        return tuple(_record(row) for row in rows)


def _record(row: object) -> SourceRecord:
    return SourceRecord.model_validate(
        {name: getattr(row, name) for name in SourceRecord.model_fields}
    )
