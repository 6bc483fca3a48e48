"""Layers: parts of the scene that are drawn once into pixels, and transformed in every frame.

A `Backdrop` fills the frame; a `Cutout` has holes, and its opaque parts are blended. OpenCV
transforms both, several times as fast as Skia's own sampling; Skia blends, three times as fast as
OpenCV.
"""

import math
from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import groupby
from typing import NamedTuple

import cv2
import numpy as np
import skia
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
"""[height, width, 4] uint8, RGBA."""
Draw = Callable[[skia.Canvas], None]

LEFT, RIGHT, TOP, BOTTOM = -1900.0, 1900.0, -700.0, 1700.0
"""Bounds within which a set is drawn, in scene units."""
MOST_PIXELS = 3_600_000
"""Most pixels of one layer: four 720p frames. Motion hides anything sharper."""
_STRIP = 48
"""Side in pixels of the squares, or width of the columns, in which a cutout is searched for empty
ones."""
_UPRIGHT = np.eye(2)
_EXACTLY = 2e-5
"""Deviation of a matrix from a mere shift that is rounding: 0.03 pixels over a frame."""
_NEARLY = 1e-3
"""Part of a pixel that is rounding."""

# One core for the renderer, the other for the encoder.
cv2.setNumThreads(1)


def canvas_on(pixels: Pixels, alpha: skia.AlphaType = skia.kOpaque_AlphaType) -> skia.Canvas:
    """Return a canvas that draws into the pixels, which have to outlive it.

    Skia draws an eighth faster into pixels that are opaque, or premultiplied.
    """
    height, width = pixels.shape[:2]
    info = skia.ImageInfo.Make(width, height, skia.kRGBA_8888_ColorType, alpha)
    return skia.Surface.MakeRasterDirect(info, pixels).getCanvas()


class _Laid(NamedTuple):
    """A layer's pixels, premultiplied, and the rectangle that they cover in layer units."""

    pixels: Pixels
    covers: skia.Rect

    def onto(self, view: skia.Matrix) -> skia.Matrix:
        """Return the matrix from pixels of the layer to pixels of the frame."""
        height, width = self.pixels.shape[:2]
        matrix = skia.Matrix.Translate(self.covers.left(), self.covers.top())
        matrix.preScale(self.covers.width() / width, self.covers.height() / height)
        matrix.postConcat(view)
        return matrix


class Backdrop:
    def __init__(self, laid: _Laid) -> None:
        self._laid = laid

    def draw(self, frame: Pixels, view: skia.Matrix) -> None:
        """Fill the frame; beyond its edge, the layer's edge pixels are repeated."""
        affine = _affine(self._laid.onto(view))
        if _is_shift(affine):
            x, y = (_whole(at) for at in affine[:, 2])
            if _shifted(self._laid.pixels, frame, x, y):
                return
        height, width = frame.shape[:2]
        cv2.warpAffine(
            self._laid.pixels, affine, (width, height), dst=frame,
            flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE,
        )  # fmt: skip


class _Part(NamedTuple):
    """A part of a cutout that is not empty."""

    left: int
    top: int
    pixels: Pixels
    opaque: bool = False
    """True: without holes; copied, which is faster than blended."""


