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
    """The camera's own motion, fitted to sparse optical flow, as medians over the shot."""

    pan_per_s: float
    """Frame widths a second; positive where the camera turns or goes right."""
    tilt_per_s: float
    """Frame heights a second; positive where it turns or goes up."""
    zoom_per_s: float
    """Change of scale a second; positive where the picture grows."""
    shake: float
    """Spread of the motion about its median, in frame widths a second."""


class Measures(Frozen):
    """What was measured of one clip, at the analysis rendition."""

    motion: float
    """Median of the mean optical flow that the camera's own motion leaves, in frame widths a
    second."""
    camera: CameraMotion
    brightness: Share
    contrast: Share
    colourfulness: float
    """Hasler and Süsstrunk, "Measuring colourfulness in natural images" (2003)."""
    colours: tuple[str, ...]
    """Up to three main colours as #rrggbb, the largest first."""
    sharpness: float
    """Median variance of the Laplacian of the 8-bit luma."""
    black: Share
    """Share of frames that are black."""
    text_area: Share
    """Median share of the frame that text covers."""
    bars: Bars
    dhashes: tuple[str, ...]
    """64-bit difference hashes, 16 hex digits each, of the key frames in order."""
