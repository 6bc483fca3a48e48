"""Director: claims productions from the ledger by lease and runs the plan. Knows no Ray.

Any number of directors may run, and any may die: what it had claimed is taken over when the lease
ends. A director that lost its lease can write nothing, because every write carries its fence.
"""

import asyncio
import logging
import secrets
from dataclasses import dataclass, field

from conte.production import Failure
from graphs.crew import Crew, Plan, reason_of
from graphs.film import produce
from graphs.gate import Gates
from graphs.job import Job, ProductionFailed
from serve.ledger.errors import LeaseLost, LedgerUnavailable
from serve.ledger.leases import Claim
from serve.ledger.ledger import Ledger
from serve.settings import DirectorSettings
from serve.telemetry import about, log

GUEST_PLACES = 4
"""How many times its places a director takes on for tenants it has nothing of in work yet."""


@dataclass
class _InWork:
    claim: Claim
    task: asyncio.Task[None] = field(init=False)
    cancel_asked: bool = False
    lease_lost: bool = False


class Director:
    def __init__(
        self, ledger: Ledger, crew: Crew, plan: Plan, settings: DirectorSettings, gates: Gates
    ) -> None:
        self._ledger, self._crew, self._plan, self._gates = ledger, crew, plan, gates
        self._settings = settings
        self._in_work: dict[str, _InWork] = {}
        self._loop: asyncio.Task[None] | None = None
        self._stopping = False
        self.name = f"director-{secrets.token_hex(4)}"

    def start(self) -> None:
        self._loop = asyncio.create_task(self._run())

    def check(self) -> None:
        """Raise what ended the loop, if anything did."""
        if self._loop is not None and self._loop.done():
            self._loop.result()
            raise RuntimeError("the director's loop has ended")

    async def stop(self) -> None:
        """Stop claiming, stop the work, and hand it back, so that another may go on at once."""
        self._stopping = True
        if self._loop is not None:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)
        works = list(self._in_work.values())
        for work in works:
            work.task.cancel()
        await asyncio.gather(*(work.task for work in works), return_exceptions=True)

    async def _run(self) -> None:
        beaten = -self._settings.lease_s
        clock = asyncio.get_running_loop().time
        while True:
            try:
                if clock() - beaten >= self._settings.lease_s / 3:
                    await self._renew_all()
                    beaten = clock()
                await self._look_for_cancels()
                claimed = await self._claim_next()
            except LedgerUnavailable as error:
                log("director.ledger_unavailable", level=logging.WARNING, reason=str(error))
                claimed = False
            if not claimed:
                await asyncio.sleep(self._settings.poll_s)

    async def _claim_next(self) -> bool:
        places = self._settings.productions_at_once
        busy = frozenset[str]()
        if len(self._in_work) >= places:
            if len(self._in_work) >= places * GUEST_PLACES:
                return False
            # Full, but a tenant that waits with nothing in work is let in: its clips take their
            # turns at the gate, so one tenant's long queue does not hold another's only film.
            busy = frozenset(work.claim.production.tenant for work in self._in_work.values())
        claim = await asyncio.to_thread(
            self._ledger.claim,
            self.name,
            self._settings.lease_s,
            max_takeovers=self._settings.max_takeovers,
            except_tenants=busy,
        )
        if claim is None:
            return False
        work = _InWork(claim)
        self._in_work[claim.production.id] = work
        work.task = asyncio.create_task(self._direct(work))
        return True

    async def _renew_all(self) -> None:
        await asyncio.to_thread(self._ledger.beat, self.name)
        for work in list(self._in_work.values()):
            try:
                await asyncio.to_thread(self._ledger.renew, work.claim, self._settings.lease_s)
            except LeaseLost:
                work.lease_lost = True
                work.task.cancel()

    async def _look_for_cancels(self) -> None:
        if not self._in_work:
            return
        for production in await asyncio.to_thread(self._ledger.cancels_asked, self.name):
            work = self._in_work.get(production)
            if work is not None and not work.cancel_asked:
                work.cancel_asked = True
                work.task.cancel()

    async def _direct(self, work: _InWork) -> None:
        claim = work.claim
        with about(claim.production.id, claim.production.tenant):
            try:
                await self._film(work)
            except LeaseLost:
                log("director.lease_lost", level=logging.WARNING)
            except LedgerUnavailable as error:
                # The lease runs out by itself, and whoever takes over finds what is finished.
                log("director.gave_up", level=logging.ERROR, reason=str(error))
            finally:
                self._in_work.pop(claim.production.id, None)

    async def _film(self, work: _InWork) -> None:
        claim, production = work.claim, work.claim.production
        conte = None
        if production.version:
            version = await asyncio.to_thread(
                self._ledger.version, production.id, production.version
            )
            conte = version.conte
        job = Job(self._ledger, claim, conte)
        log("director.claimed", taken_over=claim.taken_over, fence=claim.fence)
        try:
            await produce(job, self._crew, self._plan, self._gates)
            log("production.done")
        except asyncio.CancelledError:
            if work.cancel_asked:
                await job.cancelled(self.name)
                log("production.cancelled")
            elif self._stopping:
                await asyncio.to_thread(self._ledger.release, claim)
            elif not work.lease_lost:
                # Nobody here asked for it: handed back it would be claimed and cancelled for ever.
                failure = Failure(stage="production", reason="its work was cut off from within")
                await job.failed(failure, self.name)
        except ProductionFailed as error:
            log("production.failed", level=logging.WARNING, **error.failure.model_dump())
            await job.failed(error.failure, self.name)
        except (LeaseLost, LedgerUnavailable):
            raise
        except Exception as error:
            log("production.failed", level=logging.ERROR, error=error)
            await job.failed(Failure(stage="production", reason=reason_of(error)), self.name)
