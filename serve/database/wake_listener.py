"""Wake-ups between processes, for PostgreSQL: `NOTIFY` within the transaction, one `LISTEN` each.

The server delivers with the commit or not at all. A listener that has lost its connection connects
again and then wakes every waiter, because nothing was delivered meanwhile.
"""

import logging
import os
import select
import threading
from contextlib import suppress
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from serve.database.wakes import Wakes
from serve.telemetry import log

_CHANNEL = "sian_wakes"
_NOTIFY = text(f"SELECT pg_notify('{_CHANNEL}', :message)")
RECONNECT_S = 1.0


def notify(connection: Connection, message: str) -> None:
    connection.execute(_NOTIFY, {"message": message})


class Listener:
    def __init__(self, engine: Engine, wakes: Wakes) -> None:
        self._engine, self._wakes = engine, wakes
        self._stop_read, self._stop = -1, -1

    def send(self, message: str) -> None:
        """Do nothing: `notify` was part of the transaction."""

    def start(self) -> None:
        self._stop_read, self._stop = os.pipe()
        threading.Thread(target=self._run, name="wakes", daemon=True).start()

    def _run(self) -> None:
        lost = self._engine.dialect.loaded_dbapi.Error
        stopped = False
        while not stopped:
            try:
                stopped = self._listen()
            except (SQLAlchemyError, lost, OSError) as error:
                log("wakes.lost", level=logging.WARNING, reason=str(error))
                stopped = self._stopped(RECONNECT_S)
        os.close(self._stop_read)

    def _listen(self) -> bool:
        """Deliver messages until the listener is stopped, then return True."""
        taken = self._engine.raw_connection()
        connection: Any = taken.driver_connection
        taken.detach()  # from the pool: this connection is held as long as the process listens
        try:
            connection.autocommit = True
            connection.execute(f"LISTEN {_CHANNEL}")
            self._wakes.wake_all()
            while not self._stopped(None, connection.fileno()):
                for told in connection.notifies(timeout=0):
                    self._wakes.arrived(told.payload)
            return True
        finally:
            with suppress(Exception):
                connection.close()

    def _stopped(self, timeout_s: float | None, *also: int) -> bool:
        """Wait until the stop, readable data or the timeout. Returns True if the listener was
        stopped.
        """
        poll = select.poll()
        for fd in (self._stop_read, *also):
            poll.register(fd, select.POLLIN)
        ready = poll.poll(None if timeout_s is None else 1000 * timeout_s)
        return any(fd == self._stop_read for fd, _ in ready)

    def close(self) -> None:
        if self._stop >= 0:
            os.close(self._stop)  # the other end is readable from now on
            self._stop = -1
