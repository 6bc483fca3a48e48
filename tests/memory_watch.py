"""The most memory that the machine had in use, watched from a thread."""

import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

MEMINFO = Path("/proc/meminfo")
PERIOD_S = 0.5


class MemoryWatch:
    """What is in use is the machine's, page cache left out: shared memory counts once."""

    def __init__(self) -> None:
        self.before_gib = self._highest = _in_use_gib()
        self._running: list[str] = []
        self.at_peak: tuple[str, ...] = ()
        """What ran when the most was in use, in the order in which it began."""
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    @property
    def peak_gib(self) -> float:
        """Above what was in use before."""
        return self._highest - self.before_gib

    @contextmanager
    def during(self, name: str) -> Generator[None]:
        self._running.append(name)
        try:
            yield
        finally:
            self._running.remove(name)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(PERIOD_S):
            self.note(_in_use_gib())

    def note(self, in_use_gib: float) -> None:
        if in_use_gib > self._highest:
            self._highest, self.at_peak = in_use_gib, tuple(self._running)


def _in_use_gib() -> float:
    """0 where the machine does not say (not Linux)."""
    if not MEMINFO.exists():
        return 0
    sizes = dict(line.split(":") for line in MEMINFO.read_text().splitlines())
    total, available = (int(sizes[name].split()[0]) for name in ("MemTotal", "MemAvailable"))
    return (total - available) / (1 << 20)
