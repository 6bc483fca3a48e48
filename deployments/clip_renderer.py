"""Shot -> Clip. Knows an engine and the vault, not Ray."""

import tempfile
import time
from collections.abc import AsyncGenerator, Callable, Generator, Iterable, Iterator
from contextlib import aclosing, contextmanager
from functools import partial
from pathlib import Path

from conte.clip import Clip, Shot, Tier
from deployments.encoding import Mp4Writer, clear_when_full
from deployments.engines.protocols import Cancelled, Frame, OnStep, RenderError, VideoEngine
from deployments.slot import Slot
from serve.vault import Vault, VaultFull

NEAR_LOSSLESS_CRF = 18
"""A clip is encoded once more in the film, so it keeps more than the film does."""


class ClipRenderer:
    """Renders one shot at a time and publishes it; a shot that was rendered before is found."""

    def __init__(
        self, engine: VideoEngine, vault: Vault, tier: Tier, crf: int = NEAR_LOSSLESS_CRF
    ) -> None:
        self._engine, self._vault, self._crf = engine, vault, crf
        self._tier: Tier = tier
        self._slot = Slot(f"{tier}-render")

    async def render(self, shot: Shot, cut: int) -> AsyncGenerator[float | Clip]:
        """Increasing fractions, then exactly one `Clip`. Closing it stops the engine.

        Raises:
            RenderError: if the engine gives up, breaks its promise, or the disk is full.
        """
        key, render_s, reused = shot.key(self._engine.id), 0.0, True
        if not await self._vault.has(key):
            async with self._slot:
                # Whoever held the slot before may have asked for the same shot.
                if not await self._vault.has(key):
                    reused, started = False, time.monotonic()
                    async with aclosing(self._render(shot, cut, key)) as steps:
                        async for step in steps:
                            yield step
                    render_s = time.monotonic() - started
        yield Clip(
            cut=cut,
            tier=self._tier,
            key=key,
            num_frames=shot.num_frames,
            engine=self._engine.id,
            seed=shot.seed,
            render_s=render_s,
            reused=reused,
        )

    async def _render(self, shot: Shot, cut: int, key: str) -> AsyncGenerator[float]:
        with (
            clear_when_full(f"the clip of cut {cut}"),
            tempfile.TemporaryDirectory(prefix="sian-clip-", ignore_cleanup_errors=True) as folder,
        ):
            path = Path(folder) / "clip.mp4"
            async with aclosing(self._slot.run(partial(self._encode, shot, path))) as steps:
                async for step in steps:
                    if step is not None:
                        yield step
            try:
                await self._vault.publish(key, path)
            except VaultFull as error:
                raise RenderError(str(error)) from error

    def _encode(
        self, shot: Shot, path: Path, on_step: OnStep, should_stop: Callable[[], bool]
    ) -> None:
        video = self._engine.render(shot, on_step, should_stop)
        wanted = (shot.num_frames, shot.width, shot.height, shot.fps)
        got = (video.num_frames, video.width, video.height, video.fps)
        if got != wanted:
            raise RenderError(
                f"{self._engine.id.name} made {_video(*got)}, wanted {_video(*wanted)}"
            )
        # ultrafast: a clip is read by the editor at once, and its size matters less than the wait.
        with (
            _closed_after(video.frames) as frames,
            Mp4Writer(
                path, shot.width, shot.height, shot.fps, crf=self._crf, preset="ultrafast"
            ) as writer,
        ):
            for pixels in frames:
                if should_stop():
                    raise Cancelled
                if writer.num_frames == shot.num_frames:
                    raise RenderError(
                        f"{self._engine.id.name} made more frames than the {shot.num_frames} wanted"
                    )
                self._check(pixels, writer.num_frames, shot)
                writer.write_rgb(pixels)
            if writer.num_frames != shot.num_frames:
                raise RenderError(
                    f"{self._engine.id.name} made {writer.num_frames} frames,"
                    f" wanted {shot.num_frames}"
                )

    def _check(self, pixels: Frame, index: int, shot: Shot) -> None:
        if pixels.shape != (shot.height, shot.width, 3) or pixels.dtype != "uint8":
            raise RenderError(
                f"{self._engine.id.name} made frame {index} as {pixels.shape} {pixels.dtype},"
                f" wanted ({shot.height}, {shot.width}, 3) uint8"
            )


@contextmanager
def _closed_after(frames: Iterable[Frame]) -> Generator[Iterator[Frame]]:
    """What the engine holds for its frames is let go in its own thread, not by the collector."""
    taken = iter(frames)
    try:
        yield taken
    finally:
        if isinstance(taken, Generator):
            taken.close()


def _video(num_frames: int, width: int, height: int, fps: int) -> str:
    return f"{num_frames} frames of {width}x{height} at {fps} a second"
