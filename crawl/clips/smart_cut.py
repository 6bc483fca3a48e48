"""Smart cut: joins copied packets of a source with newly encoded ones into one stream."""

from collections.abc import Iterator
from typing import Self

import av
from av import Packet
from av.video.codeccontext import VideoCodecContext

from crawl.analysis.containers import UnreadableVideo
from crawl.clips.avc import NotAvc, ParameterSets, parameter_sets, with_lengths
from crawl.clips.picture_encoder import (
    FORMATS,
    PictureFormat,
    encoded,
    prepare,
    ticks_of_frame,
    timed,
)
from crawl.clips.pieces import ClipPiece
from crawl.clips.source import ClipSource


class SmartCutter:
    """Encodes pieces of one H.264 source so that they can share a stream with copied packets."""

    def __init__(self, source: ClipSource, sets: ParameterSets) -> None:
        """Choose the id of the parameter sets, and join them to those of the source.

        Raises:
            NotAvc: if the two cannot share a stream.
        """
        self._source = source
        self._picture = PictureFormat.of_stream(source.stream)
        self._sps_id, self._length_size = sets.free_id(), sets.length_size
        # All encoders with these settings emit the same parameter sets, so any of them will do.
        self.extradata = sets.joined(parameter_sets(self._encoder().extradata or b"")).written()

    @classmethod
    def of(cls, source: ClipSource) -> Self | None:
        """Return a cutter for the source; None if encoded packets cannot be joined to it."""
        context = source.stream.codec_context
        if context.name != "h264" or context.pix_fmt not in FORMATS:
            return None
        try:
            return cls(source, ParameterSets.read(context.extradata or b""))
        except NotAvc:
            return None

    def packets(self, piece: ClipPiece) -> Iterator[tuple[int, Packet]]:
        """Yield a piece's encoded frames with their numbers, beginning with an IDR picture."""
        source, index = self._source, self._source.index
        base, end = int(index.times[piece.start]), index.end_of(piece.end - 1)
        frames = timed(
            source.frames(piece.start, piece.end), base, end, ticks_of_frame(self._picture)
        )
        number = piece.start
        for packet in encoded(self._encoder(), self._picture, frames):
            made = Packet(with_lengths(bytes(packet), self._length_size))
            made.is_keyframe = packet.is_keyframe
            yield number, made
            number += 1
        if number != piece.end:
            raise UnreadableVideo(f"frames {number} to {piece.end} cannot be encoded")

    def _encoder(self) -> VideoCodecContext:
        context = av.CodecContext.create("libx264", "w")
        prepare(context, self._picture, sps_id=self._sps_id)
        return context


def joined_packets(
    source: ClipSource, pieces: tuple[ClipPiece, ...], joinery: SmartCutter | None
) -> Iterator[Packet]:
    """Yield the clip's packets for a muxer, with times from 0 on, in the source's time base."""
    index = source.index
    start, end = pieces[0].start, pieces[-1].end
    times = index.times[start:end] - index.times[start]
    order = [n for piece in pieces for n in _decoding_order(source, piece)]
    # Decoding runs ahead of presentation by the least that is necessary: the container's own
    # decoding times may be missing, or begin before 0.
    ahead = max(int(times[k] - times[n - start]) for k, n in enumerate(order))
    for place, (number, packet) in enumerate(_packets(source, pieces, joinery)):
        packet.time_base = source.time_base
        packet.pts = int(times[number - start])
        packet.dts = int(times[place]) - ahead
        packet.duration = index.end_of(number) - int(index.times[number])
        yield packet


def _packets(
    source: ClipSource, pieces: tuple[ClipPiece, ...], joinery: SmartCutter | None
) -> Iterator[tuple[int, Packet]]:
    for piece in pieces:
        if piece.kind == "copy":
            yield from source.packets(piece.start, piece.end)
        else:
            assert joinery is not None, "a plan with both kinds of pieces is made only with one"
            yield from joinery.packets(piece)


def _decoding_order(source: ClipSource, piece: ClipPiece) -> list[int]:
    if piece.kind == "encode":
        return list(range(piece.start, piece.end))
    frames = source.index.frame_of
    first = int(source.index.packet_of[piece.start])
    last = int(source.index.packet_of[piece.start : piece.end].max())
    return [int(n) for n in frames[first : last + 1] if piece.start <= n < piece.end]
