"""Films on a virtual clock: the real ledger, fairness, director, plan and gate, and renders that only
let time pass. What is left is the plan: everything around it takes no time at all."""

import asyncio
import tempfile
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from conte.brief import Brief
from conte.clip import Clip, Film, Shot, Tier
from conte.conte import Conte, Treatment
from conte.production import Failure
from conte.variant import VariantOf
from deployments.conte_writer import ContePart
from graphs.director import Director
from graphs.gate import FairGate, Gates
from graphs.replicas.director import plan
from graphs.shapes import clips_at_once, places
from serve.ledger.leases import Claim
from serve.ledger.ledger import Ledger
from serve.settings import ClipSettings, DirectorSettings, Settings
from serve.vault import Vault
from tests import virtual_clock
from tests.bench.graph import Job
from tests.bench.stubs import StubEditor, StubRenderer, StubWriter

POLL_S = 1.0
"""Wake-ups take no time at all; were one lost, a film would be late by as much as this."""


class NoVault:
    async def publish_bytes(self, key: str, data: bytes) -> None: ...


class VirtualCrew:
    """One writer, one editor, and renderers that each take one clip and hold the next.

    As Ray's router does, a call goes to the replica that has the fewest, and waits for one with
    room; which one it went to does not change any more.
    """

    tiers: Sequence[Tier] = ("draft",)

    def __init__(self, clip: ClipSettings) -> None:
        vault = cast(Vault, NoVault())
        self._writer, self._editor = StubWriter(), StubEditor(vault)
        self._renderers = [StubRenderer(vault, "draft") for _ in range(clip.replicas)]
        self._calls = [0] * clip.replicas
        self._room = clips_at_once(clip)
        self._freed = asyncio.Condition()

    def write(self, brief: Brief, seed: int, production: str) -> AsyncGenerator[ContePart]:
        return cast(AsyncGenerator[ContePart], self._writer.write(brief, seed, production))

    def write_direction(
        self,
        brief: Brief,
        seed: int,
        production: str,
        index: int,
        before: Sequence[Treatment],
        variant_of: VariantOf | None = None,
    ) -> AsyncGenerator[ContePart]:
        return self.write(brief, seed, production)

    async def render(self, shot: Shot, cut: int, tier: Tier) -> AsyncGenerator[float | Clip]:
        async with self._freed:
            await self._freed.wait_for(lambda: min(self._calls) < self._room)
            chosen = self._calls.index(min(self._calls))
            self._calls[chosen] += 1
        try:
            steps = cast(AsyncGenerator[float | Clip], self._renderers[chosen].render(shot, cut))
            async with aclosing(steps):
                async for step in steps:
                    yield step
        finally:
            self._calls[chosen] -= 1
            async with self._freed:
                self._freed.notify_all()

    async def bring_in(
        self, upload: str, shot: Shot, cut: int, tier: Tier
    ) -> AsyncGenerator[float | Clip]:
        raise NotImplementedError("nobody uploads anything here")
        yield 0.0

    def cut_ahead(self, conte: Conte, brief: Brief, clips: Sequence[Clip]) -> AsyncGenerator[int]:
        return cast(AsyncGenerator[int], self._editor.cut_ahead(conte, brief, tuple(clips)))

    def join(
        self, conte: Conte, brief: Brief, clips: Sequence[Clip], version: int
    ) -> AsyncGenerator[float | Film]:
        joined = self._editor.join(conte, brief, tuple(clips), version)
        return cast(AsyncGenerator[float | Film], joined)


@dataclass(frozen=True)
class Order:
    """A film that a tenant orders, `at_s` after the clock began."""

    job: Job
    tenant: str = "a"
    at_s: float = 0.0


def done_after(orders: Sequence[Order], slots: int) -> list[float]:
    """Virtual seconds from each order until its film is done."""
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(
            home=Path(home),
            draft=ClipSettings(engine="stub", replicas=slots),
            director=DirectorSettings(productions_at_once=8, poll_s=POLL_S, lease_s=1e6),
        )
        return virtual_clock.run(lambda: _done_after(orders, settings))


class WatchedLedger(Ledger):
    """A real one; what ends in it is known without asking."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.ends: dict[str, asyncio.Future[float]] = {}

    def finish(self, claim: Claim, version: int, film: Film, by: str) -> None:
        super().finish(claim, version, film, by)
        self.ends[claim.production.id].set_result(asyncio.get_running_loop().time())

    def fail(self, claim: Claim, failure: Failure, by: str) -> None:
        super().fail(claim, failure, by)
        self.ends[claim.production.id].set_exception(AssertionError(failure.reason))


async def _done_after(orders: Sequence[Order], settings: Settings) -> list[float]:
    ledger = WatchedLedger.open(settings.ledger_url)
    gates: Gates = {"draft": FairGate(places(settings.draft, settings.director))}
    crew, loop = VirtualCrew(settings.draft), asyncio.get_running_loop()
    director = Director(ledger, crew, plan(settings), settings.director, gates)
    director.start()

    async def ordered(order: Order, seed: int) -> float:
        await asyncio.sleep(order.at_s)
        production, _ = ledger.accept(
            tenant=order.tenant,
            brief=Brief.model_validate(order.job.brief),
            seed=seed,
            idempotency_key=None,
            body_hash="",
            max_queued=1000,
        )
        ledger.ends[production.id] = loop.create_future()
        return await ledger.ends[production.id] - order.at_s

    try:
        return await asyncio.gather(*(ordered(one, seed) for seed, one in enumerate(orders)))
    finally:
        await director.stop()
        ledger.close()
