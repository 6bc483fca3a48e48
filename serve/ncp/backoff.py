"""Waits between failed attempts, by node type: 5 s, doubling to 300 s. The caller passes the time.

Ray repeats a request in every round, and keeps every refusal in memory as long as it runs.
"""

import threading
from dataclasses import dataclass

FIRST_S = 5.0
QUOTA_FIRST_S = 60.0
"""First wait after a refusal by quota, which is not raised within seconds."""
LONGEST_S = 300.0
TRUST_S = 60.0
"""Seconds after a success in which attempts may run in parallel. Otherwise one runs at a time."""
_LOOK_AGAIN_S = 1.0


@dataclass
class _State:
    wait_s: float = 0.0
    until: float = 0.0
    trusted_until: float = float("-inf")
    someone_tries: bool = False


class Backoff:
    """Decides when a type may be tried again. Safe to call from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._states: dict[str, _State] = {}

    def turn(self, key: str, now: float) -> float:
        """Return the seconds to wait; 0: the caller may try now, and must report the outcome."""
        with self._lock:
            state = self._states.setdefault(key, _State())
            if now < state.until:
                return state.until - now
            if now < state.trusted_until:
                return 0.0
            if state.someone_tries:
                return _LOOK_AGAIN_S
            state.someone_tries = True
            return 0.0

    def succeeded(self, key: str, now: float) -> None:
        with self._lock:
            self._states[key] = _State(trusted_until=now + TRUST_S)

    def failed(self, key: str, now: float, first_s: float = FIRST_S) -> None:
        with self._lock:
            state = self._states.setdefault(key, _State())
            state.someone_tries, state.trusted_until = False, float("-inf")
            if now < state.until:
                return  # a parallel attempt has failed before and set the wait
            state.wait_s = min(LONGEST_S, max(first_s, 2 * state.wait_s))
            state.until = now + state.wait_s
