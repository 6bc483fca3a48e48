"""A renderer makes exactly the requested clip, once, and stops on request."""

import asyncio
import errno
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from conte.clip import Clip, Shot
from deployments.clip_renderer import ClipRenderer
from deployments.engines.protocols import Cancelled, Frame, OnStep, RenderError, Video
from deployments.slot import Slot
from deployments.start_frame import start_frame
from serve.vault import Vault
from tests.fake_video import SHORT_SIDE, FakeVideoEngine, conte_and_brief, read_index


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault.open(str(tmp_path / "vault"))


def shot_of(cut: int = 1) -> Shot:
    conte, brief = conte_and_brief()
    return Shot.of(conte.cuts[cut - 1], conte.treatment, brief, 7, SHORT_SIDE)


async def clip_of(renderer: ClipRenderer, shot: Shot) -> tuple[list[float], Clip]:
    steps = [step async for step in renderer.render(shot, 1)]
    clip = steps.pop()
    assert isinstance(clip, Clip)
    return [step for step in steps if isinstance(step, float)], clip


async def test_a_clip_has_exactly_the_frames_asked_for_in_order(vault: Vault) -> None:
    shot = shot_of()
    _, clip = await clip_of(ClipRenderer(FakeVideoEngine(), vault, "draft"), shot)
    async with vault.local(clip.key) as path:
        with av.open(path) as film:
            stream = film.streams.video[0]
            frames = list(film.decode(stream))
            assert stream.average_rate == shot.fps
            assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
    assert [read_index(frame)[1] for frame in frames] == list(range(shot.num_frames))
    assert [frame.time for frame in frames] == [i / shot.fps for i in range(shot.num_frames)]
    assert (frames[0].width, frames[0].height) == (shot.width, shot.height)
    assert (frames[0].colorspace, frames[0].color_range) == (1, 1)  # BT.709, limited
    assert not clip.reused
    assert clip.render_s > 0


async def test_progress_only_grows_and_the_clip_comes_last(vault: Vault) -> None:
    fractions, _ = await clip_of(ClipRenderer(FakeVideoEngine(), vault, "draft"), shot_of())
    assert fractions == sorted(set(fractions))
    assert all(0 <= fraction <= 1 for fraction in fractions)


async def test_a_shot_that_was_rendered_before_is_found(vault: Vault) -> None:
    engine = FakeVideoEngine()
    renderer = ClipRenderer(engine, vault, "draft")
    _, first = await clip_of(renderer, shot_of())
    fractions, again = await clip_of(renderer, shot_of())
    assert again == first.model_copy(update={"reused": True, "render_s": 0.0})
    assert fractions == []
    assert engine.rendered == [1]


async def test_two_who_ask_at_once_share_one_render(vault: Vault) -> None:
    engine = FakeVideoEngine()
    renderer = ClipRenderer(engine, vault, "draft")
    both = await asyncio.gather(*(clip_of(renderer, shot_of()) for _ in range(2)))
    assert sorted(clip.reused for _, clip in both) == [False, True]
    assert engine.rendered == [1]


async def test_rgb_within_rgba_is_encoded_without_its_fourth_channel(vault: Vault) -> None:
    class Wide(FakeVideoEngine):
        def frames(self, shot: Shot, on_step: OnStep) -> Iterator[Frame]:
            wide = np.full((shot.height, shot.width, 4), 77, np.uint8)
            for pixels in super().frames(shot, on_step):
                wide[..., :3] = pixels
                yield wide[..., :3]

    shot = shot_of()
    _, clip = await clip_of(ClipRenderer(Wide(), vault, "draft"), shot)
    async with vault.local(clip.key) as path:
        with av.open(path) as film:
            indices = [read_index(frame)[1] for frame in film.decode(video=0)]
    assert indices == list(range(shot.num_frames))


class Miscounting(FakeVideoEngine):
    def __init__(self, extra: int) -> None:
        super().__init__()
        self._extra = extra

    def frames(self, shot: Shot, on_step: OnStep) -> Iterator[Frame]:
        longer = shot.model_copy(update={"num_frames": shot.num_frames + self._extra})
        return super().frames(longer, on_step)


