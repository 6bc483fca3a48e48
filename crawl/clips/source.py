"""The video that clips are cut from: its packets and its frames, from any frame on."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from av import Packet, VideoFrame
from av.container import InputContainer
from av.error import FFmpegError
from av.video.stream import VideoStream

from crawl.analysis.containers import Unreadable
from crawl.analysis.opening import open_video, packets_of, readable, video_stream
from crawl.clips.packet_index import NO_TIME, PacketIndex, index_of


class Source:
    """One file, open for as long as it is cut. `index` is read when it is opened.

    Going back to its beginning opens it anew: `stream` is not to be kept from before.
    """

    def __init__(self, path: Path, num_frames: int | None) -> None:
        """
        Args:
            num_frames: how many the file decodes to. If its packets are as many, a packet is a
                frame and clips can be copied; otherwise, or if it is None, everything is counted
                by decoding.

        Raises:
            Unreadable
        """
        self._path = path
        self._container, self.stream = _opened(path)
        try:
            with readable():
                self.index: PacketIndex = index_of(self._container, self.stream)
        except BaseException:
            self._container.close()
            raise
        self.counted = self.index.regular and self.index.num_frames == num_frames
        self._decoding: Iterator[VideoFrame] | None = None
        self._next = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self._container.close()

    @property
    def time_base(self) -> Fraction:
        return Fraction(self.stream.time_base or Fraction(1, 90_000))

    def frames(self, start: int, end: int) -> Iterator[VideoFrame]:
        """The decoded frames [start, end), in order.

        Raises:
            Unreadable: if one of them cannot be decoded.
        """
        with readable():
            yield from self._by_time(start, end) if self.counted else self._by_count(start, end)

    def packets(self, start: int, end: int) -> Iterator[tuple[int, Packet]]:
        """The packets of frames [start, end) in the order of decoding, with their frames."""
        index = self.index
        last = int(index.packet_of[start:end].max())
        with readable():
            for place, packet in self._from(int(index.packet_of[start])):
                frame = int(index.frame_of[place])
                if start <= frame < end:
                    yield frame, packet
                if place >= last:
                    return
        raise Unreadable(f"it ended before frame {end - 1}")

    def _by_time(self, start: int, end: int) -> Iterator[VideoFrame]:
        index, wanted = self.index, start
        for _, packet in self._from(index.key_before(start)):
            for frame in _decoded(self.stream, packet):
                if frame.pts is None or frame.pts < index.times[wanted]:
                    continue
                if frame.pts != index.times[wanted]:
                    raise Unreadable(f"frame {wanted} cannot be decoded")
                yield frame
                wanted += 1
                if wanted == end:
                    return
        raise Unreadable(f"frame {wanted} cannot be decoded")

    def _by_count(self, start: int, end: int) -> Iterator[VideoFrame]:
        if self._decoding is None or self._next > start:
            self._rewound()
            self._decoding, self._next = self._all_frames(), 0
        for frame in self._decoding:
            self._next += 1
            if self._next > start:
                yield frame
            if self._next == end:
                return
        raise Unreadable(f"it ended at frame {self._next}, before frame {end - 1}")

    def _all_frames(self) -> Iterator[VideoFrame]:
        for packet in packets_of(self._container, self.stream):
            yield from _decoded(self.stream, packet)

    def _from(self, place: int) -> Iterator[tuple[int, Packet]]:
        """Packets from this one on, with their places; and at the end the empty one that drains."""
        index = self.index
        if place == 0:
            self._rewound()
            found = 0
        else:
            at = int(index.pts[place] if index.dts[place] == NO_TIME else index.dts[place])
            self._container.seek(at, stream=self.stream)
            found = -1
        for packet in packets_of(self._container, self.stream):
            if found < 0:
                found = self._place_of(packet)
                if not 0 <= found <= place:
                    # The container's own index is wrong, or it has none.
                    yield from self._from_the_start(place)
                    return
            if found >= place:
                yield found, packet
            found += 1

    def _from_the_start(self, place: int) -> Iterator[tuple[int, Packet]]:
        self._rewound()
        for found, packet in enumerate(packets_of(self._container, self.stream)):
            if found >= place:
                yield found, packet

    def _place_of(self, packet: Packet) -> int:
        if packet.pts is None:
            return -1
        places = np.flatnonzero(self.index.pts == packet.pts)
        return int(places[0]) if len(places) == 1 else -1

    def _rewound(self) -> None:
        """Opened anew: not every container can be sought back to its first packet."""
        self._container.close()
        self._container, self.stream = _opened(self._path)
        self._decoding = None


def _opened(path: Path) -> tuple[InputContainer, VideoStream]:
    container = open_video(path)
    try:
        stream = video_stream(container)
        # Films come first; and one core is what a video is worth.
        stream.codec_context.thread_count = 1
    except BaseException:
        container.close()
        raise
    return container, stream


def _decoded(stream: VideoStream, packet: Packet) -> list[VideoFrame]:
    """What a packet gives; nothing, if it is damaged: what comes after it may be whole."""
    try:
        return stream.decode(packet)
    except MemoryError:
        raise
    except FFmpegError:
        return []
