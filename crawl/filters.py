"""Filters: which shots of a video are worth learning from, and how long ones are divided.

Every bound looks at one figure of a clip. A clip that breaks some is left out, and says which:
`text_area 0.31 > 0.12`. Nothing here looks at pixels, or draws lots: the same analysis gives the
same clips.
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
"""Mean distance of a unit square's points from its middle: what a zoom of 1/s moves them by."""


class FilterSettings(Part):
    """What a clip must be like. A bound of None is not looked at.

    The defaults suit advertising films at 360 lines: small type is let pass, title cards are not.
    """

    min_duration_s: float = Field(default=2.0, gt=0)
    """Seconds; what is shorter shows a model hardly any motion."""
    longest_s: float = Field(default=20.0, gt=0)
    """A longer shot is divided into equal pieces of at most so many seconds."""
    min_key_frames: float | None = 1
    """A clip without a key frame can neither be captioned nor compared with others."""
    min_fps: float | None = 12
    """Below it a video is a slide show, or was made of one."""
    min_side: float | None = 240
    """Pixels of the picture's shorter side, black bars left out, at the analysis rendition."""
    max_ratio: float | None = 2.8
    """Longer side over shorter one, black bars left out: beyond it no bucket would hold it."""
    max_bars: float | None = 0.3
    """Share of the frame that is black bars. 2.39:1 within 16:9 has 0.26, 9:16 within 16:9 0.68."""
    max_black: float | None = 0.2
    """Share of frames that are black."""
    min_brightness: float | None = 0.06
    max_brightness: float | None = 0.96
    """Means of the luma: darker is nearly black, brighter nearly white."""
    min_contrast: float | None = 0.03
    """Lower values mean a uniform surface."""
    min_sharpness: float | None = 12
    """Variance of the Laplacian; a picture that is out of focus throughout has less."""
    min_movement: float | None = 0.004
    """Frame widths a second that the picture moves, by camera or by itself: a still has less."""
    max_movement: float | None = 2.5
    """Beyond it nothing can be seen."""
    max_shake: float | None = 0.5
    """Spread of the camera's motion, in frame widths a second."""
    max_text_area: float | None = 0.12
    """Share of the frame that text covers: a model is never asked to draw any."""

    @model_validator(mode="after")
    def _can_divide(self) -> Self:
        # A shot that is hardly longer has pieces of half of it.
        if self.longest_s < 2 * self.min_duration_s:
            raise ValueError(
                f"longest_s is {self.longest_s:g}, wanted at least twice min_duration_s"
                f" ({self.min_duration_s:g})"
            )
        return self


@dataclass(frozen=True)
class Reason:
    """Why a clip is left out: a figure by its name, and the bound that it breaks."""

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
    """The clips of a video in the order of time, each with why it is left out; "" keeps it."""
    for shot in analysis.shots:
        for clip in divided(shot, settings.longest_s):
            yield clip, "; ".join(map(str, reasons(clip, analysis.stream, settings)))


def divided(shot: DetectedShot, longest_s: float) -> Iterator[DetectedShot]:
    """A shot in equal pieces of at most `longest_s`, to within a frame; itself if it is no longer.

    A piece has the shot's measures and those of its key frames that lie within it.
    """
    span = shot.span
    length, length_s = span.end - span.start, span.end_s - span.start_s
    pieces = min(max(1, math.ceil(length_s / longest_s - 1e-9)), max(length, 1))
    if pieces == 1:
        yield shot
        return
    marks = [span.start + length * n // pieces for n in range(pieces + 1)]
    # Within a shot any frame will do as a mark: with a variable rate its time is a fair guess.
    times = [span.start_s + length_s * (mark - span.start) / length for mark in marks]
    times[-1] = span.end_s
    # As many as key frames, or none was taken.
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
    """All bounds that a clip breaks, in the order of the settings."""
    for name, figure in figures(clip, stream).items():
        least = getattr(settings, f"min_{name}", None)
        most = getattr(settings, f"max_{name}", None)
        # Not `figure < least`: a figure that is no number would pass every bound.
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
    """Width and height in pixels of what lies within the black bars."""
    bars = measures.bars
    return (
        width * max(0.0, 1 - bars.left - bars.right),
        height * max(0.0, 1 - bars.top - bars.bottom),
    )


def movement(measures: Measures, width: int, height: int) -> float:
    """Frame widths a second that the picture's points move by, with the camera or by themselves."""
    camera = measures.camera
    turn = hypot(camera.pan_per_s, camera.tilt_per_s * height / max(width, 1))
    return measures.motion + turn + _MEAN_RADIUS * abs(camera.zoom_per_s)
