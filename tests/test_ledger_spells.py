"""A ledger that cannot be written for a while: the disk is full, or somebody holds the lock."""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import DataError
from sqlalchemy.pool import Pool

from conte.clip import Clip, Shot, Tier
from conte.production import State
from conte.video import VideoOrder, VideoState
from graphs.crew import Plan
from graphs.director import Director
from graphs.gate import FairGate
from graphs.job import Job
from graphs.video_director import VideoDirector
from serve.database import engine as engine_module
from serve.database.errors import DatabaseUnavailable
from serve.ledger.ledger import Ledger
from serve.settings import DirectorSettings
from tests.databases import new_schema
from tests.fake_crew import FakeCrew
from tests.on_ledger import (
    CONTE,
    PROVENANCE,
    WRITTEN,
    accept,
    claimed,
    let_lease_end,
    story,
)

PLAN = Plan(short_side={"draft": 128, "final": 256}, clip_timeout_s={"draft": 30, "final": 30})
SETTINGS = DirectorSettings(poll_s=0.005, lease_s=600)


class Watched(Ledger):
    """Counts what could not be written."""

    refused = 0

    def beat(self, owner: str) -> None:
        with self._counting():
            super().beat(owner)

    def complete_video(self, *args: Any, **more: Any) -> Any:
        with self._counting():
            return super().complete_video(*args, **more)

    @contextmanager
    def together(self) -> Generator[None]:  # pyright: ignore[reportIncompatibleMethodOverride]
        with self._counting(), super().together():
            yield

    @contextmanager
    def _counting(self) -> Generator[None]:
        try:
            yield
        except DatabaseUnavailable:
            self.refused += 1
            raise


class LongWinded(FakeCrew):
    """Its clips have more data than fits into a half-full page."""

    async def render(self, shot: Shot, cut: int, tier: Tier) -> AsyncGenerator[float | Clip]:
        async for step in super().render(shot, cut, tier):
            long = {"remarks": ("x" * 50_000,)}
            yield step.model_copy(update=long) if isinstance(step, Clip) else step


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(engine_module, "BUSY_TIMEOUT_S", 0.05)
    return tmp_path / "ledger.db"


