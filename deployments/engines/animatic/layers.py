"""Layers: parts of the scene that are drawn once into pixels, and transformed in every frame.

A `Backdrop` fills the frame; a `Cutout` has holes, and its opaque parts are blended. OpenCV
transforms both, several times as fast as Skia's own sampling.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

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
"""Width in pixels of the strips in which a cutout is searched for empty columns."""
_NEARLY = 1e-3

# One core for the renderer, the other for the encoder.
cv2.setNumThreads(1)


@dataclass(frozen=True)
class _Laid:
    """A layer's pixels, and the rectangle that they cover in layer units."""

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
        matrix = self._laid.onto(view)
        height, width = frame.shape[:2]
        if _is_whole_shift(matrix) and self._laid.pixels.shape == frame.shape:
            frame[:] = self._laid.pixels
            return
        affine = np.array(
            [[matrix.get(i) for i in row] for row in ((0, 1, 2), (3, 4, 5))], np.float64
        )
        cv2.warpAffine(
            self._laid.pixels, affine, (width, height), dst=frame,
            flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE,
        )  # fmt: skip


class Cutout:
    def __init__(self, laid: _Laid) -> None:
        self._laid = laid
        self._pieces: list[tuple[int, int, Pixels]] = []
        """Left, top and premultiplied pixels of each part that is not empty."""
        alpha = laid.pixels[..., 3]
        filled: NDArray[np.bool_] = np.any(alpha, axis=0)
        width, start = len(filled), None
        for left in range(0, width + _STRIP, _STRIP):
            here = bool(filled[left : left + _STRIP].any())
            if here and start is None:
                start = left
            elif not here and start is not None:
                rows = np.flatnonzero(np.any(alpha[:, start:left], axis=1))
                top = int(rows[0])
                piece = laid.pixels[top : rows[-1] + 1, start:left]
                self._pieces.append((start, top, _times(piece, piece[..., 3])))
                start = None

    def draw(self, frame: Pixels, view: skia.Matrix) -> None:
        """Blend the layer into the frame."""
        matrix = self._laid.onto(view)
        affine = np.array(
            [[matrix.get(i) for i in row] for row in ((0, 1, 2), (3, 4, 5))], np.float64
        )
        still = abs(affine[0, 0] - 1) < _NEARLY and abs(affine[0, 1]) < _NEARLY
        for left, top, piece in self._pieces:
            placed = affine.copy()
            placed[:, 2] += affine[:, :2] @ (left, top)
            if still:
                # Moved by whole pixels: without resampling nothing shimmers.
                x, y = (round(at) for at in placed[:, 2])
                _blend(frame, piece, x, y)
            else:
                _blend(frame, *_moved(piece, placed, frame.shape[1], frame.shape[0]))


def _moved(
    piece: Pixels, affine: NDArray[np.float64], width: int, height: int
) -> tuple[Pixels, int, int]:
    """Transform a piece; return the part that lies within the frame, and its left and top."""
    rows, columns = piece.shape[:2]
    corners = affine[:, :2] @ [[0, columns, 0, columns], [0, 0, rows, rows]] + affine[:, 2:]
    left, top = (max(0, math.floor(low)) for low in corners.min(axis=1))
    right, bottom = (
        min(most, math.ceil(high))
        for most, high in zip((width, height), corners.max(axis=1), strict=True)
    )
    if right <= left or bottom <= top:
        return piece[:0, :0], 0, 0
    # OpenCV's pixel centres lie at whole numbers, Skia's half a pixel further.
    onto = affine.copy()
    onto[:, 2] += affine[:, :2] @ (0.5, 0.5) - (left + 0.5, top + 0.5)
    seen = cv2.warpAffine(piece, onto, (right - left, bottom - top))
    return seen.astype(np.uint8, copy=False), left, top


def _blend(frame: Pixels, piece: Pixels, left: int, top: int) -> None:
    """Blend premultiplied pixels over the frame; pixels outside the frame are ignored."""
    height, width = frame.shape[:2]
    x, y = max(0, left), max(0, top)
    over = piece[y - top : max(0, height - top), x - left : max(0, width - left)]
    if not over.size:
        return
    under = frame[y : y + over.shape[0], x : x + over.shape[1]]
    cv2.add(_times(under, 255 - over[..., 3]), over, dst=under)


def _times(pixels: Pixels, share: NDArray[np.uint8]) -> Pixels:
    """Multiply the colours by a share of 255; alpha stays."""
    product = cv2.multiply(pixels, cv2.cvtColor(share, cv2.COLOR_GRAY2RGBA), scale=1 / 255)
    return product.astype(np.uint8, copy=False)


def laid(
    draw: Draw,
    views: Sequence[skia.Matrix],
    width: int,
    height: int,
    *,
    blur: float = 0.0,
    bounded: bool = True,
) -> _Laid | None:
    """Draw into pixels whatever part of `draw` the views (layer units -> pixels) show.

    `blur`: in frame heights. `bounded`: the units are the scene's, and end at its bounds. Returns
    None if no view shows a part of the set.
    """
    seen = skia.Rect.MakeEmpty()
    sharpest = 0.0
    for view in views:
        back = skia.Matrix()
        if not view.invert(back):
            return None
        seen.join(back.mapRect(skia.Rect.MakeWH(width, height)))
        sharpest = max(sharpest, view.mapRadius(1.0))
    if bounded and not seen.intersect(skia.Rect.MakeLTRB(LEFT, TOP, RIGHT, BOTTOM)):
        return None
    wanted = seen.width() * seen.height() * sharpest**2
    scale = sharpest * min(1.0, (MOST_PIXELS / wanted) ** 0.5)
    w, h = max(1, round(seen.width() * scale)), max(1, round(seen.height() * scale))
    pixels = np.zeros((h, w, 4), np.uint8)
    canvas = skia.Surface(pixels, skia.kRGBA_8888_ColorType).getCanvas()
    canvas.scale(w / seen.width(), h / seen.height())
    canvas.translate(-seen.left(), -seen.top())
    draw(canvas)
    if blur:
        sigma = blur * height * scale / sharpest
        cv2.GaussianBlur(pixels, (0, 0), sigma, dst=pixels, borderType=cv2.BORDER_REPLICATE)
    return _Laid(pixels, seen)


def _is_whole_shift(matrix: skia.Matrix) -> bool:
    return matrix.isIdentity() or all(
        abs(matrix.get(i) - (i in (0, 4))) < _NEARLY for i in range(6)
    )
