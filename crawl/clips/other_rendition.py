"""Maps spans found in one rendition of a video to frames of another rendition, by their times.

The two may differ in frame rate and in rounding of times, never in what is shown when.
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
"""Tolerance of times in seconds; Matroska rounds to milliseconds."""
_LATER_S = 1.0
"""Largest difference of the two durations, e.g. where sound or a last frame was cut off."""


def frame_times(path: Path) -> tuple[list[float], bool]:
    """Return each frame's seconds since the first one, and whether they are the packets' times
    rather than those found by decoding.

    Raises:
        UnreadableVideo: if no frame can be decoded.
    """
    with closing(Reader(path)) as reader, readable():
        index = index_of(reader.container, reader.stream)
        if index.regular:
            unit = float(reader.stream.time_base or 0)
            return [int(at - index.times[0]) * unit for at in index.times], True
        # As in the analysis: a time that goes back is a muxer's error.
        shown = list(accumulate((frame.time or 0.0 for frame in reader.frames()), max))
    if not shown:
        raise UnreadableVideo("not one of its frames can be decoded")
    return [at - shown[0] for at in shown], False


def same_length(times: Sequence[float], analysed: Stream) -> None:
    """Check that another rendition is as long as the analysed one.

    Raises:
        UnreadableVideo: if it is not, and so is another film.
    """
    length_s = times[-1] + 1 / max(analysed.fps, 1.0)
    if abs(length_s - analysed.duration_s) > _LATER_S:
        raise UnreadableVideo(
            f"lasts {length_s:.1f} s, and the rendition that was analysed {analysed.duration_s:.1f}"
        )


def placed(span: FrameSpan, times: Sequence[float], analysed: Stream) -> FrameSpan | None:
    """Map the span to frames with the same times, none of another shot; None if there is no frame.

    Args:
        analysed: stream of the rendition in which the span was found.
    """
    start = bisect_left(times, span.start_s - _ROUNDED_S)
    if len(times) > analysed.num_frames and analysed.fps and not analysed.variable_rate:
        # It is unknown on which side of a cut the frames after the last analysed one are.
        end = bisect_right(times, span.end_s - 1 / analysed.fps + _ROUNDED_S)
    else:
        end = bisect_left(times, span.end_s - _ROUNDED_S)
    return span.model_copy(update={"start": start, "end": end}) if start < end else None
