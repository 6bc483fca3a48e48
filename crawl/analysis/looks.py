"""Measurements of one sampled frame: light, colour, sharpness, text, black bars."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from conte.measures import Bars

Luma = NDArray[np.uint8]
Rgb = NDArray[np.uint8]

_BAR_LUMA = 32
_TEXT_EDGE = 48
_TEXT_SIDE = 360
"""Largest shorter side, in pixels, of the frame in which text is detected."""
_STROKE = (9, 3)
"""Columns and rows of the kernel that joins the strokes of a line of text."""


@dataclass(frozen=True)
class FrameLook:
    """Measurements of one frame. Areas are shares of it; brightness and contrast are 0..1."""

    brightness: float
    contrast: float
    colourfulness: float
    rgb: Rgb
    """[18, 32, 3] uint8: the frame scaled down, for its main colours."""
    sharpness: float
    text_area: float
    bars: Bars
    dhash: int


def look_at(luma: Luma, rgb: Rgb) -> FrameLook:
    """Measure a frame: `luma` [height, width] uint8, 16..235; `rgb` [height, width, 3] uint8."""
    rgb = _small(rgb)
    levels = rgb.astype(np.float64).mean(axis=2) / 255
    return FrameLook(
        brightness=float(levels.mean()),
        contrast=float(levels.std()),
        colourfulness=colourfulness(rgb),
        rgb=rgb,
        sharpness=sharpness(luma),
        text_area=text_area(luma),
        bars=bars(luma),
        dhash=dhash(luma),
    )


def _small(rgb: Rgb) -> Rgb:
    grid = cv2.resize(rgb, (128, 72), interpolation=cv2.INTER_LINEAR)
    return cv2.resize(grid, (32, 18), interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)


def colourfulness(rgb: Rgb) -> float:
    """Colourfulness by Hasler and Süsstrunk, "Measuring colourfulness in natural images" (2003),
    equation 6."""
    red, green, blue = (rgb[..., i].astype(np.float64) for i in range(3))
    yellow_blue, red_green = (red + green) / 2 - blue, red - green
    spread = np.hypot(red_green.std(), yellow_blue.std())
    return float(spread + 0.3 * np.hypot(red_green.mean(), yellow_blue.mean()))


def sharpness(luma: Luma) -> float:
    """The variance of the Laplacian."""
    edges = cv2.Laplacian(luma, cv2.CV_16S)
    # A tenth of the time of OpenCV's own `meanStdDev`, which has no vectors for 16 bits.
    return cv2.norm(edges, cv2.NORM_L2SQR) / edges.size - cv2.mean(edges)[0] ** 2


def dhash(luma: Luma) -> int:
    """Difference hash of 64 bits: whether each of 8 x 8 places is brighter than its right
    neighbour."""
    grid = cv2.resize(luma, (72, 64), interpolation=cv2.INTER_LINEAR)
    small = cv2.resize(grid, (9, 8), interpolation=cv2.INTER_AREA)
    bits = (small[:, :-1] > small[:, 1:]).reshape(-1)
    return int("".join("1" if bit else "0" for bit in bits), 2)


def bars(luma: Luma) -> Bars:
    """Black bars: the dark rows and columns at each edge, as shares of the frame."""
    rows, columns = luma.max(axis=1) > _BAR_LUMA, luma.max(axis=0) > _BAR_LUMA
    if not rows.any() or not columns.any():
        return Bars()  # a black frame has no picture that bars could be around
    height, width = luma.shape
    return Bars(
        top=int(rows.argmax()) / height,
        bottom=int(rows[::-1].argmax()) / height,
        left=int(columns.argmax()) / width,
        right=int(columns[::-1].argmax()) / width,
    )


def text_area(luma: Luma) -> float:
    """Estimate the share of the frame that text covers, by its shape; no model reads it.

    Text is many strong edges close together in a box that is wider than high and evenly filled.
    """
    side = min(luma.shape)
    if side > _TEXT_SIDE:
        size = (round(luma.shape[1] * _TEXT_SIDE / side), round(luma.shape[0] * _TEXT_SIDE / side))
        luma = cv2.resize(luma, size, interpolation=cv2.INTER_LINEAR).astype(np.uint8)
    edges = cv2.morphologyEx(luma, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    _, strokes = cv2.threshold(edges, _TEXT_EDGE, 1, cv2.THRESH_BINARY)
    lines = cv2.morphologyEx(strokes, cv2.MORPH_CLOSE, np.ones(_STROKE[::-1], np.uint8))
    lines = cv2.morphologyEx(lines, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    # Every other pixel suffices for the shapes, at a quarter of the cost.
    _, _, halves, _ = cv2.connectedComponentsWithStats(lines[::2, ::2].copy(), connectivity=4)
    stats = halves * np.array([2, 2, 2, 2, 4])
    wide, high, filled = stats[:, 2], stats[:, 3], stats[:, 4]
    shaped = (high >= 8) & (high <= 90) & (wide >= 1.8 * high) & (filled >= 0.55 * wide * high)
    shaped[0] = False  # label 0: the background
    covered = 0
    for x, y, width, height in stats[shaped, :4].tolist():
        box = strokes[y : y + height, x : x + width] > 0
        crossings = (box[:, 1:] != box[:, :-1]).sum(axis=1).mean()
        # A line of text is crossed by a stroke every third of its height or so.
        if crossings * height >= 1.2 * width:
            covered += width * height
    return min(1.0, covered / luma.size)


def main_colours(looks: list[Rgb], most: int = 3) -> tuple[str, ...]:
    """Return the main colours as #rrggbb: clusters of all pixels in Lab, the largest first."""
    pixels = np.concatenate([look.reshape(-1, 3) for look in looks]).astype(np.float32) / 255
    lab = cv2.cvtColor(pixels[:, None, :], cv2.COLOR_RGB2LAB)[:, 0, :]
    cv2.setRNGSeed(0)  # the same colours every time
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 10, 1.0)
    codes = (lab.round() + 128).astype(np.int64) @ np.array([1, 1 << 9, 1 << 18])
    clusters = min(most, len(np.unique(codes)))
    _, labels, centres = cv2.kmeans(
        lab, clusters, np.empty(0, np.int32), stop, 1, cv2.KMEANS_PP_CENTERS
    )
    order = np.argsort(-np.bincount(labels.reshape(-1), minlength=clusters), kind="stable")
    rgb = cv2.cvtColor(centres[order][:, None, :], cv2.COLOR_LAB2RGB)[:, 0, :]
    return tuple("#{:02x}{:02x}{:02x}".format(*(round(v * 255) for v in c)) for c in rgb)
