"""Results of orders, in SQLite or PostgreSQL, from which an interrupted job is resumed."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlalchemy import (
    Column,
    MetaData,
    String,
    Table,
    Text,
    insert,
    select,
)

from serve.database.engine import Database, one_at_a_time
from serve.database.schema import Schema, open_database
from serve.stored import Unreadable, read, text_of
from training.scripts.order import Order
from training.scripts.written import WrittenScript

metadata = MetaData()
SCRIPTS = Schema(
    "scripts' database", Path(__file__).parent / "migrations", "scripts_schema", "scripts_revision"
)

jobs = Table(
    "scripts_jobs",
    metadata,
    Column("name", String(100), primary_key=True),
    # JSON, as text: what decides which orders there are, and who writes them.
    Column("settings", Text, nullable=False),
)

scripts = Table(
    "scripts_written",
    metadata,
    Column("job", String(100), primary_key=True),
    Column("id", String(16), primary_key=True),
    # JSON, as text: the order, and what became of it.
    Column("order", Text, nullable=False),
    Column("written", Text, nullable=False),
)


class OtherJob(ValueError):
    """A job of this name was begun with other settings."""


def open_scripts(url: str) -> Database:
    """Open the records.

    Raises:
        DatabaseUnavailable: if they cannot be opened, or a newer release has migrated them.
    """
    return open_database(url, SCRIPTS)


class Records:
    """Records of one job."""

    def __init__(self, database: Database, job: str) -> None:
        self._database, self._job = database, job

    def begin(self, settings: str) -> None:
        """Register the job. A repeated call must have the same settings.

        Raises:
        OtherJob: if the job was begun with other settings, which would mix two kinds of scripts.
        """
        with self._database.writing() as connection:
            one_at_a_time(connection)
            found = connection.execute(
                select(jobs.c.settings).where(jobs.c.name == self._job)
            ).scalar_one_or_none()
            if found is None:
                connection.execute(insert(jobs).values(name=self._job, settings=settings))
            elif found != settings:
                raise OtherJob(
                    f"job {self._job!r} was begun with other settings: take another name, or the"
                    f" ones it has: {found}"
                )

    def done(self) -> set[str]:
        """Return the ids of the orders that were written or dropped."""
        with self._database.asking() as connection:
            found = select(scripts.c.id).where(scripts.c.job == self._job)
            return set(connection.execute(found).scalars())

    def add(self, finished: Sequence[tuple[Order, WrittenScript]]) -> None:
        """Store all results, or none. Existing results (of a repeated run) are unchanged."""
        if not finished:
            return
        with self._database.writing() as connection:
            one_at_a_time(connection)
            ids = [order.id for order, _ in finished]
            known = set(
                connection.execute(
                    select(scripts.c.id).where(scripts.c.job == self._job, scripts.c.id.in_(ids))
                ).scalars()
            )
            rows = [
                {
                    "job": self._job,
                    "id": order.id,
                    "order": text_of(order),
                    "written": text_of(written),
                }
                for order, written in finished
                if order.id not in known
            ]
            if rows:
                connection.execute(insert(scripts), rows)

    def all(self) -> Iterator[tuple[Order, WrittenScript]]:
        """Return all results ordered by id, so that the order of writing does not matter.

        Without those that this release cannot read: see `unreadable`.
        """
        return (found for found in self._read() if not isinstance(found, Unreadable))

    def unreadable(self) -> int:
        """Return the number of rows that this release cannot read."""
        return sum(isinstance(found, Unreadable) for found in self._read())

    def _read(self) -> Iterator[tuple[Order, WrittenScript] | Unreadable]:
        with self._database.reading() as connection:
            found = select(scripts.c.order, scripts.c.written).where(scripts.c.job == self._job)
            for order, written in connection.execute(found.order_by(scripts.c.id)):
                try:
                    yield read(Order, order), read(WrittenScript, written)
                except Unreadable as error:
                    yield error
