"""Readiness: tries what an order needs of ledger, vault and directors, at most once a second."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from pydantic import BaseModel

from serve.ledger.ledger import Ledger
from serve.telemetry import log
from serve.vault import Vault, VaultFull

FRESH_S = 1.0
_CHECK_TIMEOUT_S = 5
_T = TypeVar("_T")


class Ready(BaseModel):
    """State of each part: "ok", or the fault."""

    ledger: str = "ok"
    vault: str = "ok"
    directors: str = "ok"

    @property
    def wrong(self) -> list[str]:
        return [f"{part}: {state}" for part, state in self if state != "ok"]


class Readiness:
    def __init__(self, ledger: Ledger, vault: Vault, director_seen_s: float) -> None:
        """Create the checks. `director_seen_s`: age up to which a director counts as alive."""
        self._ledger, self._vault, self._director_seen_s = ledger, vault, director_seen_s
        self._stored: tuple[str, str] = ("", "")
        self._stored_at = -FRESH_S
        self._one_at_a_time = asyncio.Lock()
        # A database that hangs blocks this thread and no thread of other requests.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="readiness")

    async def look(self) -> Ready:
        async with self._one_at_a_time:
            if time.monotonic() - self._stored_at >= FRESH_S:
                self._stored = await self._written()
                self._stored_at = time.monotonic()
        ledger, vault = self._stored
        alive = self._in_thread(self._ledger.directors_alive, self._director_seen_s)
        directors, _ = await _tried(alive)
        if directors is None and ledger == "ok":
            ledger = "cannot be reached"
        seen = "ok" if directors else "none has been seen lately"
        draining, _ = await _tried(self._in_thread(self._ledger.draining_since))
        if draining is not None:
            seen = "draining"
        return Ready(ledger=ledger, vault=vault, directors=seen)

    async def _in_thread(self, call: Callable[..., _T], *args: object) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, call, *args)

    async def _written(self) -> tuple[str, str]:
        (_, no_ledger), (_, no_vault) = await asyncio.gather(
            _tried(self._in_thread(self._ledger.probe)),
            _tried(self._vault.reachable()),
        )
        return _state(no_ledger), _state(no_vault)


def _state(error: Exception | None) -> str:
    """Return a public word for the error, whose message may name machines."""
    if error is None:
        return "ok"
    full = isinstance(error, VaultFull) or "disk is full" in str(error)
    return "the disk is full" if full else "cannot be reached"


async def _tried(check: Awaitable[_T]) -> tuple[_T | None, Exception | None]:
    try:
        async with asyncio.timeout(_CHECK_TIMEOUT_S):
            return await check, None
    except Exception as error:  # any error means not ready, and the response names the part
        log("ready.failed", error=error)
        return None, error
