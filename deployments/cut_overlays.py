"""Overlays of one cut of a film: caption, legal line, label, time code."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from conte.formats.safe_zones import Element
from conte.subtitles import Subtitle
from deployments.end_card import EndCard, end_card
from deployments.overlays import (
    LINE_HEIGHT,
    Extent,
    Overlay,
    caption,
    caption_top,
    counter,
    label,
    legal,
    size_within,
    subtitle,
    subtitle_size,
    timecode,
)
from deployments.safe_area import SafeArea
from deployments.transitions import Edited

CAPTION_EASE_FRAMES = 5


@dataclass(frozen=True)
class Words:
    """Texts over a cut and their placement; part of a piece's key, so it holds nothing else."""

    label: str = ""
    """The AI label; empty: not shown."""
    legal: str = ""
    caption: tuple[str, ...] = ()
    """Lines of the caption."""
    high: bool = False
    """True: the caption is at the top of the safe area, because below it would hide the product."""
    plate: bool = False
    """True: the caption has a plate behind it."""
    label_right: bool = False
    """True: the AI label is in the right corner."""
    end_card: EndCard | None = None
    """End card shown instead of the caption's lines."""
    edition: int = 0
    """Edition of the overlays' design, where it has changed; 0: the first."""
    extent: Extent | None = None
    """Extent of all the film's captions, if it makes them smaller; see `tight`."""
    cut_number: str = ""
    """Cut number as shown; empty: not shown."""
    subtitles: tuple[Subtitle, ...] = ()
    subtitle_width: float = 0
    """Width of the widest subtitle line of the film; 0: no subtitles."""
    starts_at: int | None = None
    """Number of the cut's first frame in the film, for the time code; None: not shown."""


class CaptionAt(NamedTuple):
    """Font size of a caption and y of its first line, in pixels of the film."""

    size: float
    top: float


class CutOverlays:
    """All overlays of a cut, each drawn once."""

    caption_at: CaptionAt | None = None
    """Where the caption's lines are; None if there are none, or an end card has them."""

    def __init__(self, words: Words, num_frames: int, fps: int, frame: tuple[int, int]) -> None:
        """Draw the overlays. `frame`: width and height of the film."""
        area = SafeArea.of(*frame)
        self._words, self._num_frames, self._fps, self._area = words, num_frames, fps, area
        self._label = label(words.label, area, right=words.label_right) if words.label else None
        self._legal = legal(words.legal, area) if words.legal else None
        self._subtitles = subtitles(words.subtitles, words.subtitle_width, area, self._legal)
        below = min(
            (drawn for _, drawn in self._subtitles), key=lambda one: one.y, default=self._legal
        )
        self._caption = self._captioned(below, frame)

    def _captioned(self, below: Overlay | None, frame: tuple[int, int]) -> Overlay | None:
        words, area = self._words, self._area
        if words.end_card is not None:
            ends = area.bottom if below is None else below.y
            return end_card(words.end_card, area, frame, ends, high=words.high)
        if not words.caption:
            return None
        # One caption size for the whole film.
        size = size_within(words.extent, area)
        if self._subtitles and below is not None and not words.high:
            # Only pages of text leave so little space.
            size = min(size, (below.y - area.top) / (len(words.caption) * LINE_HEIGHT + 0.6))
        top = caption_top(len(words.caption), size, area, below, high=words.high)
        self.caption_at = CaptionAt(size, top)
        return caption(words.caption, size, area, below, high=words.high, plate=words.plate)

    def onto(self, edited: Edited) -> None:
        for overlay, strength in self.layers(edited.index, edited.light):
            overlay.onto(edited.planes, strength)

    def layers(self, index: int, light: float) -> Iterator[tuple[Overlay, float]]:
        """Yield what lies over a frame of the cut, from the bottom up, and its strength, 0..1."""
        if self._caption is not None:
            yield self._caption, _shown(index, self._num_frames) * light
        for card, drawn in self._subtitles:
            if 0 <= index - card.start < card.num_frames:
                yield drawn, light
        if self._legal is not None:
            # Visible from the first frame to the last: an end card takes long to read.
            yield self._legal, light
        if self._label is not None:
            yield self._label, 1.0
        if text := self._counter_text(index):
            yield counter(text, self._area), 1.0

    def drawn(self, element: Element) -> Sequence[Overlay]:
        """Return the overlays of an element; subtitles have one per card."""
        if element == "subtitle":
            return [overlay for _, overlay in self._subtitles]
        one = {"caption": self._caption, "label": self._label, "legal": self._legal}[element]
        return [] if one is None else [one]

    def _counter_text(self, index: int) -> str:
        parts = [self._words.cut_number] if self._words.cut_number else []
        if self._words.starts_at is not None:
            parts.append(timecode(self._words.starts_at + index, self._fps))
        return "  ".join(parts)


def subtitles(
    cards: Sequence[Subtitle], line_width: float, area: SafeArea, below: Overlay | None
) -> tuple[tuple[Subtitle, Overlay], ...]:
    """Draw the subtitle cards of a cut, above its legal line."""
    if not cards:
        return ()
    size = subtitle_size(line_width, area)
    return tuple((card, subtitle(card.lines, card.voice, size, area, below)) for card in cards)


def _shown(index: int, num_frames: int) -> float:
    """Return a caption's opacity, 0..1: eased in at its cut's start and out at its end."""
    nearest = min(index, num_frames - 1 - index) + 1
    t = min(nearest / (CAPTION_EASE_FRAMES + 1), 1.0)
    return t * t * (3 - 2 * t)
