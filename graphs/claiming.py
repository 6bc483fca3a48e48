"""The loop of every director: claims rows of the ledger by lease and works on them. Knows no Ray.

Any number of directors may run, and any may die: another takes over its claims when the leases end.
A director that lost its lease can write nothing, because every write carries its fence.
"""

import asyncio
import logging
import secrets
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from serve.database.errors import DatabaseUnavailable
from serve.database.wakes import Ring
from serve.ledger.errors import LeaseLost
from serve.settings import DirectorSettings
from serve.telemetry import about, log

CUT_OFF = "an internal error cancelled the work; see the log"
"""Reason recorded when neither a user nor this director cancelled the work. It is not retried: it
would be cancelled again.
"""


class Claimed(Protocol):
    """The row that a claim holds."""

    @property
    def id(self) -> str: ...
    @property
    def tenant(self) -> str: ...


_Claim = TypeVar("_Claim")


@dataclass
class InWork(Generic[_Claim]):
    """A claim and the task that works on it."""

    claim: _Claim
    row: Claimed
    task: asyncio.Task[None] = field(init=False)
    cancel_asked: bool = False
    lease_lost: bool = False


class Claiming(ABC, Generic[_Claim]):
    """The loop for one kind of row. Subclasses claim, renew, release and do the work."""

    def __init__(self, kind: str, one: str, settings: DirectorSettings) -> None:
        """Prepare the loop. `kind` and `one` prefix the log events of the loop and of a single
        claim.
        """
        self._kind, self._one, self._settings = kind, one, settings
        self._in_work: dict[str, InWork[_Claim]] = {}
        self._loop: asyncio.Task[None] | None = None
        self._stopping = False
        self._woken = asyncio.Event()
        self._spared_until = 0.0
        self._given_up: list[_Claim] = []
        self.name = f"{kind}-{secrets.token_hex(4)}"

    @abstractmethod
    async def _claim(self, take_over: bool) -> _Claim | None:
        """Return the next claim if there is one and room. `take_over`: include expired leases."""

    @abstractmethod
    def _waiting(self, call: Ring) -> AbstractContextManager[None]:
        """Return a context manager: within it, `call` runs when there may be a row to claim or to
        cancel.
        """

    @abstractmethod
    def _renew(self, claim: _Claim) -> object:
        """Extend the lease of a claim. Blocking. Raises LeaseLost."""

    @abstractmethod
    def _release(self, claim: _Claim) -> None:
        """Return an unfinished claim to the queue. Blocking. Raises LeaseLost."""

    @abstractmethod
    def _cancels(self) -> Sequence[str]:
        """Return the ids of this director's rows whose cancellation was requested. Blocking."""

    @abstractmethod
    def _row(self, claim: _Claim) -> Claimed:
        """Return the claim's row."""

    @abstractmethod
    async def _work(self, work: InWork[_Claim]) -> None:
        """Work on the claim until it ends, also when its task is cancelled.

        Any exception but LeaseLost returns the claim to the queue.
        """

    def start(self) -> None:
        self._loop = asyncio.create_task(self._run())

    def check(self) -> None:
        """Raise the exception that ended the loop, if it has ended."""
        if self._loop is not None and self._loop.done():
            self._loop.result()
            raise RuntimeError(f"the loop of {self.name} has ended")

    async def stop(self) -> None:
        """Stop claiming, cancel the work in progress and return its claims to the queue."""
        self._stopping = True
        if self._loop is not None:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)
        works = list(self._in_work.values())
        for work in works:
            work.task.cancel()
        await asyncio.gather(*(work.task for work in works), return_exceptions=True)

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        with self._waiting(lambda: loop.call_soon_threadsafe(self._woken.set)):
            await self._claim_and_renew()

    async def _claim_and_renew(self) -> None:
        renew_s, renewed = self._settings.lease_s / 3, -self._settings.lease_s
        clock = asyncio.get_running_loop().time
        while True:
            # Before looking: a wake-up during the look starts another look.
            self._woken.clear()
            try:
                if clock() - renewed >= renew_s:
                    await self.renew_all()
                    renewed = clock()
                await self._hand_back()
                await self._look_for_cancels()
                claimed = await self._claim_next()
            except DatabaseUnavailable as error:
                log(f"{self._kind}.ledger_unavailable", level=logging.WARNING, reason=str(error))
                # While the database was away no director could renew. Living ones renew now; take
                # over only leases that stay expired.
                self._spared_until = clock() + self._settings.lease_s
                claimed = False
            except Exception as error:
                # Work in progress continues, and later rows are still looked for.
                log(f"{self._kind}.look_failed", level=logging.ERROR, error=error)
                claimed = False
            if not claimed:
                with suppress(TimeoutError):
                    async with asyncio.timeout(min(self._settings.poll_s, renew_s)):
                        await self._woken.wait()

    async def _claim_next(self) -> bool:
        take_over = asyncio.get_running_loop().time() >= self._spared_until
        claim = await self._claim(take_over)
        if claim is None:
            return False
        work = InWork(claim, self._row(claim))
        self._in_work[work.row.id] = work
        work.task = asyncio.create_task(self._direct(work))
        return True

    async def renew_all(self) -> None:
        for work in list(self._in_work.values()):
            try:
                await asyncio.to_thread(self._renew, work.claim)
            except LeaseLost:
                work.lease_lost = True
                work.task.cancel()

    async def _hand_back(self) -> None:
        """Release the claims that this director gave up. That does not count as a takeover."""
        while self._given_up:
            with suppress(LeaseLost):
                await asyncio.to_thread(self._release, self._given_up[-1])
            self._given_up.pop()

    async def _look_for_cancels(self) -> None:
        if not self._in_work:
            return
        for row in await asyncio.to_thread(self._cancels):
            work = self._in_work.get(row)
            if work is not None and not work.cancel_asked:
                work.cancel_asked = True
                work.task.cancel()

    async def _direct(self, work: InWork[_Claim]) -> None:
        with about(work.row.id, work.row.tenant):
            try:
                await self._work(work)
            except LeaseLost:
                log(f"{self._one}.lease_lost", level=logging.WARNING)
            except Exception as error:
                # The next director that claims this row continues from the finished steps.
                self._given_up.append(work.claim)
                log(f"{self._one}.gave_up", level=logging.ERROR, error=error)
            else:
                # A place is free, so look again at once. A claim given up waits for the next look
                # instead: it would fail again at once.
                self._woken.set()
            finally:
                self._in_work.pop(work.row.id, None)
