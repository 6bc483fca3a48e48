"""Probes a downloaded file by its headers and first packet, without decoding."""

from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import av
from av.error import FFmpegError

from deployments.display import moving_pictures
from serve.encrypted import is_encrypted


class NotAVideo(Exception):
    """The file is no acceptable video; the message says why."""


@dataclass(frozen=True)
class ProbedFile:
    duration_s: float
    width: int
    height: int
    has_audio: bool


def probe(path: Path, max_duration_s: float) -> ProbedFile:
    """Return the file's properties. Raises NotAVideo if it cannot be used."""
    try:
        with av.open(str(path)) as container:
            stream = moving_pictures(container)
            if stream is None:
                raise NotAVideo("there is no picture in it")
            duration_s = (container.duration or 0) / av.time_base
            if stream.duration and stream.time_base:
                duration_s = max(duration_s, float(stream.duration * stream.time_base))
            width, height = stream.codec_context.width, stream.codec_context.height
            has_audio = bool(container.streams.audio)
            if any(is_encrypted(stream, packet) for packet in islice(container.demux(stream), 1)):
                raise NotAVideo("it is encrypted (DRM)")
    except (FFmpegError, ValueError, OSError) as error:
        raise NotAVideo(f"it cannot be read as a video: {error}") from error
    if width <= 0 or height <= 0:
        raise NotAVideo(f"its pictures are of {width}x{height}")
    if duration_s > max_duration_s:
        raise NotAVideo(f"it lasts {duration_s:.0f} s, at most {max_duration_s:.0f} s")
    return ProbedFile(duration_s, width, height, has_audio)
