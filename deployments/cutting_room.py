"""Clips on disk -> one film on disk and the pictures taken on the way. Blocking; knows no vault."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path

import numpy as np
from av import VideoFrame
from av.error import FFmpegError
from numpy.typing import NDArray

from conte.brief import Brief
from conte.clip import Clip, frame_size
from conte.conte import Conte, ProductEntry
from conte.cut import Cut
from deployments.encoding import Mp4Writer, count_frames, frames_of, rgb_of
from deployments.engines.protocols import Cancelled, OnStep, RenderError
from deployments.overlays import (
    AI_LABEL,
    CUT_LABEL,
    Overlay,
    caption,
    caption_size,
    counter,
    label,
    legal,
    timecode,
)
from deployments.safe_area import SafeArea
from deployments.transitions import Edited, edited_frames
from serve.settings import FilmSettings

Picture = NDArray[np.uint8]
"""[height, width, 3] uint8, sRGB."""

CAPTION_EASE_FRAMES = 5


@dataclass(frozen=True)
class Order:
    """All that shapes a film's pixels and bytes."""

    conte: Conte
    brief: Brief
    clips: tuple[Clip, ...]
    captions: tuple[tuple[str, ...], ...]
    """The lines of each cut's caption; none where it has none or captions are not burned in."""
    settings: FilmSettings
    legal: tuple[str, ...] = ()
    """Each cut's legal line, empty where it has none; none at all where nothing is burned in."""

    @property
    def tags(self) -> dict[str, str]:
        """What the container says about itself."""
        engines = dict.fromkeys(clip.engine.label for clip in self.clips)
        made_by = f"clips: {', '.join(engines)}"
        marked = (
            f"{AI_LABEL[self.brief.language]} / AI-generated; " if self.settings.label_ai else ""
        )
        return {
            "title": self.conte.title,
            "artist": self.brief.advertiser or self.brief.product.name,
            "comment": marked + made_by,
        }


@dataclass
class Pictures:
    """Stills taken in the one pass: the middle of each cut without letters, and the poster."""

    cuts: list[Picture] = field(default_factory=list)
    poster: Picture | None = None
    width: int = 0
    height: int = 0


def cut_film(
    order: Order,
    paths: Sequence[Path],
    out: Path | None,
    on_step: OnStep,
    should_stop: Callable[[], bool],
) -> Pictures:
    """Decode every clip once, lay over what belongs over it, and encode. `out` None: stills only.

    Raises:
        Cancelled: when told to stop.
        RenderError: if a clip is not the cut's, naming the cut, what was got and what was wanted.
    """
    width, height = _size(paths[0], order)
    cuts, fps, total = order.conte.cuts, order.brief.fps, order.brief.num_frames
    clips = [
        _frames_of_cut(cut, path, width, height) for cut, path in zip(cuts, paths, strict=True)
    ]
    letters = _Letters(order, SafeArea.of(width, height))
    pictures = Pictures(width=width, height=height)
    hero = _hero(order.conte)
    starts = (0, *accumulate(cut.num_frames for cut in cuts))

    def edit(write: Callable[[VideoFrame], None]) -> None:
        for edited in edited_frames(cuts, clips, fps):
            if should_stop():
                raise Cancelled
            n, index = cuts[edited.cut].num_frames, starts[edited.cut] + edited.index
            if edited.index == n // 2:
                pictures.cuts.append(rgb_of(edited.frame))
            letters.onto(edited, index)
            # In the middle third no transition is at work, and every caption is fully there.
            if edited.cut == hero and edited.index == n // 2:
                pictures.poster = rgb_of(edited.frame)
            write(edited.frame)
            on_step((index + 1) / total)

    if out is None:
        edit(lambda _: None)
        return pictures
    with Mp4Writer(
        out,
        width,
        height,
        fps,
        crf=order.settings.crf,
        # A draft is waited for, and its flat drawings stay small; a final film is kept.
        preset="ultrafast" if order.clips[0].tier == "draft" else "veryfast",
        silence=order.settings.audio == "silent",
        tags=order.tags,
    ) as writer:
        edit(writer.write)
    # Counted in the file itself, for the length is what was promised.
    if (got := count_frames(out)) != total:
        raise RenderError(f"the film has {got} frames, the brief asks for {total}")
    return pictures


