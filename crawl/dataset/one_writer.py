"""Lock that allows one writer at a time per place: a publication and a removal of the same version
would delete each other's unfinished files, or restore what was removed.

The lock is an open file's or a database session's, so that it ends with its process.
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
    """Hold the lock of a place where a dataset was registered; wait for it if necessary.

    In a folder it excludes all other writers; at a bucket, which has no locks, only those that use
    the same records.
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
    # NFS grants an exclusive lock only on a file that is open for writing.
    with path.open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
