"""A follower's access to Ray: the running renderers, and the board of work left."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from ray import serve

from conte.clip import Tier
from graphs.following import Surroundings
from graphs.shapes import places, renderer_name
from graphs.work_board import board
from serve.settings import Settings


def around(settings: Settings, tier: Tier, director: str) -> Surroundings:
    """Return a tier's surroundings. `director`: name of the director on the board. Call it in a
    replica."""
    clip = {"draft": settings.draft, "final": settings.final}[tier]
    name, application = renderer_name(tier), serve.get_replica_context().app_name
    on_board = written(director)

    async def write(in_work_s: float, unclaimed_s: float, paid_for: int | None) -> None:
        await on_board(name, in_work_s, unclaimed_s, paid_for)

    if clip.scaling is None:
        return Surroundings(
            running=lambda: clip.replicas,
            places=lambda renderers: places(clip, settings.director, renderers),
        )
    return Surroundings(
        running=partial(running, application, name),
        places=lambda renderers: places(clip, settings.director, renderers),
        write=write,
    )


def written(director: str) -> Callable[..., Awaitable[None]]:
    """Return the function that writes a director's figures on the cluster's board."""
    found: list[Any] = []

    async def write(name: str, *figures: float | None) -> None:
        # Fetched again after an error: the board may have been restarted elsewhere.
        if not found:
            found.append(await asyncio.to_thread(board))
        try:
            await found[0].write.remote(name, director, *figures)
        except Exception:
            found.clear()
            raise

    return write


def running(application: str, deployment: str) -> int:
    """Return the number of a deployment's replicas that accept calls. Blocking."""
    status = serve.status().applications[application].deployments[deployment]
    return sum(count for state, count in status.replica_states.items() if state == "RUNNING")