class Small(FakeVideoEngine):
    def frames(self, shot: Shot, on_step: OnStep) -> Iterator[Frame]:
        return super().frames(shot.model_copy(update={"width": 96}), on_step)


class Hasty(FakeVideoEngine):
    def render(
        self,
        shot: Shot,
        on_step: OnStep,
        should_stop: Callable[[], bool],
        start: Frame | None = None,
    ) -> Video:
        return super().render(shot.model_copy(update={"fps": 30}), on_step, should_stop)


class Full(FakeVideoEngine):
    def frames(self, shot: Shot, on_step: OnStep) -> Iterator[Frame]:
        yield from ()
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize(
    ("engine", "told"),
    [
        (Miscounting(-1), "fake made 29 frames, wanted 30"),
        (Miscounting(1), "fake made more frames than the 30 wanted"),
        (Small(), r"frame 0 as \(128, 96, 3\) uint8, wanted \(128, 228, 3\) uint8"),
        (
            Hasty(),
            r"lasts 1.00 s \(30 frames at 30 a second\), the shot 1.25 s \(30 frames at 24 a second\)",
        ),
        (Full(), "no room left on the disk for the clip of cut 1"),
    ],
)
async def test_a_broken_promise_is_told_with_what_was_wanted(
    vault: Vault, engine: FakeVideoEngine, told: str
) -> None:
    shot = shot_of()
    with pytest.raises(RenderError, match=told):
        await clip_of(ClipRenderer(engine, vault, "draft"), shot)
    assert not await vault.has(shot.key(engine.id))


class Stubborn(FakeVideoEngine):
    """Hangs in its second frame until released, and ignores requests to stop."""

    def __init__(self) -> None:
        super().__init__()
        self.entered, self.release = threading.Event(), threading.Event()
        self.told_to_stop = self.ended = False

    def render(
        self,
        shot: Shot,
        on_step: OnStep,
        should_stop: Callable[[], bool],
        start: Frame | None = None,
    ) -> Video:
        video = super().render(shot, on_step, should_stop)

        def frames() -> Iterator[Frame]:
            try:
                for index, pixels in enumerate(video.frames):
                    if index == 1:
                        self.entered.set()
                        self.release.wait()
                        self.told_to_stop = should_stop()
                    yield pixels
            finally:
                self.ended = True

        return Video(frames(), video.num_frames, video.width, video.height, video.fps)


