"""A claimed production, as the plan sees it. Every write carries the lease's fence.

The ledger is synchronous; here its calls leave the event loop, and nothing else happens.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any, ParamSpec, TypeVar

from conte.brief import Brief
from conte.checks.finding import Finding
from conte.clip import Clip, EngineId, Film, Tier
from conte.conte import Conte, Treatment
from conte.cut import Cut
from conte.frozen import digest
from conte.production import EventKind, Failure, Provenance, State
from serve.ledger.leases import Claim
from serve.ledger.ledger import Ledger

_P = ParamSpec("_P")
_T = TypeVar("_T")

PROGRESS_EVERY_S = 0.5
"""A progress event costs a transaction; a person needs no more than two a second."""


class ProductionFailed(Exception):
    """The attempts are used up."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.reason)
        self.failure = failure


class Job:
    def __init__(self, ledger: Ledger, claim: Claim, conte: Conte | None) -> None:
        production = claim.production
        self._ledger, self._claim = ledger, claim
        self.id = production.id
        self.tenant = production.tenant
        self.brief: Brief = production.brief
        self.seed = production.seed
        self.version = production.version or 1
        self.conte = conte
        """The newest version's conte if it was complete when the production was claimed."""
        self._ready = {
            (state.cut, state.clip.tier): state.clip
            for state in production.cuts
            if state.clip is not None
        }
        self._state: State | None = None
        self._told: dict[tuple[str, int], float] = {}
        self._outbox: list[tuple[Callable[[], Any], asyncio.Future[Any]]] = []
        self._sending: asyncio.Task[None] | None = None

    def known_clip(self, cut: int, tier: Tier) -> Clip | None:
        """The clip that an earlier director had recorded."""
        return self._ready.get((cut, tier))

    async def enter(self, state: State) -> None:
        if state != self._state:
            await self._call(self._ledger.enter, self._claim, state)
            self._state = state

    async def conte_started(self, provenance: Provenance, attempt: int) -> None:
        data = {"provenance": provenance.model_dump(mode="json"), "attempt": attempt}
        await self._tell(EventKind.CONTE_STARTED, provenance.engine.name, data)

    async def conte_treated(self, treatment: Treatment) -> None:
        data = treatment.model_dump(mode="json", include=set(Treatment.model_fields))
        await self._tell(
            EventKind.CONTE_TREATED, "conte", {"treatment": data}, once=f"treated/{digest(data)}"
        )

    async def cut_written(self, cut: Cut) -> None:
        data = cut.model_dump(mode="json")
        await self._tell(
            EventKind.CUT_WRITTEN, "conte", {"cut": data}, once=f"cut/{cut.number}/{digest(data)}"
        )

    async def conte_ready(
        self, conte: Conte, findings: tuple[Finding, ...], provenance: Provenance
    ) -> None:
        by = _name(provenance.engine)
        await self._call(
            self._ledger.add_version, self._claim, self.version, conte, findings, provenance, by
        )

    async def clip_started(self, cut: int, tier: Tier, attempt: int) -> None:
        await self._call(
            self._ledger.start_clip, self._claim, self.version, cut, tier, tier, attempt
        )

    async def clip_progress(self, cut: int, tier: Tier, fraction: float) -> None:
        if self._is_news((tier, cut)):
            data = {"cut": cut, "tier": tier, "progress": round(fraction, 3)}
            await self._tell(EventKind.CLIP_PROGRESS, tier, data)

    async def clip_retried(self, cut: int, tier: Tier, attempt: int, reason: str) -> None:
        data = {"cut": cut, "tier": tier, "attempt": attempt, "reason": reason}
        await self._tell(EventKind.CLIP_RETRIED, tier, data)

    async def clip_ready(self, clip: Clip) -> None:
        gpu_s = 0.0 if clip.reused else clip.render_s
        await self._call(
            self._ledger.record_clip, self._claim, self.version, clip, _name(clip.engine), gpu_s
        )

    async def clip_failed(self, failure: Failure, tier: Tier) -> None:
        await self._call(self._ledger.record_clip_failure, self._claim, self.version, failure, tier)

    async def film_started(self, tier: Tier, attempt: int) -> None:
        await self._tell(EventKind.FILM_STARTED, "editor", {"tier": tier, "attempt": attempt})

    async def film_progress(self, tier: Tier, fraction: float) -> None:
        if self._is_news((tier, 0)):
            data = {"tier": tier, "progress": round(fraction, 3)}
            await self._tell(EventKind.FILM_PROGRESS, "editor", data)

    async def film_ready(self, film: Film, *, last: bool) -> None:
        """Publish a film; with the last one the production is done, in the same transaction."""
        write = self._ledger.finish if last else self._ledger.record_film
        await self._call(write, self._claim, self.version, film, "editor")

    async def failed(self, failure: Failure, by: str) -> None:
        await self._call(self._ledger.fail, self._claim, failure, by)

    async def cancelled(self, by: str) -> None:
        await self._call(self._ledger.cancelled, self._claim, by)

    def _is_news(self, about: tuple[str, int]) -> bool:
        now = asyncio.get_running_loop().time()
        if now - self._told.get(about, now - 2 * PROGRESS_EVERY_S) < PROGRESS_EVERY_S:
            return False
        self._told[about] = now
        return True

    async def _tell(
        self, kind: EventKind, by: str, data: dict[str, Any], once: str | None = None
    ) -> None:
        await self._call(self._ledger.append, self._claim, kind, by, data, once)

    async def _call(self, method: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        written: asyncio.Future[_T] = asyncio.get_running_loop().create_future()
        self._outbox.append((partial(method, *args, **kwargs), written))
        if self._sending is None:
            self._sending = asyncio.create_task(self._send())
        return await written

    async def _send(self) -> None:
        # Group commit: what gathers while one transaction is on its way goes with the next. All of
        # it is about one production and carries one fence, so it stands or falls together.
        while self._outbox:
            batch, self._outbox = self._outbox, []
            try:
                results = await asyncio.to_thread(self._write, [call for call, _ in batch])
            except Exception as error:
                for _, written in batch:
                    if not written.done():
                        written.set_exception(error)
            else:
                for (_, written), result in zip(batch, results, strict=True):
                    if not written.done():
                        written.set_result(result)
        self._sending = None

    def _write(self, calls: list[Callable[[], Any]]) -> list[Any]:
        with self._ledger.together():
            return [call() for call in calls]


def _name(engine: EngineId) -> str:
    return f"{engine.name}@{engine.revision}"
