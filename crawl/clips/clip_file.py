"""Results of cutting a clip: a file and how it was made, or why there is none. Values only."""

from typing import Literal

from conte.frozen import Frozen
from crawl.analysis.analysis import FrameSpan

Making = Literal["copied", "joined", "encoded"]
"""copied: the source's own pictures, bit for bit, and nothing else.
joined: copied from the first key frame on, encoded before it, or after the last picture on which
no later one leans.
encoded: all of it was encoded anew.
"""


class ClipFile(Frozen):
    """An MP4 with one video stream, and no sound: a text-to-video dataset trains on none."""

    name: str
    """In the folder it was cut into."""
    span: FrameSpan
    making: Making
    copied_frames: int
    num_frames: int
    fps: float
    """The mean rate; every frame has the time that it had in the source, from 0 on."""
    duration_s: float
    width: int
    height: int
    codec: str
    pixel_format: str
    size_bytes: int


class Uncut(Frozen):
    """No file was made of this span."""

    span: FrameSpan
    reason: str
