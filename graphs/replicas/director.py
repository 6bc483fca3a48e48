"""Runs the directors of productions and videos while the replica lives."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from ray.serve.handle import DeploymentHandle

from conte.checks.claims import Claims
from conte.clip import Limits, Tier
from deployments.knowledge.claims import claims as claims_of_the_install
from graphs.crew import Plan
from graphs.director import Director
from graphs.following import Cost, Following
from graphs.gate import FairGate
from graphs.handles import RayCrew
from graphs.outlook import Outlook
from graphs.replicas.surroundings import around, written
from graphs.shapes import CONTE_MODEL, conte_seconds, places
from graphs.video_director import VideoDirector
from graphs.writing_left import WritingLeft
from serve.opened import open_ledger
from serve.prices import ceilings_of, hour_of, tiers_of
from serve.revision import revision_of
from serve.settings import Adapter, ClipSettings, ScalingSettings, Settings
from serve.telemetry import log_as_set
from serve.tracing import trace_as_set


class RunningDirector:
    async def __init__(  # pyright: ignore[reportGeneralTypeIssues]  # Ray awaits it
        self,
        settings: Settings,
        writer: DeploymentHandle,
        renderers: dict[Tier, DeploymentHandle],
        editor: DeploymentHandle,
        claims: Claims | None = None,
        limits: Mapping[Tier, Limits] | None = None,
    ) -> None:
        log_as_set(settings, "director")
        trace_as_set("sian-director")
        tiers: dict[Tier, ClipSettings] = {"draft": settings.draft, "final": settings.final}
        # Shared by videos and films: a tenant's clips take turns at the same renderers.
        weights = settings.director.tenant_weights
        # Renderers that follow the work are not there yet: their gate opens as they come.
        gates: dict[Tier, FairGate] = {
            tier: FairGate(0 if clip.scaling else places(clip, settings.director), weights)
            for tier, clip in tiers.items()
        }
        ledger, crew = open_ledger(settings), RayCrew(writer, renderers, editor)
        outlooks: dict[Tier, Outlook] = {}
        if settings.final.enabled:
            outlooks["final"] = outlook(settings)
        made = replace(plan(settings, claims, limits), outlooks=outlooks)
        self._director = Director(ledger, crew, made, settings.director, gates)
        self._videos = VideoDirector(ledger, crew, made, settings.director, gates)
        self._followers = [
            Following(
                tier,
                gates[tier],
                ledger,
                around(settings, tier, self._director.name),
                outlooks.get(tier),
                cost(settings, tier),
            )
            for tier, clip in tiers.items()
            if clip.enabled and (clip.scaling is not None or tier in outlooks)
        ]
        vllm = settings.conte.vllm
        self._writing: WritingLeft | None = None
        if settings.conte.engine == "vllm" and vllm.scaling is not None:
            on_board, each_s = written(self._director.name), conte_seconds(settings)
            left = partial(on_board, CONTE_MODEL, 0.0)
            self._writing = WritingLeft(ledger, left, each_s)
            self._writing.start()
        for at_work in (self._director, self._videos, *self._followers):
            at_work.start()

    def check_health(self) -> None:
        self._director.check()
        self._videos.check()

    async def __del__(self) -> None:
        at_work = (self._director, self._videos, *self._followers)
        await asyncio.gather(*(one.stop() for one in at_work))
        if self._writing is not None:
            await self._writing.stop()


def outlook(settings: Settings) -> Outlook:
    """Return a tier's outlook before any observation."""
    final = settings.final
    scaling = final.scaling or ScalingSettings()
    return Outlook(
        ceilings_of(settings) if final.num_gpus else None,
        second=0.0 if (known := cost(settings, "final")) is None else known.second,
        most=final.most_replicas,
        boot_s=scaling.boot_s,
        clear_in_s=scaling.clear_in_s,
    )


def cost(settings: Settings, tier: Tier) -> Cost | None:
    """Return the cost of a tier's renderer; None if it is unknown, or nothing."""
    clip, hour = tiers_of(settings)[tier], hour_of(settings, tier)
    if not hour or not clip.num_gpus:
        return None
    scaling = clip.scaling or ScalingSettings()
    return Cost(second=hour * clip.num_gpus / 3600, clear_in_s=scaling.clear_in_s)


FINAL_HANDLES = 12


def plan(
    settings: Settings, claims: Claims | None = None, limits: Mapping[Tier, Limits] | None = None
) -> Plan:
    final_handles = FINAL_HANDLES if settings.final.handles is None else settings.final.handles
    return Plan(
        short_side={"draft": settings.draft.short_side, "final": settings.final.short_side},
        clip_timeout_s={"draft": settings.draft.timeout_s, "final": settings.final.timeout_s},
        continues={"draft": settings.draft.continues, "final": settings.final.continues},
        adapters={
            "draft": _by_revision(settings.draft.diffusers.adapters),
            "final": _by_revision(settings.final.diffusers.adapters),
        },
        handles={"draft": settings.draft.handles or 0, "final": final_handles},
        longest_s={tier: limit.longest_s for tier, limit in (limits or {}).items()},
        conte_timeout_s=conte_timeout_s(settings),
        film_timeout_s=settings.film.timeout_s,
        max_attempts=settings.director.max_attempts,
        rates=settings.rates,
        claims=claims or claims_of_the_install(),
    )


def conte_timeout_s(settings: Settings) -> float:
    """Return the longest time of a conte, with the boot of a model that follows the work."""
    scaling = settings.conte.vllm.scaling if settings.conte.engine == "vllm" else None
    return settings.conte.timeout_s + (0.0 if scaling is None else scaling.boot_s)


def _by_revision(adapters: Mapping[str, Adapter]) -> dict[str, Adapter]:
    # The revision is part of a clip's key: a retrained adapter makes other clips.
    return {
        f"{name}@{revision_of(Path(adapter.path)).rpartition('@')[2]}": adapter
        for name, adapter in adapters.items()
    }
