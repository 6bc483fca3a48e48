"""Clips of several sizes and windows -> the size of their film."""

from collections.abc import Sequence

from conte.brief import AspectRatio
from conte.clip import Clip, frame_size
from conte.formats.reframing import film_short_side
from deployments.engines.protocols import RenderError
from deployments.fitting import Size

ROUNDED_PX = 2
"""Pixels by which a side may differ from the ratio, because sides are even."""


def film_size(clips: Sequence[Clip], aspect_ratio: AspectRatio) -> Size:
    """Return the size of a film of these clips, whose own sizes are known.

    It is that of the largest clip; with cropped clips, the size that the smallest crop allows.

    Raises:
        RenderError: if a clip that is not cropped has another ratio, naming the cut.
    """
    windows: list[int] = []
    for clip in clips:
        size = clip.width, clip.height
        if clip.window is not None:
            windows.append(min(clip.window.pixels(*size)[2:]))
            continue
        wanted = frame_size(aspect_ratio, min(size))
        if any(abs(got - want) > ROUNDED_PX for got, want in zip(size, wanted, strict=True)):
            raise RenderError(
                f"the clip of cut {clip.cut} is {size[0]}x{size[1]},"
                f" wanted {wanted[0]}x{wanted[1]} for {aspect_ratio}"
            )
    largest = max(min(clip.width, clip.height) for clip in clips)
    return frame_size(aspect_ratio, film_short_side(largest, min(windows, default=None)))
