"""Brief -> conte -> clips -> film: the plan of a production, read top to bottom.

Every step is recorded in the ledger by the job, and the crew stores its bytes in the vault. A
director that takes over finds what was finished and does only the rest.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from conte.checks.all import check
from conte.checks.another_idea import check_another_idea
from conte.clip import Clip, Film
from conte.conte import Conte, Treatment
from conte.cut import Cut
from conte.frozen import seed_of
from conte.ideas import with_built_on
from conte.production import Failure, Provenance, State
from deployments.conte_writer import ContePart
from deployments.engines.chat import ModelAway
from deployments.engines.protocols import ConteError
from graphs.crew import Crew, Plan, in_time, reason_of
from graphs.cutting_ahead import cutting_ahead
from graphs.gate import Gates
from graphs.job import Job, ProductionFailed
from graphs.renders import Renders
from graphs.takes import render_takes
from serve.tracing import span


async def produce(job: Job, crew: Crew, plan: Plan, gates: Gates) -> None:
    """Film a production. Cut 1 is being rendered while cut 2 is still being written.

    A production whose film is finished only renders the takes that were ordered.

    Raises:
        ProductionFailed: when the attempts are used up; names the stage, the cut and the reason.
        LeaseLost: when another director has taken over; nothing was written since.
    """
    if job.takes_only:
        await render_takes(job, crew, plan, gates)
        return
    async with Renders(job, crew, plan, gates) as renders:
        conte = job.conte or await _written(job, crew, plan, renders)
        renders.settle(conte)
        for tier in crew.tiers:
            job.enter(State.RENDERING)
            async with cutting_ahead(job, crew, plan, conte, renders, tier):
                clips = await renders.of(tier)
            job.enter(State.EDITING)
            with span("film", tier=tier, cuts=len(clips)):
                film = await edit_film(job, crew, plan, conte, clips)
            await job.film_ready(film, last=tier == crew.tiers[-1])


async def _written(job: Job, crew: Crew, plan: Plan, renders: Renders) -> Conte:
    with span("conte", leaf=True):  # cuts are rendered meanwhile, and afterwards
        return await write_conte(job, crew, plan, renders)


async def write_conte(job: Job, crew: Crew, plan: Plan, renders: Renders) -> Conte:
    """Write the conte; each cut starts to render as soon as it is written.

    A model that died is restarted by its server. Waiting for the restart costs time, which
    `conte_timeout_s` bounds, but no attempt.
    """
    reason, attempt, refused = "", 1, 0
    clock = asyncio.get_running_loop().time
    patience = clock() + plan.conte_timeout_s
    while attempt <= plan.max_attempts:
        try:
            async with job.in_time(plan.conte_timeout_s):
                seed = conte_seed(job.seed, refused)
                last = attempt == plan.max_attempts
                return await _write_once(job, crew, plan, renders, attempt, seed, last)
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
    """Return the production's seed, or another one after each conte that broke a rule."""
    return seed_of([seed, "conte", refused]) if refused else seed


async def _write_once(
    job: Job, crew: Crew, plan: Plan, renders: Renders, attempt: int, seed: int, last: bool
) -> Conte:
    """Write, check and store one conte, while its cuts render.

    `last`: accept a direction that repeats another one, with a finding that says so.
    """
    job.enter(State.WRITING)
    provenance: Provenance | None = None
    treatment: Treatment | None = None
    cuts: list[Cut] = []
    async with aclosing(await _writing(job, crew, seed)) as parts:
        async for part in parts:
            if isinstance(part, Provenance):
                provenance, treatment, cuts = part, None, []
                job.conte_started(provenance, attempt)
            elif isinstance(part, Treatment):
                treatment = part
                job.conte_treated(treatment)
            elif treatment is not None:
                cut = part.born(job.seed)
                cuts.append(cut)
                # The start first: its event and this one then go into one transaction.
                renders.start(cut, treatment)
                job.cut_written(cut)
    if treatment is None or provenance is None:
        raise ConteError("the writer stopped before the first cut")
    conte = Conte.of(treatment, tuple(cuts)).check_fits(job.brief)
    conte = with_built_on(conte, job.brief)
    await _store(job, plan, conte, provenance, last)
    return conte


async def _store(job: Job, plan: Plan, conte: Conte, provenance: Provenance, last: bool) -> None:
    """Check a conte against the rules and the order's other directions, and store it.

    Repeats the check if another direction was written meanwhile.
    """
    while True:
        others = await job.other_ideas()
        # In a thread: the check compares every sentence, and other productions share the event
        # loop.
        alike = await asyncio.to_thread(check_another_idea, conte, others, job.brief)
        if alike and not last:
            raise ConteError(alike[0].message)
        findings = (*check(conte, job.brief, plan.rates, plan.claims), *alike)
        if await job.conte_ready(conte, findings, provenance, others.keys()):
            return


async def _writing(job: Job, crew: Crew, seed: int) -> AsyncGenerator[ContePart]:
    if job.direction is None or job.direction.index == 0:
        return crew.write(job.brief, seed, job.id)
    before, variant_of = await job.treatments_before(), await job.variant_of()
    place = job.direction.index
    return crew.write_direction(job.brief, seed, job.id, place, before, variant_of)


async def edit_film(job: Job, crew: Crew, plan: Plan, conte: Conte, clips: Sequence[Clip]) -> Film:
    """Join the clips, in as many attempts as the plan allows."""
    reason = ""
    for attempt in range(1, plan.max_attempts + 1):
        try:
            joining = crew.join(conte, job.brief, clips, job.version)
            async with aclosing(in_time(joining, plan.film_timeout_s)) as steps:
                job.film_started(clips[0].tier, attempt)
                async for step in steps:
                    if isinstance(step, Film):
                        return step
                    job.film_progress(clips[0].tier, step)
        except plan.transient as error:
            reason = reason_of(error)
    raise ProductionFailed(
        Failure(stage="film", reason=f"no film: {reason}", attempts=plan.max_attempts)
    )
