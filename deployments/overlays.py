"""Overlays of a film: captions, legal lines, the AI label, cut number and time code.

Drawn once in RGBA, stored as Y, U and V, and blended into the few rows and columns they cover.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np
import skia
from numpy.typing import NDArray

from conte.brief import AspectRatio
from conte.clip import frame_size
from conte.vocabulary import Language
from deployments.encoding import Planes
from deployments.lettering import Lettering, typeface
from deployments.safe_area import SafeArea

EDITION = 2
"""Edition of legal lines and of labels in 16:9; raise it with every change of their look."""
CUT_LABEL: dict[Language, str] = {"ko": "컷 {0}", "en": "CUT {0}"}

CAPTION_SIZE = 0.066
"""Font size of captions as a share of the shorter side; smaller if the widest line would not fit.
"""
LINE_HEIGHT = 1.3
ROUNDING = 1.02
"""Factor by which captions may exceed their space in a frame whose sides were rounded."""
SUBTITLE_SIZE = 0.05
"""Font size of subtitles as a share of the shorter side: smaller than captions."""
EM_A_WIDTH = 0.92
"""Font sizes per unit of a caption's width, for Pretendard's Hangul and Latin."""
VOICES = (0xFFFFFFFF, 0xFFFFE45C, 0xFF7FE3FF, 0xFF9BF28F, 0xFFFFB38A)
"""Colours of subtitles: the narrator's, then the speakers', repeated if there are more speakers."""
LEGAL_SIZE = 0.03
"""Font size of legal lines as a share of the shorter side."""
PHONE_WIDTH = 390
"""Width in pixels of the phone, held upright, on which the smallest letters must be readable."""
LEGAL_ON_PHONE, LABEL_ON_PHONE = 14.0, 9.0
"""Smallest font sizes on that phone, in its pixels."""
LABEL_SIZE = 0.028
LABEL_TALL = 1.6
"""Height of the AI label's plate, in font sizes."""
MIN_LABEL_PX = 9.0

_WHITE = skia.ColorSetARGB(255, 255, 255, 255)
_PLATE = skia.ColorSetARGB(120, 0, 0, 0)
_PLATE_PAD, _PLATE_ABOVE = 0.5, 0.12
"""Padding of a subtitle's plate in font sizes: at its sides, and above and below its lines."""


