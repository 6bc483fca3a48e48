"""A shot's aspect ratio -> the size at which a model denoises; scales pictures to that size."""

import cv2
import numpy as np

from deployments.engines.diffusion.families import Family
from deployments.engines.protocols import Frame

SMALLEST = 64
"""Shortest side in pixels: below it no family's latents are worth denoising."""
WIDEST = 16 / 9
"""Widest ratio made with the whole shorter side."""


def native_size(family: Family, width: int, height: int, short_side: int = 0) -> tuple[int, int]:
    """Return the width and height that the family can make nearest to the ratio of `width` x
    `height`.

    The shorter side is `short_side` (0: the family's own), rounded to the family's multiple. It is
    reduced if the picture would otherwise have more pixels than one of the ratio `WIDEST`, for
    which memory is planned. A family with one size makes that size, whatever the ratio, and
    conforming crops the rest.
    """
    if family.fixed_size is not None:
        return family.fixed_size
    step = family.multiple
    ratio = max(width, height) / min(width, height)
    side = (short_side or family.short_side) * min(1.0, (WIDEST / ratio) ** 0.5)
    short = max(round(side / step), 1) * step
    long = max(round(short * ratio / step), 1) * step
    return (long, short) if width >= height else (short, long)


def check_short_side(family: Family, short_side: int) -> None:
    """Check that the family can make this shorter side.

    Raises:
        ValueError: if it cannot, with what it can make.
    """
    if not short_side:
        return
    if family.fixed_size is not None and short_side != min(family.fixed_size):
        width, height = family.fixed_size
        raise ValueError(f"{short_side} pixels: {family.label} makes only {width}x{height}")
    if short_side < SMALLEST or short_side % family.multiple:
        below = max(short_side // family.multiple, -(-SMALLEST // family.multiple))
        nearest = [below * family.multiple, (below + 1) * family.multiple]
        raise ValueError(
            f"{short_side} pixels: {family.label} makes multiples of {family.multiple} from"
            f" {SMALLEST}, such as {nearest[0]} or {nearest[1]}"
        )


def fill(picture: Frame, width: int, height: int) -> Frame:
    """Scale a picture to cover `width` x `height` undistorted, and crop it about the middle."""
    down, across = picture.shape[:2]
    if (across, down) == (width, height):
        return picture
    scale = max(width / across, height / down)
    cut_w, cut_h = min(round(width / scale), across), min(round(height / scale), down)
    left, top = (across - cut_w) // 2, (down - cut_h) // 2
    middle = picture[top : top + cut_h, left : left + cut_w]
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.ascontiguousarray(cv2.resize(middle, (width, height), interpolation=how), np.uint8)
