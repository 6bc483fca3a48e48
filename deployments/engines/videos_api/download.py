"""What a server sent -> Video. Whatever it is: only MP4 and WebM are opened, and only so much."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

import av
import numpy as np
from av import VideoFrame
from av.error import FFmpegError
from av.video.reformatter import Colorspace, VideoReformatter

from deployments.engines.protocols import Cancelled, Frame, RenderError, Video
from deployments.engines.videos_api.server import ShouldStop

CODECS = ("h264", "hevc", "av1", "libdav1d", "vp8", "vp9", "libvpx", "libvpx-vp9", "mpeg4")
MAX_SIDE = 4096
MAX_FRAMES = 4096
BT709 = 1


def opened(file: IO[bytes], host: str, should_stop: ShouldStop) -> Video:
    """The video in a file, decoded as its frames are taken; the file is closed after the last.

    Raises:
        RenderError: naming what it is, if it is no clip. Its frames raise it too, and Cancelled.
    """
    found = _Found.of(file, host)
    return Video(
        _frames(file, found, host, should_stop),
        found.num_frames,
        found.width,
        found.height,
        found.fps,
    )


@dataclass(frozen=True)
class _Found:
    kind: str
    num_frames: int
    width: int
    height: int
    fps: int

    @classmethod
    def of(cls, file: IO[bytes], host: str) -> "_Found":
        kind = _kind(file, host)
        try:
            with _container(file, kind) as source:
                if not source.streams.video:
                    raise RenderError(f"{host} sent a file without video")
                stream = source.streams.video[0]
                context, rate = stream.codec_context, stream.average_rate
                codec, width, height = context.name, context.width, context.height
                num_frames = 0
                for packet in source.demux(stream):
                    num_frames += bool(packet.size)
                    if num_frames > MAX_FRAMES:
                        raise RenderError(f"{host} sent more than {MAX_FRAMES} frames")
        except (FFmpegError, ValueError) as error:
            raise RenderError(f"{host} sent a video that cannot be opened: {error}") from None
        if codec not in CODECS:
            raise RenderError(f"{host} sent {codec}, wanted one of {', '.join(CODECS)}")
        if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE):
            raise RenderError(f"{host} sent {width}x{height}, wanted at most {MAX_SIDE} a side")
        fps = 0 if rate is None else round(rate)
        if not (1 <= fps <= 240 and num_frames):
            raise RenderError(f"{host} sent {num_frames} frames at {rate} a second")
        return cls(kind, num_frames, width, height, fps)


def _kind(file: IO[bytes], host: str) -> str:
    """By its first bytes: a playlist, say, would make FFmpeg open what else it names."""
    file.seek(0)
    head = file.read(16)
    if head[4:8] == b"ftyp":
        return "mp4"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "matroska"
    raise RenderError(f"{host} sent a file that begins with {head!r}, wanted MP4 or WebM")


def _container(file: IO[bytes], kind: str) -> Any:
    file.seek(0)
    return av.open(file, "r", format=kind)


def _frames(file: IO[bytes], found: _Found, host: str, should_stop: ShouldStop) -> Iterator[Frame]:
    to_rgb = VideoReformatter()
    try:
        with file, _container(file, found.kind) as source:
            for frame in source.decode(video=0):
                if should_stop():
                    raise Cancelled
                yield _rgb(frame, to_rgb)
    except FFmpegError as error:
        raise RenderError(f"{host} sent a video that cannot be decoded: {error}") from None


def _rgb(frame: VideoFrame, to_rgb: VideoReformatter) -> Frame:
    # Who writes from RGB without saying by which matrix, as imageio does, has FFmpeg's BT.601.
    matrix = Colorspace.ITU709 if frame.colorspace == BT709 else Colorspace.ITU601
    rgb = to_rgb.reformat(
        frame, format="rgb24", src_colorspace=matrix, dst_colorspace=Colorspace.ITU709
    )
    return rgb.to_ndarray().astype(np.uint8, copy=False)
