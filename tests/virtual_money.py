"""Films with finals on GPUs, on a virtual clock: the real ledger, director, gate, follower, board and
policy. Renderers boot, render and cost money; the database's clock is the virtual one."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from conte.brief import Brief
from conte.clip import Clip, Shot, Tier
from graphs.director import Director
from graphs.following import Following, Surroundings
from graphs.gate import FairGate, Gates
from graphs.replicas.director import cost, outlook, plan
from graphs.scaling_policy import FollowsWork
from graphs.shapes import places
from graphs.work_board import WorkBoard
from serve.ledger.ledger import Ledger
from serve.opened import open_ledger
from serve.settings import (
    ClipSettings,
    DirectorSettings,
    PriceSettings,
    ScalingSettings,
    Settings,
    SpendingSettings,
)
from tests.fake_crew import ENGINE, FakeCrew

EVENING = datetime(2026, 11, 30, 14, tzinfo=UTC).timestamp()
"""Eleven in the evening in Seoul: an hour before the day ends."""
MIDNIGHT_S = 3600.0
BOOT_S = 480.0
CLIP_S = 60.0
HOUR = 3600.0
"""Price of a GPU-hour: a second costs 1."""
BRIEF = Brief.model_validate({"product": {"name": "시안"}, "duration_s": 6, "cuts": 4})


@contextmanager
def database_time(now: Callable[[], float]) -> Generator[None]:
    """SQLite takes the time from `now`, seconds since the epoch."""

    def connected(connection: Any, _: object) -> None:
        connection.create_function("julianday", 1, lambda _: now() / 86400 + 2440587.5)

    event.listen(Engine, "connect", connected)
    try:
        yield
    finally:
        event.remove(Engine, "connect", connected)


@dataclass
class Context:
    """What Serve's controller gives a policy."""

    target_num_replicas: int = 0
    running_replicas: list[Any] = field(default_factory=list[Any])
    policy_state: dict[str, Any] = field(default_factory=dict[str, Any])
    total_num_requests: float = 0


class GpuCrew(FakeCrew):
    """Finals take a GPU for a minute; everything else takes a second."""

    def __init__(self) -> None:
        super().__init__(tiers=("draft", "final"))
        self.finals = 0

    async def render(self, shot: Shot, cut: int, tier: Tier) -> AsyncGenerator[float | Clip]:
        seconds = CLIP_S if tier == "final" else 1.0
        yield 0.0
        await asyncio.sleep(seconds)
        self.finals += tier == "final"
        yield Clip(
            cut=cut, tier=tier, key=shot.key(ENGINE), num_frames=shot.num_frames, engine=ENGINE,
            seed=shot.seed, render_s=seconds, reused=False, head=shot.head, tail=shot.tail,
        )  # fmt: skip


def settings_of(home: Path, **spending: Any) -> Settings:
    return Settings(
        home=home,
        final=ClipSettings(
            engine="stub", num_gpus=1, scaling=ScalingSettings(max_replicas=4, boot_s=BOOT_S)
        ),
        director=DirectorSettings(productions_at_once=2, lease_s=1e7, poll_s=20),
        price=PriceSettings(gpu_hour=HOUR),
        spending=SpendingSettings(**spending),
    )


class VirtualHouse:
    def __init__(self, settings: Settings) -> None:
        self.settings, self.clock = settings, asyncio.get_running_loop().time
        self.ledger: Ledger = open_ledger(settings)
        self.crew, self.context = GpuCrew(), Context()
        self.targets: list[tuple[float, int]] = []
        self._ready_at: list[float] = []
        board = WorkBoard(self.clock)
        scaling = settings.final.scaling or ScalingSettings()
        self.policy = FollowsWork(
            "FinalRenderer",
            clock=self.clock,
            read=board.left,
            **scaling.model_dump(mode="json"),
        )

        async def write(in_work_s: float, unclaimed_s: float, paid_for: int | None) -> None:
            board.write("FinalRenderer", "director", in_work_s, unclaimed_s, paid_for)

        around = Surroundings(
            lambda: len(self.context.running_replicas),
            lambda count: places(settings.final, settings.director, count),
            write,
        )
        self.gates: Gates = {"draft": FairGate(4), "final": FairGate(0)}
        seen = outlook(settings)
        self.follower = Following(
            "final", self.gates["final"], self.ledger, around, seen, cost(settings, "final")
        )
        made = replace(plan(settings), outlooks={"final": seen})
        self.director = Director(self.ledger, self.crew, made, settings.director, self.gates)
        self._read = board.left
        self._controller = asyncio.create_task(self._control())
        self.follower.start()
        self.director.start()

    def order(self, tenant: str) -> str:
        production, _ = self.ledger.accept(
            tenant=tenant, brief=BRIEF, seed=7, idempotency_key=None, body_hash="", max_queued=1000
        )
        return production.id

    async def until(self, production: str, kind: str) -> float:
        """The virtual time at which an event of this kind is there."""
        while True:
            for one in self.ledger.events(production, 0):
                if one.kind == kind:
                    return one.at - EVENING
            await asyncio.sleep(20)

    def told(self, production: str, kind: str) -> list[Mapping[str, Any]]:
        found = self.ledger.events(production, 0)
        return [one.data.model_dump() for one in found if one.kind == kind]  # pyright: ignore

    async def close(self) -> None:
        self._controller.cancel()
        await asyncio.gather(self._controller, return_exceptions=True)
        await self.follower.stop()
        await self.director.stop()
        self.ledger.close()

    async def _control(self) -> None:
        """What Serve and the autoscaler do: replicas come as they are asked for, after a boot."""
        context = self.context
        while True:
            self.policy.read_with(self._read)
            wanted, context.policy_state = self.policy(context)
            if wanted != context.target_num_replicas:
                self.targets.append((self.clock(), wanted))
            context.target_num_replicas = wanted
            while len(self._ready_at) < wanted:
                self._ready_at.append(self.clock() + BOOT_S)
            del self._ready_at[wanted:]
            context.running_replicas = [1 for at in self._ready_at if at <= self.clock()]
            await asyncio.sleep(5)
