"""Renders the takes ordered for a version. The version and its film do not change."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from conte.clip import Clip, Shot
from conte.conte import Conte
from conte.cut import Cut
from conte.production import Failure, State
from conte.revision.take_order import TakeOrder
from graphs.attempts import in_attempts
from graphs.crew import Crew, Plan, in_time
from graphs.gate import Begin, FairGate, Gates
from graphs.job import Job
from graphs.outlook import WaitsForMoney
from graphs.shots import Shots, following, made_for
from graphs.waiting import Waiting
from serve.telemetry import log
from serve.tracing import span


async def render_takes(job: Job, crew: Crew, plan: Plan, gates: Gates) -> None:
    """Make every waiting take, also those ordered meanwhile. A failed take does not affect the
    others.

    Raises:
        WaitsForMoney: if the only takes left are those that wait for their tenant's budget.
    """
    job.enter(State.RENDERING)
    takes = Takes(job, crew, plan, gates)
    tried = set[int]()
    while not await job.finish_takes():
        orders = await job.orders()
        making = [asyncio.create_task(takes.make(order)) for order in orders]
        try:
            waits = [wait for wait in await asyncio.gather(*making) if wait is not None]
        finally:
            for one in making:
                one.cancel()
            # No task writes after the production has ended.
            await asyncio.gather(*making, return_exceptions=True)
        if waits and tried.issuperset(one.number for one in orders):
            raise min(waits, key=lambda wait: wait.in_s)
        tried.update(one.number for one in orders)


_End = Clip | Failure | WaitsForMoney


class Takes:
    """Makes takes of one production's newest version."""

    def __init__(self, job: Job, crew: Crew, plan: Plan, gates: Gates) -> None:
        self._job, self._crew, self._plan, self._gates = job, crew, plan, gates
        self._shots = Shots(job, plan)
        # Uploads need no renderer, and wait for none.
        self._uploads: Gates = {tier: FairGate(1) for tier in crew.tiers}

    async def make(self, order: TakeOrder) -> WaitsForMoney | None:
        """Make a take, and record its outcome. Return the wait if it cannot begin today."""
        conte = self._job.conte
        cuts = () if conte is None else conte.cuts
        cut = next((cut for cut in cuts if cut.id == order.cut), None)
        if conte is None or cut is None or order.tier not in self._crew.tiers:
            reason = (
                f"there is no cut {order.cut} in the newest version"
                if cut is None
                else f"the {order.tier} tier is off"
            )
            number = cut.number if cut else None
            end: _End = Failure(stage="clip", reason=reason, cut=number)
        else:
            with span("take", take=order.number, cut=cut.number, tier=order.tier):
                end = await self._made(order, cut, self._shot(order, cut, conte))
        if isinstance(end, WaitsForMoney):
            return end
        if isinstance(end, Clip):
            await self._job.take_ready(order, end)
        else:
            log("take.failed", reason=end.reason, cut=end.cut)
            await self._job.take_failed(order, end)
        return None

    def _shot(self, order: TakeOrder, cut: Cut, conte: Conte) -> Shot:
        seeded = cut.model_copy(update={"seed": order.seed})
        shot = self._shots.of(seeded, conte, order.tier)
        before = None
        if cut.continues and self._plan.continues.get(order.tier, False):
            before = self._job.clip_of(cut.number - 1, order.tier)
        shot = self._shots.with_handles(shot, order.tier, follows=before is not None)
        return shot if before is None else following(shot, conte.cuts[cut.number - 2], before)

    def _rendering(self, order: TakeOrder, shot: Shot, cut: Cut) -> AsyncGenerator[float | Clip]:
        if order.upload is None:
            return self._crew.render(shot, cut.number, order.tier)
        return self._crew.bring_in(order.upload, shot, cut.number, order.tier)

    async def _made(self, order: TakeOrder, cut: Cut, shot: Shot) -> _End:
        async def once(_: int, begin: Begin) -> Clip:
            rendering = self._rendering(order, shot, cut)
            idle_s = self._plan.clip_timeout_s[order.tier]
            async with aclosing(in_time(rendering, idle_s)) as steps:
                while not isinstance(step := await anext(steps), Clip):
                    begin()
                    self._job.take_progress(order, cut.number, step)
            begin()
            return _for_order(step, order, cut, shot)

        def retried(attempt: int, reason: str) -> None:
            log("take.retried", order=order.number, attempt=attempt, reason=reason)

        outlook = self._plan.outlooks.get(order.tier) if order.upload is None else None
        waiting = None if outlook is None else Waiting(outlook, self._job.tenant, None)
        try:
            return await in_attempts(
                once,
                retried,
                self._gates if order.upload is None else self._uploads,
                self._plan,
                self._job.tenant,
                shot,
                order.tier,
                cut.number,
                waiting=waiting,
            )
        except WaitsForMoney as wait:
            return wait


def _for_order(clip: Clip, order: TakeOrder, cut: Cut, shot: Shot) -> Clip:
    if order.upload is None:
        return made_for(clip, cut, shot)
    # An upload has its own handles, or none.
    made = {"cut_id": cut.id, "basis": shot.basis, "start": cut.start}
    return clip.model_copy(update=made)
