"""Results of cutting a clip: a file and how it was made, or why there is none. Values only."""

from typing import Literal

from conte.frozen import Frozen
from crawl.analysis.analysis import FrameSpan

Making = Literal["copied", "joined", "encoded"]
"""copied: only the source's own pictures, bit for bit.
joined: copied from the first key frame on; frames before it, or after the last picture that no
later one refers to, are encoded.
encoded: all frames were encoded.
"""


class ClipFile(Frozen):
    """An MP4 with one video stream and no sound, which a text-to-video dataset does not use."""

    name: str
    """File name within the output folder."""
    span: FrameSpan
    making: Making
    copied_frames: int
    num_frames: int
    fps: float
    """Mean frame rate; every frame keeps the time that it had in the source, from 0 on."""
    duration_s: float
    width: int
    height: int
    codec: str
    pixel_format: str
    size_bytes: int


class Uncut(Frozen):
    """A span for which no file could be made, and why."""

    span: FrameSpan
    reason: str