@dataclass(frozen=True)
class Overlay:
    """A picture with transparency, placed at even pixels of the frame."""

    x: int
    y: int
    pixels: NDArray[np.uint8]
    """[height, width, 4] premultiplied RGBA, both sides even."""

    def onto(self, planes: Planes, strength: float = 1.0) -> None:
        """Blend into a yuv420p frame. `strength`, 0..1, fades the whole overlay."""
        amount = amount_of(strength)
        if not amount:
            return
        for plane, (cover, colour), half in zip(planes, self._yuv, (1, 2, 2), strict=True):
            rows = slice(self.y // half, self.y // half + cover.shape[0])
            columns = slice(self.x // half, self.x // half + cover.shape[1])
            under = plane[rows, columns]
            if amount < 256:
                cover = (cover.astype(np.uint32) * amount >> 8).astype(np.uint16)
                colour = (colour.astype(np.uint32) * amount >> 8).astype(np.uint16)
            mixed = under * (np.uint16(256) - cover)
            mixed += colour
            mixed >>= 8
            under[...] = mixed

    @cached_property
    def digest(self) -> str:
        """Hash of its pixels and place."""
        place = f"{self.x} {self.y} {self.pixels.shape}".encode()
        return hashlib.sha256(place + self.pixels.tobytes()).hexdigest()

    @cached_property
    def _yuv(self) -> tuple[tuple[NDArray[np.uint16], NDArray[np.uint16]], ...]:
        """Return coverage (0..256), and colour times 256 times coverage, for Y, U and V."""
        rgba = self.pixels.astype(np.float32) / 255
        alpha, (r, g, b) = rgba[..., 3], np.moveaxis(rgba[..., :3], -1, 0)
        # BT.709, limited range.
        y = 16 * alpha + 219 * (0.2126 * r + 0.7152 * g + 0.0722 * b)
        u = 128 * alpha + 224 * (-0.1146 * r - 0.3854 * g + 0.5 * b)
        v = 128 * alpha + 224 * (0.5 * r - 0.4542 * g - 0.0458 * b)
        quarter = _quarter(alpha)
        return (_fixed(alpha, y), _fixed(quarter, _quarter(u)), _fixed(quarter, _quarter(v)))


def amount_of(strength: float) -> int:
    """Return a strength, 0..1, in the steps that a blend distinguishes: 0 to 256."""
    return max(0, round(256 * strength))


def _quarter(values: NDArray[np.floating]) -> NDArray[np.floating]:
    height, width = values.shape
    return values.reshape(height // 2, 2, width // 2, 2).mean(axis=(1, 3))


def _fixed(
    cover: NDArray[np.floating], colour: NDArray[np.floating]
) -> tuple[NDArray[np.uint16], NDArray[np.uint16]]:
    covered = np.rint(cover * 256).astype(np.uint16)
    # A half is added here once, so that the shift in `onto` rounds.
    return covered, np.where(covered > 0, np.rint(colour * 256) + 127, 0).astype(np.uint16)


def draw_overlay(
    x: float, y: float, width: float, height: float, paint: Callable[[skia.Canvas], None]
) -> Overlay:
    """Return an overlay of the given rectangle; `paint` draws in the frame's coordinates."""
    left, top = 2 * int(x // 2), 2 * int(y // 2)
    across, down = (2 * -int(-(end) // 2) for end in (x + width - left, y + height - top))
    pixels = np.zeros((down, across, 4), np.uint8)
    surface = skia.Surface.MakeRasterDirect(
        skia.ImageInfo.Make(across, down, skia.kRGBA_8888_ColorType, skia.kPremul_AlphaType),
        pixels,
    )
    with surface as canvas:
        canvas.translate(-left, -top)
        paint(canvas)
    return Overlay(left, top, pixels)


class Extent(NamedTuple):
    """Space that a film's captions need: width in font sizes, and lines."""

    widest: float
    most_lines: float


def extent_of(captions: Sequence[Sequence[str]]) -> Extent:
    """Measure the widest line and the largest number of lines of one caption."""
    probe = Lettering("SemiBold", 100, skia.Paint())
    widest = max((probe.width(line) for lines in captions for line in lines), default=0) / 100
    return Extent(widest, max((len(lines) for lines in captions), default=0))


def size_within(extent: Extent | None, area: SafeArea) -> float:
    """Return the font size, in pixels, in which captions of this extent fit; None: any size."""
    wished = CAPTION_SIZE * area.short_side
    if extent is None or not extent.widest:
        return wished
    halo = 2 * _halo(wished)
    high = (area.bottom - area.top) / 2 - halo
    return min(
        wished, (area.width - halo) / extent.widest, high / (extent.most_lines * LINE_HEIGHT)
    )


def caption_size(captions: Sequence[Sequence[str]], area: SafeArea) -> float:
    """Return the font size, in pixels, in which every caption of a film fits."""
    return size_within(extent_of(captions), area)


def tight(captions: Sequence[Sequence[str]], aspect_ratio: AspectRatio) -> Extent | None:
    """Return the captions' extent if it makes them smaller; None if they fit at full size.

    Valid for frames of every size. In a film whose captions fit, a changed caption keeps their
    size, and so the pieces of the other cuts.
    """
    extent, area = extent_of(captions), SafeArea.of(*frame_size(aspect_ratio))
    # Sides of small frames are rounded.
    padded = Extent(ROUNDING * extent.widest, ROUNDING * extent.most_lines)
    return None if size_within(padded, area) == size_within(None, area) else extent


def caption_top(
    num_lines: int, size: float, area: SafeArea, below: Overlay | None, *, high: bool
) -> float:
    """Return y of a caption's first line. For the parameters, see `caption`."""
    if high:
        return area.top + label_height(area) + _halo(size)
    ends = area.bottom if below is None else below.y
    return ends - _halo(size) - num_lines * size * LINE_HEIGHT


def caption(
    lines: Sequence[str],
    size: float,
    area: SafeArea,
    below: Overlay | None = None,
    *,
    high: bool = False,
    plate: bool = False,
) -> Overlay:
    """Draw centred lines that end at the bottom of the safe area, or above `below`.

    White letters with a thin dark edge and a soft shadow. `high`: the lines begin at the top, below
    the label. `plate`: on a plate too, where they cannot avoid face and product.
    """
    halo, line_height = _halo(size), LINE_HEIGHT
    layers = [
        [
            Lettering("SemiBold", size, paint, line_height, skia.textlayout_TextAlign.kCenter).set(
                line, area.width
            )
            for line in lines
        ]
        for paint in _readable(size)
    ]
    height = len(lines) * size * line_height
    top = caption_top(len(lines), size, area, below, high=high)
    wide = min(area.width, max(line.LongestLine for line in layers[-1]) + 2 * halo)
    left = area.left + (area.width - wide) / 2

    def paint(canvas: skia.Canvas) -> None:
        if plate:
            _plate(canvas, left, top, wide, height, size * 0.18)
        for layer in layers:
            for row, line in enumerate(layer):
                line.paint(canvas, area.left, top + row * size * line_height)

    return draw_overlay(left, max(top - halo, area.top), wide, height + 2 * halo, paint)


def subtitle_size(line_width: float, area: SafeArea) -> float:
    """Return the font size of a film's subtitles, in pixels: the same for all of its cards.

    `line_width`: width of the widest line (`Rates.line_width`).
    """
    room = area.width / (line_width * EM_A_WIDTH + 2 * _PLATE_PAD)
    return min(SUBTITLE_SIZE * area.short_side, room)


def subtitle_height(num_lines: int, line_width: float, area: SafeArea) -> float:
    """Return the height of a card, in pixels."""
    return _plate_height(num_lines, subtitle_size(line_width, area))


def _plate_height(num_lines: int, size: float) -> float:
    return (num_lines * LINE_HEIGHT + 2 * _PLATE_ABOVE) * size


def subtitle(
    lines: Sequence[str], voice: int, size: float, area: SafeArea, below: Overlay | None = None
) -> Overlay:
    """Draw a card of centred lines on a plate that ends at the bottom of the safe area, or above
    `below`. `voice`: see `conte.subtitles.Subtitle`.
    """
    colour = VOICES[(voice - 1) % (len(VOICES) - 1) + 1 if voice else 0]
    widest = max(Lettering("SemiBold", 100, skia.Paint()).width(line) for line in lines) / 100
    # Only a line of wide letters exceeds its nominal width.
    size = min(size, area.width / (widest + 2 * _PLATE_PAD))
    ink = skia.Paint(AntiAlias=True, Color=colour)
    lettering = Lettering("SemiBold", size, ink, LINE_HEIGHT, skia.textlayout_TextAlign.kCenter)
    set_lines = [lettering.set(line, area.width) for line in lines]
    width = min(area.width, (widest + 2 * _PLATE_PAD) * size)
    height = _plate_height(len(lines), size)
    left = area.left + (area.width - width) / 2
    gap = 0.0 if below is None else 0.15 * size
    top = (area.bottom if below is None else below.y) - gap - height

    def paint(canvas: skia.Canvas) -> None:
        _plate(canvas, left, top, width, height, size * 0.22)
        for row, line in enumerate(set_lines):
            line.paint(canvas, area.left, top + (_PLATE_ABOVE + row * LINE_HEIGHT) * size)

    return draw_overlay(left, top, width, height, paint)


def legal(text: str, area: SafeArea) -> Overlay:
    """Draw a legal line in a band: wrapped, at the bottom of the safe area."""
    size = max(LEGAL_SIZE * area.short_side, MIN_LABEL_PX, _on_phone(LEGAL_ON_PHONE, area))
    while True:
        halo, width = _halo(size), _even_width(text, size, area.width)
        layers = [
            Lettering("Medium", size, paint, LINE_HEIGHT, skia.textlayout_TextAlign.kCenter).set(
                text, width
            )
            for paint in _readable(size)
        ]
        height = layers[-1].Height
        # The upper half is the caption's. Only a very small film runs out of space.
        if height + 2 * halo <= (area.bottom - area.top) / 2 or size < 1:
            break
        size *= 0.9
    begins = area.left + (area.width - width) / 2
    top = area.bottom - halo - height
    wide = min(area.width, layers[-1].LongestLine + 2 * halo)
    left = area.left + (area.width - wide) / 2

    def paint(canvas: skia.Canvas) -> None:
        # If no font has the characters, nothing is left, and an empty band would look like a stain.
        if layers[-1].LongestLine > 0:
            _plate(canvas, left, top - halo / 2, wide, height + halo, size * 0.18)
        for layer in layers:
            layer.paint(canvas, begins, top)

    return draw_overlay(left, max(top - halo, area.top), wide, height + 2 * halo, paint)


def _even_width(text: str, size: float, width: float) -> float:
    """Return the narrowest width, up to `width`, in which the text does not need more lines."""
    lettering = Lettering("Medium", size, skia.Paint(), LINE_HEIGHT)
    height = lettering.set(text, width).Height
    narrow, wide = 0.4 * width, width
    while wide - narrow > size / 2:
        middle = (narrow + wide) / 2
        if lettering.set(text, middle).Height > height:
            narrow = middle
        else:
            wide = middle
    return wide


def _readable(size: float) -> tuple[skia.Paint, skia.Paint, skia.Paint]:
    """Return the paints of shadow, edge and white letters, to be drawn in this order."""
    shadow = skia.Paint(
        AntiAlias=True,
        Color=skia.ColorSetARGB(190, 0, 0, 0),
        Style=skia.Paint.kStrokeAndFill_Style,
        StrokeWidth=size * 0.06,
        MaskFilter=skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, size * 0.10),
    )
    edge = skia.Paint(
        AntiAlias=True,
        Color=skia.ColorSetARGB(170, 0, 0, 0),
        Style=skia.Paint.kStroke_Style,
        StrokeWidth=max(size * 0.075, 1.0),
        StrokeJoin=skia.Paint.kRound_Join,
    )
    return shadow, edge, skia.Paint(AntiAlias=True, Color=_WHITE)


def _halo(size: float) -> float:
    """Return how far a caption's shadow extends, in pixels."""
    return size * 0.28


def _on_phone(size: float, area: SafeArea) -> float:
    """Convert a font size on the phone to pixels of the frame."""
    return size * area.frame_width / PHONE_WIDTH


def label_size(area: SafeArea) -> float:
    """Return the font size of the AI label, in pixels."""
    return max(LABEL_SIZE * area.short_side, MIN_LABEL_PX, _on_phone(LABEL_ON_PHONE, area))


def label_height(area: SafeArea) -> float:
    """Return the height of the AI label's plate, in pixels; a caption at the top is below it."""
    return LABEL_TALL * label_size(area)


def label(text: str, area: SafeArea, *, right: bool = False) -> Overlay:
    """Draw a small plate with the text in the top left corner of the safe area, or in the top
    right.
    """
    size = label_size(area)
    lettering = Lettering("SemiBold", size, skia.Paint(AntiAlias=True, Color=_WHITE), 1.0)
    line = lettering.set(text)
    pad = size * 0.5
    width, height = line.MaxIntrinsicWidth + 2 * pad, size + 1.2 * pad
    left = area.right - width if right else area.left

    def paint(canvas: skia.Canvas) -> None:
        _plate(canvas, left, area.top, width, height)
        line.paint(canvas, left + pad, area.top + 0.6 * pad)

    return draw_overlay(left, area.top, width, height, paint)


@lru_cache(maxsize=64)
def counter(text: str, area: SafeArea) -> Overlay:
    """Draw cut number and time code in the top right corner, in cells of equal width."""
    size = max(LABEL_SIZE * area.short_side, MIN_LABEL_PX)
    font = skia.Font(typeface("Medium"), size)
    font.setSubpixel(True)
    # Cells of equal width keep digits from jumping.
    cell = font.measureText("0")
    cells = [cell if c.isdigit() else font.measureText(c) for c in text]
    pad = size * 0.5
    width, height = sum(cells) + 2 * pad, size + 1.2 * pad
    left = area.right - width
    ink = skia.Paint(AntiAlias=True, Color=_WHITE)

    def paint(canvas: skia.Canvas) -> None:
        _plate(canvas, left, area.top, width, height)
        x = left + pad
        for character, room in zip(text, cells, strict=True):
            own = font.measureText(character)
            baseline = area.top + 0.6 * pad + size * 0.86
            canvas.drawString(character, x + (room - own) / 2, baseline, font, ink)
            x += room

    return draw_overlay(left, area.top, width, height, paint)


def _plate(
    canvas: skia.Canvas, x: float, y: float, width: float, height: float, radius: float = 0.0
) -> None:
    round_ = radius or height / 5
    rounded = skia.RRect.MakeRectXY(skia.Rect.MakeXYWH(x, y, width, height), round_, round_)
    canvas.drawRRect(rounded, skia.Paint(AntiAlias=True, Color=_PLATE))


def timecode(index: int, fps: int) -> str:
    """Return HH:MM:SS:FF of a frame; 24, 25 and 30 frames a second need no drop frames."""
    seconds, frames = divmod(index, fps)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}:{frames:02}"
