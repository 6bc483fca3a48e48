"""Progress of the caption job: printed lines, and the same figures in a JSON file."""

import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TextIO

from crawl.caption.stage_end import StageEnd
from crawl.dataset.outcomes import kind_of
from serve.whole import write_whole

EVERY_S = 5.0
_KINDS_KNOWN, _KINDS, _KINDS_TOLD = 1000, 40, 3
"""Largest number of kinds of reasons in memory, in the file, and in a line."""
# Share of a video's work that is done in each state. Analysis is by far the longest part.
_BEHIND = {"waiting": 0.0, "analysed": 0.7, "captioned": 0.8}


class Progress:
    """Counts outcomes; reports them at most every `every_s`, and at the end. Thread-safe."""

    def __init__(
        self,
        file: Path,
        out: TextIO = sys.stdout,
        every_s: float = EVERY_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._file, self._out, self._every_s, self._clock = file, out, every_s, clock
        self._lock = threading.Lock()
        self._began = self._told_at = clock()
        self._total = 0
        self._behind_before = 0.0
        self._states: Counter[str] = Counter()
        self._stages: Counter[str] = Counter()
        self._seconds: Counter[str] = Counter()
        self._left_out: Counter[str] = Counter()
        """Videos that this run filtered, by kind of reason."""

    def begun(
        self,
        counts: Mapping[str, int],
        left_out: Mapping[str, int] | None = None,
        others: Sequence[str] = (),
    ) -> None:
        """Set and print the counts of rows by state, as the run finds them.

        Args:
            left_out: rows that the manifest leaves out, by kind of reason.
            others: ids that belong to other files in the dataset than in the manifest.
        """
        with self._lock:
            self._states = Counter(counts)
            self._total = sum(counts.values())
            self._behind_before = self._behind()
            rest = sum(counts.get(state, 0) for state in _BEHIND)
            self._say(f"{self._total:,} videos, {rest:,} of them not ended")
            if left_out:
                most = Counter(left_out).most_common(_KINDS)
                why = ", ".join(f"{n:,} {kind}" for kind, n in most)
                self._say(f"{sum(left_out.values()):,} left out by the manifest: {why}")
            if others:
                named = ", ".join(others[:_KINDS_TOLD]) + (", ..." if others[_KINDS_TOLD:] else "")
                self._say(
                    f"{len(others):,} ids of the manifest are those of other files in the dataset,"
                    f" which keeps its own: {named}"
                )

    def ended(self, stage: str, video: str, end: StageEnd) -> None:
        with self._lock:
            self._stages[stage] += 1
            self._seconds[stage] += end.seconds  # pyright: ignore[reportArgumentType]
            before = {"analyse": "waiting", "caption": "analysed", "cut": "captioned"}[stage]
            self._states[before] -= 1
            self._states[end.outcome] += 1
            if end.outcome == "filtered":
                kind = kind_of(end.reason)
                known = kind in self._left_out or len(self._left_out) < _KINDS_KNOWN
                self._left_out[kind if known else "other reasons"] += 1
            if end.outcome == "quarantined":
                self._say(f"{video}: given up: {end.reason}")
            if self._clock() - self._told_at >= self._every_s:
                self._tell()

    def filtered(self, videos: int) -> None:
        """Count analysed videos that have no clip left."""
        with self._lock:
            self._states["analysed"] -= videos
            self._states["filtered"] += videos

    def published(self, done: int, total: int) -> None:
        """Print how many clips are written to shards."""
        with self._lock:
            if done == total or self._clock() - self._told_at >= self._every_s:
                self._told_at = self._clock()
                self._say(f"publishing: {done:,} of {total:,} clips")

    def told(self) -> None:
        """Report the progress now."""
        with self._lock:
            self._tell()

    def _behind(self) -> float:
        return sum(n * _BEHIND.get(state, 1.0) for state, n in self._states.items())

    def _tell(self) -> None:
        now = self._clock()
        self._told_at = now
        behind = self._behind()
        states = ", ".join(f"{n:,} {state}" for state, n in sorted(self._states.items()) if n)
        share = behind / self._total if self._total else 1.0
        rate = (behind - self._behind_before) / max(now - self._began, 1e-9)
        left_s = (self._total - behind) / rate if rate else None
        left = "" if left_s is None else f"; {_span(left_s)} left at {rate * 3600:,.0f} videos/h"
        self._say(f"{share:.1%}: {states}{self._why()}{left}")
        value = {
            "videos": self._total,
            "states": {state: n for state, n in self._states.items() if n},
            "stages": dict(self._stages),
            "filtered": dict(self._left_out.most_common(_KINDS)),
            "seconds": {stage: round(float(s), 3) for stage, s in self._seconds.items()},
            "left_s": left_s,
        }
        write_whole(self._file, json.dumps(value, indent=2))

    def _why(self) -> str:
        most = self._left_out.most_common(_KINDS_TOLD)
        return "; filtered: " + ", ".join(f"{n:,} {kind}" for kind, n in most) if most else ""

    def _say(self, text: str) -> None:
        print(text, file=self._out, flush=True)


def _span(seconds: float) -> str:
    minutes, s = divmod(round(seconds), 60)
    hours, m = divmod(minutes, 60)
    return f"{hours} h {m} min" if hours else f"{m} min {s} s"
