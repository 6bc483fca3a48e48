"""A foreign server's file -> RGB frames. Opens only MP4 and WebM, and decodes only within limits.

Runs in the bounded child. The file is passed as an open descriptor: it has no name.
"""

import json
import os
from collections.abc import Generator
from dataclasses import asdict, dataclass
from typing import IO, Any

import av
import numpy as np
from av import VideoFrame
from av.error import FFmpegError
from av.video.reformatter import Colorspace, VideoReformatter

from deployments.encoding import BT709, THREADS
from deployments.engines.protocols import Frame
from serve.bounded.outcome import FunctionResult, Unusable
from serve.encrypted import is_encrypted

CODECS = ("h264", "hevc", "av1", "libdav1d", "vp8", "vp9", "libvpx", "libvpx-vp9", "mpeg4")
MAX_SIDE = 4096
MAX_FRAMES = 4096


class NoClip(Unusable):
    """The file's fault, as a predicate whose subject is the server ("sent a file ...")."""


@dataclass(frozen=True)
class ClipFacts:
    num_frames: int
    width: int
    height: int
    fps: int


def frames_of(descriptor: int) -> Generator[FunctionResult]:
    """Yield the file's facts as JSON; then for each frame its height and width, and its RGB bytes.

    Raises:
        NoClip: if the file is not a usable clip.
    """
    with os.fdopen(os.dup(descriptor), "rb") as file:
        kind = _kind(file)
        found = _found(file, kind)
        yield FunctionResult(json.dumps(asdict(found)))
        to_rgb = VideoReformatter()
        try:
            with _container(file, kind) as source:
                stream = source.streams.video[0]
                stream.codec_context.thread_count = THREADS
                for frame in source.decode(stream):
                    _bounded(frame.width, frame.height)
                    rgb = _rgb(frame, to_rgb)
                    yield FunctionResult(f"{rgb.shape[0]} {rgb.shape[1]}", [rgb.tobytes()])
        except FFmpegError as error:
            raise NoClip(f"sent a video that cannot be decoded: {error}") from None


def _found(file: IO[bytes], kind: str) -> ClipFacts:
    try:
        with _container(file, kind) as source:
            if not source.streams.video:
                raise NoClip("sent a file without video")
            stream = source.streams.video[0]
            context, rate = stream.codec_context, stream.average_rate
            codec, width, height = context.name, context.width, context.height
            num_frames = 0
            for packet in source.demux(stream):
                if is_encrypted(stream, packet):
                    raise NoClip("sent an encrypted video, wanted one that plays without a key")
                num_frames += bool(packet.size)
                if num_frames > MAX_FRAMES:
                    raise NoClip(f"sent more than {MAX_FRAMES} frames")
    except (FFmpegError, ValueError) as error:
        raise NoClip(f"sent a video that cannot be opened: {error}") from None
    if codec not in CODECS:
        raise NoClip(f"sent {codec}, wanted one of {', '.join(CODECS)}")
    _bounded(width, height)
    fps = 0 if rate is None else round(rate)
    if not (1 <= fps <= 240 and num_frames):
        raise NoClip(f"sent {num_frames} frames at {rate} a second")
    return ClipFacts(num_frames, width, height, fps)


def _bounded(width: int, height: int) -> None:
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE):
        raise NoClip(f"sent {width}x{height}, wanted at most {MAX_SIDE} a side")


def _kind(file: IO[bytes]) -> str:
    """Detect the container by its first bytes: FFmpeg would open files that a playlist names."""
    file.seek(0)
    head = file.read(16)
    if head[4:8] == b"ftyp":
        return "mp4"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "matroska"
    raise NoClip(f"sent a file that begins with {head!r}, wanted MP4 or WebM")


def _container(file: IO[bytes], kind: str) -> Any:
    file.seek(0)
    return av.open(file, "r", format=kind)


def _rgb(frame: VideoFrame, to_rgb: VideoReformatter) -> Frame:
    # Encoders that write from RGB without naming a matrix, as imageio does, use FFmpeg's BT.601.
    matrix = Colorspace.ITU709 if frame.colorspace == BT709 else Colorspace.ITU601
    rgb = to_rgb.reformat(
        frame, format="rgb24", src_colorspace=matrix, dst_colorspace=Colorspace.ITU709
    )
    return rgb.to_ndarray().astype(np.uint8, copy=False)
