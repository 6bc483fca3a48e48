"""Clips on disk -> pieces, pictures and one film on disk. Blocking; knows no vault.

A film is cut in pieces, one for each cut: as soon as its clip, and those it dissolves with, exist.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import numpy as np
from av.error import FFmpegError
from numpy.typing import NDArray

from conte.ai_label import AI_LABEL
from conte.brief import Brief
from conte.checks.timefit import caption_width
from conte.clip import Clip, frame_size
from conte.conte import Conte, ProductEntry
from conte.frozen import digest
from conte.subtitles import Subtitle
from deployments.cut_overlays import CutOverlays, Words
from deployments.encoding import Mp4Writer, clear_when_full, count_frames, planes_of, rgb_of
from deployments.end_card import EndCard, end_card_of, logo_text
from deployments.engines.protocols import Cancelled, OnStep, RenderError
from deployments.fitting import Size
from deployments.footage import Footage, check_size
from deployments.overlays import (
    CAPTION_SIZE,
    CUT_LABEL,
    EDITION,
    LINE_HEIGHT,
    Extent,
    subtitle_height,
    tight,
)
from deployments.placing import Placement, place
from deployments.safe_area import UPRIGHT_EDITION, SafeArea
from deployments.sound.recordings import placed_of
from deployments.sound.soundtrack import Soundtrack, soundtrack_of
from deployments.sound.track import score_of
from deployments.splicing import Audio, Sound, header_of, splice
from deployments.transitions import Edited, around, dissolves, edited_frames
from serve.settings import FilmSettings

Picture = NDArray[np.uint8]
"""[height, width, 3] uint8, sRGB."""


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
        """Kind of audio where nothing is heard."""
        return "none" if self.settings.audio == "none" else "silent"

    @property
    def sound(self) -> str:
        """Label of the temporary track, for people; empty: there is none."""
        return self.soundtrack.label(self.brief.language) if self.soundtrack else ""

    @property
    def preset(self) -> Literal["ultrafast", "veryfast"]:
        """x264 preset: fast for drafts, whose flat drawings stay small; smaller files for final
        films.
        """
        return "ultrafast" if self.clips[0].tier == "draft" else "veryfast"

    @cached_property
    def _tight(self) -> Extent | None:
        return tight(self.captions, self.brief.aspect_ratio)

    def clip(self, k: int) -> Clip:
        """Return the clip of the cut with index `k`."""
        return next(clip for clip in self.clips if clip.cut == k + 1)

    @property
    def safe_area(self) -> tuple[int, ...]:
        """Return the safe area's edition; () for the first, so that older keys stay valid."""
        upright = self.brief.aspect_ratio in ("9:16", "4:5")
        return (UPRIGHT_EDITION,) if upright else ()

    def is_native(self, clip: Clip) -> bool:
        """Return whether the film shows the clip's picture neither cropped nor scaled."""
        return clip.window is None and self.size in (None, (clip.width, clip.height))

    def words(self, k: int) -> Words:
        """Return the texts over the cut with index `k`, and their placement."""
        settings, language, cuts = self.settings, self.brief.language, self.conte.cuts
        begins = sum(cut.num_frames for cut in cuts[:k])
        number = CUT_LABEL[language].format(cuts[k].number)
        caption, legal = self.captions[k], self.legal[k] if self.legal else ""
        subtitles = self.subtitles[k] if self.subtitles else ()
        placed = self._placed(k)
        label_right = placed.label_right and settings.label_ai and not self._counted
        card = self._end_card(k, label_right)
        return Words(
            label=AI_LABEL[language] if settings.label_ai else "",
            legal=legal,
            caption=caption,
            high=placed.high,
            plate=placed.plate and card is None,
            label_right=label_right,
            end_card=card,
            edition=EDITION if legal or (settings.label_ai and self._lying) else 0,
            extent=self._tight if caption else None,
            cut_number=number if settings.show_cut_number else "",
            subtitles=subtitles,
            subtitle_width=self.subtitle_width if subtitles else 0,
            starts_at=begins if settings.show_timecode else None,
        )

    @property
    def _lying(self) -> bool:
        return self.brief.aspect_ratio == "16:9"

    @property
    def _counted(self) -> bool:
        """True if the cut number or the time code is in the right corner."""
        return self.settings.show_cut_number or self.settings.show_timecode

    def _placed(self, k: int) -> Placement:
        area = SafeArea.of(*frame_size(self.brief.aspect_ratio))
        legal = CAPTION_SIZE * LINE_HEIGHT if self.legal and self.legal[k] else 0.0
        cards = self.subtitles[k] if self.subtitles else ()
        most = max((len(card.lines) for card in cards), default=0)
        said = subtitle_height(most, self.subtitle_width, area) / area.short_side if most else 0.0
        return place(
            self.conte.cuts[k],
            self.conte.sheet,
            self.clip(k),
            self.brief.aspect_ratio,
            num_lines=len(self.captions[k]),
            longest=max(map(caption_width, self.captions[k]), default=0),
            below=legal + said,
        )

    def _end_card(self, k: int, label_right: bool) -> EndCard | None:
        settings, tier = self.settings, self.clip(k).tier
        wanted = settings.end_card == "all" or (settings.end_card == "draft" and tier == "draft")
        if not wanted or k != len(self.conte.cuts) - 1:
            return None
        # Only a draft marks the logo's place: a final film leaves it empty.
        logo = logo_text(self.brief) if tier == "draft" else ""
        cut, lines = self.conte.cuts[k], self.captions[k]
        return end_card_of(cut, lines, self.conte, logo, logo_left=label_right)


