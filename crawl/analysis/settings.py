"""Thresholds of the analysis. They change its results, so a dataset keeps those it began with."""

from pydantic import Field

from serve.settings import Part


class AnalysisSettings(Part):
    """Thresholds of the analysis. Differences are mean differences of 8-bit luma over 48 x 27
    tiles."""

    cut_difference: float = Field(default=9.0, gt=0)
    """Least difference between the two frames of a cut."""
    cut_ratio: float = Field(default=2.2, gt=1)
    """How many times more than any neighbouring step a cut differs, after motion compensation."""
    blend_difference: float = Field(default=10.0, gt=0)
    """Least difference between the two ends of a dissolve or fade."""
    blend_residual: float = Field(default=0.22, gt=0)
    """Largest part of a dissolve's frames that no mixture of its two ends explains, as a share of
    the difference of the ends."""
    longest_blend: int = Field(default=64, ge=8)
    """Longest dissolve or fade, in frames."""
    black_luma: float = Field(default=24.0, gt=0)
    """Luma below which a tile is black. A frame of which nearly all tiles are black is black."""
    shortest_shot: int = Field(default=4, ge=1)
    """Least number of frames between two joints; fewer are a flash, not a shot."""
    key_frames: int = Field(default=3, ge=1, le=8)
    """Key frames of a shot; long shots have one more for every `key_frame_s`."""
    key_frame_s: float = Field(default=4.0, gt=0)
    picture_width: int = Field(default=480, ge=64)
    """Pixels of a key frame's longer side."""
    samples_per_s: float = Field(default=2.0, gt=0)
    """Frames per second at which motion, colour, sharpness and text are measured."""
