"""Opens every video, by its content and not by its name or declared type.

Nothing but that one file is ever read: FFmpeg is handed an open descriptor instead of a name, one
demuxer, and the one protocol that reads descriptors. Call this within `serve.bounded`, which limits
what its decoders can do with hostile packets.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import av
from av import Packet
from av.container import InputContainer
from av.error import FFmpegError
from av.video.stream import VideoStream

from crawl.analysis.containers import HEAD_BYTES, Encrypted, UnreadableVideo, demuxer_of
from deployments.display import moving_pictures
from serve.encrypted import is_encrypted

CODECS = (
    *("h264", "hevc", "av1", "libdav1d", "vp9", "libvpx-vp9", "vp8", "libvpx", "mpeg4"),
    *("mpeg2video", "mpeg1video", "mjpeg", "prores", "h263", "theora", "flv", "wmv2", "wmv3"),
    *("vc1", "dnxhd", "ffv1", "msmpeg4", "msmpeg4v2"),
)
"""FFmpeg's names of the decoders that may be used, out of some 200."""
MAX_PIXELS = 8192 * 8192
MAX_STREAMS = 64


def open_video(path: Path) -> InputContainer:
    """Open the file for reading packets; `video_stream` finds the stream. Close it, or use `with`.

    Symbolic links are followed; anything but a regular file is refused without blocking.

    Raises:
        UnreadableVideo: if the file cannot be read, or is no video.
        MemoryError: if there was not enough memory.
    """
    try:
        # Without O_NONBLOCK, opening a pipe would wait for a writer.
        source = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        raise UnreadableVideo(f"cannot be opened: {_told(error)}") from error
    try:
        if not stat.S_ISREG(os.fstat(source).st_mode):
            raise UnreadableVideo("not a regular file")
        demuxer = demuxer_of(os.pread(source, HEAD_BYTES, 0))
        with readable():
            # The descriptor is duplicated in there, and lives as long as the container.
            return av.open(
                "fd:",
                format=demuxer,
                options={
                    "fd": str(source),
                    "protocol_whitelist": "fd",
                    "format_whitelist": av.ContainerFormat(demuxer, "r").name,
                    "max_streams": str(MAX_STREAMS),
                },
                metadata_errors="replace",
            )
    finally:
        os.close(source)


def video_stream(container: InputContainer) -> VideoStream:
    """Return the largest video stream; cover pictures do not count.

    Its decoder is not opened yet: set `thread_type`, `skip_frame` and the like before the first
    packet is decoded.

    Raises:
        UnreadableVideo: if there is none, or its codec or size is not allowed.
    """
    stream = moving_pictures(container)
    if stream is None:
        kinds = {s.type if s.type != "video" else "a cover picture" for s in container.streams}
        held = ", ".join(sorted(kinds, reverse=True)) or "nothing"
        raise UnreadableVideo(f"no video stream: the file holds {held}")
    try:
        context = stream.codec_context
        codec, width, height = context.name, context.width, context.height
    except (AttributeError, ValueError) as error:
        raise UnreadableVideo("its video stream is of a codec that is unknown") from error
    if codec not in CODECS:
        raise UnreadableVideo(f"its codec is {codec}, which is not read")
    if width <= 0 or height <= 0:
        raise UnreadableVideo(f"its size is {width}x{height}")
    if width * height > MAX_PIXELS:
        raise UnreadableVideo(f"its size is {width}x{height}: more than {MAX_PIXELS:,} pixels")
    # The header may lie; the decoder meets the true size.
    context.options = {**context.options, "max_pixels": str(MAX_PIXELS)}
    return stream


def packets_of(container: InputContainer, stream: VideoStream) -> Iterator[Packet]:
    """Yield the stream's packets in the order of the file, then an empty one that drains its
    decoder.

    Raises:
        Encrypted: at the first packet that needs a key.
    """
    try:
        # Every one: some videos begin in the clear, so that players have time to ask for a key.
        for packet in container.demux(stream):
            if is_encrypted(stream, packet):
                raise Encrypted("encrypted: it cannot be read without a key (DRM)")
            yield packet
    except IndexError:
        # PyAV counts the streams once. A stream that a broadcast adds later raises this error at
        # the end, when all packets of this stream have been read (PyAV's issue 692).
        return


class _Readable:
    """Context manager of `readable`. As a generator it would cost as much as reading a packet."""

    def __enter__(self) -> None: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: object
    ) -> None:
        if isinstance(error, FFmpegError) and not isinstance(error, MemoryError):
            raise UnreadableVideo(f"cannot be read: {_told(error)}") from error


_READABLE = _Readable()


def readable() -> AbstractContextManager[None, None]:
    """Translate FFmpeg's errors within the block.

    Raises:
        UnreadableVideo: in place of FFmpeg's errors.
        MemoryError: not translated, because more memory might have helped.
    """
    return _READABLE


def _told(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error)
