"""Wake-ups: a topic rung in a transaction wakes its waiters once the transaction is committed.

Within a process directly; between processes by `NOTIFY` on PostgreSQL (wake_listener.py) and by a
FIFO for each listener on SQLite (wake_fifo.py). A wake-up is a hint: it may come for nothing, and a
lost one costs only time, because every waiter also polls, at long intervals. Only the tables say
what there is to do.
"""

import logging
import secrets
import threading
from collections.abc import Callable, Collection, Generator, Iterable
from contextlib import contextmanager
from typing import Protocol

from sqlalchemy import Connection

from serve.telemetry import log

Ring = Callable[[], object]
"""Called for a wake-up, in any thread at any time; must return at once."""
EVERYTHING = "*"
"""Topic that wakes every waiter: after a time in which wake-ups may have been lost."""
_RUNG = "sian_rung"
_MOST_BYTES = 500
"""Longest message between processes, in bytes: a FIFO on any system takes as much atomically."""


def ring(connection: Connection, topic: str) -> None:
    """Wake those who wait for the topic when the caller's transaction is committed."""
    connection.info.setdefault(_RUNG, set()).add(topic)


def take_rung(connection: Connection) -> frozenset[str]:
    """Return the topics rung in this transaction, and forget them."""
    return frozenset(connection.info.pop(_RUNG, ()))


def message_of(sender: str, topics: Collection[str]) -> str:
    """Return one line: the sender and its topics, or `EVERYTHING` if they are too long or have
    spaces.
    """
    line = " ".join([sender, *sorted(topics)])
    can_be_split = all(topic.isprintable() and " " not in topic for topic in topics)
    if can_be_split and len(line.encode()) <= _MOST_BYTES:
        return line
    return f"{sender} {EVERYTHING}"


class Line(Protocol):
    """The connection to other processes. Delivers what they ring to `Wakes.arrived`."""

    def send(self, message: str) -> None:
        """Send a message. Called after the commit, in the thread of the transaction."""
        ...

    def start(self) -> None:
        """Start to listen."""
        ...

    def close(self) -> None: ...


class Wakes:
    """The waiters of one open database, and its connection to other processes."""

    def __init__(self, line_to: "Callable[[Wakes], Line]") -> None:
        self.name = secrets.token_hex(4)
        """Name of this sender: messages with it were already delivered directly."""
        self._line = line_to(self)
        self._waiting: dict[str, list[Ring]] = {}
        self._lock = threading.Lock()
        self._listens = False

    @contextmanager
    def waiting(self, topic: str, call: Ring) -> Generator[None]:
        """Call `call` for each wake-up of the topic while the block runs.

        Commits before the block began wake nobody: query the tables after entering it.
        """
        with self._lock:
            self._waiting.setdefault(topic, []).append(call)
            starts, self._listens = not self._listens, True
        if starts:
            self._line.start()
        try:
            yield
        finally:
            with self._lock:
                self._waiting[topic].remove(call)
                if not self._waiting[topic]:
                    del self._waiting[topic]

    def committed(self, topics: Collection[str]) -> None:
        """Deliver the topics that a transaction of this database has rung."""
        self._deliver(topics)
        self._line.send(message_of(self.name, topics))

    def arrived(self, message: str) -> None:
        """Deliver a message of another process."""
        sender, *topics = message.split()
        if sender != self.name:
            self._deliver(topics)

    def wake_all(self) -> None:
        self._deliver((EVERYTHING,))

    def close(self) -> None:
        self._line.close()

    def _deliver(self, topics: Iterable[str]) -> None:
        with self._lock:
            wanted = self._waiting if EVERYTHING in topics else topics
            calls = [call for topic in wanted for call in self._waiting.get(topic, ())]
        for call in calls:
            try:
                call()
            except Exception as error:  # such as a closed loop; wake the others
                log("wakes.not_delivered", level=logging.DEBUG, error=error)
