"""A ledger on PostgreSQL, copied by pg_dump and pg_restore. Their arguments contain no password."""

import os
import shutil
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, MetaData, Table, create_engine, text
from sqlalchemy.exc import DBAPIError

from serve.backup.record import BackupError
from serve.ledger.tables import LEDGER
from serve.ledger.tables import metadata as ledger_tables
from serve.whole import whole_file

PUBLIC = "public"


@contextmanager
def snapshot(url: URL) -> Generator[tuple[Connection, str]]:
    """Yield a connection with a snapshot, and the snapshot's name for `copy`.

    Raises:
        BackupError: if the database does not answer.
    """
    engine = create_engine(url, isolation_level="REPEATABLE READ")
    try:
        with engine.connect() as connection:
            name = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
            yield connection, str(name)
    except DBAPIError as error:
        said = (str(error.orig).strip() or type(error.orig).__name__).splitlines()[0]
        where = url.render_as_string(hide_password=True)
        raise BackupError(f"{where}: {said}") from error
    finally:
        engine.dispose()


def copy(url: URL, into: Path, moment: str, schema: str) -> None:
    """Dump the snapshot into a file.

    Raises:
        BackupError: if pg_dump is missing or fails.
    """
    only = [] if schema == PUBLIC else [f"--schema={schema}"]
    with whole_file(into) as aside:
        os.close(os.open(aside, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        wanted = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={moment}", *only]
        _run("pg_dump", [*wanted, f"--file={aside}"], url)


def put_back(copied: Path, url: URL) -> None:
    """Replace the ledger's tables, and all other tables in the copy.

    Raises:
        BackupError: if pg_restore is missing or fails. It may be tried again.
    """
    _drop(url)
    wanted = ["--clean", "--if-exists", "--no-owner", "--no-privileges", "--single-transaction"]
    _run("pg_restore", [*wanted, "--exit-on-error", f"--dbname={url.database}", str(copied)], url)


def _drop(url: URL) -> None:
    # A newer release's tables that the copy lacks: its migration would find them there.
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            ledger_tables.drop_all(connection)
            for revisions in (LEDGER.revisions, LEDGER.least):
                Table(revisions, MetaData()).drop(connection, checkfirst=True)
    finally:
        engine.dispose()


def _run(program: str, arguments: list[str], url: URL) -> None:
    found = shutil.which(program)
    if found is None:
        raise BackupError(f"{program} is not installed: apt-get install postgresql-client")
    try:
        done = subprocess.run(
            [found, *arguments], env=os.environ | _variables(url), capture_output=True, text=True
        )
    except OSError as error:
        raise BackupError(f"{found}: {error.strerror}") from error
    if done.returncode:
        said = " ".join(done.stderr.split()) or f"exit code {done.returncode}"
        raise BackupError(said[:500])


def _variables(url: URL) -> dict[str, str]:
    """Return the variables that libpq reads. The arguments of a process, unlike its environment,
    are public."""
    given = {
        "HOST": url.host,
        "PORT": url.port,
        "USER": url.username,
        "PASSWORD": url.password,
        "DATABASE": url.database,
        **{name.upper(): value for name, value in url.query.items()},
    }
    return {f"PG{name}": str(value) for name, value in given.items() if value}
