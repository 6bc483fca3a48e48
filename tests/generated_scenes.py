"""Scenes that look filmed enough for a shot detector: a place, a camera, things that move, grain.

A place is drawn once, wider than the frame; a frame is one warp of it with the movers painted over.
"""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from deployments.lettering import FONTS

Pixels = NDArray[np.uint8]
Lots = np.random.Generator

_LARGER = 1.8
"""A place is so many times larger than the frame, either way."""
_WORDS = (
    "신제품 출시",
    "SUMMER SALE",
    "오늘의 추천",
    "NEW",
    "단 하루",
    "50% OFF",
    "시안",
    "Since 1987",
)


@dataclass(frozen=True)
class Pose:
    """Where the camera looks: the middle of its view in frame widths and heights off the place's."""

    right: float
    down: float
    zoom: float = 1.0


@dataclass(frozen=True)
class Mover:
    """Something that passes; lengths in frame widths, times in seconds."""

    size: tuple[float, float]
    start: tuple[float, float]
    speed: tuple[float, float]
    sway: float
    colour: tuple[int, int, int]
    boxy: bool

    def paint(self, pixels: Pixels, at_s: float) -> None:
        height, width = pixels.shape[:2]
        x = (self.start[0] + self.speed[0] * at_s) % 1.6 - 0.3
        y = (self.start[1] + self.speed[1] * at_s) % 1.6 - 0.3 + self.sway * np.sin(5 * at_s)
        middle = (round(x * width), round(y * height))
        half = (max(2, round(self.size[0] * width / 2)), max(2, round(self.size[1] * width / 2)))
        if self.boxy:
            corners = [(middle[0] + i * half[0], middle[1] + i * half[1]) for i in (-1, 1)]
            cv2.rectangle(pixels, corners[0], corners[1], self.colour, -1)
        else:
            cv2.ellipse(pixels, middle, half, 20 * np.sin(at_s), 0, 360, self.colour, -1)
        shade = tuple(int(0.6 * part) for part in self.colour)
        inner = (max(1, half[0] // 2), max(1, half[1] // 2))
        cv2.ellipse(pixels, (middle[0], middle[1] + half[1] // 3), inner, 0, 0, 360, shade, -1)


def place(lots: Lots, width: int, height: int) -> Pixels:
    """A landscape, a street, a table with products, or a close-up, for frames of this size.

    Returns:
        [?, ?, 4] uint8, for `view`.
    """
    width, height = round(_LARGER * width), round(_LARGER * height)
    kinds: tuple[Callable[[Lots, int, int], Pixels], ...] = (_land, _street, _table, _surface)
    drawn = kinds[int(lots.integers(len(kinds)))](lots, width, height).astype(np.float32)
    drawn += 26 * _clouds(lots, width, height, finest=2)[..., None]
    drawn = drawn * lots.uniform(0.65, 1.1) + lots.uniform(-12, 12)
    coloured = np.clip(drawn, 14, 244).astype(np.uint8)
    # A fourth channel, of no meaning: OpenCV warps four three times as fast as three.
    return cv2.cvtColor(coloured, cv2.COLOR_RGB2RGBA).astype(np.uint8, copy=False)


def view(of: Pixels, width: int, height: int, pose: Pose) -> Pixels:
    """[height, width, 3]: what the camera sees of a place."""
    scale = 1 / pose.zoom
    right = of.shape[1] / 2 + pose.right * width - scale * width / 2
    down = of.shape[0] / 2 + pose.down * height - scale * height / 2
    matrix = np.array([[scale, 0, right], [0, scale, down]], np.float64)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    warped = cv2.warpAffine(of, matrix, (width, height), flags=flags, borderMode=cv2.BORDER_REFLECT)
    return cv2.cvtColor(warped, cv2.COLOR_RGBA2RGB).astype(np.uint8, copy=False)


def movers(lots: Lots, most: int) -> tuple[Mover, ...]:
    return tuple(
        Mover(
            size=(float(lots.uniform(0.04, 0.22)), float(lots.uniform(0.05, 0.2))),
            start=(float(lots.uniform(0, 1.6)), float(lots.uniform(0.5, 1.2))),
            speed=(float(lots.normal(0, 0.14)), float(lots.normal(0, 0.03))),
            sway=float(lots.uniform(0, 0.03)),
            colour=_colour(lots),
            boxy=bool(lots.random() < 0.4),
        )
        for _ in range(int(lots.integers(0, most + 1)))
    )


def lettering(lots: Lots, width: int, height: int) -> tuple[Pixels, tuple[int, int]]:
    """An opacity mask of a line of text, and the place of its upper left corner."""
    size = round(height * lots.uniform(0.06, 0.12))
    font = ImageFont.truetype(str(FONTS / "Pretendard-SemiBold.otf"), size)
    text = _WORDS[int(lots.integers(len(_WORDS)))]
    left, top, right, bottom = (round(v) for v in font.getbbox(text))
    mask = Image.new("L", (min(right - left, width - 4), bottom - top))
    ImageDraw.Draw(mask).text((-left, -top), text, 255, font=font)
    drawn = np.asarray(mask)
    x = int(lots.integers(2, max(3, width - drawn.shape[1] - 1)))
    y = int(height * lots.choice([0.08, 0.78]))
    return drawn, (x, min(y, height - drawn.shape[0]))


def letter(pixels: Pixels, mask: Pixels, corner: tuple[int, int]) -> None:
    x, y = corner
    part = pixels[y : y + mask.shape[0], x : x + mask.shape[1]]
    np.copyto(part, 250, where=mask[..., None] > 127)


def _colour(lots: Lots) -> tuple[int, int, int]:
    red, green, blue = (int(v) for v in lots.integers(25, 235, 3))
    return red, green, blue


def _clouds(lots: Lots, width: int, height: int, finest: int = 8) -> NDArray[np.float32]:
    """Noise of all scales, about -1..1."""
    total = np.zeros((height, width), np.float32)
    cell, weight = 128, 0.5
    while cell >= finest:
        shape = (height // cell + 2, width // cell + 2)
        coarse = lots.normal(0, 1, shape).astype(np.float32)
        total += weight * cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)
        cell, weight = cell // 4, weight * 0.6
    return total


def _between(
    top: NDArray[np.float32], bottom: NDArray[np.float32], width: int, height: int
) -> Pixels:
    share = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    rows = top * (1 - share) + bottom * share
    return np.broadcast_to(rows, (height, width, 3)).astype(np.uint8)


def _pair(lots: Lots) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    return lots.uniform(30, 230, 3).astype(np.float32), lots.uniform(30, 230, 3).astype(np.float32)


def _land(lots: Lots, width: int, height: int) -> Pixels:
    pixels = np.ascontiguousarray(_between(*_pair(lots), width, height))
    sun = (int(lots.integers(width)), int(lots.integers(height // 2)))
    cv2.circle(pixels, sun, height // 12, (245, 235, 190), -1, cv2.LINE_AA)
    for layer in range(4):
        ridge = height * (0.4 + 0.13 * layer) + height * 0.1 * np.interp(
            np.arange(width), np.linspace(0, width, 18), lots.normal(0, 1, 18)
        )
        outline = np.stack([np.arange(width), ridge], 1).round().astype(np.int32)
        corners = np.array([[width, height], [0, height]], np.int32)
        cv2.fillPoly(pixels, [np.concatenate([outline, corners])], _colour(lots), cv2.LINE_AA)
    return pixels


def _street(lots: Lots, width: int, height: int) -> Pixels:
    pixels = np.ascontiguousarray(_between(*_pair(lots), width, height))
    left = 0
    while left < width:
        wide, roof = int(lots.integers(30, 130)), int(height * lots.uniform(0.1, 0.6))
        cv2.rectangle(pixels, (left, roof), (left + wide, height), _colour(lots), -1)
        lit = _colour(lots)
        for y in range(roof + 8, height - 20, 24):
            for x in range(left + 6, left + wide - 10, 18):
                if lots.random() < 0.7:
                    cv2.rectangle(pixels, (x, y), (x + 8, y + 12), lit, -1)
        left += wide
    return pixels


def _table(lots: Lots, width: int, height: int) -> Pixels:
    pixels = np.ascontiguousarray(_between(*_pair(lots), width, height))
    cv2.rectangle(pixels, (0, round(height * 0.62)), (width, height), _colour(lots), -1)
    for _ in range(22):
        at = (int(lots.integers(width)), int(height * lots.uniform(0.25, 0.9)))
        half = (int(lots.integers(12, 70)), int(lots.integers(18, 90)))
        cv2.ellipse(pixels, at, half, 0, 0, 360, _colour(lots), -1, cv2.LINE_AA)
        glint = (at[0] - half[0] // 3, at[1] - half[1] // 3)
        cv2.ellipse(pixels, glint, (half[0] // 5, half[1] // 4), 0, 0, 360, (235, 235, 235), -1)
    return pixels


def _surface(lots: Lots, width: int, height: int) -> Pixels:
    one, other = _pair(lots)
    share = np.clip(0.5 + 0.6 * _clouds(lots, width, height), 0, 1)[..., None]
    return (one * (1 - share) + other * share).astype(np.uint8)