@dataclass
class Pictures:
    """Stills: the middle of each cut without lettering, and the poster."""

    cuts: list[Picture]
    poster: Picture
    width: int
    height: int


@dataclass(frozen=True)
class Piece:
    """A video file of one cut as it appears in the film."""

    path: Path
    width: int
    height: int
    header: bytes
    """The encoder's header: pieces with different ones cannot be joined."""

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


def cut_piece(
    order: FilmOrder,
    k: int,
    paths: Mapping[int, Path],
    out: Path,
    on_step: OnStep,
    should_stop: Callable[[], bool],
) -> Piece:
    """Decode the clip once, apply its overlays, and encode piece `k` to `out`.

    Raises:
        Cancelled: if `should_stop` returns true.
        RenderError: if a clip is not the cut's, naming the cut, what was got and what was wanted.
    """
    cuts, fps, total = order.conte.cuts, order.brief.fps, order.brief.num_frames
    clips = {i: Footage(cuts[i], order.clip(i), paths[i]) for i in clips_of(k, order)}
    size = order.size or clips[k].picture()
    start, end = around(k, cuts, fps)
    before = clips[k - 1].tail(start.after, size) if k - 1 in clips else ()
    after = clips[k + 1].head(end.before, size) if k + 1 in clips else ()
    overlays = CutOverlays(order.words(k), cuts[k].num_frames, fps, size)
    begins = sum(cut.num_frames for cut in cuts[:k])
    with Mp4Writer(out, *size, fps, crf=order.settings.crf, preset=order.preset) as writer:
        for edited in edited_frames(k, cuts, clips[k].shown(size), fps, before, after):
            if should_stop():
                raise Cancelled
            overlays.onto(edited)
            writer.write(edited.frame)
            on_step((begins + edited.index + 1) / total)
    piece = Piece.at(out, cuts[k].num_frames)
    if piece is None:
        raise RenderError(f"cut {cuts[k].number} made no piece of the film")
    return piece


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
    brief, heard = order.brief, order.soundtrack
    audio: Audio = order.audio
    if heard is not None:
        audio = Sound(digest(heard.key), lambda: heard.mix(recordings).sum, heard.bit_rate)
    files = [piece.path for piece in pieces]
    try:
        with clear_when_full("the film"):
            splice(files, out, brief.fps, brief.num_frames, audio=audio, tags=order.tags)
    except FFmpegError as error:
        raise RenderError(f"the pieces of the film cannot be joined: {error}") from error
    # Counted in the file: its length is what the brief asks for.
    if (got := count_frames(out)) != brief.num_frames:
        raise RenderError(f"the film has {got} frames, the brief asks for {brief.num_frames}")


def pictures_of(
    order: FilmOrder, paths: Mapping[int, Path], should_stop: Callable[[], bool]
) -> Pictures:
    """Decode the stills of the clips, and letter the poster. Raises as `cut_piece` does."""
    stills: list[Picture] = []
    poster: Picture | None = None
    hero = _hero(order.conte)
    for k, cut in enumerate(order.conte.cuts):
        if should_stop():
            raise Cancelled
        # The middle third has no transition, and every caption is fully visible.
        footage = Footage(cut, order.clip(k), paths[k])
        frame = footage.middle(order.size or footage.picture())
        stills.append(rgb_of(frame))
        if k == hero:
            frame.make_writable()
            size = frame.width, frame.height
            overlays = CutOverlays(order.words(k), cut.num_frames, order.brief.fps, size)
            overlays.onto(Edited(cut.num_frames // 2, frame, planes_of(frame), 1.0))
            poster = rgb_of(frame)
    if poster is None:
        raise RenderError("no frame of the film became its poster")
    height, width, _ = stills[0].shape
    return Pictures(stills, poster, width, height)


def _hero(conte: Conte) -> int:
    """Return the index of the poster's cut: the last that shows the product, else the last."""
    products = {entry.id for entry in conte.sheet if isinstance(entry, ProductEntry)}
    shown = [k for k, cut in enumerate(conte.cuts) if products.intersection(cut.shows)]
    return shown[-1] if shown else len(conte.cuts) - 1
