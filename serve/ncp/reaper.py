"""Ends servers: stops them, waits, terminates them. Runs in its own thread because it takes
minutes.

The platform terminates stopped servers only, and Ray has one thread for launches and ends alike.
"""

import logging
import threading
from collections.abc import Callable

from serve.ncp.clock import Clock
from serve.ncp.errors import NcpError
from serve.ncp.roll import BELIEVED_AFTER_S, Roll
from serve.ncp.servers import Server, Servers
from serve.telemetry import log

STEP_S = 5.0
LOOK_S = 60.0
"""Seconds between two searches for stopped servers that an earlier head left behind."""
_LONGEST_S = 60.0


class Reaper:
    """Collects servers to end, and ends them. Never a head."""

    def __init__(self, servers: Servers, roll: Roll, clock: Clock) -> None:
        self._servers, self._roll, self._clock = servers, roll, clock
        self._lock = threading.Lock()
        self._noted: set[str] = set()
        self._waits: dict[str, tuple[float, float]] = {}
        """Server -> seconds to wait after its last failed step, and when that wait ends."""
        self._absent: dict[str, float] = {}
        """Noted server -> time since which no list shows it."""
        self._looked = float("-inf")
        self.terminated = 0

    def note(self, server: str) -> None:
        with self._lock:
            self._noted.add(server)

    @property
    def noted(self) -> frozenset[str]:
        with self._lock:
            return frozenset(self._noted)

    def run(self, stopping: Callable[[], bool]) -> None:
        while not stopping():
            try:
                self.step()
            except Exception as error:  # without this thread nothing would ever be terminated
                log("ncp.reaper.failed", level=logging.ERROR, error=error)
            self._clock.sleep(STEP_S)

    def step(self) -> None:
        """Take each server one step further. A failed step is tried again later; other servers
        continue.
        """
        now, noted = self._clock.now(), self.noted
        if not noted - self._absent.keys() and now - self._looked < LOOK_S:
            return  # every noted server is absent from the lists, and the last search was recent
        try:
            listed = self._servers.listed()
        except NcpError as error:
            log("ncp.reaper.blind", level=logging.WARNING, reason=str(error))
            return
        ours = self._roll.ours(listed)
        if not any(self._roll.is_head(server) for server in ours):
            return  # an incomplete list, which proves nothing
        self._looked = now
        for server in ours:
            if self._roll.is_head(server) or not (server.id in noted or server.stopped):
                continue
            if now >= self._waits.get(server.id, (0.0, 0.0))[1]:
                self._advance(server, now)
        self._forget(noted - {server.id for server in ours}, now)

    def _advance(self, server: Server, now: float) -> None:
        if not server.idle:
            return
        verb = "terminate" if server.stopped else "stop"
        try:
            if server.stopped:
                self._servers.terminate(server)
                self.terminated += 1
            else:
                self._servers.stop(server)
            self._waits.pop(server.id, None)
        except NcpError as error:
            wait_s = min(_LONGEST_S, 2 * self._waits.get(server.id, (STEP_S / 2, 0.0))[0])
            self._waits[server.id] = wait_s, now + wait_s
            log(f"ncp.{verb}_failed", level=logging.WARNING, server=server.id, reason=str(error))
        else:
            log(f"ncp.{verb}", server=server.id, name=server.name)

    def _forget(self, absent: frozenset[str], now: float) -> None:
        """Forget noted servers that have been absent from the lists for `BELIEVED_AFTER_S`."""
        self._absent = {server: self._absent.get(server, now) for server in absent}
        for server, since in self._absent.items():
            if now - since >= BELIEVED_AFTER_S:
                with self._lock:
                    self._noted.discard(server)
                self._waits.pop(server, None)
