"""Decoded frames -> displayed frames: progressive, with square pixels, upright, and SDR."""

from collections import deque
from collections.abc import Iterator
from fractions import Fraction

from av import VideoFrame
from av.filter import Graph

from deployments.display.light import lut3d
from deployments.display.reading import Display

_TURNS = {0: (), 90: ("transpose=clock",), 180: ("hflip", "vflip"), 270: ("transpose=cclock",)}
_BT709 = 1


class PictureChanged(ValueError):
    """A frame differs in size from the first: it is unknown which of them is right."""


def as_shown(frames: Iterator[VideoFrame], display: Display) -> Iterator[VideoFrame]:
    """Yield one displayed frame for each decoded one, with its time and duration, of even sides.

    4:2:0 has no odd sides: the last line of an odd side is left out.

    Raises:
        PictureChanged: if a frame differs in size from the first.
        av.error.FFmpegError: if memory for a frame is lacking.
    """
    first = next(frames, None)
    if first is None:
        return
    steps = list(_steps(first, display))
    if not steps:
        yield first
        yield from frames
        return
    graph = _graph(first, display, steps)
    waiting: deque[VideoFrame] = deque()
    frame: VideoFrame | None = first
    while True:
        if frame is not None:
            if (frame.width, frame.height) != (first.width, first.height):
                raise PictureChanged(
                    f"its picture changes from {first.width}x{first.height}"
                    f" to {frame.width}x{frame.height} within the clip"
                )
            waiting.append(frame)
        graph.vpush(frame)
        yield from _pulled(graph, display, waiting)
        if frame is None:
            return
        frame = next(frames, None)


def _pulled(graph: Graph, display: Display, waiting: deque[VideoFrame]) -> Iterator[VideoFrame]:
    while True:
        try:
            made = graph.vpull()
        except (BlockingIOError, EOFError):
            return
        # A deinterlacer counts time in fields, and sets no duration.
        stored = waiting.popleft()
        made.pts, made.time_base, made.duration = stored.pts, stored.time_base, stored.duration
        if display.light != "sdr":
            made.color_primaries = made.color_trc = made.colorspace = _BT709
        yield made


def _steps(first: VideoFrame, display: Display) -> Iterator[str]:
    """Yield the filters that are needed, with their arguments."""
    if display.interlaced:
        yield "bwdif=mode=send_frame:deint=interlaced"
    width, height = display.square(first.width, first.height)
    even = max(width // 2 * 2, 2), max(height // 2 * 2, 2)
    if display.pixel != 1:
        yield f"scale={even[0]}:{even[1]}:flags=bicubic"
        yield "setsar=1"
    elif even != (first.width, first.height):
        yield f"crop={even[0]}:{even[1]}:0:0"
    if display.mirrored:
        yield "hflip"
    yield from _TURNS[display.rotation]
    if display.light != "sdr":
        yield "scale=in_color_matrix=bt2020:flags=bicubic"
        yield "format=gbrp10le"
        yield "lut3d"
        yield "scale=out_color_matrix=bt709:out_range=tv:flags=bicubic"
        yield "format=yuv420p"


def _graph(first: VideoFrame, display: Display, steps: list[str]) -> Graph:
    graph = Graph()
    graph.threads = 1  # one core per video
    nodes = [
        graph.add_buffer(
            width=first.width,
            height=first.height,
            format=first.format,
            time_base=first.time_base or Fraction(1, 90_000),
            name="in",
        )
    ]
    for step in steps:
        name, _, arguments = step.partition("=")
        nodes.append(lut3d(graph, display.light) if name == "lut3d" else graph.add(name, arguments))
    nodes.append(graph.add("buffersink"))
    graph.link_nodes(*nodes)
    graph.configure()
    return graph
