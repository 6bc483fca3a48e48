"""Clips on disk -> one film on disk and the pictures taken on the way. Blocking; knows no vault.

A film is cut in pieces, one a cut: each as soon as its clip is there, and those it dissolves into.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from av import VideoFrame
from av.error import FFmpegError
from numpy.typing import NDArray

from conte.brief import AspectRatio, Brief
from conte.clip import Clip, frame_size
from conte.conte import Conte, ProductEntry
from conte.cut import Cut
from deployments.encoding import Mp4Writer, count_frames, frames_of, rgb_of
from deployments.engines.protocols import Cancelled, OnStep, RenderError
from deployments.overlays import (
    AI_LABEL,
    CUT_LABEL,
    caption,
    caption_size,
    counter,
    label,
    legal,
    timecode,
)
from deployments.safe_area import SafeArea
from deployments.splicing import splice
from deployments.transitions import Edited, dissolves, edited_frames
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
    """In the order of the cuts; for a piece those that it needs will do."""
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
    """Stills taken on the way: the middle of each cut without letters, and the poster."""

    cuts: list[Picture]
    poster: Picture | None
    width: int
    height: int


@dataclass(frozen=True)
class Piece:
    """One cut as the film shows it."""

    path: Path | None
    """None: stills only."""
    width: int
    height: int
    still: Picture
    poster: Picture | None


def clips_of(k: int, order: Order) -> tuple[int, ...]:
    """The indices of the clips that piece `k` is made of."""
    before, after = dissolves(k, order.conte.cuts, order.brief.fps)
    return (*([k - 1] if before else []), k, *([k + 1] if after else []))


def cut_film(
    order: Order,
    paths: Mapping[int, Path],
    ready: Mapping[int, Piece],
    out: Path | None,
    on_step: OnStep,
    should_stop: Callable[[], bool],
) -> Pictures:
    """Cut the pieces that are not ready, and join all of them. `out` None: stills only.

    Raises:
        Cancelled: when told to stop.
        RenderError: if a clip is not the cut's, naming the cut, what was got and what was wanted.
    """
    brief, settings = order.brief, order.settings
    pieces: list[Piece] = []
    for k, cut in enumerate(order.conte.cuts):
        path = out.with_name(f"piece-{k}.mp4") if out is not None else None
        piece = ready.get(k) or cut_piece(order, k, paths, path, on_step, should_stop)
        pieces.append(piece)
        _check_size(cut, (piece.width, piece.height), (pieces[0].width, pieces[0].height))
    if out is not None:
        files = [piece.path for piece in pieces if piece.path is not None]
        splice(files, out, brief.fps, silence=settings.audio == "silent", tags=order.tags)
        # Counted in the file itself, for the length is what was promised.
        if (got := count_frames(out)) != brief.num_frames:
            raise RenderError(f"the film has {got} frames, the brief asks for {brief.num_frames}")
    return Pictures(
        cuts=[piece.still for piece in pieces],
        poster=next((piece.poster for piece in pieces if piece.poster is not None), None),
        width=pieces[0].width,
        height=pieces[0].height,
    )


def cut_piece(
    order: Order,
    k: int,
    paths: Mapping[int, Path],
    out: Path | None,
    on_step: OnStep,
    should_stop: Callable[[], bool],
) -> Piece:
    """Decode the clip once, lay over what belongs over it, and encode. Raises as `cut_film`."""
    cuts, fps, total = order.conte.cuts, order.brief.fps, order.brief.num_frames
    width, height = _size(cuts[k], paths[k], order.brief.aspect_ratio)
    clips = {i: _frames_of_cut(cuts[i], paths[i], width, height) for i in clips_of(k, order)}
    before = deque(clips[k - 1], maxlen=1).pop() if k - 1 in clips else None
    after = next(clips[k + 1]) if k + 1 in clips else None
    letters = _Letters(order, k, SafeArea.of(width, height))
    start, n = sum(cut.num_frames for cut in cuts[:k]), cuts[k].num_frames
    still: Picture | None = None
    poster: Picture | None = None
    with ExitStack() as stack:
        writer = None
        if out is not None:
            # A draft is waited for, and its flat drawings stay small; a final film is kept.
            preset = "ultrafast" if order.clips[0].tier == "draft" else "veryfast"
            crf = order.settings.crf
            writer = stack.enter_context(Mp4Writer(out, width, height, fps, crf=crf, preset=preset))
        for edited in edited_frames(k, cuts, clips[k], fps, before, after):
            if should_stop():
                raise Cancelled
            if edited.index == n // 2:
                still = rgb_of(edited.frame)
            letters.onto(edited, start + edited.index)
            # In the middle third no transition is at work, and every caption is fully there.
            if edited.index == n // 2 and k == _hero(order.conte):
                poster = rgb_of(edited.frame)
            if writer is not None:
                writer.write(edited.frame)
            on_step((start + edited.index + 1) / total)
    if still is None:
        raise RenderError(f"cut {cuts[k].number} has no frames")
    return Piece(out, width, height, still, poster)


class _Letters:
    """Everything that is laid over a cut, drawn once."""

    def __init__(self, order: Order, k: int, area: SafeArea) -> None:
        settings, language = order.settings, order.brief.language
        self._cut, self._fps, self._area = order.conte.cuts[k], order.brief.fps, area
        self._settings, self._cut_label = settings, CUT_LABEL[language]
        self._label = label(AI_LABEL[language], area) if settings.label_ai else None
        small = order.legal[k] if order.legal else ""
        self._legal = legal(small, area) if small else None
        # One size for all of the film's.
        size, lines = caption_size(order.captions, area), order.captions[k]
        self._caption = caption(lines, size, area, self._legal) if lines else None

    def onto(self, edited: Edited, index: int) -> None:
        """`index` is the film's."""
        if self._caption is not None:
            shown = _shown(edited.index, self._cut.num_frames)
            self._caption.onto(edited.planes, shown * edited.light)
        if self._legal is not None:
            # From the first frame to the last: it is long to read.
            self._legal.onto(edited.planes, edited.light)
        if self._label is not None:
            self._label.onto(edited.planes)
        if text := self._counter_text(index):
            counter(text, self._area).onto(edited.planes)

    def _counter_text(self, index: int) -> str:
        parts: list[str] = []
        if self._settings.show_cut_number:
            parts.append(self._cut_label.format(self._cut.number))
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


