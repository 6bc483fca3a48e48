"""The video that clips are cut from: its packets and decoded frames, from any frame on."""

from collections.abc import Iterator
from contextlib import closing
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

from av import Packet, VideoFrame
from av.video.stream import VideoStream

from crawl.analysis.containers import UnreadableVideo
from crawl.analysis.opening import readable
from crawl.clips.packet_index import PacketIndex, index_of
from crawl.clips.reader import Reader
from deployments.display import Display


class ClipSource:
    """One open file from which clips are cut. `index` is built when it is opened.

    The file is opened twice, for copying and for decoding. The decoder continues from clip to clip,
    and seeks to a key frame only where that is nearer.
    """

    def __init__(self, path: Path, num_frames: int | None) -> None:
        """Open the file and build its index.

        Args:
            num_frames: frames that the file decodes to. If it has as many packets, each is a frame
                and clips can be copied. Otherwise, or if None, frames are counted by decoding.

        Raises:
            UnreadableVideo: if it cannot be read, or is no video.
        """
        self._path = path
        self._reader = Reader(path)
        try:
            with readable():
                self.index: PacketIndex = index_of(self._reader.container, self._reader.stream)
        except BaseException:
            self._reader.close()
            raise
        self.counted = self.index.regular and self.index.num_frames == num_frames
        self._decoder: Reader | None = None
        self._decoding: Iterator[VideoFrame] = iter(())
        self._next, self._fed = 0, -1
        """Number of the next frame from the decoder, and place of the last packet fed to it."""
        self._wanted = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self._reader.close()
        if self._decoder is not None:
            self._decoder.close()

    def display(self, *, interlaced: bool) -> Display:
        """Return how the frames have to be transformed for display.

        Args:
            interlaced: whether any frame is known to have fields.

        Raises:
            UnreadableVideo: if no frame can be decoded.
        """
        with readable(), closing(Reader(self._path)) as reader:
            first = next(reader.frames())
            return Display.of(reader.stream, first, interlaced=interlaced)

    @property
    def stream(self) -> VideoStream:
        return self._reader.stream

    @property
    def time_base(self) -> Fraction:
        return Fraction(self.stream.time_base or Fraction(1, 90_000))

    def frames(self, start: int, end: int) -> Iterator[VideoFrame]:
        """Yield the decoded frames [start, end), in order.

        Raises:
            UnreadableVideo: if one of the frames cannot be decoded.
        """
        with readable():
            yield from self._by_time(start, end) if self.counted else self._by_count(start, end)

    def packets(self, start: int, end: int) -> Iterator[tuple[int, Packet]]:
        """Yield the packets of frames [start, end) in decoding order, with their frame numbers."""
        index = self.index
        last = int(index.packet_of[start:end].max())
        with readable():
            for place, packet in self._reader.packets(index, int(index.packet_of[start])):
                frame = int(index.frame_of[place])
                if start <= frame < end:
                    yield frame, packet
                if place >= last:
                    return
        raise UnreadableVideo(f"it ended before frame {end - 1}")

    def _by_time(self, start: int, end: int) -> Iterator[VideoFrame]:
        index, key, number = self.index, self.index.key_before(start), start
        self._wanted = start
        if self._fed < key or self._next > start:
            self._decoding, self._fed = self._frames_from(key), -1
        for frame in self._decoding:
            if frame.pts is None or frame.pts < index.times[number]:
                continue
            if frame.pts != index.times[number]:
                self._fed = -1
                raise UnreadableVideo(f"frame {number} cannot be decoded")
            number += 1
            self._next = number
            yield frame
            if number == end:
                return
        self._fed = -1
        raise UnreadableVideo(f"frame {number} cannot be decoded")

    def _frames_from(self, key: int) -> Iterator[VideoFrame]:
        """Yield frames from a key frame's packet on; before the wanted frame, only reference
        frames."""
        decoder, frame_of = self._opened(), self.index.frame_of
        for place, packet in decoder.packets(self.index, key):
            context = decoder.stream.codec_context
            # An H.264 picture marks whether others refer to it; unreferenced ones before the wanted
            # frame are skipped.
            spare = packet.size and frame_of[place] < self._wanted and context.name == "h264"
            context.skip_frame = "NONREF" if spare else "DEFAULT"
            self._fed = place
            yield from decoder.decoded(packet)

    def _by_count(self, start: int, end: int) -> Iterator[VideoFrame]:
        if self._fed < 0 or self._next > start:
            self._decoding, self._fed, self._next = self._opened().frames(), 0, 0
        for frame in self._decoding:
            self._next += 1
            if self._next > start:
                yield frame
            if self._next == end:
                return
        self._fed = -1
        raise UnreadableVideo(f"it ended at frame {self._next}, before frame {end - 1}")

    def _opened(self) -> Reader:
        if self._decoder is None:
            self._decoder = Reader(self._path)
        return self._decoder
