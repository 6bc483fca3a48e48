"""Thresholds of the analysis. They shape what comes out: a dataset keeps to those it began with."""

from pydantic import Field

from serve.settings import Part


class AnalysisSettings(Part):
    """Differences are of 8-bit luma, as means over a frame of 48 x 27 tiles."""

    cut_difference: float = Field(default=9.0, gt=0)
    """Two frames that differ by less are never a cut."""
    cut_ratio: float = Field(default=2.2, gt=1)
    """A cut differs by so many times more than any neighbour, once motion is taken out."""
    blend_difference: float = Field(default=10.0, gt=0)
    """The two ends of a dissolve or fade differ by at least so much."""
    blend_residual: float = Field(default=0.22, gt=0)
    """What of a dissolve's frames no mixture of its two ends explains, as a share of their
    difference."""
    longest_blend: int = Field(default=64, ge=8)
    """Frames."""
    black_luma: float = Field(default=24.0, gt=0)
    """A frame whose tiles are all darker is black."""
    shortest_shot: int = Field(default=4, ge=1)
    """Frames between two joints; what is shorter is a flash, not a shot."""
    key_frames: int = Field(default=3, ge=1, le=8)
    """Key frames of a shot; long shots have one more for every `key_frame_s`."""
    key_frame_s: float = Field(default=4.0, gt=0)
    picture_width: int = Field(default=480, ge=64)
    """Pixels of a key frame's longer side."""
    samples_per_s: float = Field(default=2.0, gt=0)
    """Frames a second that motion, colour, sharpness and text are measured at."""
