"""Frames -> H.264 packets, for clips that are encoded whole and for ends joined to a copy."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Self

from av import Packet, VideoFrame
from av.codec import Codec
from av.codec.context import Flags
from av.video.codeccontext import VideoCodecContext
from av.video.stream import VideoStream

from crawl.analysis.containers import UnreadableVideo

CRF = 20
PRESET = "superfast"
"""Compared with veryfast at CRF 18: some 0.6 of the CPU time, the same similarity to the source
(SSIM), and files of 1.2 to 2 times the size."""
FORMATS = frozenset(layout.name for layout in Codec("libx264", "w").video_formats or ())
"""Pixel formats that libx264 encodes without conversion."""


@dataclass(frozen=True)
class PictureFormat:
    """Properties that all frames of a clip share. Colours are numbered as in ITU-T H.273."""

    width: int
    height: int
    pixel_format: str
    colours: tuple[int, int, int, int]
    """Primaries, transfer, matrix, range."""
    sample_aspect: Fraction | None
    time_base: Fraction
    rate: Fraction

    @classmethod
    def of(cls, frame: VideoFrame, stream: VideoStream) -> Self:
        """Return the format of a decoded frame, to store the frame as it is displayed."""
        layout = frame.format.name
        if layout not in FORMATS:
            layout = "yuv420p10le" if frame.format.components[0].bits > 8 else "yuv420p"
        return cls(
            frame.width,
            frame.height,
            layout,
            (frame.color_primaries, frame.color_trc, frame.colorspace, frame.color_range),
            Fraction(1),
            _time_base(stream),
            _rate(stream),
        )

    @classmethod
    def of_stream(cls, stream: VideoStream) -> Self:
        """Return the format that the container declares."""
        context = stream.codec_context
        return cls(
            context.width,
            context.height,
            context.pix_fmt or "",
            (
                context.color_primaries,
                context.color_trc,
                context.colorspace,
                context.color_range,
            ),
            stream.sample_aspect_ratio or None,
            _time_base(stream),
            _rate(stream),
        )


def prepare(
    context: VideoCodecContext, picture: PictureFormat, *, sps_id: int | None = None
) -> None:
    """Open an encoder for pictures of this format.

    Args:
        sps_id: id of the parameter sets, for packets that are joined to those of another encoder.
            There are no B-frames then, so that times stay in order.
    """
    context.width, context.height = picture.width, picture.height
    context.pix_fmt = picture.pixel_format
    context.time_base, context.framerate = picture.time_base, picture.rate
    if picture.sample_aspect:
        context.sample_aspect_ratio = picture.sample_aspect
    (
        context.color_primaries,
        context.color_trc,
        context.colorspace,
        context.color_range,
    ) = picture.colours
    context.thread_count = 1  # one core per video
    context.flags |= Flags.global_header
    context.options = {"crf": str(CRF), "preset": PRESET}
    if sps_id is not None:
        context.options |= {"bf": "0", "x264-params": f"sps-id={sps_id}"}
    context.open()


def encoded(
    context: VideoCodecContext, picture: PictureFormat, frames: Iterator[VideoFrame]
) -> Iterator[Packet]:
    """Encode frames to packets, in a pixel format that the encoder supports.

    Args:
        frames: with their final times and durations.

    Raises:
        UnreadableVideo: if a frame is of another size, because nothing here scales.
    """
    for frame in frames:
        if (frame.width, frame.height) != (picture.width, picture.height):
            raise UnreadableVideo(
                f"its picture changes from {picture.width}x{picture.height}"
                f" to {frame.width}x{frame.height} within the clip"
            )
        if frame.format.name != picture.pixel_format:
            told = frame.pts, frame.duration, frame.time_base
            frame = frame.reformat(format=picture.pixel_format)
            frame.pts, frame.duration, frame.time_base = told
        # A decoded frame keeps its picture type, which the encoder would obey.
        frame.pict_type = 0
        yield from context.encode(frame)
    yield from context.encode(None)


def timed(
    frames: Iterator[VideoFrame], base: int | None, end: int | None, step: int
) -> Iterator[VideoFrame]:
    """Yield the frames with ascending times from `base` on, each lasting until the next.

    Args:
        base: time that becomes 0; None: that of the first frame.
        end: end of the last frame, in the frames' original times; None: `step` after its start.
        step: ticks of an ordinary frame; also used if a frame has no time or one that goes back.
    """
    held: VideoFrame | None = None
    for frame in frames:
        at = frame.pts if frame.pts is not None else None
        if base is None:
            base = at or 0
        at = None if at is None else at - base
        if held is not None and held.pts is not None:
            if at is None or at <= held.pts:
                at = held.pts + step
            held.duration = at - held.pts
            yield held
        frame.pts = at or 0
        held = frame
    if held is not None and held.pts is not None and base is not None:
        held.duration = max(1, end - base - held.pts) if end is not None else step
        yield held


def ticks_of_frame(picture: PictureFormat) -> int:
    return max(1, round(1 / (picture.rate * picture.time_base)))


def _time_base(stream: VideoStream) -> Fraction:
    return Fraction(stream.time_base or Fraction(1, 90_000))


def _rate(stream: VideoStream) -> Fraction:
    rate = stream.average_rate
    return Fraction(rate) if rate and 1 <= rate <= 240 else Fraction(30)
