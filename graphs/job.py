"""A claimed production, as the plan calls it. Every write carries the lease's fence.

The ledger is synchronous; this class moves its calls off the event loop, and writes them in the
order of the calls, in the transactions of a group commit. Coroutines return when the write is
committed. Plain methods only queue it: what they tell is nothing that the next step builds on.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Collection
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any, ParamSpec, TypeVar

from conte.brief import Brief
from conte.checks.finding import Finding
from conte.clip import Clip, EngineId, Film, Shot, Tier
from conte.conte import Conte, Treatment
from conte.cut import Cut
from conte.events import (
    ClipProgress,
    ClipRetried,
    ConteStarted,
    ConteTreated,
    CutWritten,
    FilmProgress,
    FilmStarted,
    TakeProgress,
)
from conte.frozen import digest
from conte.production import EventData, Failure, Provenance, State
from conte.revision.take_order import TakeOrder
from conte.variant import VariantOf
from graphs.group_commit import GroupCommit
from graphs.outlook import Waits
from graphs.patience import patiently
from serve.database.errors import DatabaseUnavailable
from serve.ledger.leases import Claim
from serve.ledger.ledger import Ledger

_P = ParamSpec("_P")
_T = TypeVar("_T")

PROGRESS_EVERY_S = 0.5
"""Smallest interval between two progress events: each costs a transaction."""


class ProductionFailed(Exception):
    """A step used up its attempts."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.reason)
        self.failure = failure


