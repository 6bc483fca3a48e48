"""Analysis: the results of one decode of a video. Values only; no pixels."""

from typing import Literal

from conte.frozen import Frozen
from conte.measures import Measures
from deployments.display import Light

Joint = Literal["start", "cut", "dissolve", "fade", "end", "within"]
"""How a shot begins or ends: the video's own ends, a hard cut, or a gradual change. `within` is
none of them: a long shot was divided there (crawl/filters.py), or frames are missing."""


class Stream(Frozen):
    """Properties of the video stream as it is displayed: upright, with square pixels."""

    width: int
    height: int
    fps: float
    """Mean frame rate: decoded frames over their duration."""
    num_frames: int
    """Number of frames that were decoded."""
    duration_s: float
    codec: str
    pixel_format: str
    bits: int
    rotation: Literal[0, 90, 180, 270]
    """Degrees clockwise by which frames are turned for display."""
    mirrored: bool = False
    """Whether frames are mirrored before they are turned."""
    interlaced: bool = False
    """Whether any frame is interlaced, and so has two fields."""
    light: Light = "sdr"
    variable_rate: bool
    in_order: bool = True
    """True if the frames' times rise in decoding order. If not, packets' times are useless."""
    has_audio: bool
    size_bytes: int
    remark: str = ""
    """Which part of the file could not be read, and why; empty if all was read."""


class FrameSpan(Frozen):
    """Frames `start` up to but not including `end`, and their presentation times in seconds.

    Frames are counted as they are decoded, from 0. Times count from the first frame's.
    """

    start: int
    end: int
    start_s: float
    end_s: float


class DetectedShot(Frozen):
    """A shot: the frames between two joints, without the frames of a gradual joint."""

    span: FrameSpan
    opens: Joint
    closes: Joint
    measures: Measures
    key_frames: tuple[int, ...]
    """Numbers of the frames that represent the shot, ascending; never within a joint."""


class Analysis(Frozen):
    """Analysis of one video: its stream, its shots, and the spans of its gradual transitions."""

    stream: Stream
    shots: tuple[DetectedShot, ...]
    dissolves: tuple[FrameSpan, ...]
    fades: tuple[FrameSpan, ...]
    revision: str
    """Revision of the code and the thresholds; another revision is another analysis."""