@contextmanager
def full_disk() -> Generator[None]:
    """No connection may make its file any larger."""

    def bound(connection: Any, *_: Any) -> None:
        (count,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {count}")

    event.listen(Pool, "checkout", bound)
    try:
        yield
    finally:
        event.remove(Pool, "checkout", bound)
        event.listen(Pool, "checkout", unbound)


def unbound(connection: Any, *_: Any) -> None:
    connection.execute("PRAGMA max_page_count = 1000000")


@contextmanager
def held_lock(path: Path) -> Generator[None]:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")
        connection.close()


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(300):
        while not holds():
            await asyncio.sleep(0.005)


@pytest.fixture(autouse=True)
def _no_bound_is_left() -> Generator[None]:  # pyright: ignore[reportUnusedFunction]
    yield
    if event.contains(Pool, "checkout", unbound):
        event.remove(Pool, "checkout", unbound)


@asynccontextmanager
async def at_work(director: Director | VideoDirector) -> AsyncGenerator[None]:
    director.start()
    try:
        yield
        director.check()
    finally:
        await director.stop()


def lease_ends(path: Path, table: str) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute(f"UPDATE {table} SET lease_until = 1.0 WHERE owner IS NOT NULL")
    connection.close()


def a_future() -> asyncio.Future[None]:
    return asyncio.get_running_loop().create_future()


def director_of(ledger: Ledger, crew: FakeCrew) -> Director:
    return Director(ledger, crew, PLAN, SETTINGS, {"draft": FairGate(4)})


async def test_a_production_goes_on_when_there_is_room_on_the_disk_again(path: Path) -> None:
    ledger, go_on = Watched.open(f"sqlite:///{path}"), a_future()
    crew, id_ = LongWinded(during_clip=lambda _: go_on), accept(ledger)
    async with at_work(director_of(ledger, crew)):
        await until(lambda: ledger.get(id_).version == 1 and "rendering 4" in crew.story)
        with full_disk():
            go_on.set_result(None)
            await until(lambda: ledger.refused > 0)
            assert not ledger.get(id_).state.ended
        await until(lambda: ledger.get(id_).state is State.DONE)
    told = story(ledger, id_)
    assert told.count("clip.ready") == 4
    assert "production.taken_over" not in told
    assert [crew.attempts["render draft", cut] for cut in (1, 2, 3, 4)] == [1, 1, 1, 1]
    ledger.close()


async def test_a_lease_that_nobody_could_renew_is_no_takeover(path: Path) -> None:
    ledger, other = Watched.open(f"sqlite:///{path}"), Watched.open(f"sqlite:///{path}")
    go_on = a_future()
    crew, id_ = FakeCrew(during_clip=lambda _: go_on), accept(ledger)
    async with at_work(director_of(ledger, crew)):
        await until(lambda: ledger.get(id_).version == 1 and "rendering 4" in crew.story)
        lease_ends(path, "productions")
        with held_lock(path):
            second = director_of(other, FakeCrew())
            second.start()
            go_on.set_result(None)
            await until(lambda: other.refused > 0 and ledger.refused > 0)
        await until(lambda: ledger.get(id_).state is State.DONE)
        await second.stop()
    assert "production.taken_over" not in story(ledger, id_)
    assert ledger.figures().takeovers == {"a": 0}
    assert other.get(id_).cuts[0].attempts == 1
    ledger.close()
    other.close()


async def test_a_video_that_was_rendered_meanwhile_is_completed(path: Path) -> None:
    ledger, go_on = Watched.open(f"sqlite:///{path}"), a_future()
    order = VideoOrder(prompt="a cat", model="fake", seconds=2, width=256, height=128, seed=1)
    video, _ = ledger.accept_video(
        tenant="a", order=order, tier="draft", idempotency_key=None, body_hash="", max_queued=9
    )
    crew = FakeCrew(during_clip=lambda _: go_on)
    director = VideoDirector(ledger, crew, PLAN, SETTINGS, {"draft": FairGate(2)})
    async with at_work(director):
        await until(lambda: ledger.video(video.id).state is VideoState.IN_PROGRESS)
        lease_ends(path, "videos")
        with held_lock(path):
            go_on.set_result(None)
            await until(lambda: ledger.refused > 0)
        await until(lambda: ledger.video(video.id).state is VideoState.COMPLETED)
    assert crew.attempts["render draft", 1] == 1
    ledger.close()


async def test_the_time_that_the_ledger_takes_is_not_the_writer_s(path: Path) -> None:
    ledger = Ledger.open(f"sqlite:///{path}")
    job = Job(ledger, claimed(ledger))

    async def store() -> None:
        async with job.in_time(2):
            await job.conte_ready(CONTE, (), PROVENANCE)

    with held_lock(path):
        storing = asyncio.create_task(store())
        await asyncio.sleep(2.5)
    await storing
    assert ledger.get(job.id).version == 1
    with pytest.raises(TimeoutError):
        async with job.in_time(0.01):
            await asyncio.sleep(60)
    ledger.close()


def test_only_what_nobody_has_is_claimed_while_the_living_renew(
    ledger: Ledger, ledger_url: str
) -> None:
    held = claimed(ledger)
    let_lease_end(ledger_url, held.production.id)
    assert ledger.claim("director-2", 600, take_over=False) is None
    free = accept(ledger)
    found = ledger.claim("director-2", 600, take_over=False)
    assert found is not None and found.production.id == free
    taken = ledger.claim("director-2", 600)
    assert taken is not None and taken.taken_over


def test_a_director_never_takes_over_from_itself(ledger: Ledger, ledger_url: str) -> None:
    held = claimed(ledger)
    let_lease_end(ledger_url, held.production.id)
    assert ledger.claim(held.owner, 600, except_owner=held.owner) is None
    assert not ledger.renew(held, 600)


def test_a_value_that_no_database_takes_is_not_called_a_ledger_that_is_away(
    postgresql_url: str,
) -> None:
    ledger = Ledger.open(new_schema(postgresql_url))
    held = claimed(ledger)
    with pytest.raises(DataError):
        ledger.append(held, "x" * 201, WRITTEN)
    assert story(ledger, held.production.id) == ["production.accepted"]
    ledger.close()
