"""Analysis: all that one decode of a video found out. Values only; no pixels."""

from typing import Literal

from conte.frozen import Frozen
from conte.measures import Measures
from deployments.display import Light

Joint = Literal["start", "cut", "dissolve", "fade", "end", "within"]
"""How a shot begins or ends: the video's own ends, a hard cut, or a gradual change. `within` is
none of them: a long shot was divided there (crawl/filters.py), or frames are missing."""


class Stream(Frozen):
    """The video stream as it is shown: upright, of square pixels."""

    width: int
    height: int
    fps: float
    """The mean rate; of a video with a variable one, frames over seconds."""
    num_frames: int
    """Frames that were decoded."""
    duration_s: float
    codec: str
    pixel_format: str
    bits: int
    rotation: Literal[0, 90, 180, 270]
    """Degrees clockwise that its frames are turned by."""
    mirrored: bool = False
    """Before they are turned."""
    interlaced: bool = False
    """Whether any frame holds two fields."""
    light: Light = "sdr"
    variable_rate: bool
    in_order: bool = True
    """True if the frames' times rise in decoding order. If not, packets' times are useless."""
    has_audio: bool
    size_bytes: int
    remark: str = ""
    """What of the file was not read, and why; empty: it was read whole."""


class FrameSpan(Frozen):
    """Frames `start` up to but not including `end`, and their presentation times in seconds.

    Frames are counted as they are decoded, from 0. Times count from the first frame's.
    """

    start: int
    end: int
    start_s: float
    end_s: float


class DetectedShot(Frozen):
    """What lies between two joints, without the frames of a gradual joint themselves."""

    span: FrameSpan
    opens: Joint
    closes: Joint
    measures: Measures
    key_frames: tuple[int, ...]
    """Frames that stand for the shot: in the order of time, and never in a joint."""


class Analysis(Frozen):
    """One video. `joints` are the spans of cuts (empty: start is end), dissolves and fades."""

    stream: Stream
    shots: tuple[DetectedShot, ...]
    dissolves: tuple[FrameSpan, ...]
    fades: tuple[FrameSpan, ...]
    revision: str
    """Revision of the code and the thresholds; another revision is another analysis."""
