"""A video file -> its analysis and key frames, in one decode on one core.

Run it in a bounded process (`serve.bounded`): the file may be hostile.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
from av.video.stream import VideoStream

from crawl.analysis.analysis import Analysis, FrameSpan, Joint, Stream
from crawl.analysis.containers import UnreadableVideo
from crawl.analysis.flow import narrowed
from crawl.analysis.joints import JointAt, JointFinder
from crawl.analysis.opening import MAX_PIXELS, open_video, video_stream
from crawl.analysis.picture import Picture, field_of
from crawl.analysis.settings import AnalysisSettings
from crawl.analysis.shots import FoundShot, SampledFrame, ShotKeeper
from crawl.analysis.tiles import Pixels, SeenFrame, decoded
from crawl.analysis.whole_frames import Damage
from deployments.display import Display

REVISION = "5"
_BLACK_SHARE = 0.98
_MARKED_AT_ONCE = 256


@dataclass(frozen=True)
class Analysed:
    analysis: Analysis
    pictures: tuple[bytes, ...]
    """JPEGs of all key frames, in the order of the shots and their key frames."""


def analyse(path: Path, settings: AnalysisSettings, max_duration_s: float = 4 * 3600) -> Analysed:
    """Analyse a video file: its stream, its shots with measurements, and their key frames.

    Raises:
        UnreadableVideo: if it is no video, is longer than `max_duration_s`, or no frame is decoded.
    """
    cv2.setNumThreads(1)
    with open_video(path) as container:
        stream = video_stream(container)
        has_audio = bool(container.streams.audio)
        told_s = _told_s(stream, container.duration)
        if told_s > max_duration_s:
            raise UnreadableVideo(
                f"{told_s / 3600:.1f} h long, at most {max_duration_s / 3600:g} h"
            )
        one_pass, damage = _OnePass(settings, max_duration_s, stream), Damage()
        for seen in decoded(container, stream, damage):
            one_pass.see(seen)
        shots, joints = one_pass.finish(damage.holes)
        about = one_pass.stream_of(path.stat().st_size, has_audio, damage)
    spans = one_pass.span
    analysis = Analysis(
        stream=about,
        shots=tuple(found.shot for found in shots),
        dissolves=tuple(spans(j.start, j.end) for j in joints if j.kind == "dissolve"),
        fades=tuple(spans(j.start, j.end) for j in joints if j.kind == "fade"),
        revision=revision_of(settings),
    )
    return Analysed(analysis, tuple(p for found in shots for p in found.pictures))


def revision_of(settings: AnalysisSettings) -> str:
    """Revision of the code and the thresholds together."""
    text = settings.model_dump_json()
    return f"{REVISION}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


class _OnePass:
    """All measurements of one pass; receives the frames one after the other."""

    def __init__(
        self, settings: AnalysisSettings, max_duration_s: float, stream: VideoStream
    ) -> None:
        self._settings, self._max_duration_s, self._stream = settings, max_duration_s, stream
        self._finder, self._keeper = JointFinder(settings), ShotKeeper(settings)
        # Eight bytes a frame: the times of four hours are 3.5 MB.
        self._times: list[float] = []
        self._black = bytearray()
        self._unmarked: list[Pixels] = []
        """Tiles of the last frames, not yet checked for black; `_mark_black` empties the list."""
        self._shots: list[FoundShot] = []
        self._joints: list[JointAt] = []
        self._next_sample_s = 0.0
        self._pending: SampledFrame | None = None
        self._size, self._format, self._bits = (0, 0), "", 8
        self._display = Display()
        self._in_order = True

    def see(self, seen: SeenFrame) -> None:
        if seen.at_s > self._max_duration_s:
            raise UnreadableVideo(f"longer than {self._max_duration_s / 3600:g} h")
        if seen.number == 0:
            self._know(seen)
        elif seen.frame.interlaced_frame and not self._display.interlaced:
            self._display = self._display.with_fields()
        self._times.append(seen.at_s)
        self._in_order = self._in_order and seen.in_order
        self._unmarked.append(seen.tiles)
        if len(self._unmarked) == _MARKED_AT_ONCE:
            self._mark_black()
        self._follow(seen)
        if seen.at_s >= self._next_sample_s:
            self._next_sample_s = seen.at_s + 1 / self._settings.samples_per_s
            self._sample(seen)
        self._take(self._finder.push(seen.tiles))

    def finish(self, holes: list[int]) -> tuple[list[FoundShot], list[JointAt]]:
        """Return the shots and the joints. A shot is divided at each of `holes`, the frames before
        which frames were lost."""
        if not self._times:
            raise UnreadableVideo("not one of its frames can be decoded")
        if self._pending is not None:
            self._keeper.add(self._pending)
        self._take(self._finder.finish())
        self._close(len(self._times), "end")
        return [piece for shot in self._shots for piece in self._whole(shot, holes)], self._joints

    def span(self, start: int, end: int) -> FrameSpan:
        return FrameSpan(start=start, end=end, start_s=self._at(start), end_s=self._at(end))

    def stream_of(self, size_bytes: int, has_audio: bool, damage: Damage) -> Stream:
        stream, display = self._stream, self._display
        width, height = self._size
        count, end_s = len(self._times), self._at(len(self._times))
        steps = np.diff(np.array(self._times))
        variable = bool(len(steps) > 2 and steps.max() > 1.5 * max(float(np.median(steps)), 1e-6))
        return Stream(
            width=width,
            height=height,
            fps=count / end_s if end_s > 0 else float(stream.average_rate or 0),
            num_frames=count,
            duration_s=end_s,
            codec=stream.codec_context.name,
            pixel_format=self._format,
            bits=self._bits,
            rotation=display.rotation,
            mirrored=display.mirrored,
            interlaced=display.interlaced,
            light=display.light,
            variable_rate=variable,
            in_order=self._in_order,
            has_audio=has_audio,
            size_bytes=size_bytes,
            remark=damage.remark(count),
        )

    def _know(self, seen: SeenFrame) -> None:
        frame = seen.frame
        self._format = frame.format.name
        self._bits = max((part.bits for part in frame.format.components), default=8)
        self._display = Display.of(self._stream, frame)
        self._size = width, height = self._display.size(frame.width, frame.height)
        if width * height > MAX_PIXELS:
            raise UnreadableVideo(
                f"it is shown at {width}x{height}: more than {MAX_PIXELS:,} pixels"
            )

    def _follow(self, seen: SeenFrame) -> None:
        """Complete the pending sample with the frame after it, to measure motion."""
        before, self._pending = self._pending, None
        if before is None:
            return
        narrow = self._narrow(seen)
        if narrow.shape != before.narrow.shape:
            self._keeper.add(before)
        else:
            frame_s = seen.at_s - before.at_s
            self._keeper.add(replace(before, next_narrow=narrow, frame_s=frame_s))

    def _sample(self, seen: SeenFrame) -> None:
        self._pending = SampledFrame(
            number=seen.number,
            at_s=seen.at_s,
            picture=Picture.of(seen.frame, self._settings.picture_width, self._display),
            narrow=self._narrow(seen),
        )

    def _narrow(self, seen: SeenFrame) -> Pixels:
        width, height = self._display.square(seen.frame.width, seen.frame.height)
        return self._display.turned(narrowed(field_of(seen.luma, self._display), height / width))

    def _mark_black(self) -> None:
        """Mark black frames in batches: one by one would cost as much as computing their tiles."""
        if self._unmarked:
            dark = np.stack(self._unmarked) < self._settings.black_luma
            self._black += (dark.mean(axis=(1, 2)) > _BLACK_SHARE).tobytes()
            self._unmarked.clear()

    def _take(self, found: Iterator[JointAt]) -> None:
        for joint in found:
            self._close(joint.start, joint.kind)
            self._joints.append(joint)

    def _close(self, end: int, closes: Joint) -> None:
        """End the current shot before the frame `end`, unless it is empty."""
        before = self._joints[-1] if self._joints else None
        start = before.end if before else 0
        opens: Joint = before.kind if before else "start"
        if end <= start:
            return
        self._mark_black()
        black = sum(self._black[start:end]) / (end - start)
        self._shots.append(self._keeper.shot(self.span(start, end), opens, closes, black))

    def _whole(self, found: FoundShot, holes: list[int]) -> Iterator[FoundShot]:
        span = found.shot.span
        marks = [span.start, *(n for n in holes if span.start < n < span.end), span.end]
        if len(marks) == 2:
            yield found
            return
        for start, end in pairwise(sorted(set(marks))):
            yield found.within(self.span(start, end))

    def _at(self, number: int) -> float:
        """Presentation time of a frame; for the index after the last, the end of the last frame."""
        times = self._times
        if number < len(times):
            return times[number]
        step = times[-1] - times[-2] if len(times) > 1 else 0.0
        return times[-1] + step


def _told_s(stream: VideoStream, container_us: int | None) -> float:
    """Duration in the header, in seconds; 0 if there is none. Only good to reject long videos
    early."""
    if stream.duration is not None and stream.time_base is not None:
        return float(stream.duration * stream.time_base)
    return (container_us or 0) / 1e6
