"""cut_clips: spans of a video -> MP4 files, exact to the frame, copied where they can be.

    copied    a key frame is at the start, and no frame refers to later ones at the end
    joined    H.264: encoded up to the next key frame, copied from there
    encoded   libx264, crf 20, superfast, where neither is possible

A clip shows what a player shows: a source that is rotated, mirrored, interlaced, HDR or of
non-square pixels is encoded as displayed. Sound is left out. Letterbox bars stay, because training
crops them. Run it in `serve.bounded`.
"""

from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

import av
from av import VideoFrame

from crawl.analysis.analysis import FrameSpan
from crawl.analysis.containers import UnreadableVideo
from crawl.analysis.opening import readable
from crawl.clips.clip_file import ClipFile, Uncut
from crawl.clips.mp4_file import Inexact, check, whole_clip, writing
from crawl.clips.picture_encoder import PictureFormat, encoded, prepare, ticks_of_frame, timed
from crawl.clips.pieces import ClipPlan, plans_for
from crawl.clips.proof import prove
from crawl.clips.smart_cut import SmartCutter, joined_packets
from crawl.clips.source import ClipSource
from deployments.display import Display, PictureChanged, as_shown

COPIED_CODECS = ("h264", "hevc", "vp9", "libvpx-vp9", "av1", "libdav1d", "mpeg4")
"""Codecs for which MP4 has a registered format and which MP4 players support."""


def cut_clips(
    source: Path,
    spans: Sequence[FrameSpan],
    out_folder: Path,
    *,
    num_frames: int,
    in_order: bool = True,
    copies: bool = True,
    proved: bool = False,
    interlaced: bool = False,
) -> list[ClipFile | Uncut]:
    """Write one file for each span, in order, named `<start>-<end>.mp4`.

    Args:
        spans: frames as decoded and counted by the analysis.
        num_frames: frames of the whole video, as counted by the analysis.
        in_order: whether the frames' times rose in decoding order; if not, nothing can be copied.
        copies: False encodes every clip.
        proved: compare copied frames with the source by decoding both. This is always done for what
            no standard guarantees, and for the first joined clip of a source.
        interlaced: whether any frame is known to have fields; the first frame is checked here.

    Raises:
        UnreadableVideo: if the source cannot be read.
        NoRoom: if the disk is full. Files of earlier spans stay.
        ValueError: if a span is not within the video.
    """
    for span in spans:
        if not 0 <= span.start < span.end <= num_frames:
            raise ValueError(
                f"span {span.start} to {span.end}: wanted frames within 0 to {num_frames}"
            )
    with ClipSource(source, num_frames if in_order else None) as video:
        display = video.display(interlaced=interlaced)
        cutter = _Cutter(video, display, out_folder, copies, proved)
        return [cutter.cut(span) for span in spans]


class _Cutter:
    def __init__(
        self, source: ClipSource, display: Display, folder: Path, copies: bool, proved: bool
    ) -> None:
        self._source, self._display, self._folder, self._proved = source, display, folder, proved
        codec = source.stream.codec_context.name
        self._copies = (
            copies and source.counted and codec in COPIED_CODECS and self._display.as_stored
        )
        self._joinery = SmartCutter.of(source) if self._copies else None
        self._joined_before = False

    def cut(self, span: FrameSpan) -> ClipFile | Uncut:
        place = self._folder / f"{span.start:08d}-{span.end:08d}.mp4"
        reason = ""
        for plan in plans_for(
            self._source.index,
            span.start,
            span.end,
            copies=self._copies,
            joins=self._joinery is not None,
        ):
            try:
                with whole_clip(place) as aside:
                    duration_s = self._write(aside, plan)
                    return _described(place.name, span, plan, aside, duration_s)
            except Inexact as error:
                reason = f"frames {span.start} to {span.end}: {error}"
                if plan.making == "joined":
                    self._joinery = None  # the same fault would occur again
            except UnreadableVideo as error:
                reason = str(error)
        return Uncut(span=span, reason=reason)

    def _write(self, path: Path, plan: ClipPlan) -> float:
        """Write the clip; return its seconds, from its first frame to the end of its last one.

        Raises:
            Inexact: if the file does not have the frames or times of the plan.
            UnreadableVideo: if the source cannot be decoded there.
            OSError
        """
        source, start, end = self._source, plan.pieces[0].start, plan.pieces[-1].end
        if plan.making == "encoded":
            times, over = self._encode(path, start, end)
        else:
            self._copy(path, plan)
            times = [int(time) for time in source.index.times[start:end]]
            over = source.index.end_of(end - 1)
        check(path, times, source.time_base)
        joined = plan.making == "joined"
        if (
            plan.proved
            or (joined and not self._joined_before)
            or (self._proved and plan.copied_frames)
        ):
            prove(path, source, plan.pieces)
        self._joined_before = self._joined_before or joined
        # Not the file's own duration, which FFmpeg sums up from decoding times.
        return float((over - times[0]) * source.time_base)

    def _copy(self, path: Path, plan: ClipPlan) -> None:
        with writing(path) as out:
            stream = out.add_stream_from_template(self._source.stream, opaque=True)
            if plan.making == "joined" and self._joinery is not None:
                stream.codec_context.extradata = self._joinery.extradata
            for packet in joined_packets(self._source, plan.pieces, self._joinery):
                packet.stream = stream
                out.mux(packet)

    def _encode(self, path: Path, start: int, end: int) -> tuple[list[int], int]:
        """Encode the whole clip as displayed; return the frames' times, and the last one's end."""
        source = self._source
        frames = self._shown_frames(start, end)
        first = next(frames)
        picture = PictureFormat.of(first, source.stream)
        base = first.pts
        over = source.index.end_of(end - 1) if source.counted else None
        times: list[int] = []
        lasts: dict[int, int] = {}

        def noted(frames: Iterator[VideoFrame]) -> Iterator[VideoFrame]:
            for frame in frames:
                times.append(frame.pts or 0)
                lasts[times[-1]] = frame.duration or 0
                yield frame

        with writing(path) as out:
            stream = out.add_stream("libx264", rate=picture.rate)
            prepare(stream.codec_context, picture)
            stream.time_base = picture.time_base
            step = ticks_of_frame(picture)
            given = noted(timed(chain((first,), frames), base, over, step))
            for packet in encoded(stream.codec_context, picture, given):
                # The encoder gives every frame the same duration; the file's end is computed from
                # them.
                packet.duration = lasts[packet.pts or 0]
                packet.stream = stream
                out.mux(packet)
        return times, times[-1] + lasts[times[-1]]

    def _shown_frames(self, start: int, end: int) -> Iterator[VideoFrame]:
        try:
            with readable():
                yield from as_shown(self._source.frames(start, end), self._display)
        except PictureChanged as error:
            raise UnreadableVideo(str(error)) from error


def _described(
    name: str, span: FrameSpan, plan: ClipPlan, path: Path, duration_s: float
) -> ClipFile:
    with av.open(path, format="mp4") as container:
        stream = container.streams.video[0]
        context = stream.codec_context
        frame = next(container.decode(stream))
        return ClipFile(
            name=name,
            span=span,
            making=plan.making,
            copied_frames=plan.copied_frames,
            num_frames=span.end - span.start,
            fps=(span.end - span.start) / duration_s if duration_s else 0,
            duration_s=duration_s,
            width=frame.width,
            height=frame.height,
            codec=context.name,
            pixel_format=frame.format.name,
            size_bytes=path.stat().st_size,
        )
