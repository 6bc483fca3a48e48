"""Tries a render until it succeeds or its attempts are used up."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from conte.clip import Clip, Shot, Tier
from conte.production import Failure
from deployments.engines.protocols import AdapterAway, CannotRender
from graphs.crew import Plan, reason_of
from graphs.gate import Begin, Gates
from graphs.waiting import Waiting

Once = Callable[[int, Begin], Awaitable[Clip]]
"""Runs one attempt, given its number. Calls its `Begin` argument when a renderer has taken the
shot.
"""
Retried = Callable[[int, str], None]
"""Called with the number of the failed attempt and the reason, when another attempt follows."""


async def in_attempts(
    once: Once, retried: Retried, gates: Gates, plan: Plan, tenant: str, shot: Shot, tier: Tier,
    cut: int | None = None, waiting: Waiting | None = None,
) -> Clip | Failure:  # fmt: skip
    """Render a shot when its tenant's turn comes; return the failure once the attempts are used up.

    `cut`: the number of the shot's cut, recorded in the failure. `waiting`: reports its wait.

    Raises:
        WaitsForMoney: if `waiting` finds the tenant's ceiling reached. No attempt is at work then.
    """
    reason, attempt, attempts = "", 1, plan.max_attempts
    clock = asyncio.get_running_loop().time
    patience = 0.0

    async def affordable(attempt: int, begin: Begin) -> Clip:
        if waiting is None:
            return await once(attempt, begin)
        await waiting.may_begin()
        with waiting.paying(shot.num_frames):
            return await once(attempt, begin)

    while attempt <= attempts:
        try:
            if waiting is not None:
                # Without money no place in the queue: it would count against the tenant tomorrow.
                await waiting.may_begin()
            attempted = partial(affordable, attempt)
            return await gates[tier].through(tenant, shot.num_frames, attempted, waiting)
        except AdapterAway as error:
            # Costs time but no attempt: a renderer with the new adapter is about to start.
            reason = reason_of(error)
            patience = patience or clock() + plan.clip_timeout_s[tier]
            if clock() + plan.away_wait_s > patience:
                break
            await asyncio.sleep(plan.away_wait_s)
        except plan.transient as error:
            reason = reason_of(error)
            if attempt == attempts or isinstance(error, CannotRender):
                break
            retried(attempt, reason)
            attempt += 1
    return Failure(stage="clip", cut=cut, reason=reason, attempts=attempt)
