"""An uploaded video's file -> RGB frames as players display them, at a constant rate.

Runs in the bounded child. Drops sound and metadata.
"""

from collections.abc import Generator, Iterator
from itertools import chain

import numpy as np
from av import VideoFrame
from av.error import FFmpegError
from av.video.reformatter import Colorspace, VideoReformatter

from conte.upload import Moving
from deployments.display import Display, PictureChanged, as_shown
from deployments.encoding import BT709, THREADS
from deployments.engines.protocols import Frame
from serve.bounded.outcome import FunctionResult
from serve.uploads.bounds import UploadBounds
from serve.uploads.probing import NoVideo, check_side, moving_of, opened, picture_stream

_HD_LINES = 720
_SHORT_S = 0.5
"""Longest missing end, in seconds, before a video counts as truncated."""


def frames_of(path: str, bounds: UploadBounds) -> Generator[FunctionResult]:
    """Yield the facts of the video as JSON of `Moving`; then for each frame its height and width,
    and its RGB bytes.

    Raises:
        NoVideo: if the file is not a usable video.
    """
    moving = moving_of(path, bounds)
    yield FunctionResult(moving.model_dump_json())
    to_rgb = VideoReformatter()
    try:
        with opened(path) as source:
            stream = picture_stream(source)
            if stream is None:
                return
            stream.codec_context.thread_count = THREADS
            decoded = _checked(source.decode(stream), bounds)
            first = next(decoded, None)
            if first is None:
                raise NoVideo("none of its frames can be decoded")
            shown = as_shown(chain([first], decoded), Display.of(stream, first))
            for frame in steady(shown, moving):
                rgb = _rgb(frame, to_rgb)
                yield FunctionResult(f"{rgb.shape[0]} {rgb.shape[1]}", [rgb.tobytes()])
    except FFmpegError as error:
        raise NoVideo(f"it cannot be decoded: {error}") from None
    except PictureChanged as error:
        raise NoVideo(str(error)) from None


def steady(frames: Iterator[VideoFrame], moving: Moving) -> Iterator[VideoFrame]:
    """Yield exactly `moving.num_frames`: at each tick the newest frame so far.

    Raises:
        NoVideo: if the frames end before the video does.
    """
    at, start = 0, 0.0
    held: VideoFrame | None = None
    last_s = gap_s = 0.0
    for frame in frames:
        time_s = start + at / moving.fps if frame.pts is None else frame.time
        if held is None:
            start = time_s
        while (
            held is not None
            and at < moving.num_frames
            and at + 0.5 <= ((time_s - start) * moving.fps)
        ):
            yield held
            at += 1
        held = frame
        gap_s = max(gap_s, time_s - start - last_s)
        last_s = time_s - start
    if held is None or last_s + max(gap_s, _SHORT_S) < moving.duration_s:
        raise NoVideo(f"it breaks off after {last_s:.1f} s of {moving.duration_s:.1f} s")
    for _ in range(at, moving.num_frames):
        yield held


def _checked(frames: Iterator[VideoFrame], bounds: UploadBounds) -> Iterator[VideoFrame]:
    for count, frame in enumerate(frames):
        if count >= bounds.max_frames:
            raise NoVideo(f"it has more than {bounds.max_frames} frames")
        check_side(frame.width, frame.height, bounds)
        yield frame


def _rgb(frame: VideoFrame, to_rgb: VideoReformatter) -> Frame:
    # Without metadata small pictures are BT.601 and large ones BT.709, as in players.
    is_hd = frame.colorspace == BT709 or (frame.colorspace == 2 and frame.height >= _HD_LINES)
    matrix = Colorspace.ITU709 if is_hd else Colorspace.ITU601
    rgb = to_rgb.reformat(
        frame, format="rgb24", src_colorspace=matrix, dst_colorspace=Colorspace.ITU709
    )
    return rgb.to_ndarray().astype(np.uint8, copy=False)
