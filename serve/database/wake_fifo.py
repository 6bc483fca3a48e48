"""Wake-ups between processes on one machine, for SQLite: each listener reads its own FIFO.

The FIFOs lie in a folder beside the database. Nobody polls: a listener sleeps in `read`, and a
sender writes a line into each FIFO after its commit. A FIFO without a reader belongs to a dead
process; the next sender removes it.
"""

import errno
import logging
import os
import threading
from contextlib import suppress
from pathlib import Path

from serve.database.wakes import Wakes
from serve.telemetry import log

_SUFFIX = ".wake"
_ALL_BYTES = 1 << 16
_FULL_BYTES = _ALL_BYTES // 2
"""Bytes in a FIFO from which it may have refused messages: its listener then wakes every waiter."""


class Fifos:
    def __init__(self, database: Path, wakes: Wakes) -> None:
        self._folder = database.with_name(database.name + ".wakes")
        self._wakes = wakes
        self._own = f"{os.getpid()}-{wakes.name}{_SUFFIX}"
        self._fd = -1
        self._closed = False

    def send(self, message: str) -> None:
        try:
            names = os.listdir(self._folder)
        except OSError:
            return  # nobody has ever listened
        for name in names:
            if name.endswith(_SUFFIX) and name != self._own:
                self._send_to(self._folder / name, message.encode() + b"\n")

    def _send_to(self, fifo: Path, line: bytes) -> None:
        try:
            fd = os.open(fifo, os.O_WRONLY | os.O_NONBLOCK)
        except OSError as error:
            if error.errno == errno.ENXIO:
                fifo.unlink(missing_ok=True)
            return
        try:
            with suppress(OSError):  # full: its listener wakes all; or its reader died
                os.write(fd, line)
        finally:
            os.close(fd)

    def start(self) -> None:
        hidden = self._folder / f".{self._own}"
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            os.mkfifo(hidden, 0o600)
            # Also open for writing: otherwise reads end when the last sender closes the FIFO.
            self._fd = os.open(hidden, os.O_RDWR)
            # Renamed once it has a reader: senders remove FIFOs without one.
            hidden.rename(self._folder / self._own)
        except OSError as error:
            log("wakes.no_fifo", level=logging.WARNING, error=error)
            return
        threading.Thread(target=self._listen, name="wakes", daemon=True).start()

    def _listen(self) -> None:
        rest = b""
        while not self._closed:
            data = os.read(self._fd, _ALL_BYTES)
            *lines, rest = (rest + data).split(b"\n")
            if len(data) >= _FULL_BYTES:
                self._wakes.wake_all()
                continue
            for line in lines:
                if line:
                    self._wakes.arrived(line.decode())
        os.close(self._fd)

    def close(self) -> None:
        if self._fd >= 0 and not self._closed:
            self._closed = True
            (self._folder / self._own).unlink(missing_ok=True)
            os.write(self._fd, b"\n")
