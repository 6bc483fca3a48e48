"""How long a draft film takes on a cluster that is up: from the brief to `production.done`.

The brief is the tyre commercial of `examples/`, 30 s at 1280x720; a new seed for every run, so that
nothing is found in the vault.
"""

import statistics
import time
from collections.abc import Mapping
from dataclasses import dataclass

from conte.brief import Brief
from conte.production import EventKind
from serve.cli.brief_file import read_brief
from serve.client import Client
from tests.bench import processor
from tests.bench.animatic import TIRE

MARKS = {
    EventKind.CUT_WRITTEN: "the conte's last cut",
    EventKind.CLIP_READY: "the last clip",
    EventKind.FILM_READY: "the film",
}


@dataclass(frozen=True)
class Measured:
    """Seconds to each mark, and what the film's processes used, a film at a time."""

    seconds: dict[str, list[float]]
    spent_ms: list[Mapping[str, float]]
    cuts: int

    @property
    def rows(self) -> list[str]:
        return [
            f"| {name} | {statistics.median(v):.2f} ({min(v):.2f} to {max(v):.2f}) |"
            f" {'<= 10' if name == 'the film' else ''} |"
            for name, v in self.seconds.items()
        ]

    @property
    def cpu_rows(self) -> list[str]:
        """CPU-ms a cut, by process."""
        return processor.rows({"film": self.spent_ms}, self.cuts)


def measure(
    url: str, repetitions: int, used: processor.ReadUsed, brief: Brief | None = None
) -> Measured:
    """Seconds from the request to each mark; the first run is the warm-up."""
    brief = brief or read_brief(TIRE)
    seconds: dict[str, list[float]] = {}
    spent: list[Mapping[str, float]] = []
    cuts = 0
    with Client(url) as client:
        for repetition in range(repetitions + 1):
            before = used()
            started = time.perf_counter()
            production = client.create(brief, seed=int(time.time()) + repetition)
            marks: dict[str, float] = {}
            cuts = 0
            for event in client.events(production.id):
                now = time.perf_counter() - started
                cuts += event.event is EventKind.CUT_WRITTEN
                if event.event is EventKind.CLIP_READY:
                    marks.setdefault("the first clip", now)
                if isinstance(event.event, EventKind) and event.event in MARKS:
                    marks[MARKS[event.event]] = now
            if "the film" not in marks:
                raise RuntimeError(f"production {production.id} made no film")
            if repetition:
                spent.append(processor.spent_ms(before, used()))
                for name, value in marks.items():
                    seconds.setdefault(name, []).append(value)
    return Measured(seconds, spent, cuts)
