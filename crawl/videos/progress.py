"""Progress of a run: printed lines, and the same figures in a JSON file."""

import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TextIO

from crawl.videos.downloader import Done
from crawl.videos.searching import Searched
from serve.whole import write_whole

EVERY_S = 5.0


class Progress:
    def __init__(
        self,
        file: Path,
        out: TextIO = sys.stdout,
        every_s: float = EVERY_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._file, self._out, self._every_s, self._clock = file, out, every_s, clock
        self._began = self._told_at = clock()
        self._states: Counter[str] = Counter()
        self._ended: Counter[str] = Counter()
        self._num_bytes = 0

    def say(self, text: str) -> None:
        print(text, file=self._out, flush=True)

    def searched(self, one: Searched) -> None:
        if one.reason:
            self.say(f"{one.source}: not read: {one.reason}")
            return
        left = f", {one.strangers} of others left" if one.strangers else ""
        self.say(f"{one.source}, {one.query}: {one.found:,} videos, {one.new:,} new{left}")

    def decided(self, permitted: int, denied: int) -> None:
        if self._due():
            self.say(f"the gate: {permitted:,} permitted, {denied:,} denied")

    def downloading(self, states: Mapping[str, int]) -> None:
        self._states = Counter(states)
        self._began = self._clock()
        told = ", ".join(f"{n:,} {state}" for state, n in sorted(states.items()))
        self.say(f"{sum(states.values()):,} videos seen: {told or 'none'}")

    def counted(self, states: Mapping[str, int]) -> None:
        """Set the counts of videos by state, as the list has them now."""
        self._states = Counter(states)

    def ended(self, done: Done) -> None:
        self._ended[done.state] += 1
        self._num_bytes += done.num_bytes
        self._states["permitted"] -= 1
        self._states[done.state] += 1
        if done.reason:
            self.say(f"{done.video}: {done.state}: {done.reason}")
        if self._due():
            self.told()

    def told(self) -> None:
        """Print and store the progress now."""
        took_s = max(self._clock() - self._began, 1e-9)
        done, left = self._ended["downloaded"], max(0, self._states["permitted"])
        rate = sum(n for state, n in self._ended.items() if state != "permitted") / took_s
        left_s = left / rate if rate else None
        end = f"; {left_s / 3600:.1f} h left at {rate * 3600:,.0f}/h" if left_s and rate else ""
        self.say(f"{done:,} downloaded ({self._num_bytes / 1e6:,.1f} MB), {left:,} to go{end}")
        told = {
            "states": {state: n for state, n in self._states.items() if n},
            "this_run": dict(self._ended),
            "bytes": self._num_bytes,
            "left_s": left_s,
        }
        write_whole(self._file, json.dumps(told, indent=2).encode())

    def _due(self) -> bool:
        if self._clock() - self._told_at < self._every_s:
            return False
        self._told_at = self._clock()
        return True
