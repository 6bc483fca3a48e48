"""Clips on disk -> pieces and one film on disk. Blocking; knows no vault.

A film is cut in pieces, one for each cut: as soon as its clip, and those it dissolves with, exist.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import count
from pathlib import Path
from threading import Event, Lock
from types import MappingProxyType
from typing import Literal

from av.error import FFmpegError

from conte.ai_label import AI_LABEL
from conte.brief import Brief
from conte.clip import Clip, frame_size
from conte.conte import Conte
from conte.frozen import digest
from conte.subtitles import Subtitle
from deployments.cut_overlays import CutOverlays, Words
from deployments.encoding import THREADS, clear_when_full, count_frames
from deployments.engines.protocols import Cancelled, OnStep, RenderError
from deployments.film_words import FilmWords
from deployments.fitting import Size
from deployments.footage import Footage, check_size
from deployments.groups import EditedCut, Encoder, Group
from deployments.safe_area import UPRIGHT_EDITION
from deployments.sound.recordings import placed_of
from deployments.sound.soundtrack import Soundtrack, soundtrack_of
from deployments.sound.track import score_of
from deployments.splicing import Audio, Sound, Stretch, header_of, remember, splice
from deployments.transitions import blends, dissolves
from serve.settings import FilmSettings

_DRAFTS_QP = 5
"""Added to the CRF of final films: the hardest frames of a drawing then lose no more than by
`ultrafast` at a CRF one higher, in five sixths of the time.
"""
_WORST_QP = 51


@dataclass(frozen=True)
class FilmOrder:
    """All inputs that shape a film's pixels and bytes."""

    conte: Conte
    brief: Brief
    clips: tuple[Clip, ...]
    """Clips in the order of the cuts; a piece needs only its own and its neighbours'."""
    captions: tuple[tuple[str, ...], ...]
    """Caption lines of each cut; empty if it has none or captions are not burned in."""
    settings: FilmSettings
    legal: tuple[str, ...] = ()
    """Legal line of each cut, empty if it has none; (): nothing is burned in."""
    size: Size | None = None
    """Size of the film's picture; None: the size that all clips have."""
    subtitles: tuple[tuple[Subtitle, ...], ...] = ()
    """Subtitle cards of each cut; (): none are burned in."""
    subtitle_width: float = 0
    """Width of the widest subtitle line of the film."""

    @property
    def tags(self) -> dict[str, str]:
        """Return the container's metadata."""
        engines = dict.fromkeys(clip.engine.label for clip in self.clips)
        made_by = f"clips: {', '.join(engines)}"
        marked = (
            f"{AI_LABEL[self.brief.language]} / AI-generated; " if self.settings.label_ai else ""
        )
        heard = f"; sound: {self.sound}" if self.sound else ""
        return {
            "title": self.conte.title,
            "artist": self.brief.advertiser or self.brief.product.name,
            "comment": marked + made_by + heard,
        }

    @cached_property
    def soundtrack(self) -> Soundtrack | None:
        """Temporary track and recordings of the film; None: nothing is heard."""
        wanted, brief = self.settings.audio, self.brief
        if wanted == "none":
            return None
        guide = wanted == "all" or (wanted == "draft" and self.clips[0].tier == "draft")
        score = score_of(self.conte, brief) if guide else None
        placed = placed_of(self.conte, brief.fps)
        num_frames, loudness = self.conte.num_frames, self.settings.loudness
        return soundtrack_of(score, placed, num_frames, brief.fps, loudness)

    @property
    def audio(self) -> Literal["silent", "none"]:
        """Audio of a film without any sound: a silent track, or no track."""
        return "none" if self.settings.audio == "none" else "silent"

    @property
    def sound(self) -> str:
        """Label of the temporary track, for people; empty: there is none."""
        return self.soundtrack.label(self.brief.language) if self.soundtrack else ""

    @property
    def encoder(self) -> Encoder:
        """Settings of the encoder: fast for drafts, smaller files for final films."""
        crf, fps = self.settings.crf, self.brief.fps
        if self.clips[0].tier == "draft":
            return Encoder("draft", min(crf + _DRAFTS_QP, _WORST_QP), fps)
        return Encoder("veryfast", crf, fps)

    def clip(self, k: int) -> Clip:
        """Return the clip of the cut with index `k`."""
        return next(clip for clip in self.clips if clip.cut == k + 1)

    @property
    def safe_area(self) -> tuple[int, ...]:
        """Return the safe area's edition; () for the first, so that older keys stay valid."""
        width, height = frame_size(self.brief.aspect_ratio)
        return (UPRIGHT_EDITION,) if width < height else ()

    def is_native(self, clip: Clip) -> bool:
        """Return whether the film shows the clip's picture neither cropped nor scaled."""
        return clip.window is None and self.size in (None, (clip.width, clip.height))

    def words(self, k: int) -> Words:
        """Return the texts over the cut with index `k`, and their placement."""
        return self._words.over(k, self.clip(k))

    @cached_property
    def _words(self) -> FilmWords:
        return FilmWords(
            self.conte,
            self.brief,
            self.settings,
            self.captions,
            self.legal,
            self.subtitles,
            self.subtitle_width,
        )


@dataclass(frozen=True)
class Piece:
    """A video file of one cut as it appears in the film."""

    path: Path
    width: int
    height: int
    header: bytes
    """The encoder's header: pieces with different ones cannot be joined."""
    groups: tuple[Group, ...] = ()
    """Groups of frames of which it consists; (): not known, because the piece was found in the
    vault."""

    @classmethod
    def at(cls, path: Path, num_frames: int) -> "Piece | None":
        """Read a piece from its file; None if it is not a video of that many frames."""
        try:
            if count_frames(path) != num_frames:
                return None
            return cls(path, *header_of(path))
        except (FFmpegError, LookupError):
            return None


