"""Opens the jobs' database, which includes the tables of paid models."""

from crawl.records.tables import RECORDS
from deployments.engines.paid.tables import PAID
from serve.database.engine import Database
from serve.database.schema import open_database


def open_records(url: str) -> Database:
    """Open a database by its SQLAlchemy URL: SQLite (one machine) or PostgreSQL (several machines).

    Raises:
        DatabaseUnavailable: if it cannot be opened, or a newer release has migrated it.
    """
    return open_database(url, RECORDS, PAID)
