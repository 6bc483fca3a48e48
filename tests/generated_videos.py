"""Videos whose joints are known to the frame, drawn and encoded here; the truth lies beside each.

python -m tests.generated_videos DIR --seed 1 --count 200

The same seed and number give the same video. What is finished is kept, what is half done is done
anew; a video is finished when its truth is there.
"""

import argparse
import json
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any, cast

import av
import cv2
import numpy as np
from av import VideoFrame
from av.video.stream import VideoStream

from tests.generated_scenes import Lots, Pixels
from tests.generated_shots import Shots
from tests.generated_timelines import Disturbance, Joint, Timeline, timeline

REVISION = 2
"""Revision of what a seed gives: with another one all videos are made anew."""


@dataclass(frozen=True)
class Made:
    """A video and what is true of it. Frames are counted from 0."""

    path: Path
    width: int
    height: int
    fps: float
    num_frames: int
    joints: tuple[Joint, ...]
    disturbances: tuple[Disturbance, ...]
    """Flashes, whip pans and the like, which are no joints."""
    bars: tuple[float, float]
    """Share of the height that is black above and below, and of the width at the left and right."""
    codec: str


def make_videos(folder: Path, seed: int, count: int) -> list[Made]:
    """`count` videos of a seed in `folder`, made on all cores unless they are there already."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = [(folder, seed, number) for number in range(count)]
    missing = [one for one in wanted if _finished(*one) is None]
    workers = min(len(missing), os.cpu_count() or 1)
    if workers > 1:
        with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
            list(pool.map(_make, missing, chunksize=1))
    else:
        for one in missing:
            _make(one)
    return [cast(Made, _finished(*one)) for one in wanted]


def truth_of(path: Path) -> Path:
    return path.with_suffix(path.suffix + ".truth.json")


def _stem(seed: int, number: int) -> str:
    return f"{seed}-{number:04}"


def _finished(folder: Path, seed: int, number: int) -> Made | None:
    for truth in folder.glob(f"{_stem(seed, number)}.*.truth.json"):
        told: dict[str, Any] = json.loads(truth.read_text())
        path = folder / told.pop("name")
        if told.pop("revision") == REVISION and path.exists():
            joints = tuple(Joint(**one) for one in told.pop("joints"))
            stirs = tuple(Disturbance(**one) for one in told.pop("disturbances"))
            bars = cast(tuple[float, float], tuple(told.pop("bars")))
            return Made(path=path, joints=joints, disturbances=stirs, bars=bars, **told)
    return None


def _make(one: tuple[Path, int, int]) -> None:
    folder, seed, number = one
    cv2.setNumThreads(1)
    lots = np.random.default_rng([seed, number])
    line = timeline(lots)
    path = folder / f"{_stem(seed, number)}{line.encoding.suffix}"
    half = path.with_name(f".{path.stem}.{os.getpid()}.half{path.suffix}")
    try:
        shots = Shots(line, lots)
        _encode(half, line, shots, lots)
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)
    told = {
        "revision": REVISION,
        "name": path.name,
        "width": line.width,
        "height": line.height,
        "fps": float(line.fps),
        "num_frames": line.num_frames,
        "joints": [asdict(joint) for joint in line.joints],
        "disturbances": [asdict(stir) for stir in line.disturbances],
        "bars": shots.bars,
        "codec": line.encoding.codec,
    }
    text = json.dumps(told, indent=1)
    # The truth last: where it is, the video is whole.
    written = half.with_suffix(".json")
    written.write_text(text)
    written.replace(truth_of(path))


def _encode(path: Path, line: Timeline, shots: Shots, lots: Lots) -> None:
    encoding = line.encoding
    with av.open(path, "w") as out:
        stream = cast(VideoStream, out.add_stream(encoding.codec, rate=line.fps))
        stream.options = {"threads": "1", **encoding.options}
        stream.width, stream.height, stream.pix_fmt = line.width, line.height, "yuv420p"
        for number, pixels in enumerate(_grained(shots.frames(), line, lots)):
            frame = VideoFrame.from_ndarray(pixels, format="yuv420p")
            frame.pts, frame.time_base = number, 1 / line.fps
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))


def _grained(frames: Iterator[Pixels], line: Timeline, lots: Lots) -> Iterator[Pixels]:
    """Planes of 4:2:0 [3/2 height, width] with the grain of a sensor, brighter and darker."""
    height, width = line.height, line.width
    strength = float(lots.uniform(0, 5))
    noise = lots.normal(0, strength, (height + 32, width + 32))
    brighter = np.clip(noise, 0, 255).round().astype(np.uint8)
    darker = np.clip(-noise, 0, 255).round().astype(np.uint8)
    for frame in frames:
        planes = cv2.cvtColor(frame, cv2.COLOR_RGB2YUV_I420).astype(np.uint8, copy=False)
        down, right = (int(v) for v in lots.integers(0, 32, 2))
        here = (slice(down, down + height), slice(right, right + width))
        luma = planes[:height]
        cv2.add(luma, brighter[here], dst=luma)
        cv2.subtract(luma, darker[here], dst=luma)
        yield planes


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=200)
    arguments = parser.parse_args()
    made = make_videos(arguments.folder, arguments.seed, arguments.count)
    seconds = sum(video.num_frames / video.fps for video in made)
    joints = sum(len(video.joints) for video in made)
    print(f"{len(made)} videos, {seconds / 60:.0f} minutes, {joints} joints in {arguments.folder}")


if __name__ == "__main__":
    main()
