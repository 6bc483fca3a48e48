"""Functions of the caption job that run in a bounded child: analyse a video, cut clips."""

import json
from collections.abc import Sequence
from pathlib import Path

from crawl.analysis import AnalysisSettings, FrameSpan, Stream, analyse
from crawl.clips import cut_clips
from crawl.clips.other_rendition import frame_times, placed, same_length
from serve.bounded import FunctionResult

_NOT_THERE = "the rendition that clips are cut from has no frame there"


def look_at(path: str, settings: AnalysisSettings, max_duration_s: float) -> FunctionResult:
    """Analyse a video; return the analysis as JSON, and the JPEGs of its key frames in order.

    Raises:
        UnreadableVideo: which the caller, in another process, sees as Unusable.
    """
    seen = analyse(Path(path), settings, max_duration_s)
    return FunctionResult(seen.analysis.model_dump_json(), seen.pictures)


def cut_out(
    path: str, spans: Sequence[FrameSpan], folder: str, analysed: Stream, same: bool
) -> FunctionResult:
    """Cut the spans into files in the folder; return a JSON list in the order of the spans.

    `analysed` is the rendition in which the spans were found. If the file is not the `same` one,
    the spans are mapped to it by their times.

    Raises:
        UnreadableVideo: if the file cannot be read, or is of another length.
    """
    num_frames, in_order, there = (
        analysed.num_frames,
        analysed.in_order,
        list[FrameSpan | None](spans),
    )
    if not same:
        times, in_order = frame_times(Path(path))
        same_length(times, analysed)
        num_frames, there = len(times), [placed(span, times, analysed) for span in spans]
    made = iter(
        cut_clips(
            Path(path),
            [span for span in there if span is not None],
            Path(folder),
            num_frames=num_frames,
            in_order=in_order,
            # As many as were decoded of the analysed rendition, if this is the same file.
            proved=num_frames != analysed.num_frames,
            interlaced=analysed.interlaced,
        )
    )
    told = {"name", "making", "num_frames", "reason"}
    return FunctionResult(
        json.dumps(
            [
                next(made).model_dump(mode="json", include=told) if span else {"reason": _NOT_THERE}
                for span in there
            ]
        )
    )