class Cutout:
    def __init__(self, laid: _Laid, *, smooth: bool = False) -> None:
        """Take a layer. `smooth`: it is shifted by fractions of a pixel, not by whole ones."""
        self._laid, self._smooth = laid, smooth

    def draw(self, canvas: skia.Canvas, view: skia.Matrix) -> None:
        """Blend the layer into the frame. `canvas`: the frame's, in pixels."""
        affine = _affine(self._laid.onto(view))
        if _is_shift(affine) and not self._smooth:
            # Moved by whole pixels: without resampling nothing shimmers.
            x, y = (round(at) for at in affine[:, 2])
            for tile in self._tiles:
                canvas.drawImage(
                    _image(tile.pixels, opaque=tile.opaque), x + tile.left, y + tile.top
                )
            return
        size = canvas.imageInfo().width(), canvas.imageInfo().height()
        for part in self._parts:
            placed = affine.copy()
            placed[:, 2] += affine[:, :2] @ (part.left, part.top)
            moved = _moved(part.pixels, placed, *size)
            if moved is not None:
                canvas.drawImage(_image(moved.pixels), moved.left, moved.top)

    @cached_property
    def _tiles(self) -> Sequence[_Part]:
        """Return the layer in pieces of one kind each, as wide as they can be."""
        pixels, tiles = self._laid.pixels, list[_Part]()
        height, width = pixels.shape[:2]
        for top in range(0, height, _STRIP):
            band = pixels[top : top + _STRIP]
            lowest, highest = (found(band[..., 3], axis=0) for found in (np.min, np.max))
            lefts = range(0, width, _STRIP)
            kinds = [
                (bool(highest[x : x + _STRIP].any()), bool((lowest[x : x + _STRIP] == 255).all()))
                for x in lefts
            ]
            for (filled, opaque), run in groupby(lefts, lambda x, kinds=kinds: kinds[x // _STRIP]):
                if filled:
                    xs = list(run)
                    piece = np.ascontiguousarray(band[:, xs[0] : xs[-1] + _STRIP])
                    tiles.append(_Part(xs[0], top, piece, opaque))
        return tiles

    @cached_property
    def _parts(self) -> Sequence[_Part]:
        """Return the layer in columns that end where it is empty: scaled pieces have no seams."""
        pixels, parts = self._laid.pixels, list[_Part]()
        alpha = pixels[..., 3]
        filled: NDArray[np.bool_] = np.any(alpha, axis=0)
        width, start = len(filled), None
        for left in range(0, width + _STRIP, _STRIP):
            here = bool(filled[left : left + _STRIP].any())
            if here and start is None:
                start = left
            elif not here and start is not None:
                rows = np.flatnonzero(np.any(alpha[:, start:left], axis=1))
                top = int(rows[0])
                parts.append(_Part(start, top, pixels[top : rows[-1] + 1, start:left]))
                start = None
        return parts

    def onto_layer(self, canvas: skia.Canvas) -> None:
        """Draw the layer once, in its own units, with Skia's sampling."""
        pixels, covers = self._laid
        canvas.save()
        canvas.translate(covers.left(), covers.top())
        canvas.scale(covers.width() / pixels.shape[1], covers.height() / pixels.shape[0])
        canvas.drawImage(_image(pixels), 0, 0, skia.SamplingOptions(skia.FilterMode.kLinear))
        canvas.restore()


def _affine(matrix: skia.Matrix) -> NDArray[np.float64]:
    return np.array([[matrix.get(i) for i in row] for row in ((0, 1, 2), (3, 4, 5))], np.float64)


def _is_shift(affine: NDArray[np.float64]) -> bool:
    """Return whether nothing is scaled or turned."""
    return bool(np.abs(affine[:, :2] - _UPRIGHT).max() < _EXACTLY)


def _whole(at: float) -> float:
    """Return a place without the last digits of its computation."""
    return round(at) if abs(at - round(at)) < 2 * _NEARLY else at


def _shifted(layer: Pixels, frame: Pixels, x: float, y: float) -> bool:
    """Fill the frame with the layer, its left and top at (x, y); False: it does not cover it.

    Mixes shifted views of the layer: a third of the time of `warpAffine`.
    """
    height, width = frame.shape[:2]
    left, top = math.floor(-x), math.floor(-y)
    right, down = -x - left, -y - top
    wide, tall = width + bool(right), height + bool(down)
    seen = layer[max(0, top) : top + tall, max(0, left) : left + wide]
    if left < 0 or top < 0 or seen.shape[:2] != (tall, wide):
        return False
    if right and down:
        seen = cv2.addWeighted(seen[:, :-1], 1 - right, seen[:, 1:], right, 0)
    if down:
        cv2.addWeighted(seen[:-1], 1 - down, seen[1:], down, 0, dst=frame)
    elif right:
        cv2.addWeighted(seen[:, :-1], 1 - right, seen[:, 1:], right, 0, dst=frame)
    else:
        frame[:] = seen
    return True


def _moved(piece: Pixels, affine: NDArray[np.float64], width: int, height: int) -> _Part | None:
    """Transform a piece; return the part that lies within the frame."""
    rows, columns = piece.shape[:2]
    corners = affine[:, :2] @ [[0, columns, 0, columns], [0, 0, rows, rows]] + affine[:, 2:]
    left, top = (max(0, math.floor(low)) for low in corners.min(axis=1))
    right, bottom = (
        min(most, math.ceil(high))
        for most, high in zip((width, height), corners.max(axis=1), strict=True)
    )
    if right <= left or bottom <= top:
        return None
    # OpenCV's pixel centres lie at whole numbers, Skia's half a pixel further.
    onto = affine.copy()
    onto[:, 2] += affine[:, :2] @ (0.5, 0.5) - (left + 0.5, top + 0.5)
    seen = cv2.warpAffine(piece, onto, (right - left, bottom - top))
    return _Part(left, top, seen.astype(np.uint8, copy=False))


def _image(pixels: Pixels, *, opaque: bool = False) -> skia.Image:
    """Return an image of contiguous pixels, which have to outlive it."""
    alpha = skia.kOpaque_AlphaType if opaque else skia.kPremul_AlphaType
    return skia.Image.fromarray(pixels, skia.kRGBA_8888_ColorType, alpha, copy=False)


def laid(
    draw: Draw,
    views: Sequence[skia.Matrix],
    width: int,
    height: int,
    *,
    blur: float = 0.0,
    solid: bool = False,
    over: Draw | None = None,
) -> _Laid | None:
    """Draw into pixels whatever part of `draw` the views (layer units -> pixels) show.

    `blur`: in frame heights. `solid`: the layer has no holes, else its units are the scene's, and
    end at its bounds. `over`: drawn on top, sharp. Returns None if no view shows a part of the set.
    """
    seen = skia.Rect.MakeEmpty()
    sharpest = 0.0
    for view in views:
        back = skia.Matrix()
        if not view.invert(back):
            return None
        seen.join(back.mapRect(skia.Rect.MakeWH(width, height)))
        sharpest = max(sharpest, view.mapRadius(1.0))
    if not solid and not seen.intersect(skia.Rect.MakeLTRB(LEFT, TOP, RIGHT, BOTTOM)):
        return None
    wanted = seen.width() * seen.height() * sharpest**2
    scale = sharpest * min(1.0, (MOST_PIXELS / wanted) ** 0.5)
    # The layer ends at whole pixels: where a view only shifts it, it is not scaled, either.
    w, h = (max(1, math.ceil(side * scale - _NEARLY)) for side in (seen.width(), seen.height()))
    seen = skia.Rect.MakeXYWH(seen.left(), seen.top(), w / scale, h / scale)
    pixels = np.zeros((h, w, 4), np.uint8)
    canvas = canvas_on(pixels, skia.kOpaque_AlphaType if solid else skia.kPremul_AlphaType)
    canvas.scale(w / seen.width(), h / seen.height())
    canvas.translate(-seen.left(), -seen.top())
    draw(canvas)
    if blur:
        sigma = blur * height * scale / sharpest
        cv2.GaussianBlur(pixels, (0, 0), sigma, dst=pixels, borderType=cv2.BORDER_REPLICATE)
    if over is not None:
        over(canvas)
    return _Laid(pixels, seen)
