"""Director: claims productions from the ledger by lease and runs the plan. Knows no Ray."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import AbstractContextManager

from conte.production import Failure
from graphs.claiming import CUT_OFF, Claimed, Claiming, InWork
from graphs.crew import Crew, Plan, reason_of
from graphs.film import produce
from graphs.gate import Gates
from graphs.group_commit import GroupCommit
from graphs.job import Job, ProductionFailed
from graphs.outlook import WaitsForMoney
from serve.database.errors import DatabaseUnavailable
from serve.database.wakes import Ring
from serve.ledger.errors import LeaseLost
from serve.ledger.leases import Claim
from serve.ledger.ledger import Ledger
from serve.settings import DirectorSettings
from serve.telemetry import log
from serve.tracing import span

GUEST_PLACES = 4
"""Most claims, as a multiple of `productions_at_once`; those above it are for idle tenants."""


class Director(Claiming[Claim]):
    def __init__(
        self, ledger: Ledger, crew: Crew, plan: Plan, settings: DirectorSettings, gates: Gates
    ) -> None:
        super().__init__("director", "director", settings)
        self._ledger, self._crew, self._plan, self._gates = ledger, crew, plan, gates
        self._group = GroupCommit(ledger)

    async def _claim(self, take_over: bool) -> Claim | None:
        places = self._settings.productions_at_once
        busy = frozenset[str]()
        if len(self._in_work) >= places:
            if len(self._in_work) >= places * GUEST_PLACES:
                return None
            # At capacity, but a tenant without work in progress is still admitted: its clips take
            # turns at the gate, so that another tenant's long queue does not block its only film.
            busy = frozenset(work.row.tenant for work in self._in_work.values())
        return await asyncio.to_thread(
            self._ledger.claim,
            self.name,
            self._settings.lease_s,
            max_takeovers=self._settings.max_takeovers,
            except_tenants=busy,
            take_over=take_over,
            except_owner=self.name,
        )

    async def renew_all(self) -> None:
        await asyncio.to_thread(self._ledger.beat, self.name)
        await super().renew_all()

    def _waiting(self, call: Ring) -> AbstractContextManager[None]:
        return self._ledger.waiting_for_work(call)

    def _renew(self, claim: Claim) -> None:
        self._ledger.renew(claim, self._settings.lease_s)

    def _release(self, claim: Claim) -> None:
        self._ledger.release(claim)

    def _cancels(self) -> Sequence[str]:
        return self._ledger.cancels_asked(self.name)

    def _row(self, claim: Claim) -> Claimed:
        return claim.production

    async def _work(self, work: InWork[Claim]) -> None:
        claim = work.claim
        log("director.claimed", taken_over=claim.taken_over, fence=claim.fence)
        job = Job(self._ledger, claim, self._group)
        try:
            with span("production", tenant=claim.production.tenant, fence=claim.fence):
                await job.take_up()
                await produce(job, self._crew, self._plan, self._gates)
            log("production.done")
        except WaitsForMoney as wait:
            # Its draft film is there: another production has the place meanwhile.
            await job.parked(wait.in_s)
            log("production.waits_for_money", in_s=round(wait.in_s))
        except asyncio.CancelledError:
            if work.cancel_asked:
                await job.cancelled(self.name)
                log("production.cancelled")
            elif self._stopping:
                await asyncio.to_thread(self._ledger.release, claim)
            elif not work.lease_lost:
                await job.failed(Failure(stage="production", reason=CUT_OFF), self.name)
        except ProductionFailed as error:
            log("production.failed", level=logging.WARNING, **error.failure.model_dump())
            await job.failed(error.failure, self.name)
        except (LeaseLost, DatabaseUnavailable):
            raise
        except Exception as error:
            log("production.failed", level=logging.ERROR, error=error)
            await job.failed(Failure(stage="production", reason=reason_of(error)), self.name)
        finally:
            job.close()
