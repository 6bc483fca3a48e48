"""Layers: parts of the scene drawn once into pixels, and laid under the camera every frame.

A `Backdrop` fills the frame; OpenCV moves it, six times as fast as Skia's own sampling. A `Cutout`
has holes; Skia blends the pieces of it that are not empty.
"""

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
"""How far a set is drawn, in scene units."""
MOST_PIXELS = 3_600_000
"""Of one layer: four 720p frames. Sharper than that is not seen under a move."""
_STRIP = 48
"""Pixels: a cutout's empty columns are found in strips of that width."""
_NEARLY = 1e-3

# The renderer has a core to itself and the encoder the other.
cv2.setNumThreads(1)


@dataclass(frozen=True)
class _Laid:
    """Pixels, and where they lie in layer units."""

    pixels: Pixels
    covers: skia.Rect

    def onto(self, view: skia.Matrix) -> skia.Matrix:
        """Pixels of the layer -> pixels of the frame."""
        height, width = self.pixels.shape[:2]
        matrix = skia.Matrix.Translate(self.covers.left(), self.covers.top())
        matrix.preScale(self.covers.width() / width, self.covers.height() / height)
        matrix.postConcat(view)
        return matrix


class Backdrop:
    def __init__(self, laid: _Laid) -> None:
        self._laid = laid

    def draw(self, frame: Pixels, view: skia.Matrix) -> None:
        """Fill the frame; what lies past the layer's edge is its edge, drawn out."""
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
        self._pieces: list[tuple[float, skia.Image]] = []
        filled: NDArray[np.bool_] = np.any(laid.pixels[..., 3], axis=0)
        width, start = len(filled), None
        for left in range(0, width + _STRIP, _STRIP):
            here = bool(filled[left : left + _STRIP].any())
            if here and start is None:
                start = left
            elif not here and start is not None:
                piece = np.ascontiguousarray(laid.pixels[:, start:left])
                self._pieces.append((float(start), _image(piece)))
                start = None

    def draw(self, canvas: skia.Canvas, view: skia.Matrix) -> None:
        matrix = self._laid.onto(view)
        canvas.save()
        if abs(matrix.getScaleX() - 1) < _NEARLY and abs(matrix.getSkewX()) < _NEARLY:
            # A whole number of pixels: no resampling, and nothing shimmers.
            canvas.translate(round(matrix.getTranslateX()), round(matrix.getTranslateY()))
        else:
            canvas.concat(matrix)
        sampling = skia.SamplingOptions(skia.FilterMode.kLinear)
        for left, image in self._pieces:
            canvas.drawImage(image, left, 0, sampling)
        canvas.restore()


def laid(
    draw: Draw,
    views: Sequence[skia.Matrix],
    width: int,
    height: int,
    *,
    blur: float = 0.0,
    bounded: bool = True,
) -> _Laid | None:
    """What `draw` draws, as far as the views (layer units -> pixels) show it.

    `blur` is in frame heights; `bounded`: the units are the scene's, which ends somewhere. None if
    no view shows anything of the set.
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


def _image(pixels: Pixels) -> skia.Image:
    """A copy, with its alpha multiplied in as Skia itself has drawn it."""
    return skia.Surface(pixels, skia.kRGBA_8888_ColorType).makeImageSnapshot()
