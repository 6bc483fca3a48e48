"""With an encoder beside it a renderer starts the next clip while the one before is encoded."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from pathlib import Path

import numpy as np
import pytest

from conte.clip import Clip, Shot
from deployments.clip_encoder import ClipEncoder
from deployments.clip_renderer import DENOISED, ClipRenderer
from deployments.encoding import frames_of
from deployments.engines.protocols import Cancelled, Frame, OnStep, RenderError, Video
from serve.vault import Vault
from tests.fake_video import SHORT_SIDE, FakeVideoEngine, conte_and_brief, read_index


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault.open(str(tmp_path / "vault"))


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


def shot_of(cut: int = 1) -> Shot:
    conte, brief = conte_and_brief()
    return Shot.of(conte.cuts[cut - 1], conte.treatment, brief, 7, SHORT_SIDE)


async def clip_of(renderer: ClipRenderer, shot: Shot) -> tuple[list[float], Clip]:
    steps = [step async for step in renderer.render(shot, 1)]
    clip = steps.pop()
    assert isinstance(clip, Clip)
    return [step for step in steps if isinstance(step, float)], clip


class Watched:
    """An encoder that keeps what it was given, and waits to be let go."""

    def __init__(self, vault: Vault, held: bool = False) -> None:
        self._encoder = ClipEncoder(vault)
        self.videos: list[Video] = []
        self.began, self.go = asyncio.Event(), asyncio.Event()
        self.closed = 0
        if not held:
            self.go.set()

    async def encode(self, video: Video, shot: Shot, key: str) -> AsyncGenerator[float]:
        self.videos.append(video)
        self.began.set()
        try:
            await self.go.wait()
            async with aclosing(self._encoder.encode(video, shot, key)) as steps:
                async for step in steps:
                    yield step
        finally:
            self.closed += 1


async def test_an_encoder_makes_the_very_clip_the_renderer_makes(vault: Vault) -> None:
    encoder = Watched(vault)
    renderer = ClipRenderer(FakeVideoEngine(), vault, "final", encoder=encoder)
    fractions, clip = await clip_of(renderer, shot_of())
    assert fractions == sorted(set(fractions))
    assert 0 == min(fractions) < DENOISED <= max(fractions) <= 1
    [video] = encoder.videos
    assert isinstance(video.frames, np.ndarray)
    assert video.frames.shape == (30, 128, 228, 3)
    async with vault.local(clip.key) as path:
        assert [read_index(frame)[1] for frame in frames_of(path)] == list(range(30))
        there = path.read_bytes()
    alone = Vault.open(str(Path(path).parents[2] / "alone"))
    _, same = await clip_of(ClipRenderer(FakeVideoEngine(), alone, "final"), shot_of())
    async with alone.local(same.key) as path:
        assert path.read_bytes() == there


async def test_only_the_frames_that_are_needed_travel(vault: Vault) -> None:
    class Long(FakeVideoEngine):
        def render(
            self,
            shot: Shot,
            on_step: OnStep,
            should_stop: Callable[[], bool],
            start: Frame | None = None,
        ) -> Video:
            longer = shot.model_copy(update={"num_frames": 81, "fps": 16})
            return super().render(longer, on_step, should_stop)

    encoder = Watched(vault)
    await clip_of(ClipRenderer(Long(), vault, "final", encoder=encoder), shot_of())
    # 30 frames of 24 a second last 1.25 s: the last begins between the 20th and 21st of 16.
    assert [video.num_frames for video in encoder.videos] == [21]


async def test_the_next_clip_is_rendered_while_the_one_before_is_encoded(vault: Vault) -> None:
    engine, encoder = FakeVideoEngine(), Watched(vault, held=True)
    renderer = ClipRenderer(engine, vault, "final", encoder=encoder)
    both = [asyncio.create_task(clip_of(renderer, shot_of(cut))) for cut in (1, 2)]
    while len(encoder.videos) < 2:  # neither is encoded yet
        await asyncio.sleep(0.005)
    assert sorted(engine.rendered) == [1, 2]
    encoder.go.set()
    clips = [clip for _, clip in await asyncio.gather(*both)]
    assert [await vault.has(clip.key) for clip in clips] == [True, True]


async def test_two_who_ask_for_one_shot_share_it_while_it_is_encoded(vault: Vault) -> None:
    engine, encoder = FakeVideoEngine(), Watched(vault, held=True)
    renderer = ClipRenderer(engine, vault, "final", encoder=encoder)
    both = [asyncio.create_task(clip_of(renderer, shot_of())) for _ in range(2)]
    await encoder.began.wait()
    encoder.go.set()
    clips = [clip for _, clip in await asyncio.gather(*both)]
    assert [clip.reused for clip in clips] == [False, True]
    assert engine.rendered == [1]


async def test_whoever_waited_for_a_shot_that_was_cancelled_renders_it(vault: Vault) -> None:
    engine, encoder = FakeVideoEngine(), Watched(vault, held=True)
    renderer = ClipRenderer(engine, vault, "final", encoder=encoder)
    first, second = (asyncio.create_task(clip_of(renderer, shot_of())) for _ in range(2))
    await encoder.began.wait()
    first.cancel()
    encoder.go.set()
    _, clip = await second
    assert not clip.reused
    assert engine.rendered == [1, 1]


async def test_a_clip_cancelled_while_it_is_encoded_leaves_nothing(
    vault: Vault, scratch: Path
) -> None:
    encoder = Watched(vault)
    renderer = ClipRenderer(FakeVideoEngine(), vault, "final", encoder=encoder)
    shot = shot_of()
    async with aclosing(renderer.render(shot, 1)) as steps:
        async for step in steps:
            if isinstance(step, float) and step > DENOISED:
                break
    assert encoder.closed == 1
    assert not await vault.has(shot.key(FakeVideoEngine.id))
    assert list(scratch.iterdir()) == []
    # Both slots are free again.
    _, clip = await clip_of(renderer, shot)
    assert not clip.reused


async def test_a_clip_cancelled_before_it_is_encoded_never_reaches_the_encoder(
    vault: Vault,
) -> None:
    class Slow(FakeVideoEngine):
        def __init__(self) -> None:
            super().__init__()
            self.entered, self.stopped = threading.Event(), False

        def render(
            self,
            shot: Shot,
            on_step: OnStep,
            should_stop: Callable[[], bool],
            start: Frame | None = None,
        ) -> Video:
            on_step(0.5)
            self.entered.set()
            while not should_stop():
                threading.Event().wait(0.001)
            self.stopped = True
            raise Cancelled

    engine, encoder = Slow(), Watched(vault)
    renderer = ClipRenderer(engine, vault, "final", encoder=encoder)
    task = asyncio.create_task(clip_of(renderer, shot_of()))
    await asyncio.to_thread(engine.entered.wait)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert engine.stopped
    assert encoder.videos == []


async def test_what_fails_in_the_encoder_is_told_and_frees_its_slot(vault: Vault) -> None:
    encoder, shot = ClipEncoder(vault), shot_of()
    short = Video(np.zeros((20, 128, 228, 3), np.uint8), 20, 228, 128, 24)
    with pytest.raises(RenderError, match=r"lasts 0.83 s .* the shot 1.25 s"):
        [step async for step in encoder.encode(short, shot, "clips/" + 64 * "0" + ".mp4")]
    whole = Video(np.zeros((30, 128, 228, 3), np.uint8), 30, 228, 128, 24)
    key = "clips/" + 64 * "1" + ".mp4"
    assert [step async for step in encoder.encode(whole, shot, key)]
    assert await vault.has(key)