class Job:
    def __init__(self, ledger: Ledger, claim: Claim, group: GroupCommit | None = None) -> None:
        """Prepare a claimed production. `group`: shared by the jobs of a director."""
        production = claim.production
        self._ledger, self._claim = ledger, claim
        self._group = group or GroupCommit(ledger)
        self.id = production.id
        self.tenant = production.tenant
        if production.brief is None:
            raise ValueError(f"{production.id}: its brief cannot be read")
        self.brief: Brief = production.brief
        self.seed = production.seed
        self.direction = production.direction
        self.version = production.version or 1
        self.takes_only = production.takes_only
        """True if the version and its film are finished: only ordered takes are rendered."""
        self.conte: Conte | None = None
        """The newest version's conte if it was complete when the production was claimed."""
        self._clips: dict[tuple[int, Tier], Clip] = {}
        self._sealed = False
        self._panels: dict[tuple[str, Tier], TakeOrder] = {}
        self._state: State | None = None
        self._told: dict[tuple[str, int], tuple[float, asyncio.Future[Any]]] = {}
        self._not_written: BaseException | None = None
        self._outbox: list[tuple[Callable[[], Any], asyncio.Future[Any]]] = []
        self._sending: asyncio.Task[None] | None = None
        self._deadlines: set[asyncio.Timeout] = set()

    async def take_up(self) -> None:
        """Read the newest version's conte, brief and clips, if there is a version.

        Raises:
            Unreadable: if this release cannot read them.
        """
        newest = self._claim.production.version
        if newest:
            version = await patiently(partial(self._ledger.version, self.id, newest))
            self.conte, self._sealed = version.conte, version.revision is not None
            self.brief = version.brief or self.brief
        if newest and not self.takes_only:
            self._panels = {
                (order.cut, order.tier): order
                for order in await self.orders()
                if order.upload is not None and order.version == newest
            }
        for state in await patiently(partial(self._ledger.clips, self.id, self.version)):
            if state.clip is not None and state.state == "ready":
                self._clips[state.cut, state.clip.tier] = state.clip

    def known_clip(self, cut: Cut, shot: Shot, tier: Tier) -> Clip | None:
        """Return the finished clip of this shot, or None if the shot has to be rendered.

        A sealed version lists the clips that it keeps, even if the engine would now make another
        one.
        """
        clip = self._clips.get((cut.number, tier))
        if clip is None or not clip.covers(cut):
            return None
        panel = clip.source == "uploaded" and clip.basis == shot.basis
        return clip if self._sealed or panel or clip.key == shot.key(clip.engine) else None

    def panel(self, cut: Cut, tier: Tier) -> TakeOrder | None:
        """Return the upload that waits to become the clip of a cut of the version itself: the panel
        of a storyboard that was brought along."""
        return self._panels.get((cut.id, tier))

    def clip_of(self, number: int, tier: Tier) -> Clip | None:
        """Return the clip of the cut with this number, as it was when the job was taken up."""
        return self._clips.get((number, tier))

    async def treatments_before(self) -> tuple[Treatment, ...]:
        """Return the treatments of the order's earlier directions, as far as they are written."""
        if self.direction is None:
            return ()
        place = self.direction
        read = partial(self._ledger.treatments_before, place.project, place.index)
        return await patiently(read)

    async def other_ideas(self) -> dict[str, Conte]:
        """Return the contes of the order's other directions by letter, as far as they are written.

        Empty for a production outside an order, and for one ordered as a variant of another
        direction.
        """
        if self.direction is None or self.direction.variation is not None:
            return {}
        read = partial(self._ledger.ideas_of, self.direction.project, self.id)
        return await patiently(read)

    async def variant_of(self) -> VariantOf | None:
        """Return the conte that this direction varies, with the requested variation; None: it
        varies none.
        """
        if self.direction is None or (variation := self.direction.variation) is None:
            return None
        read = partial(self._ledger.version, variation.production, variation.version)
        return VariantOf(conte=(await patiently(read)).conte, variation=variation)

    def enter(self, state: State) -> None:
        if state != self._state:
            self._state = state
            self._note(self._ledger.enter, self._claim, state)

    def conte_started(self, provenance: Provenance, attempt: int) -> None:
        data = ConteStarted(provenance=provenance, attempt=attempt)
        self._tell(provenance.engine.name, data)

    def conte_treated(self, treatment: Treatment) -> None:
        data = ConteTreated(treatment=treatment)
        said = data.model_dump(mode="json")["treatment"]
        self._tell("conte", data, once=f"treated/{digest(said)}")

    def cut_written(self, cut: Cut) -> None:
        once = f"cut/{cut.number}/{digest(cut.model_dump(mode='json'))}"
        self._tell("conte", CutWritten(cut=cut), once=once)

    async def conte_ready(
        self,
        conte: Conte,
        findings: tuple[Finding, ...],
        provenance: Provenance,
        compared: Collection[str] = (),
    ) -> bool:
        """Store the conte. Return False if a direction not in `compared` has been written
        meanwhile.
        """
        by = _name(provenance.engine)
        add, number = self._ledger.add_version, self.version
        stored = await self._call(
            add, self._claim, number, conte, findings, provenance, by, compared
        )
        return stored is not None

    async def clip_started(self, cut: int, tier: Tier, attempt: int) -> None:
        """Record the start. Proves the lease before a renderer's time is spent."""
        await self._call(
            self._ledger.start_clip, self._claim, self.version, cut, tier, tier, attempt
        )

    async def clip_waits(self, cut: int, tier: Tier, waits: Waits) -> None:
        await self._call(
            self._ledger.clip_waits,
            self._claim,
            self.version,
            cut,
            tier,
            waits.reason,
            waits.eta_s,
        )

    def clip_progress(self, cut: int, tier: Tier, fraction: float) -> None:
        data = ClipProgress(cut=cut, tier=tier, progress=round(fraction, 3))
        self._tell_now_and_then((tier, cut), tier, data)

    def clip_retried(self, cut: int, tier: Tier, attempt: int, reason: str) -> None:
        self._tell(tier, ClipRetried(cut=cut, tier=tier, attempt=attempt, reason=reason))

    async def clip_ready(self, clip: Clip) -> None:
        gpu_s = 0.0 if clip.reused else clip.render_s
        await self._call(
            self._ledger.record_clip, self._claim, self.version, clip, _name(clip.engine), gpu_s
        )

    async def clip_failed(self, failure: Failure, tier: Tier) -> None:
        await self._call(self._ledger.record_clip_failure, self._claim, self.version, failure, tier)

    async def orders(self) -> tuple[TakeOrder, ...]:
        """Return the take orders that still wait."""
        found = await patiently(partial(self._ledger.take_orders, self.id))
        return tuple(order for order in found if order.state == "waiting")

    def take_progress(self, order: TakeOrder, cut: int, fraction: float) -> None:
        data = TakeProgress(
            order=order.number, cut=cut, tier=order.tier, progress=round(fraction, 3)
        )
        self._tell_now_and_then(("take", order.number), order.tier, data)

    async def take_ready(self, order: TakeOrder, clip: Clip) -> None:
        gpu_s = 0.0 if clip.reused else clip.render_s
        by = _name(clip.engine)
        await self._call(self._ledger.record_take, self._claim, order, clip, by, gpu_s)

    async def take_failed(self, order: TakeOrder, failure: Failure) -> None:
        await self._call(self._ledger.record_take_failure, self._claim, order, failure, order.tier)

    async def finish_takes(self) -> bool:
        """End the work on takes and restore the state before. Return False while orders wait."""
        return await self._call(self._ledger.finish_takes, self._claim, "ledger")

    def film_started(self, tier: Tier, attempt: int) -> None:
        self._tell("editor", FilmStarted(tier=tier, attempt=attempt))

    def film_progress(self, tier: Tier, fraction: float) -> None:
        data = FilmProgress(tier=tier, progress=round(fraction, 3))
        self._tell_now_and_then((tier, 0), "editor", data)

    async def film_ready(self, film: Film, *, last: bool) -> None:
        """Publish a film. `last`: also end the production, in the same transaction."""
        write = self._ledger.finish if last else self._ledger.record_film
        await self._call(write, self._claim, self.version, film, "editor")

    async def parked(self, in_s: float) -> None:
        """Return the production to the queue; it can be claimed again in `in_s` seconds."""
        await self._call(self._ledger.park, self._claim, in_s)

    # Whatever was not written before: the end is.

    async def failed(self, failure: Failure, by: str) -> None:
        await self._put(partial(self._ledger.fail, self._claim, failure, by))

    async def cancelled(self, by: str) -> None:
        await self._put(partial(self._ledger.cancelled, self._claim, by))

    @asynccontextmanager
    async def in_time(self, timeout_s: float) -> AsyncGenerator[None]:
        """Limit the block to `timeout_s`, not counting the time of its writes to the ledger.

        Raises:
            TimeoutError
        """
        async with asyncio.timeout(timeout_s) as deadline:
            self._deadlines.add(deadline)
            try:
                yield
            finally:
                self._deadlines.discard(deadline)

    def close(self) -> None:
        """Stop writing, and discard the writes that are still queued."""
        if self._sending is not None:
            self._sending.cancel()

    def _tell_now_and_then(self, about: tuple[str, int], by: str, data: EventData) -> None:
        now = asyncio.get_running_loop().time()
        if about in self._told:
            told_at, written = self._told[about]
            # Not behind one that still waits: a ledger that is away would find hours of them.
            if now - told_at < PROGRESS_EVERY_S or not written.done():
                return
        self._told[about] = now, self._tell(by, data)

    def _tell(self, by: str, data: EventData, once: str | None = None) -> asyncio.Future[Any]:
        return self._note(self._ledger.append, self._claim, by, data, once)

    def _note(
        self, method: Callable[_P, object], *args: _P.args, **kwargs: _P.kwargs
    ) -> asyncio.Future[Any]:
        """Queue a write without waiting. If it fails, the next step's call raises why."""
        self._check()
        written = self._put(partial(method, *args, **kwargs))
        written.add_done_callback(self._noted)
        return written

    def _noted(self, written: asyncio.Future[Any]) -> None:
        if not written.cancelled() and (error := written.exception()) is not None:
            self._not_written = error

    def _check(self) -> None:
        if self._not_written is not None:
            error, self._not_written = self._not_written, None
            raise error

    async def _call(self, method: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        self._check()
        return await self._put(partial(method, *args, **kwargs))

    def _put(self, write: Callable[[], _T]) -> asyncio.Future[_T]:
        written: asyncio.Future[_T] = asyncio.get_running_loop().create_future()
        self._outbox.append((write, written))
        if self._sending is None:
            self._sending = asyncio.create_task(self._send())
        return written

    async def _send(self) -> None:
        # Group commit: writes queued during one transaction go into the next. All of them belong to
        # one production and carry one fence, so they succeed or fail together.
        while self._outbox:
            batch, self._outbox = self._outbox, []
            try:
                results = await self._written([call for call, _ in batch])
            except Exception as error:
                for _, written in batch:
                    if not written.done():
                        written.set_exception(error)
            else:
                for (_, written), result in zip(batch, results, strict=True):
                    if not written.done():
                        written.set_result(result)
        self._sending = None

    async def _written(self, calls: list[Callable[[], Any]]) -> list[Any]:
        clock = asyncio.get_running_loop().time
        left_s: dict[asyncio.Timeout, float] = {}
        for deadline in self._deadlines:
            if not deadline.expired() and (when := deadline.when()) is not None:
                left_s[deadline] = when - clock()
                deadline.reschedule(None)
        try:
            # A direction's conte locks its tenant while it is written, and a pick locks all
            # directions: in a group's transaction, others' rows would be locked in a circle.
            if self.direction is None:
                with suppress(DatabaseUnavailable):
                    return await self._group.write(calls)
            return await patiently(partial(self._group.alone, calls))
        finally:
            for deadline, seconds in left_s.items():
                if deadline in self._deadlines:
                    deadline.reschedule(clock() + seconds)


def _name(engine: EngineId) -> str:
    return f"{engine.name}@{engine.revision}"
