"""This process's ownership of what is served: waits for it, keeps it, and says when it is lost."""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable

from serve.database.errors import DatabaseUnavailable
from serve.ledger.operating import OperatingRecords
from serve.ledger.owning import Owned
from serve.telemetry import log

LEASE_S = 15.0
"""Seconds after which an owner that died without a word is replaced."""


class NotOwner(Exception):
    """Another process owns what is served; the message names it."""


class Ownership:
    """A lease that a thread renews, however long this process takes to fetch weights."""

    def __init__(self, records: OperatingRecords, lease_s: float = LEASE_S) -> None:
        self.name = f"{socket.gethostname()}:{os.getpid()}"
        self._records, self._lease_s = records, lease_s
        self._owned: Owned | None = None
        self._sure_until = 0.0
        self._ended, self.lost = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._keep, daemon=True)

    def take(self, stop: threading.Event, on_wait: Callable[[str], None]) -> None:
        """Take it, once an owner that died is past its lease. Returns early if `stop` is set.

        Raises:
            NotOwner: if its owner lives.
            DatabaseUnavailable
        """
        give_up = time.monotonic() + 2 * self._lease_s
        while True:
            began = time.monotonic()
            self._owned = self._records.own(self.name, self._lease_s)
            if self._owned is not None:
                self._sure_until = began + self._lease_s
                self._thread.start()
                return
            owner = self._records.owner()
            if time.monotonic() >= give_up:
                raise NotOwner(
                    f"{owner or 'another process'} owns what is served, and lives: stop it first"
                )
            on_wait(f"{owner} owns what is served; waiting whether it lives")
            if stop.wait(min(1.0, self._lease_s / 3)):
                return

    @property
    def sure(self) -> bool:
        """True while nobody else can own it: only then may Serve's configuration be changed."""
        return not self.lost.is_set() and time.monotonic() < self._sure_until

    def end(self) -> None:
        """Give it back, so that the next owner need not wait."""
        self._ended.set()
        if self._owned is None:
            return
        self._thread.join()
        try:
            self._records.disown(self._owned)
        except DatabaseUnavailable as error:  # the lease ends by itself
            log("owner.not_released", level=logging.WARNING, reason=str(error))

    def _keep(self) -> None:
        assert self._owned is not None
        while not self._ended.wait(self._lease_s / 3):
            began = time.monotonic()
            try:
                if not self._records.keep_owning(self._owned, self._lease_s):
                    self.lost.set()
                    return
                self._sure_until = began + self._lease_s
            except Exception as error:
                # What is served goes on. Until the ledger is back nothing of it is changed.
                log("owner.not_renewed", level=logging.WARNING, reason=str(error))
