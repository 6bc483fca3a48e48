"""What the bounded child does for the job: looks at a video, and cuts clips out of one."""

import json
from collections.abc import Sequence
from pathlib import Path

from crawl.analysis import AnalysisSettings, Span, Stream, analyse
from crawl.analysis.opening import open_video, packets_of, readable, video_stream
from crawl.bounded import Told
from crawl.clips import cut_clips


def look_at(path: str, settings: AnalysisSettings, max_duration_s: float) -> Told:
    """The analysis as JSON, and the pictures of its key frames in their order.

    Raises:
        Unreadable: which is Unusable to whoever calls it across the processes.
    """
    seen = analyse(Path(path), settings, max_duration_s)
    return Told(seen.analysis.model_dump_json(), seen.pictures)


def cut_out(path: str, spans: Sequence[Span], folder: str, analysed: Stream, same: bool) -> Told:
    """Files of the spans in the folder; told as a JSON list, in their order.

    `analysed` is the rendition that the spans were found in. Where the file is not the `same`, it
    may have more or fewer frames.
    Each is {"name": ..., "making": ..., "num_frames": ...}, or {"reason": ...} where it could not
    be cut.
    """
    there = analysed.num_frames if same else _count(Path(path))
    moved = [scaled(span, analysed.num_frames, there) for span in spans]
    made = cut_clips(Path(path), moved, Path(folder), num_frames=there, in_order=analysed.in_order)
    return Told(
        json.dumps(
            [
                clip.model_dump(mode="json", include={"name", "making", "num_frames", "reason"})
                for clip in made
            ]
        )
    )


def scaled(span: Span, num_frames: int, there: int) -> Span:
    """The span in a rendition of `there` frames, within what it was: no frame of another shot."""
    if there == num_frames:
        return span
    start, end = -(-span.start * there // num_frames), span.end * there // num_frames
    return span.model_copy(update={"start": start, "end": max(end, start + 1)})


def _count(path: Path) -> int:
    with open_video(path) as container, readable():
        stream = video_stream(container)
        return sum(1 for packet in packets_of(container, stream) if packet.size)
