"""Videos that are not there: what analysis and cutting would find in each, from its number alone.

Stands in for decoders and encoders only. Rows, records, key frames and clips' files are real.
"""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from conte.measures import Measures
from crawl.analysis import Analysis, Stream
from crawl.analysis.analysis import DetectedShot, FrameSpan
from crawl.caption.looking import cut_out, look_at
from crawl.caption.manifest import SourceVideo
from serve.bounded import CallResult, Unusable
from tests.caption_rows import OWNED, a_stream, some_measures
from tests.made_videos import write_video

FPS = 24
ANALYSE_S, CUT_S, START_S = 0.04, 0.33, 8.0
"""CPU seconds: to analyse a second of video, to cut a clip, to start a worker."""
_PICTURE = b"\xff\xd8\xff\xe0" + bytes(24_000)
CLIP_BYTES = 8192
UNREADABLE = 0.03
"""Share of videos that cannot be decoded; `FAMOUS` of shots that others show, too."""
FAMOUS = 0.05


@dataclass(frozen=True)
class StubVideo:
    number: int

    @classmethod
    def at(cls, path: str) -> "StubVideo":
        """The video of a vault's key, or of a file named by it."""
        return cls(int(Path(path).stem, 16))

    def listed(self) -> SourceVideo:
        return SourceVideo(
            id=f"stub:{self.number}", uri=f"videos/{self.number:064x}.mp4", permission=OWNED
        )

    @property
    def duration_s(self) -> float:
        """Median a minute, mean a minute and a half, one of a thousand over ten."""
        return min(7200.0, max(4.0, self._lots().lognormvariate(4.1, 0.9)))

    @property
    def analyse_s(self) -> float:
        return self.duration_s * ANALYSE_S

    def analysis(self) -> tuple[Analysis, list[bytes]]:
        lots, shots, at = self._lots(), list[DetectedShot](), 0
        length = int(self.duration_s * FPS)
        while at + FPS < length:
            end = min(length, at + int(FPS * lots.uniform(1.0, 16.0)))
            shots.append(self._shot(lots, at, end))
            at = end
        stream = a_stream(length).model_copy(update={"size_bytes": int(self.duration_s * 90_000)})
        pictures = [
            _PICTURE + f"{self.number} {frame}".encode()
            for shot in shots
            for frame in shot.key_frames
        ]
        analysis = Analysis(
            stream=stream, shots=tuple(shots), dissolves=(), fades=(), revision="stub"
        )
        return analysis, pictures

    def _shot(self, lots: random.Random, at: int, end: int) -> DetectedShot:
        seen = random.Random(lots.randrange(40)) if lots.random() < FAMOUS else lots
        frames = tuple(at + (end - at) * k // 4 for k in (1, 2, 3))
        measures: Measures = some_measures().model_copy(
            update={
                "dhashes": tuple(f"{seen.getrandbits(64):016x}" for _ in frames),
                "text_area": 0.3 if lots.random() < 0.2 else 0.0,
            }
        )
        span = FrameSpan(start=at, end=end, start_s=at / FPS, end_s=end / FPS)
        opens = "cut" if at else "start"
        return DetectedShot(
            span=span, opens=opens, closes="cut", measures=measures, key_frames=frames
        )

    def _lots(self) -> random.Random:
        return random.Random(self.number * 7919 + 1)


class StubChild:
    """Stands in for the bounded child that decodes."""

    def call(self, function: Callable[..., Any], *args: Any) -> CallResult:
        video = StubVideo.at(args[0])
        if function is look_at:
            if random.Random(video.number).random() < UNREADABLE:
                raise Unusable("cannot be read")
            analysis, pictures = video.analysis()
            return CallResult(analysis.model_dump_json(), tuple(pictures), video.analyse_s, 0)
        assert function is cut_out
        return self._cut(video, args[1], Path(args[2]), args[3])

    def _cut(self, video: StubVideo, spans: list[FrameSpan], folder: Path, _: Stream) -> CallResult:
        made: list[dict[str, object]] = []
        for number, span in enumerate(spans):
            mark = f"{video.number} {number}".encode().rjust(32)
            clip = a_clip() + (8 + len(mark)).to_bytes(4) + b"free" + mark
            name = f"{number}.mp4"
            (folder / name).write_bytes(clip.ljust(CLIP_BYTES, b"\0"))
            made.append({"name": name, "making": "copied", "num_frames": span.end - span.start})
        return CallResult(json.dumps(made), (), CUT_S * len(spans), 0)


@cache
def a_clip() -> bytes:
    """A real video of a few kilobytes: publishing looks into each clip."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        path = write_video(
            Path(folder) / "clip.mp4", num_frames=2, size=(64, 48), options={"preset": "ultrafast"}
        )
        return path.read_bytes()


def write_manifest(path: Path, videos: int, first: int = 0) -> Path:
    with path.open("w", encoding="utf-8") as out:
        for number in range(first, first + videos):
            out.write(StubVideo(number).listed().model_dump_json() + "\n")
    return path
