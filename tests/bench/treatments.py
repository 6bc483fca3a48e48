"""From an order of three directions until all three treatments are there: A안, B안, C안.

In one process by the composer alone, and over HTTP on a cluster that is up, where the treatment is
what `conte.treated` has. Over HTTP the drafts of all begin at once, too, on the same cores: their work
is in the seconds, and in the CPU-seconds as far as it is done by then. They are cancelled afterwards.
"""

import statistics
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from conte.brief import Brief
from conte.production import EventKind
from deployments.engines.composer import Composer
from serve.cli.brief_file import read_brief
from serve.client import Client, Problem
from tests.bench import processor
from tests.bench.animatic import TIRE

DIRECTIONS = 3
GOAL_S = 2.0
ARM = "treatments of three directions"


@dataclass(frozen=True)
class Taken:
    """Seconds of each repetition, and CPU-seconds: of the composer's process, of all of them."""

    where: str
    seconds: Sequence[float]
    cpu_s: Sequence[float]

    @property
    def row(self) -> str:
        low, high = min(self.seconds), max(self.seconds)
        return (
            f"| {self.where} | {statistics.median(self.seconds):.2f} ({low:.2f} to {high:.2f}) |"
            f" {statistics.median(self.cpu_s):.2f} | <= {GOAL_S:.0f} |"
        )


def in_one_process(repetitions: int, brief: Brief | None = None) -> Taken:
    """The first repetition, which reads the library, is the warm-up."""
    brief, composer = brief or read_brief(TIRE), Composer()
    seconds: list[float] = []
    cpu_s: list[float] = []
    for seed in range(repetitions + 1):
        started, used = time.perf_counter(), time.process_time()
        found = composer.treatments(brief, seed, DIRECTIONS)
        seconds.append(time.perf_counter() - started)
        cpu_s.append(time.process_time() - used)
        if len({treatment.structure for treatment in found}) != DIRECTIONS:
            raise RuntimeError(f"seed {seed} has no {DIRECTIONS} structures: no figure")
    return Taken("in one process", seconds[1:], cpu_s[1:])


def over_http(
    url: str, repetitions: int, used: processor.ReadUsed, brief: Brief | None = None
) -> Taken:
    """
    Raises:
        RuntimeError: if a direction has no treatment.
    """
    brief, seeds = brief or read_brief(TIRE), int(time.time())
    seconds: list[float] = []
    cpu_s: list[float] = []
    with Client(url) as client:
        for repetition in range(repetitions + 1):
            before, started = used(), time.perf_counter()
            first = client.create(brief, seed=seeds + repetition, directions=DIRECTIONS)
            if first.direction is None:
                raise RuntimeError(f"production {first.id} has no directions: no figure")
            project = first.direction.project.rpartition("/")[2]
            ids = [one.id for one in client.project(project).directions]
            for production in ids:
                _until_treated(client, production)
            seconds.append(time.perf_counter() - started)
            cpu_s.append(sum(processor.spent_ms(before, used()).values()) / 1000)
            for production in ids:
                _stop(client, production)
    return Taken("over HTTP, cluster up", seconds[1:], cpu_s[1:])


def _until_treated(client: Client, production: str) -> None:
    for event in client.events(production):
        if event.event == EventKind.CONTE_TREATED:
            return
    raise RuntimeError(f"production {production} has no treatment: no figure")


def _stop(client: Client, production: str) -> None:
    with suppress(Problem):  # it was done already
        client.cancel(production)
    client.wait(production)
