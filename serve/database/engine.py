"""An open database: pragmas, pools, transactions, and errors in one sentence."""

import os
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, nullcontext, suppress
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DataError,
    DBAPIError,
    DisconnectionError,
    IntegrityError,
    NoSuchModuleError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout

from serve.database.errors import DatabaseUnavailable
from serve.database.put_off import do_put_off, forget_put_off
from serve.database.wake_fifo import Fifos
from serve.database.wake_listener import Listener, notify
from serve.database.wakes import Wakes, message_of, take_rung

BUSY_TIMEOUT_S = 20
"""Seconds that a SQLite writer waits for another process's transaction."""
_POOL = {"pool_size": 8, "max_overflow": 40, "pool_timeout": 30}
_BEGIN = "sian_begin"
PING_AFTER_S = 1.0
"""Idle seconds after which a connection is tested before use: a server may have restarted."""


class Database:
    """Opens transactions for reading and writing. Database errors within become
    DatabaseUnavailable.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._thread = threading.local()
        self._where = engine.url.render_as_string(hide_password=True)
        if engine.dialect.name == "sqlite":
            self._asks = engine.execution_options(**{_BEGIN: None})
            self._reads = engine.execution_options(**{_BEGIN: "DEFERRED"})
            self._writes = engine.execution_options(**{_BEGIN: "IMMEDIATE"})
            # SQLite allows one writer and makes the others poll; a lock wakes them at once.
            self._turn: threading.Lock | None = threading.Lock()
            self.wakes = Wakes(partial(Fifos, Path(str(engine.url.database))))
        else:
            self._asks = engine.execution_options(isolation_level="AUTOCOMMIT")
            self._reads = engine.execution_options(isolation_level="REPEATABLE READ")
            self._writes, self._turn = engine, None
            self.wakes = Wakes(partial(Listener, engine))

    @classmethod
    def open(cls, address: str, migrate: Callable[[Connection], None]) -> "Database":
        """Connect, and migrate the tables in one transaction.

        Several processes may open the same database at once.
        """
        try:
            url = _url(address)
            engine = _sqlite(url) if url.get_backend_name() == "sqlite" else _postgresql(url)
        except (ArgumentError, NoSuchModuleError) as error:
            raise DatabaseUnavailable(f"not a database's URL: {error}") from error
        except ModuleNotFoundError as error:
            raise DatabaseUnavailable(
                f"PostgreSQL needs {error.name}: pip install 'sian[postgres]'"
            ) from error
        database = cls(engine)
        try:
            with database.writing() as connection:
                migrate(connection)
        except BaseException:
            engine.dispose()
            raise
        return database

    def close(self) -> None:
        self.wakes.close()
        self._engine.dispose()

    @contextmanager
    def asking(self) -> Generator[Connection]:
        """Yield a connection for a single query without a transaction: two round trips to the
        server fewer.
        """
        with self._telling(), self._asks.connect() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Generator[Connection]:
        """Yield a connection on which several queries see one snapshot."""
        with self._telling(), self._reads.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Generator[Connection]:
        """Yield a transaction that is committed as a whole or not at all."""
        if (around := getattr(self._thread, "connection", None)) is not None:
            yield around
            return
        with self._turn or nullcontext(), self._telling(), self._writes.begin() as connection:
            # Of a transaction that was rolled back.
            take_rung(connection)
            forget_put_off(connection)
            yield connection
            do_put_off(connection)
            rung = take_rung(connection)
            if rung and self._turn is None:
                notify(connection, message_of(self.wakes.name, rung))
        if rung:
            self.wakes.committed(rung)

    @contextmanager
    def together(self) -> Generator[None]:
        """Put everything that this thread writes within the block into one transaction."""
        with self.writing() as connection:
            self._thread.connection = connection
            try:
                yield
            finally:
                self._thread.connection = None

    def forget(self) -> None:
        """Remove copies of deleted rows from SQLite's journal, which holds its last pages.

        While a reader uses an older state the journal remains; it is removed when all have closed.
        """
        if self._turn is not None:
            with self._turn, self.asking() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def _telling(self) -> Generator[None]:
        try:
            yield
        except (IntegrityError, DataError):
            raise  # a value is wrong: waiting would not help
        except DBAPIError as error:
            raise DatabaseUnavailable(f"{self._where}: {_sentence(error)}") from error
        except PoolTimeout as error:
            raise DatabaseUnavailable(f"{self._where}: too many calls wait for it") from error


def _url(address: str) -> URL:
    url = make_url(address)
    if url.drivername in ("postgres", "postgresql"):
        url = url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise ArgumentError(f"{url.drivername} is neither sqlite nor postgresql")
    return url


def _sentence(error: DBAPIError) -> str:
    kind = type(error.orig).__name__
    said = (str(error.orig).strip() or kind).splitlines()[0]
    low = said.lower()
    if "disk is full" in low or "no space left" in low or kind == "DiskFull":
        return f"the disk is full ({said}); free some space"
    if "locked" in low:
        return f"another process has held it for {BUSY_TIMEOUT_S} s ({said})"
    return said


def _sqlite(url: URL) -> Engine:
    if not url.database or url.database == ":memory:":
        raise ArgumentError("a database in memory would be forgotten: give a file")
    try:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        # Briefs are private, and files that SQLite adds get the mode of this one. An existing file
        # is not opened here: closing it would drop the locks that this process holds on it.
        with suppress(FileExistsError):
            os.close(os.open(url.database, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        raise DatabaseUnavailable(f"{url.database}: {error.strerror}") from error
    engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_S}, **_POOL)

    def connected(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # BEGIN is issued explicitly
        _journal_ahead(connection)
        connection.execute("PRAGMA foreign_keys = ON")
        # An accepted production survives a power cut, at one fsync per transaction.
        connection.execute("PRAGMA synchronous = FULL")
        # Overwrite deleted data in the file, too.
        connection.execute("PRAGMA secure_delete = ON")

    def begin(connection: Connection) -> None:
        if kind := connection.get_execution_options()[_BEGIN]:
            connection.exec_driver_sql(f"BEGIN {kind}")

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", begin)
    return engine


def _journal_ahead(connection: Any) -> None:
    # Switching to WAL ignores the busy timeout while another process opens the file.
    deadline = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except connection.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def _postgresql(url: URL) -> Engine:
    engine = create_engine(url, **_POOL)

    # Not pool_pre_ping: that costs every call a round trip to the server.
    def used(connection: Any, record: Any, proxy: Any = None) -> None:
        record.info["used"] = time.monotonic()

    def taken_out(connection: Any, record: Any, proxy: Any) -> None:
        if time.monotonic() - record.info["used"] > PING_AFTER_S:
            try:
                engine.dialect.do_ping(connection)
            except engine.dialect.loaded_dbapi.Error as error:
                raise DisconnectionError from error

    event.listen(engine, "connect", used)
    event.listen(engine, "checkin", used)
    event.listen(engine, "checkout", taken_out)
    return engine


def one_at_a_time(connection: Connection) -> None:
    """Wait until no other process changes the tables, as SQLite's BEGIN IMMEDIATE does."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7426301)")