def _size(cut: Cut, path: Path, aspect_ratio: AspectRatio) -> tuple[int, int]:
    first = next(_decoded(cut, path), None)
    if first is None:
        raise RenderError(f"the clip of cut {cut.number} has no frames")
    got = first.width, first.height
    wanted = frame_size(aspect_ratio, min(got))
    if got != wanted:
        raise RenderError(
            f"the clip of cut {cut.number} is {got[0]}x{got[1]}, wanted {wanted[0]}x{wanted[1]}"
            f" for {aspect_ratio}"
        )
    return wanted


def _check_size(cut: Cut, got: tuple[int, int], wanted: tuple[int, int]) -> None:
    if got != wanted:
        raise RenderError(
            f"the clip of cut {cut.number} is {got[0]}x{got[1]}, wanted {wanted[0]}x{wanted[1]}"
        )


def _decoded(cut: Cut, path: Path) -> Iterator[VideoFrame]:
    try:
        yield from frames_of(path)
    except FFmpegError as error:
        raise RenderError(f"the clip of cut {cut.number} cannot be read: {error}") from error


def _frames_of_cut(cut: Cut, path: Path, width: int, height: int) -> Iterator[VideoFrame]:
    """The frames of a clip, checked as they pass."""
    count = 0
    for frame in _decoded(cut, path):
        _check_size(cut, (frame.width, frame.height), (width, height))
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
