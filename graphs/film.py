"""Brief -> conte -> clips -> film: the plan of a production, read top to bottom.

Every step leaves its trace in the ledger through the job, and its bytes in the vault through the
crew; what a director that died had finished is found there and not done again.
"""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing

from conte.checks.all import check
from conte.clip import Clip, Film
from conte.conte import Conte, Treatment
from conte.cut import Cut
from conte.frozen import seed_of
from conte.production import Failure, Provenance, State
from deployments.engines.chat import ModelAway
from deployments.engines.protocols import ConteError
from graphs.crew import Crew, Plan, in_time, reason_of
from graphs.cutting_ahead import cutting_ahead
from graphs.gate import Gates
from graphs.job import Job, ProductionFailed
from graphs.renders import Renders


async def produce(job: Job, crew: Crew, plan: Plan, gates: Gates) -> None:
    """Film a production. Cut 1 is being rendered while cut 2 is still being written.

    Raises:
        ProductionFailed: with the stage, the cut and the reason, when the attempts are used up.
        LeaseLost: when another director has taken over; nothing was written since.
    """
    async with Renders(job, crew, plan, gates) as renders:
        conte = job.conte or await write_conte(job, crew, plan, renders)
        renders.settle(conte)
        for tier in crew.tiers:
            await job.enter(State.RENDERING)
            async with cutting_ahead(job, crew, plan, conte, renders, tier):
                clips = await renders.of(tier)
            await job.enter(State.EDITING)
            film = await edit_film(job, crew, plan, conte, clips)
            await job.film_ready(film, last=tier == crew.tiers[-1])


async def write_conte(job: Job, crew: Crew, plan: Plan, renders: Renders) -> Conte:
    """The conte, each of its cuts handed to the renders the moment it is written.

    A model that died is started again by whoever serves it: waiting for it costs time, which
    `conte_timeout_s` bounds, but no attempt.
    """
    reason, attempt, refused = "", 1, 0
    clock = asyncio.get_running_loop().time
    patience = clock() + plan.conte_timeout_s
    while attempt <= plan.max_attempts:
        try:
            async with asyncio.timeout(plan.conte_timeout_s):
                seed = conte_seed(job.seed, refused)
                return await _write_once(job, crew, plan, renders, attempt, seed)
        except ModelAway as error:
            reason = reason_of(error)
            if clock() + plan.away_wait_s > patience:
                break
            await asyncio.sleep(plan.away_wait_s)
        except (ConteError, *plan.transient) as error:
            reason = reason_of(error)
            attempt += 1
            refused += isinstance(error, ConteError)
    attempts = min(attempt, plan.max_attempts)
    raise ProductionFailed(Failure(stage="conte", reason=f"no conte: {reason}", attempts=attempts))


def conte_seed(seed: int, refused: int) -> int:
    """The production's own until a conte broke a rule: the same seed could only repeat it."""
    return seed_of([seed, "conte", refused]) if refused else seed


async def _write_once(
    job: Job, crew: Crew, plan: Plan, renders: Renders, attempt: int, seed: int
) -> Conte:
    await job.enter(State.WRITING)
    provenance: Provenance | None = None
    treatment: Treatment | None = None
    cuts: list[Cut] = []
    async with aclosing(crew.write(job.brief, seed, job.id)) as parts:
        async for part in parts:
            if isinstance(part, Provenance):
                provenance, treatment, cuts = part, None, []
                await job.conte_started(provenance, attempt)
            elif isinstance(part, Treatment):
                treatment = part
                await job.conte_treated(treatment)
            elif treatment is not None:
                cuts.append(part)
                # Told and started in one go: both events go into one transaction.
                renders.start(part, treatment)
                await job.cut_written(part)
    if treatment is None or provenance is None:
        raise ConteError("the writer stopped before the first cut")
    conte = Conte.of(treatment, tuple(cuts)).check_fits(job.brief)
    await job.conte_ready(conte, check(conte, job.brief, plan.rates, plan.claims), provenance)
    return conte


async def edit_film(job: Job, crew: Crew, plan: Plan, conte: Conte, clips: Sequence[Clip]) -> Film:
    """The clips joined, in as many attempts as the plan allows."""
    reason = ""
    for attempt in range(1, plan.max_attempts + 1):
        try:
            joining = crew.join(conte, job.brief, clips, job.version)
            async with aclosing(in_time(joining, plan.film_timeout_s)) as steps:
                await job.film_started(clips[0].tier, attempt)
                async for step in steps:
                    if isinstance(step, Film):
                        return step
                    await job.film_progress(clips[0].tier, step)
        except plan.transient as error:
            reason = reason_of(error)
    raise ProductionFailed(
        Failure(stage="film", reason=f"no film: {reason}", attempts=plan.max_attempts)
    )
