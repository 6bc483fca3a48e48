"""One removal at a time: two that write the same dataset anew would each bring back the other's.

Held by the database's session or by an open file, so that it ends with whoever holds it.
"""

import fcntl
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import make_url

from serve.ledger.engine import Database

_ADVISORY = 7426302


@contextmanager
def one_removal_at_a_time(records: Database, records_url: str) -> Generator[None]:
    """Waits for its turn, among all who use these records."""
    url = make_url(records_url)
    if url.get_backend_name() == "sqlite":
        with Path(f"{url.database}.removing").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
        return
    with records.asking() as connection:
        connection.exec_driver_sql(f"SELECT pg_advisory_lock({_ADVISORY})")
        try:
            yield
        finally:
            connection.exec_driver_sql(f"SELECT pg_advisory_unlock({_ADVISORY})")
