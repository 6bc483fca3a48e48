"""Gives films priority: a job that needs the models waits while a film is being made."""

import time
from collections.abc import Callable

from conte.production import State
from serve.database.errors import DatabaseUnavailable
from serve.ledger.ledger import Ledger

POLL_S = 1.0


class FilmsFirst:
    """Checks in the films' ledger, at most once a second, whether a film is being made."""

    def __init__(self, ledger_url: str, clock: Callable[[], float] = time.monotonic) -> None:
        """Open the ledger; an empty URL means that there are no films to wait for."""
        self._ledger = Ledger.open(ledger_url) if ledger_url else None
        self._clock = clock
        self._looked_at, self._busy = -POLL_S, False

    def busy(self) -> bool:
        if self._ledger is None:
            return False
        now = self._clock()
        if now - self._looked_at >= POLL_S:
            self._looked_at = now
            try:
                figures = self._ledger.figures()
            except DatabaseUnavailable:
                return self._busy  # the last known state, until the database is back
            self._busy = any(
                n and state not in (State.DONE, State.FAILED, State.CANCELLED)
                for (_, state), n in figures.productions.items()
            )
        return self._busy

    def wait(self, should_stop: Callable[[], bool]) -> float:
        """Wait until no film is being made; return the seconds waited."""
        began = self._clock()
        while self.busy() and not should_stop():
            time.sleep(POLL_S)
        return self._clock() - began
