"""Measures: measurements of a clip's pixels, without a model."""

from typing import Annotated

from pydantic import Field

from conte.frozen import Frozen

Share = Annotated[float, Field(ge=0, le=1)]


class Bars(Frozen):
    """Black bars, as shares of the frame's height (top, bottom) and width (left, right)."""

    top: Share = 0
    bottom: Share = 0
    left: Share = 0
    right: Share = 0


class CameraMotion(Frozen):
    """The camera's own motion, fitted to sparse optical flow; medians over the shot."""

    pan_per_s: float
    """Frame widths per second; positive: the camera turns or moves right."""
    tilt_per_s: float
    """Frame heights per second; positive: the camera turns or moves up."""
    zoom_per_s: float
    """Change of scale per second; positive: the picture grows."""
    shake: float
    """Spread of the motion about its median, in frame widths per second."""


class Measures(Frozen):
    """Measurements of one clip, at analysis resolution."""

    motion: float
    """Median of the mean optical flow without the camera's motion, in frame widths per second."""
    camera: CameraMotion
    brightness: Share
    contrast: Share
    colourfulness: float
    """Colourfulness by Hasler and Süsstrunk, "Measuring colourfulness in natural images" (2003)."""
    colours: tuple[str, ...]
    """Up to three main colours as #rrggbb, the largest first."""
    sharpness: float
    """Median variance of the Laplacian of the 8-bit luma."""
    black: Share
    """Share of black frames."""
    text_area: Share
    """Median share of the frame that text covers."""
    bars: Bars
    dhashes: tuple[str, ...]
    """64-bit difference hashes, 16 hex digits each, of the key frames in order."""
