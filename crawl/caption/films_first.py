"""Gives films priority: a job that needs the models waits while finals wait for their GPUs."""

import time
from collections.abc import Callable

from serve.database.errors import DatabaseUnavailable
from serve.ledger.ledger import Ledger

POLL_S = 1.0


class FilmsFirst:
    """Checks in the films' ledger, at most once a second, whether a final waits for a GPU."""

    def __init__(self, ledger_url: str, clock: Callable[[], float] = time.monotonic) -> None:
        """Open the ledger; an empty URL means that there are no films to wait for."""
        self._ledger = Ledger.open(ledger_url) if ledger_url else None
        self._clock = clock
        self._looked_at, self._short = -POLL_S, False

    def short_of_gpus(self) -> bool:
        if self._ledger is None:
            return False
        now = self._clock()
        if now - self._looked_at >= POLL_S:
            self._looked_at = now
            try:
                self._short = self._ledger.finals_short_of_gpus() > 0
            except DatabaseUnavailable:
                return self._short  # the last known state, until the database is back
        return self._short
