"""A director at work for as long as its replica lives."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from ray.serve.handle import DeploymentHandle

from conte.checks.claims import Claims
from conte.clip import Tier
from deployments.knowledge.claims import claims as claims_of_the_install
from graphs.crew import Plan
from graphs.director import Director
from graphs.gate import FairGate, Gates
from graphs.handles import RayCrew
from graphs.shapes import places
from graphs.videoing import VideoDirector
from serve.opened import open_ledger
from serve.revision import revision_of
from serve.settings import Adapter, ClipSettings, Settings
from serve.telemetry import log_to_files


class RunningDirector:
    async def __init__(  # pyright: ignore[reportGeneralTypeIssues]  # Ray awaits it
        self,
        settings: Settings,
        writer: DeploymentHandle,
        renderers: dict[Tier, DeploymentHandle],
        editor: DeploymentHandle,
        claims: Claims | None = None,
    ) -> None:
        log_to_files(settings.home, "director")
        tiers: dict[Tier, ClipSettings] = {"draft": settings.draft, "final": settings.final}
        # Videos and films share them: a tenant's take their turns at the same renderers.
        gates: Gates = {
            tier: FairGate(places(clip, settings.director), settings.director.tenant_weights)
            for tier, clip in tiers.items()
        }
        ledger, crew = open_ledger(settings), RayCrew(writer, renderers, editor)
        made = plan(settings, claims)
        self._director = Director(ledger, crew, made, settings.director, gates)
        self._videos = VideoDirector(ledger, crew, made, settings.director, gates)
        self._director.start()
        self._videos.start()

    def check_health(self) -> None:
        self._director.check()
        self._videos.check()

    async def __del__(self) -> None:
        await asyncio.gather(self._director.stop(), self._videos.stop())


def plan(settings: Settings, claims: Claims | None = None) -> Plan:
    return Plan(
        short_side={"draft": settings.draft.short_side, "final": settings.final.short_side},
        clip_timeout_s={"draft": settings.draft.timeout_s, "final": settings.final.timeout_s},
        continues={"draft": settings.draft.continues, "final": settings.final.continues},
        adapters={
            "draft": _by_revision(settings.draft.diffusers.adapters),
            "final": _by_revision(settings.final.diffusers.adapters),
        },
        conte_timeout_s=settings.conte.timeout_s,
        film_timeout_s=settings.film.timeout_s,
        max_attempts=settings.director.max_attempts,
        rates=settings.rates,
        claims=claims or claims_of_the_install(),
    )


def _by_revision(adapters: Mapping[str, Adapter]) -> dict[str, Adapter]:
    # A clip's key holds it: an adapter that was trained anew makes other clips.
    return {
        f"{name}@{revision_of(Path(adapter.path)).rpartition('@')[2]}": adapter
        for name, adapter in adapters.items()
    }
