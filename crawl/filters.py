"""Filters: decide which shots of a video are worth learning from, and divide long ones.

Every bound checks one figure of a clip. A clip that breaks bounds is left out with a reason such as
`text_area 0.31 > 0.12`. Pixels are not read and nothing is random: the same analysis gives the same
clips.
"""

import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import hypot
from typing import Self

from pydantic import Field, model_validator

from conte.measures import Measures
from crawl.analysis.analysis import Analysis, DetectedShot, FrameSpan, Stream
from serve.settings import Part

_MEAN_RADIUS = 0.3826
"""Mean distance of a unit square's points from its middle, and so their mean speed at a zoom of
1/s."""


class FilterSettings(Part):
    """Bounds for the figures of a clip. A bound of None is not checked.

    The defaults suit advertising films at 360 lines: small type passes, title cards do not.
    """

    min_duration_s: float = Field(default=2.0, gt=0)
    """Seconds; shorter clips show hardly any motion."""
    longest_s: float = Field(default=20.0, gt=0)
    """Seconds; a longer shot is divided into equal pieces of at most this length."""
    min_key_frames: float | None = 1
    """Key frames; without one a clip can be neither captioned nor compared with others."""
    min_fps: float | None = 12
    """Frames per second; a video with fewer is a slide show, or was made from one."""
    min_side: float | None = 240
    """Pixels of the picture's shorter side, without black bars, in the rendition that is
    analysed."""
    max_ratio: float | None = 2.8
    """Longer side over shorter side, without black bars; larger ratios fit no training bucket."""
    max_bars: float | None = 0.3
    """Share of the frame that is black bars: 0.26 for 2.39:1 within 16:9, 0.68 for 9:16 within
    16:9."""
    max_black: float | None = 0.2
    """Share of the clip's frames that are black."""
    min_brightness: float | None = 0.06
    max_brightness: float | None = 0.96
    """Mean luma: below the first bound a clip is nearly black, above the second nearly white."""
    min_contrast: float | None = 0.03
    """Standard deviation of luma; lower values mean a uniform surface."""
    min_sharpness: float | None = 12
    """Variance of the Laplacian; a picture that is blurred everywhere has less."""
    min_movement: float | None = 0.004
    """Frame widths per second, of the camera and the subjects together; a still picture has
    less."""
    max_movement: float | None = 2.5
    """Upper bound of the movement, in frame widths per second; nothing can be seen in faster
    motion."""
    max_shake: float | None = 0.5
    """Spread of the camera's motion, in frame widths per second."""
    max_text_area: float | None = 0.12
    """Share of the frame that text covers; video models are never asked to draw text."""

    @model_validator(mode="after")
    def _can_divide(self) -> Self:
        # A shot that is slightly longer is divided into halves.
        if self.longest_s < 2 * self.min_duration_s:
            raise ValueError(
                f"longest_s is {self.longest_s:g}, wanted at least twice min_duration_s"
                f" ({self.min_duration_s:g})"
            )
        return self


@dataclass(frozen=True)
class Reason:
    """Reason for leaving out a clip: a figure by its name, and the bound that it breaks."""

    name: str
    figure: float
    bound: float

    def __str__(self) -> str:
        sign = "<" if self.figure < self.bound else ">"
        # A figure just beyond its bound must not be printed as the bound itself.
        digits = next(
            n for n in range(4, 18) if f"{self.figure:.{n}g}" != f"{self.bound:.{n}g}" or n == 17
        )
        return f"{self.name} {self.figure:.{digits}g} {sign} {self.bound:g}"


def clips_of(analysis: Analysis, settings: FilterSettings) -> Iterator[tuple[DetectedShot, str]]:
    """Yield the clips of a video by time, each with the reason to leave it out, or ""."""
    for shot in analysis.shots:
        for clip in divided(shot, settings.longest_s):
            yield clip, "; ".join(map(str, reasons(clip, analysis.stream, settings)))


def divided(shot: DetectedShot, longest_s: float) -> Iterator[DetectedShot]:
    """Divide a shot into equal pieces of at most `longest_s`, to within a frame; a short shot
    stays.

    A piece has the shot's measures, and the key frames and hashes within the piece.
    """
    span = shot.span
    length, length_s = span.end - span.start, span.end_s - span.start_s
    pieces = min(max(1, math.ceil(length_s / longest_s - 1e-9)), max(length, 1))
    if pieces == 1:
        yield shot
        return
    marks = [span.start + length * n // pieces for n in range(pieces + 1)]
    # Any frame within a shot is a valid mark. At a variable rate its time is an estimate.
    times = [span.start_s + length_s * (mark - span.start) / length for mark in marks]
    times[-1] = span.end_s
    # There is one hash per key frame, or none if none was measured.
    hashes = dict(zip(shot.key_frames, shot.measures.dhashes, strict=False))
    for n, (start, end) in enumerate(itertools.pairwise(marks)):
        keys = tuple(frame for frame in shot.key_frames if start <= frame < end)
        seen = tuple(hashes[frame] for frame in keys if frame in hashes)
        yield DetectedShot(
            span=FrameSpan(start=start, end=end, start_s=times[n], end_s=times[n + 1]),
            opens=shot.opens if n == 0 else "within",
            closes=shot.closes if n == pieces - 1 else "within",
            measures=shot.measures.model_copy(update={"dhashes": seen}),
            key_frames=keys,
        )


def reasons(clip: DetectedShot, stream: Stream, settings: FilterSettings) -> Iterator[Reason]:
    """Yield all bounds that a clip breaks, in the order of `figures`."""
    for name, figure in figures(clip, stream).items():
        least = getattr(settings, f"min_{name}", None)
        most = getattr(settings, f"max_{name}", None)
        # Not `figure < least`, because NaN would pass every bound.
        if least is not None and not figure >= least:
            yield Reason(name, figure, least)
        elif most is not None and not figure <= most:
            yield Reason(name, figure, most)


def figures(clip: DetectedShot, stream: Stream) -> Mapping[str, float]:
    """Return the figures that the bounds check, by name: `side` is compared with `min_side`."""
    measures, span = clip.measures, clip.span
    across, down = picture_size(measures, stream.width, stream.height)
    return {
        "duration_s": span.end_s - span.start_s,
        "key_frames": len(clip.key_frames),
        "fps": stream.fps,
        "side": min(across, down),
        "ratio": max(across, down) / max(min(across, down), 1.0),
        "bars": 1 - across * down / max(stream.width * stream.height, 1),
        "black": measures.black,
        "brightness": measures.brightness,
        "contrast": measures.contrast,
        "sharpness": measures.sharpness,
        "movement": movement(measures, stream.width, stream.height),
        "shake": measures.camera.shake,
        "text_area": measures.text_area,
    }


def picture_size(measures: Measures, width: int, height: int) -> tuple[float, float]:
    """Return width and height in pixels of the picture within the black bars."""
    bars = measures.bars
    return (
        width * max(0.0, 1 - bars.left - bars.right),
        height * max(0.0, 1 - bars.top - bars.bottom),
    )


def movement(measures: Measures, width: int, height: int) -> float:
    """Return the mean speed of the picture's points in frame widths per second, by camera and
    subjects."""
    camera = measures.camera
    turn = hypot(camera.pan_per_s, camera.tilt_per_s * height / max(width, 1))
    return measures.motion + turn + _MEAN_RADIUS * abs(camera.zoom_per_s)
