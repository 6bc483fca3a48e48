"""Videos directed: rendered once, retried, taken over, stopped when they are deleted."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from conte.clip import Clip, Shot, Tier
from conte.production import Failure
from conte.video import OrderedVideo, VideoOrder, VideoState
from deployments.engines.protocols import CannotRender, RenderError
from graphs.crew import CrewMemberDied, Plan
from graphs.gate import FairGate
from graphs.video_director import VideoDirector
from serve.ledger.errors import LeaseLost, NotFound
from serve.ledger.ledger import Ledger
from serve.settings import DirectorSettings
from tests.databases import opened_ledger
from tests.fake_crew import FakeCrew

PLAN = Plan(short_side={"draft": 128, "final": 256}, clip_timeout_s={"draft": 30, "final": 30})
SETTINGS = DirectorSettings(poll_s=0.005, lease_s=60)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = opened_ledger(f"sqlite:///{tmp_path}/ledger.db")
    yield ledger
    ledger.close()


def accept(ledger: Ledger) -> OrderedVideo:
    order = VideoOrder(prompt="a cat", model="fake", seconds=2, width=256, height=128, seed=1)
    video, _ = ledger.accept_video(
        tenant="a", order=order, tier="draft", idempotency_key=None, body_hash="", max_queued=10
    )
    return video


@asynccontextmanager
async def directed(
    ledger: Ledger, crew: FakeCrew, places: int = 2, plan: Plan = PLAN
) -> AsyncGenerator[VideoDirector]:
    director = VideoDirector(ledger, crew, plan, SETTINGS, {"draft": FairGate(places)})
    director.start()
    try:
        yield director
    finally:
        await director.stop()


async def ended(ledger: Ledger, video: OrderedVideo) -> OrderedVideo:
    async with asyncio.timeout(300):
        while not (found := ledger.video(video.id)).state.ended:
            await asyncio.sleep(0.005)
    return found


async def test_a_video_is_rendered_as_its_one_shot(ledger: Ledger) -> None:
    crew, video = FakeCrew(), accept(ledger)
    async with directed(ledger, crew):
        done = await ended(ledger, video)
    assert done.state is VideoState.COMPLETED
    assert done.clip is not None
    assert done.clip.key == video.shot().key(done.clip.engine)
    assert crew.shots["draft", 1].video_prompt == "a cat"


async def test_a_video_that_waits_for_a_renderer_is_queued(ledger: Ledger) -> None:
    never: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    crew, first, second = FakeCrew(during_clip=lambda _: never), accept(ledger), accept(ledger)
    async with directed(ledger, crew, places=1), asyncio.timeout(300):
        while ledger.video(first.id).state is not VideoState.IN_PROGRESS:
            await asyncio.sleep(0.005)
        assert ledger.video(first.id).progress == 0.5
        assert ledger.video(second.id).state is VideoState.QUEUED


async def test_a_video_that_waits_at_a_renderer_is_queued_and_costs_no_attempt(
    ledger: Ledger,
) -> None:
    free = asyncio.Event()

    class Busy(FakeCrew):
        asked = 0

        async def render(self, shot: Shot, cut: int, tier: Tier) -> AsyncGenerator[float | Clip]:
            self.asked += 1
            await free.wait()
            async for step in super().render(shot, cut, tier):
                yield step

    crew, video = Busy(), accept(ledger)
    async with directed(ledger, crew, plan=replace(PLAN, clip_timeout_s={"draft": 2})):
        await asyncio.sleep(2.5)
        assert ledger.video(video.id).state is VideoState.QUEUED
        free.set()
        assert (await ended(ledger, video)).state is VideoState.COMPLETED
    assert crew.asked == 1


async def test_a_renderer_that_dies_costs_one_retry(ledger: Ledger) -> None:
    crew = FakeCrew(trouble=lambda _, __, attempt: CrewMemberDied("x") if attempt == 1 else None)
    video = accept(ledger)
    async with directed(ledger, crew):
        assert (await ended(ledger, video)).state is VideoState.COMPLETED
    assert crew.attempts["render draft", 1] == 2


async def test_a_video_whose_work_is_cancelled_from_within_fails(ledger: Ledger) -> None:
    cut_off: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    cut_off.cancel()
    crew, video = FakeCrew(during_clip=lambda _: cut_off), accept(ledger)
    async with directed(ledger, crew):
        failed = await ended(ledger, video)
    assert failed.failure == Failure(
        stage="clip", reason="an internal error cancelled the work; see the log"
    )


async def test_a_video_that_cannot_be_rendered_fails_with_the_engine_s_words(
    ledger: Ledger,
) -> None:
    crew, video = FakeCrew(trouble=lambda *_: RenderError("no memory")), accept(ledger)
    async with directed(ledger, crew):
        failed = await ended(ledger, video)
    assert failed.failure == Failure(stage="clip", reason="no memory", attempts=3)


async def test_a_video_that_no_attempt_can_make_costs_one(ledger: Ledger) -> None:
    crew, video = FakeCrew(trouble=lambda *_: CannotRender("at most 81 frames")), accept(ledger)
    async with directed(ledger, crew):
        failed = await ended(ledger, video)
    assert failed.failure == Failure(stage="clip", reason="at most 81 frames", attempts=1)
    assert crew.attempts["render draft", 1] == 1


async def test_deleting_a_video_stops_its_render(ledger: Ledger) -> None:
    never: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    crew, video = FakeCrew(during_clip=lambda _: never), accept(ledger)
    async with directed(ledger, crew), asyncio.timeout(300):
        while "rendering 1" not in crew.story:
            await asyncio.sleep(0.005)
        ledger.delete_video(video.id, "a")
        while "stopped 1" not in crew.story:
            await asyncio.sleep(0.005)
    with pytest.raises(NotFound):
        ledger.video(video.id)


async def test_a_director_that_stops_hands_its_videos_on(ledger: Ledger) -> None:
    never: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    crew, video = FakeCrew(during_clip=lambda _: never), accept(ledger)
    async with directed(ledger, crew), asyncio.timeout(300):
        while "rendering 1" not in crew.story:
            await asyncio.sleep(0.005)
    assert ledger.video(video.id).state is VideoState.QUEUED
    async with directed(ledger, FakeCrew()):
        assert (await ended(ledger, video)).state is VideoState.COMPLETED


async def test_a_director_that_died_is_taken_over(ledger: Ledger) -> None:
    video = accept(ledger)
    dead = ledger.claim_video("a director that died", lease_s=0)
    assert dead is not None
    async with directed(ledger, FakeCrew()):
        done = await ended(ledger, video)
    assert done.state is VideoState.COMPLETED
    with pytest.raises(LeaseLost):
        ledger.fail_video(dead, Failure(stage="clip", reason="it came back"))


async def test_a_tier_that_is_switched_off_is_named(ledger: Ledger) -> None:
    video = accept(ledger)
    async with directed(ledger, FakeCrew(tiers=("final",))):
        failed = await ended(ledger, video)
    assert failed.failure is not None
    assert "draft" in failed.failure.reason
