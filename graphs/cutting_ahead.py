"""The film is cut while the rest of its clips are rendered: the editor finds it done."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager

from conte.clip import Tier
from conte.conte import Conte
from graphs.crew import Crew, Plan, reason_of
from graphs.job import Job
from graphs.renders import Renders
from serve.telemetry import log


@asynccontextmanager
async def cutting_ahead(
    job: Job, crew: Crew, plan: Plan, conte: Conte, renders: Renders, tier: Tier
) -> AsyncGenerator[None]:
    """For as long as the clips of a tier are waited for. What fails here costs time alone."""
    if not plan.cuts_ahead:
        yield
        return
    cutting = asyncio.create_task(_cut(job, crew, plan, conte, renders, tier))
    try:
        yield
        # The piece that it is at would have to be made anyway.
        await cutting
    finally:
        cutting.cancel()
        # Until the stream has closed: nothing works for a production that has ended.
        await asyncio.gather(cutting, return_exceptions=True)


async def _cut(
    job: Job, crew: Crew, plan: Plan, conte: Conte, renders: Renders, tier: Tier
) -> None:
    try:
        async for clips in renders.landing(tier):
            async with (
                asyncio.timeout(plan.film_timeout_s),
                aclosing(crew.cut_ahead(conte, job.brief, clips)) as pieces,
            ):
                async for _ in pieces:
                    pass
    except plan.transient as error:
        log("film.not_cut_ahead", level=logging.WARNING, reason=reason_of(error))
