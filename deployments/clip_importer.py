"""Upload -> Clip: a person's video or picture, re-encoded like a rendered clip.

The file is decoded in a bounded child; only its pixels get into the clip. Knows the vault, no Ray.
"""

import itertools
from collections.abc import AsyncGenerator, Callable, Generator, Iterator
from contextlib import aclosing, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from conte.clip import Clip, Shot, Tier
from conte.frozen import digest
from conte.upload import UPLOADED, Moving, kept_frames
from deployments.clip_encoder import NEAR_LOSSLESS_CRF, published, write_clip
from deployments.conforming import conform
from deployments.engines.protocols import Cancelled, CannotRender, Frame, OnStep, RenderError, Video
from deployments.slot import Slot
from deployments.uploaded_frames import frames_of
from serve.bounded import Bounded, CallLimits, CallResult, Stopped, Trouble, Unusable
from serve.bounded.limits import MIB
from serve.pictures.reading import LIMITS as PICTURE_LIMITS
from serve.pictures.reading import as_rgb
from serve.uploads.bounds import UploadBounds
from serve.vault import Missing, Vault

LIMITS = CallLimits(
    memory_bytes=2048 * MIB, cpu_s=900, wall_s=30, answer_bytes=64 * MIB, file_bytes=8 * MIB
)
"""Limits of a decode; `wall_s` is per frame. The only file written is the lookup table from HDR to
SDR.
"""


@dataclass
class _Made:
    """Facts about the clip that was made."""

    num_frames: int = 0
    head: int = 0
    tail: int = 0
    remarks: tuple[str, ...] = ()


class ClipImporter:
    """Makes clips of uploads, one at a time."""

    def __init__(self, vault: Vault, bounds: UploadBounds) -> None:
        self._vault, self._bounds = vault, bounds
        self._slot = Slot("clip-import")

    async def bring_in(
        self, upload: str, shot: Shot, cut: int, tier: Tier
    ) -> AsyncGenerator[float | Clip]:
        """Yield 0.0 when it begins, fractions that never fall, then exactly one `Clip`.

        A picture becomes a clip of the shot's length with its handles. The cut shows a video from
        its beginning; the video may be shorter than the cut. Closing the generator stops the work.

        Args:
            upload: vault key of the file.

        Raises:
            CannotRender: if the file is missing, or no clip can be made of it.
            RenderError: if another attempt may succeed.
        """
        facts = [UPLOADED.revision, upload, shot.width, shot.height, shot.fps]
        key = f"clips/{digest([*facts, shot.num_frames, shot.head, shot.tail])}.mp4"
        made = _Made()

        async with self._slot:
            try:
                async with self._vault.local(upload) as source:
                    work = _work(source, shot, self._bounds, made)
                    what = f"the clip of cut {cut}"
                    steps = published(self._vault, key, self._slot, work, what)
                    async with aclosing(steps):
                        async for step in steps:
                            yield step
            except Missing as error:
                raise CannotRender(f"the upload is not in the vault: {upload}") from error
        yield Clip(
            cut=cut,
            tier=tier,
            key=key,
            num_frames=made.num_frames,
            engine=UPLOADED,
            seed=shot.seed,
            # An upload takes no renderer's time.
            render_s=0,
            reused=False,
            remarks=made.remarks,
            head=made.head,
            tail=made.tail,
            source="uploaded",
        )

    def check(self, patience_s: float) -> None:
        """Raise RuntimeError if stopped work still runs after `patience_s` seconds."""
        self._slot.check(patience_s)


def _work(
    source: Path, shot: Shot, bounds: UploadBounds, made: _Made
) -> Callable[[Path, OnStep, Callable[[], bool]], None]:
    make = _of_picture if source.suffix == ".png" else _of_video

    def work(target: Path, on_step: OnStep, should_stop: Callable[[], bool]) -> None:
        make(source, shot, bounds, made, target, on_step, should_stop)

    return work


def _of_picture(
    source: Path, shot: Shot, bounds: UploadBounds, made: _Made, target: Path, on_step: OnStep,
    should_stop: Callable[[], bool],
) -> None:  # fmt: skip
    with Bounded(PICTURE_LIMITS, foreground=True, should_stop=should_stop) as child, _told():
        answer = child.call(as_rgb, str(source))
    height, width = map(int, answer.text.split())
    pixels = np.frombuffer(answer.blobs[0], np.uint8).reshape(height, width, 3).copy()
    one = shot.model_copy(update={"num_frames": 1, "head": 0, "tail": 0})
    fitted = next(conform(Video([pixels], 1, width, height, shot.fps), one))
    frames = itertools.repeat(fitted, shot.num_frames)
    video = Video(frames, shot.num_frames, shot.width, shot.height, shot.fps)
    write_clip(video, shot, target, NEAR_LOSSLESS_CRF, should_stop, on_step)
    made.num_frames, made.head, made.tail = shot.num_frames, shot.head, shot.tail
    made.remarks = ("a still picture", *_cropped(width, height, shot))


def _of_video(
    source: Path, shot: Shot, bounds: UploadBounds, made: _Made, target: Path, on_step: OnStep,
    should_stop: Callable[[], bool],
) -> None:  # fmt: skip
    with (
        Bounded(LIMITS, foreground=True, should_stop=should_stop) as child,
        closing(child.stream(frames_of, str(source), bounds)) as parts,
        _told(),
    ):
        moving = Moving.model_validate_json(next(parts).text)
        frames = _rgb(parts)
        first = next(frames, None)
        if first is None:
            raise CannotRender("the upload has no frames")
        height, width = first.shape[:2]
        cut_frames = shot.num_frames - shot.head - shot.tail
        kept = kept_frames(moving, cut_frames, shot.fps)
        whole = shot.model_copy(update={"num_frames": kept, "head": 0, "tail": 0})
        video = Video(
            itertools.chain([first], frames), moving.num_frames, width, height, moving.fps
        )
        write_clip(video, whole, target, NEAR_LOSSLESS_CRF, should_stop, on_step)
    made.num_frames, made.tail = kept, max(0, kept - cut_frames)
    sound = ("its sound was left out",) if moving.sound else ()
    rate = (f"{moving.fps} to {shot.fps} frames a second",) if moving.fps != shot.fps else ()
    made.remarks = (*sound, *rate, *_cropped(width, height, shot))


def _rgb(parts: Generator[CallResult]) -> Iterator[Frame]:
    for part in parts:
        height, width = map(int, part.text.split())
        # A copy, because the pipe's bytes are read-only.
        yield np.frombuffer(part.blobs[0], np.uint8).reshape(height, width, 3).copy()


def _cropped(width: int, height: int, shot: Shot) -> tuple[str, ...]:
    if abs(width * shot.height - height * shot.width) <= max(width, height) * 2:
        return ()
    return (f"cropped about the centre from {width}x{height}",)


@contextmanager
def _told() -> Generator[None]:
    """Convert errors of a bounded call.

    Raises:
        CannotRender, RenderError, Cancelled: in place of Unusable, Trouble, Stopped.
    """
    try:
        yield
    except Unusable as error:
        raise CannotRender(f"the upload cannot be used: {error}") from None
    except Trouble as error:
        raise RenderError(f"the upload cannot be decoded: {error}") from None
    except Stopped:
        raise Cancelled from None
