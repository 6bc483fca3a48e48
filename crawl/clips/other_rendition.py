"""Maps spans found in one rendition of a video to frames of another rendition, by their times.

The two may differ in rate and in how their times are rounded; never in what is shown when.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from contextlib import closing
from itertools import accumulate
from pathlib import Path

from crawl.analysis.analysis import FrameSpan, Stream
from crawl.analysis.containers import UnreadableVideo
from crawl.analysis.opening import readable
from crawl.clips.packet_index import index_of
from crawl.clips.reader import Reader

_ROUNDED_S = 0.002
"""Matroska stores whole milliseconds."""
_LATER_S = 1.0
"""Largest difference of the two durations, as where sound or a last frame was cut off."""


def frame_times(path: Path) -> tuple[list[float], bool]:
    """Seconds from the first frame on, one a frame; and whether the packets tell them, or only
    decoding does.

    Raises:
        UnreadableVideo
    """
    with closing(Reader(path)) as reader, readable():
        index = index_of(reader.container, reader.stream)
        if index.regular:
            unit = float(reader.stream.time_base or 0)
            return [int(at - index.times[0]) * unit for at in index.times], True
        # As the analysis does: a time that goes back is a muxer's slip.
        shown = list(accumulate((frame.time or 0.0 for frame in reader.frames()), max))
    if not shown:
        raise UnreadableVideo("not one of its frames can be decoded")
    return [at - shown[0] for at in shown], False


def same_length(times: Sequence[float], analysed: Stream) -> None:
    """
    Raises:
        UnreadableVideo: if it is longer or shorter than what was analysed: another film.
    """
    length_s = times[-1] + 1 / max(analysed.fps, 1.0)
    if abs(length_s - analysed.duration_s) > _LATER_S:
        raise UnreadableVideo(
            f"lasts {length_s:.1f} s, and the rendition that was analysed {analysed.duration_s:.1f}"
        )


def placed(span: FrameSpan, times: Sequence[float], analysed: Stream) -> FrameSpan | None:
    """The span in frames with these times, no frame of another shot among them; None: it has none.

    Args:
        analysed: what the span was found in.
    """
    start = bisect_left(times, span.start_s - _ROUNDED_S)
    if len(times) > analysed.num_frames and analysed.fps and not analysed.variable_rate:
        # It is unknown on which side of a cut the frames after the last analysed one are.
        end = bisect_right(times, span.end_s - 1 / analysed.fps + _ROUNDED_S)
    else:
        end = bisect_left(times, span.end_s - _ROUNDED_S)
    return span.model_copy(update={"start": start, "end": end}) if start < end else None
