"""An open file: its packets from any position of its index on, and its decoded frames."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from av import Packet, VideoFrame
from av.container import InputContainer
from av.error import FFmpegError
from av.video.stream import VideoStream

from crawl.analysis.opening import open_video, packets_of, video_stream
from crawl.analysis.whole_frames import Damage, whole_frames
from crawl.clips.packet_index import NO_TIME, PacketIndex


class Reader:
    """Reads packets and frames of one file. Rewinding reopens it, which invalidates its old
    `stream`."""

    def __init__(self, path: Path) -> None:
        """Open the file.

        Raises:
            UnreadableVideo: if it cannot be read, or is no video.
        """
        self._path = path
        self.container, self.stream = _opened(path)

    def close(self) -> None:
        self.container.close()

    def packets(self, index: PacketIndex, place: int) -> Iterator[tuple[int, Packet]]:
        """Yield the packets from `place` on, with their places, and at the end the empty one that
        drains."""
        if place == 0:
            self.rewind()
            found = 0
        else:
            at = int(index.pts[place] if index.dts[place] == NO_TIME else index.dts[place])
            self.container.seek(at, stream=self.stream)
            found = -1
        for packet in packets_of(self.container, self.stream):
            if found < 0:
                found = _place_of(packet, index)
                if not 0 <= found <= place:
                    # The container's own index is wrong or missing.
                    yield from self._from_the_start(place)
                    return
            if found >= place:
                yield found, packet
            found += 1

    def frames(self) -> Iterator[VideoFrame]:
        """Yield all intact frames from the first on, as the analysis counts them."""
        self.rewind()
        yield from whole_frames(self.container, self.stream, Damage())

    def decoded(self, packet: Packet) -> list[VideoFrame]:
        """Decode a packet; no frames if it is damaged, because later packets may be intact."""
        try:
            return self.stream.decode(packet)
        except MemoryError:
            raise
        except FFmpegError:
            return []

    def rewind(self) -> None:
        """Reopen the file, because not every container can seek back to its first packet."""
        self.container.close()
        self.container, self.stream = _opened(self._path)

    def _from_the_start(self, place: int) -> Iterator[tuple[int, Packet]]:
        self.rewind()
        for found, packet in enumerate(packets_of(self.container, self.stream)):
            if found >= place:
                yield found, packet


def _place_of(packet: Packet, index: PacketIndex) -> int:
    if packet.pts is None:
        return -1
    places = np.flatnonzero(index.pts == packet.pts)
    return int(places[0]) if len(places) == 1 else -1


def _opened(path: Path) -> tuple[InputContainer, VideoStream]:
    container = open_video(path)
    try:
        stream = video_stream(container)
        # One core per video, because films have priority.
        stream.codec_context.thread_count = 1
    except BaseException:
        container.close()
        raise
    return container, stream