def clips_of(k: int, order: FilmOrder) -> tuple[int, ...]:
    """Return the indices of the clips that piece `k` uses."""
    before, after = dissolves(k, order.conte.cuts, order.brief.fps)
    return (*([k - 1] if before else []), k, *([k + 1] if after else []))


def edited_cut(order: FilmOrder, k: int, paths: Mapping[int, Path]) -> EditedCut:
    """Check the clips of the cut with index `k`, and draw what lies over it. Raises as `cut_piece`
    does.
    """
    cuts, fps = order.conte.cuts, order.brief.fps
    clips = {i: Footage(cuts[i], order.clip(i), paths[i]) for i in clips_of(k, order)}
    for clip in clips.values():
        clip.check()
    size = order.size or clips[k].picture()
    return EditedCut(
        cut=cuts[k],
        footage=clips[k],
        before=clips.get(k - 1),
        after=clips.get(k + 1),
        mixed=blends(k, cuts, fps),
        overlays=CutOverlays(order.words(k), cuts[k].num_frames, fps, size),
        size=size,
        encoder=order.encoder,
    )


def cut_piece(
    order: FilmOrder,
    k: int,
    paths: Mapping[int, Path],
    out: Path,
    known: Mapping[str, Stretch],
    on_step: OnStep,
    should_stop: Callable[[], bool],
) -> Piece:
    """Write piece `k` to `out`. Its groups are encoded in parallel, one per core.

    `known`: groups that were encoded before, by their keys, with the place of each; they are
    copied.

    Raises:
        Cancelled: if `should_stop` returns true.
        RenderError: if a clip is not the cut's, naming the cut, what was got and what was wanted.
    """
    cut, fps = order.conte.cuts[k], order.brief.fps
    begins, total = sum(one.num_frames for one in order.conte.cuts[:k]), order.brief.num_frames
    edited = edited_cut(order, k, paths)
    groups, done, failed, counting = edited.groups, count(begins + 1), Event(), Lock()

    def encoded(index: int) -> Stretch:
        path = out.with_name(f"{out.stem}-{index}.mp4")
        try:
            for _ in edited.encode(groups[index], path):
                if should_stop() or failed.is_set():
                    raise Cancelled
                with counting:
                    on_step(next(done) / total)
        except BaseException:
            failed.set()
            raise
        return Stretch(path)

    with ThreadPoolExecutor(THREADS, "film-group") as pool:
        making = {
            index: pool.submit(encoded, index)
            for index, group in enumerate(groups)
            if group.key not in known
        }
        _raise_first(making.values())
    stretches = [
        making[index].result() if index in making else known[group.key]
        for index, group in enumerate(groups)
    ]
    piece = _joined(stretches, out, fps, cut.num_frames)
    if piece is not None:
        return replace(piece, groups=groups)
    if len(making) < len(groups):
        # What was encoded before is damaged.
        return cut_piece(order, k, paths, out, {}, on_step, should_stop)
    raise RenderError(f"cut {cut.number} made no piece of the film")


def _joined(stretches: Sequence[Stretch], out: Path, fps: int, num_frames: int) -> Piece | None:
    try:
        splice(stretches, out, fps, num_frames, audio="none", tags={})
    except (FFmpegError, LookupError, ValueError):
        return None
    return Piece.at(out, num_frames)


def _raise_first(making: Iterable[Future[Stretch]]) -> None:
    """Wait for all groups, then raise the first error, if any; a real error before the `Cancelled`
    that it caused."""
    errors = [error for one in making if (error := one.exception()) is not None]
    for error in sorted(errors, key=lambda error: isinstance(error, Cancelled)):
        raise error


def prepare_sound(order: FilmOrder, recordings: Mapping[str, Path]) -> None:
    """Mix and encode the film's sound and keep it in this process, where `join_pieces` looks for
    it."""
    audio = _audio(order, recordings)
    if audio != "none":
        remember(audio, order.brief.fps, order.brief.num_frames)


def _audio(order: FilmOrder, recordings: Mapping[str, Path]) -> Audio:
    heard = order.soundtrack
    if heard is None:
        return order.audio
    return Sound(digest(heard.key), lambda: heard.mix(recordings).sum, heard.bit_rate)


def join_pieces(
    order: FilmOrder,
    pieces: Sequence[Piece],
    out: Path,
    recordings: Mapping[str, Path] = MappingProxyType({}),
) -> None:
    """Join the pieces of all cuts and add the audio track. `recordings`: by their vault keys.

    Raises:
        RenderError: if the pieces do not fit together.
    """
    for cut, piece in zip(order.conte.cuts, pieces, strict=True):
        check_size(cut, (piece.width, piece.height), (pieces[0].width, pieces[0].height))
    brief, audio = order.brief, _audio(order, recordings)
    files = [piece.path for piece in pieces]
    try:
        with clear_when_full("the film"):
            splice(files, out, brief.fps, brief.num_frames, audio=audio, tags=order.tags)
    except FFmpegError as error:
        raise RenderError(f"the pieces of the film cannot be joined: {error}") from error
    # Counted in the file: its length is what the brief asks for.
    if (got := count_frames(out)) != brief.num_frames:
        raise RenderError(f"the film has {got} frames, the brief asks for {brief.num_frames}")
