"""Opens the jobs' database, with the tables of paid models in it."""

from crawl.records.tables import RECORDS
from deployments.engines.paid.tables import PAID
from serve.database.engine import Database
from serve.database.schema import open_database


def open_records(url: str) -> Database:
    """SQLAlchemy URL of SQLite (one machine) or PostgreSQL (workers on several).

    Raises:
        DatabaseUnavailable: if it cannot be opened, or a newer release has migrated it.
    """
    return open_database(url, RECORDS, PAID)
