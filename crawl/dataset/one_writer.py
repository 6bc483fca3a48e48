"""One writer at a time for each place: a publication and a removal of the same version would delete
each other's unfinished files, or restore what was removed.

Held by an open file or by the database's session, so that it ends with its holder.
"""

import fcntl
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import func, select

from crawl.dataset.folder_store import FolderStore
from crawl.dataset.registry import FIRST
from crawl.dataset.store import open_store
from serve.database.engine import Database

_ADVISORY = 7426302


@contextmanager
def one_writer(records: Database, datasets_url: str) -> Generator[None]:
    """Waits for its turn at a place where a dataset was registered.

    At a folder among all who write there; at a bucket, which knows no locks, among all who use
    these records.
    """
    store = open_store(datasets_url)
    if isinstance(store, FolderStore):
        with _alone_with(Path(store.place(FIRST))):
            yield
        return
    with records.asking() as connection:
        url = connection.engine.url
        if url.get_backend_name() == "sqlite":
            with _alone_with(Path(f"{url.database}.publishing")):
                yield
            return
        place = (_ADVISORY, func.hashtext(datasets_url.rstrip("/")))
        connection.execute(select(func.pg_advisory_lock(*place)))
        try:
            yield
        finally:
            connection.execute(select(func.pg_advisory_unlock(*place)))


@contextmanager
def _alone_with(path: Path) -> Generator[None]:
    # Open for writing, without which NFS gives no lock that is one's alone.
    with path.open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
