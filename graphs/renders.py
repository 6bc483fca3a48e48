"""The clips of one production on their way: a task for each cut and tier, bounded attempts each."""

import asyncio
from contextlib import aclosing
from types import TracebackType
from typing import Self

from conte.clip import Clip, Shot, Tier
from conte.conte import Conte, Treatment
from conte.cut import Cut
from conte.production import Failure
from deployments.engines.adapter import adapter_for, for_production
from deployments.engines.protocols import AdapterAway, CannotRender
from graphs.crew import Crew, Plan, in_time, reason_of
from graphs.gate import Gates
from graphs.job import Job, ProductionFailed
from serve.registry.entry import Kind


class Renders:
    """Starts renders and gives out their clips. A cut that fails leaves the others alone."""

    def __init__(self, job: Job, crew: Crew, plan: Plan, gates: Gates) -> None:
        self._job, self._crew, self._plan, self._gates = job, crew, plan, gates
        self._adapters = {
            tier: for_production(adapters, Kind.VIDEO_ADAPTER, job.id)
            for tier, adapters in plan.adapters.items()
        }
        self._shots: dict[tuple[Tier, int], tuple[Shot, ...]] = {}
        self._tasks: dict[tuple[Tier, int], asyncio.Task[Clip | Failure]] = {}
        self._dropped: list[asyncio.Task[Clip | Failure]] = []

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
        """Render the cuts of a conte that stands; those that an earlier attempt had are dropped."""
        for place in [place for place in self._tasks if place[1] > len(conte.cuts)]:
            self._drop(place)
        for cut in conte.cuts:
            self.start(cut, conte)

    def start(self, cut: Cut, treatment: Treatment) -> None:
        """Render a cut in every tier. The same shot again is the same render."""
        for tier in self._crew.tiers:
            side = self._plan.short_side[tier]
            shot = Shot.of(cut, treatment, self._job.brief, self._job.seed, side)
            if adapter := adapter_for(self._job.brief, self._adapters.get(tier, {})):
                shot = shot.model_copy(update={"adapter": adapter})
            place: tuple[Tier, int] = (tier, cut.number)
            before: tuple[Tier, int] = (tier, cut.number - 1)
            follows = (
                cut.continues and self._plan.continues.get(tier, False) and before in self._tasks
            )
            # All the shots of a take so far: if an earlier one changes, so does this one's start.
            take = (*(self._shots[before] if follows else ()), shot)
            if self._shots.get(place) == take:
                continue
            if place in self._tasks:
                self._drop(place)
            self._shots[place] = take
            earlier = self._tasks[before] if follows else None
            self._tasks[place] = asyncio.create_task(self._render(shot, cut.number, tier, earlier))

    def _drop(self, place: tuple[Tier, int]) -> None:
        task = self._tasks.pop(place)
        task.cancel()
        self._dropped.append(task)
        del self._shots[place]

    async def of(self, tier: Tier) -> tuple[Clip, ...]:
        """The clips of a tier, in the order of the cuts, when all of them have come to an end.

        Raises:
            ProductionFailed: if a cut used up its attempts, naming it and why.
        """
        numbers = sorted(number for of_tier, number in self._tasks if of_tier == tier)
        ends = await asyncio.gather(*(self._tasks[tier, number] for number in numbers))
        failures = [end for end in ends if isinstance(end, Failure)]
        if failures:
            raise ProductionFailed(failures[0])
        return tuple(end for end in ends if isinstance(end, Clip))

    async def _render(
        self, shot: Shot, cut: int, tier: Tier, earlier: asyncio.Task[Clip | Failure] | None
    ) -> Clip | Failure:
        if earlier is not None:
            # Waited for, not awaited: whoever cancels this cut leaves the one before it alone.
            await asyncio.wait([earlier])
            end = earlier.result() if not earlier.cancelled() else None
            # Where the one before has failed this one is rendered all the same, from nothing.
            if isinstance(end, Clip):
                shot = shot.model_copy(update={"follows": end.key})
        known = self._job.known_clip(cut, tier)
        if known is not None and known.key == shot.key(known.engine):
            return known
        reason, attempt, told, attempts = "", 1, 0, self._plan.max_attempts
        clock = asyncio.get_running_loop().time
        patience = 0.0
        while attempt <= attempts:
            try:
                async with self._gates[tier].turn(self._job.tenant, shot.num_frames):
                    if attempt > told:
                        await self._job.clip_started(cut, tier, attempt)
                        told = attempt
                    return await self._render_once(shot, cut, tier)
            except AdapterAway as error:
                # Time, but no attempt, as with a language model that is away.
                reason = reason_of(error)
                patience = patience or clock() + self._plan.clip_timeout_s[tier]
                if clock() + self._plan.away_wait_s > patience:
                    break
                await asyncio.sleep(self._plan.away_wait_s)
            except self._plan.transient as error:
                reason = reason_of(error)
                if attempt == attempts or isinstance(error, CannotRender):
                    break
                await self._job.clip_retried(cut, tier, attempt, reason)
                attempt += 1
        failure = Failure(stage="clip", cut=cut, reason=reason, attempts=attempt)
        await self._job.clip_failed(failure, tier)
        return failure

    async def _render_once(self, shot: Shot, cut: int, tier: Tier) -> Clip:
        rendering = self._crew.render(shot, cut, tier)
        async with aclosing(in_time(rendering, self._plan.clip_timeout_s[tier])) as steps:
            while not isinstance(step := await anext(steps), Clip):
                await self._job.clip_progress(cut, tier, step)
        await self._job.clip_ready(step)
        return step
