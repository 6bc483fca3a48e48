"""Container -> its main video stream."""

from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream


def moving_pictures(container: InputContainer) -> VideoStream | None:
    """Return the largest video stream, the first of equals; cover pictures do not count."""
    moving = [
        stream
        for stream in container.streams.video
        if not stream.disposition & Disposition.attached_pic
    ]
    return max(moving, key=_pixels, default=None)


def _pixels(stream: VideoStream) -> int:
    try:
        return stream.codec_context.width * stream.codec_context.height
    except AttributeError:  # a stream of an unknown codec has no context
        return -1
