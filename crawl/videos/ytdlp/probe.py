"""What a downloaded file is, from its headers: nothing is decoded."""

from dataclasses import dataclass
from pathlib import Path

import av
from av.error import FFmpegError


class NotAVideo(Exception):
    """The message says what was got."""


@dataclass(frozen=True)
class Found:
    duration_s: float
    width: int
    height: int
    has_audio: bool


def probe(path: Path, max_duration_s: float) -> Found:
    """Raises NotAVideo."""
    try:
        with av.open(str(path)) as container:
            if not container.streams.video:
                raise NotAVideo("there is no picture in it")
            stream = container.streams.video[0]
            duration_s = (container.duration or 0) / av.time_base
            if stream.duration and stream.time_base:
                duration_s = max(duration_s, float(stream.duration * stream.time_base))
            width, height = stream.codec_context.width, stream.codec_context.height
            has_audio = bool(container.streams.audio)
    except (FFmpegError, ValueError, OSError) as error:
        raise NotAVideo(f"it cannot be read as a video: {error}") from error
    if width <= 0 or height <= 0:
        raise NotAVideo(f"its pictures are of {width}x{height}")
    if duration_s > max_duration_s:
        raise NotAVideo(f"it lasts {duration_s:.0f} s, at most {max_duration_s:.0f} s")
    return Found(duration_s, width, height, has_audio)
