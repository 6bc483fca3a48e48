"""Statistics of a dataset's rows: counts, sums and histograms, updated row by row."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crawl.dataset.frequent import Frequent
from crawl.dataset.histogram import Histogram


@dataclass
class BucketSum:
    clips: int = 0
    duration_s: float = 0.0
    num_bytes: int = 0


class Statistics:
    def __init__(self) -> None:
        self.num_clips = self.num_bytes = self.num_frames = 0
        self.duration_s = 0.0
        self.videos: set[str] = set()
        self.histograms = {
            "duration_s": Histogram((2, 3, 4, 5, 6, 8, 10, 12, 15, 20)),
            "num_frames": Histogram((17, 33, 49, 81, 121, 161, 241, 361)),
            "side": Histogram((240, 360, 480, 720, 1080, 1440, 2160)),
            "fps": Histogram((12, 15, 20, 23.5, 24.5, 25.5, 29.5, 30.5, 50, 60)),
            "motion": Histogram((0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.8, 1.2)),
            "brightness": Histogram((0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)),
            "contrast": Histogram((0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4)),
            "colourfulness": Histogram((5, 10, 20, 30, 40, 50, 60, 80, 100)),
            "sharpness": Histogram((25, 50, 100, 200, 400, 800, 1600, 3200)),
            "text_area": Histogram((0.001, 0.01, 0.02, 0.04, 0.06, 0.08, 0.12)),
            "short": Histogram((15, 25, 35, 50, 75, 100, 150, 200)),
            "long": Histogram((50, 75, 100, 150, 200, 300, 400, 500, 700, 1000)),
        }
        """Histograms by figure; `short` and `long` count the characters of the captions."""
        self.sizes: Counter[str] = Counter()
        """Clips by shot size; "" if it is unknown."""
        self.moves: Counter[str] = Counter()
        self.joints: Counter[str] = Counter()
        """Clips by the joint at which they begin."""
        self.aspects: Counter[str] = Counter()
        self.languages: Counter[str] = Counter()
        self.permissions: Counter[str] = Counter()
        self.evidence = Frequent()
        self.first_end: float | None = None
        """Earliest end of a permission, in seconds since the epoch; None if none ends."""
        self.ending = 0
        """Number of clips whose permission has an end."""
        self.styles, self.subjects, self.product_types = Frequent(), Frequent(), Frequent()
        self.engines: Counter[tuple[str, ...]] = Counter()
        """Clips by the engines that wrote their captions, each with its revision and prompt."""
        self.buckets: dict[str, BucketSum] = {}

    def add(self, row: Mapping[str, Any], bucket: str) -> None:
        duration_s, measures = row["end_s"] - row["start_s"], row["measures"]
        self.num_clips += 1
        self.num_bytes += row["num_bytes"]
        self.num_frames += row["num_frames"]
        self.duration_s += duration_s
        self.videos.add(row["video"])
        for name, histogram in self.histograms.items():
            histogram.add(_figure(name, row, measures, duration_s))
        self.sizes[row["size"] or ""] += 1
        self.moves[row["move"] or ""] += 1
        self.joints[row["opens"]] += 1
        self.aspects[bucket.partition("-")[0].replace("x", ":")] += 1
        self.languages[row["language"]] += 1
        self._permission(row["permission"])
        if row["style"]:
            self.styles.add(row["style"])
        for subject in row["subjects"]:
            self.subjects.add(subject)
        if row["subject"]:
            self.product_types.add(row["subject"])
        self.engines[tuple(map(_engine, row["engines"], row["prompt_versions"]))] += 1
        held = self.buckets.setdefault(bucket, BucketSum())
        held.clips += 1
        held.duration_s += duration_s
        held.num_bytes += row["num_bytes"]

    def _permission(self, permission: Mapping[str, Any]) -> None:
        self.permissions[permission["kind"]] += 1
        self.evidence.add(permission["evidence"])
        until = permission["until"]
        if until is not None:
            self.ending += 1
            self.first_end = until if self.first_end is None else min(self.first_end, until)


def _figure(
    name: str, row: Mapping[str, Any], measures: Mapping[str, Any], duration_s: float
) -> float:
    match name:
        case "duration_s":
            return duration_s
        case "num_frames":
            return row["num_frames"]
        case "side":
            return min(row["width"], row["height"])
        case "fps":
            return row["source_fps"]
        case "short" | "long":
            return len(row[name])
        case _:
            return measures[name]


def _engine(engine: Mapping[str, str], prompt: str | None) -> str:
    told = f"{engine['name']} {engine['revision']}: {engine['label']}"
    return f"{told} (prompt {prompt})" if prompt else told