async def turns() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_a_cancelled_render_frees_its_slot_only_when_the_thread_has_ended(
    vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    engine = Stubborn()
    renderer = ClipRenderer(engine, vault, "draft")
    first = asyncio.create_task(clip_of(renderer, shot_of(1)))
    await asyncio.to_thread(engine.entered.wait)
    second = asyncio.create_task(clip_of(renderer, shot_of(2)))
    for _ in range(3):  # asking again changes nothing
        first.cancel()
        await turns()
    assert not first.done()
    assert engine.rendered == [1]
    engine.release.set()
    with pytest.raises(asyncio.CancelledError):
        await first
    assert engine.told_to_stop
    assert engine.ended
    assert not await vault.has(shot_of(1).key(engine.id))
    _, clip = await second
    assert clip.key == shot_of(2).key(engine.id)
    assert list(scratch.iterdir()) == []


async def test_closing_the_stream_stops_the_engine(vault: Vault) -> None:
    class Endless(FakeVideoEngine):
        ended = False

        def render(
            self,
            shot: Shot,
            on_step: OnStep,
            should_stop: Callable[[], bool],
            start: Frame | None = None,
        ) -> Video:
            on_step(0.5)
            while not should_stop():
                time.sleep(0.001)
            self.ended = True
            raise Cancelled

    engine = Endless()
    async with aclosing(ClipRenderer(engine, vault, "draft").render(shot_of(), 1)) as steps:
        assert await anext(steps) == 0.0
        assert await anext(steps) == 0.5
    assert engine.ended


async def test_a_shot_tells_when_it_has_the_slot_and_nothing_before(vault: Vault) -> None:
    engine = Stubborn()
    renderer = ClipRenderer(engine, vault, "draft")
    first, second = renderer.render(shot_of(1), 1), renderer.render(shot_of(2), 2)
    try:
        assert await anext(first) == 0.0
        waiting = asyncio.ensure_future(anext(second))
        await asyncio.to_thread(engine.entered.wait)
        await turns()
        assert not waiting.done()
    finally:
        engine.release.set()
    assert [step async for step in first]
    assert await waiting == 0.0
    await second.aclose()


async def test_the_same_step_again_is_a_sign_of_life(monkeypatch: pytest.MonkeyPatch) -> None:
    def work(on_step: OnStep, should_stop: Callable[[], bool]) -> None:
        for fraction in (0.5, 0.5, 0.4):
            on_step(fraction)

    async def told() -> list[float | None]:
        slot = Slot("test")
        async with slot:
            return [step async for step in slot.run(work)]

    assert await told() == [0.0, 0.5, None]
    monkeypatch.setattr("deployments.slot.ALIVE_EVERY_S", 0.0)
    assert await told() == [0.0, 0.5, 0.5, 0.5, None]


async def test_a_slot_whose_work_does_not_stop_is_noticed() -> None:
    slot, begun, release = Slot("test"), threading.Event(), threading.Event()

    def work(on_step: OnStep, should_stop: Callable[[], bool]) -> None:
        begun.set()
        release.wait()

    async def run() -> None:
        async with slot:
            async for _ in slot.run(work):
                pass

    running = asyncio.create_task(run())
    try:
        await asyncio.to_thread(begun.wait)
        await asyncio.sleep(0.02)
        slot.check(0.01)  # long at work, but nobody has told it to stop
        running.cancel()
        await asyncio.sleep(0.02)
        with pytest.raises(RuntimeError, match="test: told to stop"):
            slot.check(0.01)
    finally:
        release.set()
    await asyncio.gather(running, return_exceptions=True)
    slot.check(0.01)


async def test_a_slot_tells_the_error_of_its_work() -> None:
    slot = Slot("test")

    def work(on_step: OnStep, should_stop: Callable[[], bool]) -> str:
        raise ValueError("no")

    async with slot:
        with pytest.raises(ValueError, match="no"):
            [step async for step in slot.run(work)]


class Native(FakeVideoEngine):
    """Makes what a model would: 16 frames a second of 208x120, one more than is needed."""

    def __init__(self) -> None:
        super().__init__()
        self.starts: list[Frame | None] = []

    def render(
        self,
        shot: Shot,
        on_step: OnStep,
        should_stop: Callable[[], bool],
        start: Frame | None = None,
    ) -> Video:
        self.starts.append(start)
        num_frames = shot.num_frames * 16 // shot.fps + 2
        native = shot.model_copy(
            update={"num_frames": num_frames, "width": 208, "height": 120, "fps": 16}
        )
        video = super().render(native, on_step, should_stop)
        return replace(video, remarks=("decoded in tiles",))


async def test_a_models_own_size_rate_and_length_become_the_shots(vault: Vault) -> None:
    shot = shot_of()
    _, clip = await clip_of(ClipRenderer(Native(), vault, "final"), shot)
    async with vault.local(clip.key) as path:
        with av.open(path) as film:
            stream = film.streams.video[0]
            frames = list(film.decode(stream))
            assert stream.average_rate == shot.fps
    assert (len(frames), frames[0].width, frames[0].height) == (30, shot.width, shot.height)
    # Every third frame of 24 a second is a second one of 16: there they are as they were drawn.
    assert [read_index(frame)[1] for frame in frames[::3]] == list(range(0, 20, 2))


async def test_a_clip_tells_what_the_engine_remarked(vault: Vault) -> None:
    _, clip = await clip_of(ClipRenderer(Native(), vault, "final"), shot_of())
    assert clip.remarks == ("decoded in tiles",)
    _, found = await clip_of(ClipRenderer(Native(), vault, "final"), shot_of())
    assert (found.remarks, found.reused) == ((), True)


def png_of(pixels: Frame) -> bytes:
    """[height, width, 1, 3 or 4] in the order of OpenCV: blue first."""
    return cv2.imencode(".png", pixels)[1].tobytes()


async def test_a_shot_starts_from_its_reference_picture(vault: Vault) -> None:
    picture = np.zeros((40, 60, 3), np.uint8)
    picture[:, :30], picture[:, 30:] = (0, 0, 200), (90, 0, 0)
    key = await vault.publish_content("pictures", png_of(picture), ".png")
    engine = Native()
    shot = shot_of().model_copy(update={"reference": key})
    _, clip = await clip_of(ClipRenderer(engine, vault, "final"), shot)
    [start] = engine.starts
    assert start is not None
    assert np.array_equal(start, picture[..., ::-1])
    assert clip.key != shot_of().key(engine.id)


@pytest.mark.parametrize(
    ("pixels", "seen"),
    [
        (np.full((8, 8, 4), (200, 100, 50, 255), np.uint8), (50, 100, 200)),
        (np.full((8, 8, 4), (200, 100, 50, 0), np.uint8), (255, 255, 255)),
        (np.full((8, 8), 77, np.uint8), (77, 77, 77)),
        (np.full((8, 8, 3), 77 * 257, np.uint16), (77, 77, 77)),
    ],
)
async def test_a_product_that_was_cut_out_stands_on_white(
    vault: Vault, pixels: Frame, seen: tuple[int, int, int]
) -> None:
    key = await vault.publish_content("pictures", png_of(pixels), ".png")
    start = await start_frame(vault, shot_of().model_copy(update={"reference": key}))
    assert start is not None
    assert start.shape == (8, 8, 3)
    assert tuple(start[4, 4]) == seen


async def test_a_shot_starts_where_the_one_it_follows_ends(vault: Vault) -> None:
    renderer = ClipRenderer(FakeVideoEngine(), vault, "final")
    _, before = await clip_of(renderer, shot_of(1))
    engine = Native()
    picture = "pictures/" + 64 * "0" + ".png"
    shot = shot_of(2).model_copy(update={"follows": before.key, "reference": picture})
    await clip_of(ClipRenderer(engine, vault, "final"), shot)
    [start] = engine.starts
    assert start is not None
    frame = av.VideoFrame.from_ndarray(start, format="rgb24").reformat(format="yuv420p")
    assert read_index(frame) == (1, shot_of(1).num_frames - 1)


@pytest.mark.parametrize(
    ("field", "key", "told"),
    [
        (
            "reference",
            "pictures/" + 64 * "a" + ".png",
            "reference picture is not in the vault: pic",
        ),
        ("follows", "clips/" + 64 * "a" + ".mp4", "clip that the shot follows is not in the vault"),
        ("reference", "../secret", r"reference picture is not in the vault: \.\./secret"),
    ],
)
async def test_a_start_that_is_missing_is_named(
    vault: Vault, field: str, key: str, told: str
) -> None:
    engine = FakeVideoEngine()
    with pytest.raises(RenderError, match=told):
        await clip_of(
            ClipRenderer(engine, vault, "final"), shot_of().model_copy(update={field: key})
        )
    assert engine.rendered == []


@pytest.mark.parametrize(
    "data",
    [
        b"GIF89a" + bytes(40),
        png_of(np.zeros((8, 8, 3), np.uint8))[:40],
        png_of(np.zeros((8, 8, 3), np.uint8))[:16] + b"\xff" * 8 + bytes(40),
    ],
)
async def test_a_picture_that_is_none_is_told(vault: Vault, data: bytes) -> None:
    key = await vault.publish_content("pictures", data, ".png")
    with pytest.raises(RenderError, match=f"reference picture cannot be read: {key}"):
        await start_frame(vault, shot_of().model_copy(update={"reference": key}))
