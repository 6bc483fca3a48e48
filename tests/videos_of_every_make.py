"""Good videos of every make, as the world has them: small, and the same each time.

They have two scenes, with a cut before frame `CUT`.
"""

import random
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.made_videos import CUT, scenes, write_video
from tests.mp4_surgery import (
    again,
    claim_duration,
    claim_size,
    poke,
    turn,
)

FRAMES = 2 * CUT
SIZE = (320, 256)
# A key frame every 48: none at the cut.
H264 = {"preset": "ultrafast", "g": "48", "bf": "2", "sc_threshold": "0"}
_X265 = "preset=ultrafast:keyint=48:min-keyint=48:scenecut=0:log-level=none"
_VP9 = {"g": "48", "deadline": "realtime", "cpu-used": "8"}
_AV1 = {"g": "48", "preset": "12", "svtav1-params": "lp=1:scd=0"}

Make = Callable[[Path], Path]
"""A folder -> the file made in it."""


def good(folder: Path, name: str = "good.mp4", codec: str = "libx264", **given: Any) -> Path:
    if not given and (name, codec) == ("good.mp4", "libx264"):
        return written(folder, _plain(), name)
    return _encoded(folder, name, codec, **given)


@cache
def _plain() -> bytes:
    """Most others are this one, changed."""
    with TemporaryDirectory() as folder:
        return _encoded(Path(folder), "good.mp4", "libx264").read_bytes()


def _encoded(folder: Path, name: str, codec: str, **given: Any) -> Path:
    given = {"options": H264, "num_frames": FRAMES, "size": SIZE, "draw": scenes} | given
    return write_video(folder / name, codec, **given)


def variable_times(step: int = 40, seed: int = 5) -> list[int]:
    """Times of frames in milliseconds, as a telephone that waits for light gives them."""
    chance = random.Random(seed)
    times = [0]
    while len(times) < FRAMES:
        times.append(times[-1] + chance.choice((step // 2, step, step, 3 * step)))
    return times


def turned(folder: Path, degrees: int) -> Path:
    return turn(again(good(folder), folder / "turned.mp4"), degrees)


def written(folder: Path, content: bytes, name: str = "video.mp4") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def cut_short(folder: Path, share: float, *, index_first: bool = False) -> Path:
    options = {"movflags": "faststart"} if index_first else {}
    path = good(folder, container_options=options)
    data = path.read_bytes()
    return written(folder, data[: round(len(data) * share)])


_VARIABLE: dict[str, Any] = {"times": variable_times(), "time_base": Fraction(1, 1000)}

GOOD: Mapping[str, Make] = {
    "h264": good,
    "h264 with a key frame at the cut": partial(good, options={**H264, "g": str(CUT)}),
    "h264 of 10 bits": partial(good, pixel_format="yuv420p10le"),
    "h264 of 4:4:4 and odd sides": partial(good, pixel_format="yuv444p", size=(321, 257)),
    "h264 interlaced": partial(
        good, options={**H264, "flags": "+ildct+ilme", "x264-params": "tff=1"}
    ),
    "h264 in a transport stream": partial(good, name="good.ts", sound=True),
    "hevc": partial(good, codec="libx265", options={"x265-params": _X265}),
    "hevc of 10 bits": partial(
        good, codec="libx265", pixel_format="yuv420p10le", options={"x265-params": _X265}
    ),
    "vp9 of odd sides": partial(
        good, name="good.webm", codec="libvpx-vp9", options=_VP9, size=(321, 257)
    ),
    "av1": partial(good, codec="libsvtav1", options=_AV1),
    "av1 of 10 bits": partial(good, codec="libsvtav1", pixel_format="yuv420p10le", options=_AV1),
    "mpeg-4 in an avi": partial(
        good, name="good.avi", codec="mpeg4", options={"g": "48", "b": "3000000", "bf": "0"}
    ),
    "portrait": partial(good, size=(256, 448)),
    "variable rate": partial(good, **_VARIABLE),
    "variable rate in matroska": partial(good, name="good.mkv", **_VARIABLE),
    "turned by 90": partial(turned, degrees=90),
    "turned by 180": partial(turned, degrees=180),
    "turned by 270": partial(turned, degrees=270),
    "named as a text": partial(good, name="notes.txt", container="mp4"),
    "with a header that claims no size": lambda folder: claim_size(good(folder), 0, 0),
    "with a header that claims a second": lambda folder: claim_duration(good(folder), 1),
    "with a duration for four billion samples": lambda folder: poke(
        good(folder), b"stts", 4, 1, 0xFFFFFFFF
    ),
    "with an offset for four billion samples": lambda folder: poke(
        good(folder), b"ctts", 4, 1, 0xFFFFFFFF
    ),
    "with four billion edits": lambda folder: poke(good(folder), b"elst", 4, 0xFFFFFFFF),
    "broken off": lambda folder: cut_short(folder, 0.6, index_first=True),
    "with a header that claims eight hours": lambda folder: claim_duration(good(folder), 8 * 3600),
}
