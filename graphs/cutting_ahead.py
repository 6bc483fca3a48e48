"""Cuts the film while its clips are still being rendered, so that the editor finds pieces ready."""

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
    """Cut ahead while the block waits for a tier's clips. A failure here only costs time."""
    cutting = asyncio.create_task(_cut(job, crew, plan, conte, renders, tier))
    try:
        yield
        # Finish the current piece: the film needs it anyway.
        await cutting
    finally:
        cutting.cancel()
        # Wait until the stream has closed: no work continues for a production that has ended.
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
