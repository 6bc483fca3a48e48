"""An uploaded video's file -> its properties. For the bounded child: reads packets, decodes one
frame.

Only MP4, MOV and WebM are opened, with the demuxer for their first bytes, so that FFmpeg never
opens files that a playlist or an ambiguous file names.
"""

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.stream import Disposition
from av.video.stream import VideoStream

from conte.upload import Moving
from serve.bounded.outcome import FunctionResult, Unusable
from serve.encrypted import is_encrypted
from serve.uploads.bounds import CODECS, UploadBounds

MAX_FPS = 60


class NoVideo(Unusable):
    """A video that cannot be used; the message is a sentence about it."""


def suffix_of(head: bytes) -> str | None:
    """Return `.mp4` or `.webm` by a file's first 12 bytes; None for anything else."""
    if head[4:8] == b"ftyp" and head[8:12] not in _PICTURES:
        return ".mp4"
    return ".webm" if head.startswith(b"\x1a\x45\xdf\xa3") else None


_PICTURES = (b"heic", b"heix", b"mif1", b"msf1", b"avif", b"avis")


def probe(path: str, bounds: UploadBounds) -> FunctionResult:
    """Return the video's properties as JSON of `Moving`.

    Raises:
        NoVideo: naming what was got and what is wanted.
    """
    return FunctionResult(moving_of(path, bounds).model_dump_json())


def moving_of(path: str, bounds: UploadBounds) -> Moving:
    try:
        with opened(path) as source:
            stream = picture_stream(source)
            if stream is None:
                raise NoVideo("it has no picture, only sound")
            moving = _moving(source, stream, bounds)
        with opened(path) as source:
            stream = picture_stream(source)
            first = next(source.decode(stream), None) if stream else None
            if first is None:
                raise NoVideo("none of its frames can be decoded")
            check_side(first.width, first.height, bounds)
    except (FFmpegError, ValueError, OverflowError) as error:
        # Its text names a file of ours.
        why = error.strerror if isinstance(error, FFmpegError) else error
        raise NoVideo(f"it cannot be opened as a video: {why}") from None
    return moving


def opened(path: str) -> InputContainer:
    with Path(path).open("rb") as file:
        kind = suffix_of(file.read(12))
    if kind is None:
        raise NoVideo("it is neither MP4, MOV nor WebM")
    return av.open(path, "r", format="mp4" if kind == ".mp4" else "matroska")


def picture_stream(source: InputContainer) -> VideoStream | None:
    """Return the largest video stream; cover pictures do not count."""
    moving = [one for one in source.streams.video if not one.disposition & Disposition.attached_pic]
    return max(moving, key=_pixels, default=None)


def _pixels(stream: VideoStream) -> int:
    try:
        return stream.codec_context.width * stream.codec_context.height
    except AttributeError:  # a stream of an unknown codec has no context
        return -1


def check_side(width: int, height: int, bounds: UploadBounds) -> None:
    """Check the size.

    Raises:
        NoVideo: if a side is too long or 0.
    """
    if not (0 < width <= bounds.max_side and 0 < height <= bounds.max_side):
        raise NoVideo(f"it has {width}x{height} pixels")


def _moving(source: InputContainer, stream: VideoStream, bounds: UploadBounds) -> Moving:
    context: Any = getattr(stream, "codec_context", None)
    if context is None or context.name not in CODECS:
        name = "an unknown codec" if context is None else context.name
        raise NoVideo(f"it is coded as {name}, which is not taken; export it as H.264")
    check_side(context.width, context.height, bounds)
    start: int | None = None
    end, lasts, num_frames = 0, 0, 0
    for packet in source.demux(stream):
        if is_encrypted(stream, packet):
            raise NoVideo("it is encrypted: it does not play without a key")
        if not packet.size:
            continue
        num_frames += 1
        if num_frames > bounds.max_frames:
            raise NoVideo(f"it has more than {bounds.max_frames} frames")
        if packet.pts is not None:
            start = packet.pts if start is None else min(start, packet.pts)
            end = max(end, packet.pts)
            lasts = packet.duration or 0
    if not num_frames:
        raise NoVideo("it has no frames")
    rate = stream.average_rate or stream.guessed_rate or Fraction(25)
    fps = min(max(round(rate), 1), MAX_FPS)
    # What files say of the last frame alone is often wrong: it lasts as long as the others do.
    took = end - start if start is not None else 0
    took += Fraction(took, num_frames - 1) if num_frames > 1 else lasts
    duration_s = float(took * (stream.time_base or Fraction(1, 90_000)))
    if duration_s <= 0:
        duration_s = num_frames / fps
    if duration_s > bounds.max_s:
        raise NoVideo(f"it lasts {duration_s:.1f} s")
    return Moving(
        num_frames=max(1, round(duration_s * fps)),
        fps=fps,
        width=context.width,
        height=context.height,
        duration_s=round(duration_s, 3),
        sound=bool(source.streams.audio),
    )
