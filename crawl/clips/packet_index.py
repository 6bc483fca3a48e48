"""Index of a file: which packet holds which frame, and where decoding can start.

Built from the packets alone, as fast as the file can be read.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from av.container import InputContainer
from av.error import FFmpegError
from av.video.stream import VideoStream
from numpy.typing import NDArray

from crawl.analysis.opening import packets_of
from crawl.clips.access_points import Access, access_of

NO_TIME = np.iinfo(np.int64).min


@dataclass(frozen=True)
class PacketIndex:
    """Packets in decoding order, frames in presentation order.

    Valid only if each packet is one frame and each frame has a unique time: `regular`.
    """

    pts: NDArray[np.int64]
    """[packets], in the stream's time base."""
    dts: NDArray[np.int64]
    """[packets]; `NO_TIME` where the container has none."""
    access: NDArray[np.uint8]
    """[packets], values of `Access`."""
    frame_of: NDArray[np.int64]
    """[packets]; -1 for a packet that is decoded but not shown (edit lists)."""
    packet_of: NDArray[np.int64]
    """[frames], index of the frame's packet."""
    times: NDArray[np.int64]
    """[frames], ascending pts."""
    last_duration: int
    regular: bool

    @property
    def num_frames(self) -> int:
        return len(self.packet_of)

    def end_of(self, frame: int) -> int:
        """Return when the frame ends: the next frame's time."""
        if frame + 1 < self.num_frames:
            return int(self.times[frame + 1])
        return int(self.times[frame]) + self.last_duration

    def key_before(self, frame: int) -> int:
        """Return the packet from which decoding must start for this frame to be exact."""
        packets = self.access[: self.packet_of[frame] + 1] == Access.CLEAN
        # Pictures that follow a key frame and are shown before it cannot be decoded from it.
        shown_first = self.pts[: len(packets)] <= self.times[frame]
        found = np.flatnonzero(packets & shown_first)
        return int(found[-1]) if len(found) else 0


def index_of(container: InputContainer, stream: VideoStream) -> PacketIndex:
    """Build the index by reading the whole file once, without decoding."""
    codec, extradata = stream.codec_context.name, stream.codec_context.extradata
    pts, dts, access, shown = [], [], bytearray(), bytearray()
    regular, last_duration = True, 0
    packets = packets_of(container, stream)
    while True:
        try:
            packet = next(packets, None)
        except MemoryError:
            raise
        except FFmpegError:
            regular = False  # packets before the error are indexed all the same
            break
        if packet is None:
            break
        if not packet.size:
            continue
        has_time = packet.pts is not None
        regular = regular and has_time and not packet.is_corrupt
        pts.append(packet.pts if has_time else NO_TIME)
        dts.append(NO_TIME if packet.dts is None else packet.dts)
        access.append(access_of(packet, codec, extradata))
        shown.append(not packet.is_discard)
        last_duration = packet.duration or last_duration
    return _arranged(
        np.array(pts, np.int64),
        np.array(dts, np.int64),
        np.frombuffer(access, np.uint8),
        np.frombuffer(shown, np.bool_),
        last_duration,
        regular,
    )


def _arranged(
    pts: NDArray[np.int64],
    dts: NDArray[np.int64],
    access: NDArray[np.uint8],
    shown: NDArray[np.bool_],
    last_duration: int,
    regular: bool,
) -> PacketIndex:
    packets = np.flatnonzero(shown)
    packet_of = packets[np.argsort(pts[packets], kind="stable")]
    frame_of = np.full(len(pts), -1, np.int64)
    frame_of[packet_of] = np.arange(len(packet_of))
    times = pts[packet_of]
    steps: Any = np.diff(times)
    if not last_duration:
        last_duration = int(np.median(steps)) if len(steps) else 1
    return PacketIndex(
        pts,
        dts,
        access,
        frame_of,
        packet_of,
        times,
        max(1, last_duration),
        # Decoders drop the pictures before the first key frame, and not always all of them.
        regular and len(times) > 0 and bool((steps > 0).all()) and access[0] != Access.NONE,
    )