class _Letters:
    """Everything that is laid over, drawn once."""

    def __init__(self, order: Order, area: SafeArea) -> None:
        settings, language = order.settings, order.brief.language
        self._cuts, self._fps, self._area = order.conte.cuts, order.brief.fps, area
        self._settings, self._cut_label = settings, CUT_LABEL[language]
        self._label = label(AI_LABEL[language], area) if settings.label_ai else None
        size = caption_size(order.captions, area)
        self._legal: list[Overlay | None] = [
            legal(text, area) if text else None for text in order.legal or [""] * len(self._cuts)
        ]
        self._captions: list[Overlay | None] = [
            caption(lines, size, area, below) if lines else None
            for lines, below in zip(order.captions, self._legal, strict=True)
        ]

    def onto(self, edited: Edited, index: int) -> None:
        if (words := self._captions[edited.cut]) is not None:
            shown = _shown(edited.index, self._cuts[edited.cut].num_frames)
            words.onto(edited.planes, shown * edited.light)
        if (small := self._legal[edited.cut]) is not None:
            # From the first frame to the last: it is long to read.
            small.onto(edited.planes, edited.light)
        if self._label is not None:
            self._label.onto(edited.planes)
        if text := self._counter_text(edited.cut, index):
            counter(text, self._area).onto(edited.planes)

    def _counter_text(self, cut: int, index: int) -> str:
        parts: list[str] = []
        if self._settings.show_cut_number:
            parts.append(self._cut_label.format(self._cuts[cut].number))
        if self._settings.show_timecode:
            parts.append(timecode(index, self._fps))
        return "  ".join(parts)


def _shown(index: int, num_frames: int) -> float:
    """How much of a caption is there, 0..1: eased in at its cut's start and out at its end."""
    nearest = min(index, num_frames - 1 - index) + 1
    t = min(nearest / (CAPTION_EASE_FRAMES + 1), 1.0)
    return t * t * (3 - 2 * t)


def _hero(conte: Conte) -> int:
    """The index of the cut for the poster: the last that shows the product, or the last of all."""
    products = {entry.id for entry in conte.sheet if isinstance(entry, ProductEntry)}
    shown = [k for k, cut in enumerate(conte.cuts) if products.intersection(cut.shows)]
    return shown[-1] if shown else len(conte.cuts) - 1


def _size(path: Path, order: Order) -> tuple[int, int]:
    first = next(_decoded(order.conte.cuts[0], path), None)
    if first is None:
        raise RenderError("the clip of cut 1 has no frames")
    wanted = frame_size(order.brief.aspect_ratio, min(first.width, first.height))
    if (first.width, first.height) != wanted:
        raise RenderError(
            f"the clip of cut 1 is {first.width}x{first.height}, wanted {wanted[0]}x{wanted[1]}"
            f" for {order.brief.aspect_ratio}"
        )
    return wanted


def _decoded(cut: Cut, path: Path) -> Iterator[VideoFrame]:
    try:
        yield from frames_of(path)
    except FFmpegError as error:
        raise RenderError(f"the clip of cut {cut.number} cannot be read: {error}") from error


def _frames_of_cut(cut: Cut, path: Path, width: int, height: int) -> Iterator[VideoFrame]:
    """The frames of a clip, checked as they pass."""
    count = 0
    for frame in _decoded(cut, path):
        if (frame.width, frame.height) != (width, height):
            raise RenderError(
                f"the clip of cut {cut.number} is {frame.width}x{frame.height},"
                f" wanted {width}x{height}"
            )
        if frame.format.name != "yuv420p":
            raise RenderError(
                f"the clip of cut {cut.number} is {frame.format.name}, wanted yuv420p"
            )
        count += 1
        if count > cut.num_frames:
            break
        yield frame
    # Asked for one more than it has: the next of a whole cut is never taken.
    if count != cut.num_frames:
        at_least = "more" if count > cut.num_frames else str(count)
        raise RenderError(
            f"the clip of cut {cut.number} has {at_least} frames, the cut lasts {cut.num_frames}"
        )
