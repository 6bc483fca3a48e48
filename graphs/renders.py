"""Renders one production's clips: a task for each cut and tier, with bounded attempts."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable
from contextlib import aclosing
from functools import partial
from types import TracebackType
from typing import Self

from conte.clip import Clip, Shot, Tier
from conte.conte import Conte, Treatment
from conte.cut import Cut
from conte.production import Failure
from conte.revision.take_order import TakeOrder
from graphs.attempts import in_attempts
from graphs.crew import Crew, Plan, in_time
from graphs.gate import Begin, Gates
from graphs.job import Job, ProductionFailed
from graphs.outlook import WaitsForMoney
from graphs.shots import Shots, following, made_for
from graphs.waiting import Waiting
from serve.tracing import span

_End = Clip | Failure | WaitsForMoney


class Renders:
    """Starts renders and returns their clips. A cut that fails does not affect the others."""

    def __init__(self, job: Job, crew: Crew, plan: Plan, gates: Gates) -> None:
        self._job, self._crew, self._plan, self._gates = job, crew, plan, gates
        self._all_shots = Shots(job, plan)
        self._shots: dict[tuple[Tier, int], tuple[Shot, ...]] = {}
        self._cuts: dict[int, Cut] = {}
        self._tasks: dict[tuple[Tier, int], asyncio.Task[_End]] = {}
        self._dropped: list[asyncio.Task[_End]] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        tasks = [*self._tasks.values(), *self._dropped]
        for task in tasks:
            task.cancel()
        # Wait for every stream to close, so that nothing writes after the production has ended.
        await asyncio.gather(*tasks, return_exceptions=True)

    def settle(self, conte: Conte) -> None:
        """Start the cuts of a complete conte; drop renders of cuts that only an earlier attempt
        had.
        """
        for place in [place for place in self._tasks if place[1] > len(conte.cuts)]:
            self._drop(place)
        for cut in conte.cuts:
            self.start(cut, conte)

    def start(self, cut: Cut, treatment: Treatment) -> None:
        """Start a cut's render in every tier, unless the same shot is already rendering."""
        self._cuts[cut.number] = cut
        for tier in self._crew.tiers:
            shot = self._all_shots.of(cut, treatment, tier)
            place: tuple[Tier, int] = (tier, cut.number)
            before: tuple[Tier, int] = (tier, cut.number - 1)
            follows = (
                cut.continues and self._plan.continues.get(tier, False) and before in self._tasks
            )
            # All shots of a continuous take so far: a change in an earlier shot also changes this
            # one's start frame.
            take = (*(self._shots[before] if follows else ()), shot)
            if self._shots.get(place) == take:
                continue
            if place in self._tasks:
                self._drop(place)
            self._shots[place] = take
            earlier = self._tasks[before] if follows else None
            shot = self._all_shots.with_handles(shot, tier, follows=follows)
            self._tasks[place] = asyncio.create_task(self._render(shot, cut, tier, earlier))

    def _drop(self, place: tuple[Tier, int]) -> None:
        task = self._tasks.pop(place)
        task.cancel()
        self._dropped.append(task)
        del self._shots[place]

    async def of(self, tier: Tier) -> tuple[Clip, ...]:
        """Return a tier's clips in the order of the cuts, when all renders have ended.

        Raises:
            ProductionFailed: if a cut used up its attempts; names the cut and the reason.
            WaitsForMoney: if none failed, and some have to wait until their tenant may spend again.
        """
        numbers = sorted(number for of_tier, number in self._tasks if of_tier == tier)
        ends = await asyncio.gather(*(self._tasks[tier, number] for number in numbers))
        failures = [end for end in ends if isinstance(end, Failure)]
        if failures:
            raise ProductionFailed(failures[0])
        waits = [end for end in ends if isinstance(end, WaitsForMoney)]
        if waits:
            raise min(waits, key=lambda wait: wait.in_s)
        return tuple(end for end in ends if isinstance(end, Clip))

    async def landing(self, tier: Tier) -> AsyncGenerator[tuple[Clip, ...]]:
        """Yield a tier's finished clips each time a render ends, until all have ended."""
        tasks = [self._tasks[place] for place in sorted(self._tasks) if place[0] == tier]
        missing = set(tasks)
        while missing:
            _, missing = await asyncio.wait(missing, return_when=asyncio.FIRST_COMPLETED)
            ends = [task.result() for task in tasks if task.done()]
            if missing:
                yield tuple(end for end in ends if isinstance(end, Clip))

    async def _render(
        self, shot: Shot, of: Cut, tier: Tier, earlier: asyncio.Task[_End] | None
    ) -> _End:
        cut = of.number
        if earlier is not None:
            # `wait`, not `await`: cancelling this cut must not cancel the one before it.
            await asyncio.wait([earlier])
            end = earlier.result() if not earlier.cancelled() else None
            if isinstance(end, WaitsForMoney):
                return end
            # If the cut before has failed, this one is rendered without its last frame.
            if isinstance(end, Clip):
                shot = following(shot, self._cuts[cut - 1], end)
        if (known := self._job.known_clip(of, shot, tier)) is not None:
            return known
        if (panel := self._job.panel(of, tier)) is not None:
            made = await self._attempted(shot, of, tier, panel)
            if isinstance(made, Clip):
                await self._job.take_ready(panel, made)
                return made
            # What is drawn or rendered stands in for a panel that no clip can be made of.
            if isinstance(made, Failure):
                await self._job.take_failed(panel, made)
        end = await self._attempted(shot, of, tier)
        if isinstance(end, Failure):
            await self._job.clip_failed(end, tier)
        return end

    async def _attempted(
        self, shot: Shot, of: Cut, tier: Tier, panel: TakeOrder | None = None
    ) -> _End:
        cut, told = of.number, set[int]()

        def once(attempt: int, begin: Begin) -> Awaitable[Clip]:
            return self._render_once(shot, of, tier, attempt, told, begin, panel)

        def retried(attempt: int, reason: str) -> None:
            self._job.clip_retried(cut, tier, attempt, reason)

        try:
            with span("cut", cut=cut, tier=tier):
                return await in_attempts(
                    once,
                    retried,
                    self._gates,
                    self._plan,
                    self._job.tenant,
                    shot,
                    tier,
                    cut,
                    self._waiting(cut, tier) if panel is None else None,
                )
        except WaitsForMoney as wait:
            # As an end, not an exception: clips at work are finished first.
            return wait

    def _waiting(self, cut: int, tier: Tier) -> Waiting | None:
        outlook = self._plan.outlooks.get(tier)
        if outlook is None:
            return None
        return Waiting(outlook, self._job.tenant, partial(self._job.clip_waits, cut, tier))

    async def _render_once(
        self,
        shot: Shot,
        of: Cut,
        tier: Tier,
        attempt: int,
        told: set[int],
        begin: Begin,
        panel: TakeOrder | None,
    ) -> Clip:
        """Render a shot once and return its clip.

        `told`: attempts whose start is already recorded; an attempt that the gate asked back runs
        again.
        """
        cut = of.number
        if attempt not in told:
            told.add(attempt)
            await self._job.clip_started(cut, tier, attempt)
        rendering = (
            self._crew.render(shot, cut, tier)
            if panel is None or panel.upload is None
            else self._crew.bring_in(panel.upload, shot, cut, tier)
        )
        # Within the span of the cut, which begins with its wait at the gate.
        with span("render", cut=cut, tier=tier, attempt=attempt):
            async with aclosing(in_time(rendering, self._plan.clip_timeout_s[tier])) as steps:
                while not isinstance(step := await anext(steps), Clip):
                    begin()
                    self._job.clip_progress(cut, tier, step)
        begin()
        clip = made_for(step, of, shot)
        await self._job.clip_ready(clip)
        return clip
