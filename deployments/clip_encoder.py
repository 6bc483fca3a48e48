"""Engine's video -> a published clip: conforms, encodes, publishes. Knows no engine and no Ray.

Without an encoder the renderer does the same in its own slot (`published`).
"""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from functools import partial
from pathlib import Path
from typing import Protocol

from conte.clip import Shot
from deployments.conforming import closed_after, conform, is_exact
from deployments.encoding import Mp4Writer, Preset, clear_when_full
from deployments.engines.protocols import Cancelled, OnStep, RenderError, Video
from deployments.slot import Slot
from serve.scratch import scratch
from serve.vault import Vault, VaultFull

NEAR_LOSSLESS_CRF = 18
"""CRF of clips. The film encodes them again, so a clip keeps more quality than the film."""


class Encoding(Protocol):
    """Encoder of a renderer. `video.frames` is one array [frames, height, width, 3] uint8."""

    def encode(self, video: Video, shot: Shot, key: str) -> AsyncGenerator[float]:
        """Yield increasing fractions; at the end the clip is in the vault. Closing it stops the
        work.

        Raises:
            RenderError: if the video does not match the shot, or the disk is full.
        """
        ...


class ClipEncoder:
    """Encodes one clip at a time."""

    def __init__(self, vault: Vault, crf: int = NEAR_LOSSLESS_CRF) -> None:
        self._vault, self._crf = vault, crf
        self._slot = Slot("clip-encode")

    async def encode(self, video: Video, shot: Shot, key: str) -> AsyncGenerator[float]:
        """Encode the video and publish it as `key`, as `Encoding.encode` describes."""
        async with self._slot:
            work = partial(_write, video, shot, self._crf)
            async with aclosing(published(self._vault, key, self._slot, work, key)) as steps:
                async for step in steps:
                    yield step


Work = Callable[[Path, OnStep, Callable[[], bool]], None]
"""Blocking function that writes a clip to the path."""


async def published(
    vault: Vault, key: str, slot: Slot, work: Work, what: str
) -> AsyncGenerator[float]:
    """Run the work in the slot, yield its steps, and publish its file as `key`.

    The caller holds the slot. `what` names the clip in an error.

    Raises:
        RenderError: if the disk is full.
    """
    with clear_when_full(what), scratch("sian-clip-") as folder:
        path = folder / "clip.mp4"
        async with aclosing(slot.run(partial(work, path))) as steps:
            async for step in steps:
                if step is not None:
                    yield step
        try:
            await vault.publish(key, path)
        except VaultFull as error:
            raise RenderError(str(error)) from error


def write_clip(
    video: Video,
    shot: Shot,
    path: Path,
    crf: int,
    should_stop: Callable[[], bool],
    on_step: OnStep = lambda _: None,
    *,
    preset: Preset = "ultrafast",
) -> None:
    """Write the video, conformed to the shot, as an MP4.

    The default preset is as fast as its quality allows: the editor reads the clip at once, and
    waiting matters more than size.

    Raises:
        Cancelled: if `should_stop` returns true.
        RenderError: if the video is too short, or its frames differ from its description.
    """
    if not is_exact(video, shot):
        video = Video(conform(video, shot), shot.num_frames, shot.width, shot.height, shot.fps)
    with (
        closed_after(video) as frames,
        Mp4Writer(path, shot.width, shot.height, shot.fps, crf=crf, preset=preset) as writer,
    ):
        for pixels in frames:
            if should_stop():
                raise Cancelled
            writer.write_rgb(pixels)
            on_step(writer.num_frames / shot.num_frames)


def _write(
    video: Video, shot: Shot, crf: int, path: Path, on_step: OnStep, should_stop: Callable[[], bool]
) -> None:
    write_clip(video, shot, path, crf, should_stop, on_step)
