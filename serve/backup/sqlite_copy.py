"""A ledger on SQLite: copied while it is in use, and put back."""

import os
import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, create_engine

from serve.backup.record import BackupError
from serve.whole import whole_file


def copy(file: Path, into: Path) -> None:
    """Copy a consistent snapshot of a database that other processes may be writing to.

    Raises:
        BackupError: if there is none, or the copy is damaged.
    """
    if not file.is_file():
        raise BackupError(f"there is no ledger {file}; wanted ledger.url or --home of another one")
    with whole_file(into) as aside:
        os.close(os.open(aside, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        try:
            with closing(sqlite3.connect(file)) as from_, closing(sqlite3.connect(aside)) as to:
                from_.backup(to)
                # One file, without a journal beside it.
                to.execute("PRAGMA journal_mode = DELETE")
                (state,) = to.execute("PRAGMA integrity_check").fetchone()
        except sqlite3.Error as error:
            raise BackupError(f"{file} cannot be copied: {error}") from error
        if state != "ok":
            raise BackupError(f"{file} is damaged: {state}")


@contextmanager
def reading(copied: Path) -> Generator[Connection]:
    engine = create_engine(f"sqlite:///{copied}")
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def put_back(copied: Path, file: Path) -> None:
    """Replace the database's file. No process may have it open."""
    file.parent.mkdir(parents=True, exist_ok=True)
    for beside in ("-wal", "-shm"):  # of the database that is replaced
        file.with_name(file.name + beside).unlink(missing_ok=True)
    with whole_file(file) as aside:
        os.close(os.open(aside, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        with aside.open("wb") as out, copied.open("rb") as source:
            while chunk := source.read(1 << 20):
                out.write(chunk)
