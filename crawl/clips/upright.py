"""Frames as they are to be looked at: turned as the container asks, and of even sides."""

from collections.abc import Iterator
from itertools import chain
from typing import Literal, cast

from av import VideoFrame
from av.filter import Graph

from crawl.analysis.containers import Unreadable

Rotation = Literal[0, 90, 180, 270]

_TURNS = {0: "", 90: "transpose=clock", 180: "hflip,vflip", 270: "transpose=cclock"}


def rotation_of(frame: VideoFrame) -> Rotation:
    """Degrees clockwise by which a player turns it, to the nearest quarter.

    FFmpeg tells the angle counterclockwise.
    """
    return cast(Rotation, round(-frame.rotation / 90) * 90 % 360)


def upright(frames: Iterator[VideoFrame]) -> Iterator[VideoFrame]:
    """The frames turned; of an odd side, which 4:2:0 has no room for, the last line is left out.

    Raises:
        Unreadable: if a frame is of another size than the first: nothing here scales.
    """
    first = next(frames, None)
    if first is None:
        return
    steps = [_TURNS[rotation_of(first)]]
    if first.width % 2 or first.height % 2:
        steps.insert(0, "crop=trunc(iw/2)*2:trunc(ih/2)*2:0:0")
    chained = ",".join(step for step in steps if step)
    if not chained:
        yield first
        yield from frames
        return
    graph = _graph(first, chained.split(","))
    for frame in chain((first,), frames):
        if (frame.width, frame.height) != (first.width, first.height):
            raise Unreadable(
                f"its picture changes from {first.width}x{first.height}"
                f" to {frame.width}x{frame.height} within the clip"
            )
        graph.vpush(frame)
        yield graph.vpull()


def _graph(first: VideoFrame, steps: list[str]) -> Graph:
    graph = Graph()
    nodes = [
        graph.add_buffer(
            width=first.width,
            height=first.height,
            format=first.format,
            time_base=first.time_base,
            name="in",
        )
    ]
    for step in steps:
        name, _, arguments = step.partition("=")
        nodes.append(graph.add(name, arguments))
    nodes.append(graph.add("buffersink"))
    graph.link_nodes(*nodes)
    graph.configure()
    return graph
