"""How long a draft film takes on a cluster that is up: from the brief to `production.done`.

The brief is the tyre commercial of `examples/`, 30 s at 1280x720; a new seed for every run, so that
nothing is found in the vault.
"""

import statistics
import time

from conte.production import EventKind
from serve.brief_file import read_brief
from serve.client import Client
from tests.bench.animatic import TIRE

MARKS = {
    EventKind.CUT_WRITTEN: "the conte's last cut",
    EventKind.CLIP_READY: "the last clip",
    EventKind.FILM_READY: "the film",
}


def measure(url: str, repetitions: int) -> list[str]:
    """Table rows: seconds from the request to each mark; the first run is the warm-up."""
    brief = read_brief(TIRE)
    seconds: dict[str, list[float]] = {}
    with Client(url) as client:
        for repetition in range(repetitions + 1):
            started = time.perf_counter()
            production = client.create(brief, seed=int(time.time()) + repetition)
            marks: dict[str, float] = {}
            for event in client.events(production.id):
                now = time.perf_counter() - started
                if event.event is EventKind.CLIP_READY:
                    marks.setdefault("the first clip", now)
                if event.event in MARKS:
                    marks[MARKS[event.event]] = now
            if repetition:
                for name, value in marks.items():
                    seconds.setdefault(name, []).append(value)
    return [
        f"| {name} | {statistics.median(v):.2f} ({min(v):.2f} to {max(v):.2f}) |"
        f" {'<= 10' if name == 'the film' else ''} |"
        for name, v in seconds.items()
    ]
