"""Opens the jobs' database: the ledger's engine for SQLite and PostgreSQL, with other tables."""

from sqlalchemy import Connection, insert, select

from crawl.records.tables import REVISION, metadata, revision
from serve.ledger.engine import Database, one_at_a_time
from serve.ledger.errors import LedgerUnavailable


def open_records(url: str) -> Database:
    """SQLAlchemy URL of SQLite (one machine) or PostgreSQL (workers on several).

    Raises:
        LedgerUnavailable: if it cannot be opened, or was written by another version.
    """
    return Database.open(url, _migrate)


def _migrate(connection: Connection) -> None:
    one_at_a_time(connection)
    metadata.create_all(connection)
    found = connection.execute(select(revision.c.number)).scalars().all()
    if not found:
        connection.execute(insert(revision).values(number=REVISION))
    elif found != [REVISION]:
        raise LedgerUnavailable(
            f"the jobs' tables are of revision {found[0]}, this is revision {REVISION}"
        )
