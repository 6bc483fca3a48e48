"""Wake-ups between processes on one machine, for SQLite: each listener reads a FIFO of its own.

The FIFOs lie in a folder beside the database. Nobody polls: a listener sleeps in `read`, and a
sender writes a line into each FIFO after its commit. One without a reader is of a dead process; the
next sender removes it.
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
"""A FIFO that holds so much may have refused messages: its listener wakes all."""


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
            with suppress(OSError):  # it is full, and wakes all then; or its reader has just died
                os.write(fd, line)
        finally:
            os.close(fd)

    def start(self) -> None:
        hidden = self._folder / f".{self._own}"
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            os.mkfifo(hidden, 0o600)
            # For writing, too: then it never comes to an end when the last sender closes it.
            self._fd = os.open(hidden, os.O_RDWR)
            # Senders see it when it has a reader, or they would take it for a dead one's.
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
