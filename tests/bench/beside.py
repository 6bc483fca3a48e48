"""Two checkouts side by side: what a change of the graph's overhead gives, in one run.

`python -m tests.bench.beside --before CHECKOUT` boots the stubbed graph (tests/bench/stub_graph.py) of
that checkout and of this one, and measures them in turn. About 12 minutes at 5 repetitions.
"""

import argparse
import asyncio
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import yaml

from serve.keys import key_digest, new_key
from tests.bench import graph, processor
from tests.cluster import processes_of

HERE = Path(__file__).parents[2]
IDLE_S = 60.0
_BOOT = """
import sys
from pathlib import Path
from tests.cluster import booted
with booted(Path(sys.argv[1]), Path(sys.argv[2])) as cluster:
    print("at", cluster.url, flush=True)
    sys.stdin.read()
"""


@dataclass(frozen=True)
class Side:
    """One checkout's graph."""

    name: str
    client: httpx.AsyncClient
    used: processor.ReadUsed
    ledger: Path


@contextmanager
def booted(checkout: Path, home: Path) -> Generator[str]:
    """The URL of the stubbed graph of a checkout, in a cluster of its own."""
    config = yaml.safe_load((checkout / "tests/bench/stub_graph.yaml").read_text())
    # Not the peers, which are the same on both sides: `python -m tests.bench graph` has them.
    config["applications"] = config["applications"][:1]
    file = home.with_suffix(".yaml")
    file.write_text(yaml.safe_dump(config))
    with subprocess.Popen(
        [sys.executable, "-c", _BOOT, str(file), str(home)],
        cwd=checkout,
        env=os.environ | {"PYTHONPATH": str(checkout)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            url = next((line[3:].strip() for line in process.stdout if line[:3] == "at "), "")
            if not url:
                raise RuntimeError(f"the graph of {checkout} did not boot")
            yield url
        finally:
            process.stdin.close()


@dataclass(frozen=True)
class Idle:
    """A minute in which nothing is ordered."""

    spent_ms: Mapping[str, float]
    commits: int


async def idle(side: Side, idle_s: float) -> Idle:
    """Processor time by process, and the commits of its ledger, while nothing is ordered."""
    before, commits, until = side.used(), 0, time.monotonic() + idle_s
    reader = sqlite3.connect(f"file:{side.ledger}?mode=ro", uri=True)
    try:
        seen = reader.execute("PRAGMA data_version").fetchone()
        while time.monotonic() < until:
            await asyncio.sleep(0.1)
            if (now := reader.execute("PRAGMA data_version").fetchone()) != seen:
                seen, commits = now, commits + 1
    finally:
        reader.close()
    return Idle(processor.spent_ms(before, side.used()), commits)


async def watched(side: Side, idle_s: float) -> Idle:
    """The same, while one page watches its tenant's events."""
    async with side.client.stream("GET", "/v1/events"):
        return await idle(side, idle_s)


async def idle_rows(sides: Sequence[Side], idle_s: float) -> list[str]:
    """Table rows; both sides at the same time."""
    rows: list[str] = []
    for name, look in (("nobody watches", idle), ("one page watches", watched)):
        found = await asyncio.gather(*(look(side, idle_s) for side in sides))
        minutes = idle_s / 60
        ms = " | ".join(f"{sum(_ours(one.spent_ms)) / minutes:.0f}" for one in found)
        commits = " | ".join(f"{one.commits / minutes:.0f}" for one in found)
        rows.append(f"| {name} | {ms} | {commits} |")
    return rows


def _ours(spent: Mapping[str, float]) -> list[float]:
    """Times of the graph's replicas, without Ray's own processes and the client."""
    return [ms for role, ms in spent.items() if role.startswith("film:")]


Measured = Callable[[Side], Awaitable[float]]


async def in_turn(sides: Sequence[Side], repetitions: int, one: Measured, digits: int = 2) -> str:
    """Cells of a row: each side's median and range; the first repetition is the warm-up."""
    values: dict[str, list[float]] = {side.name: [] for side in sides}
    for repetition in range(repetitions + 1):
        for side in sides:
            value = await one(side)
            if repetition:
                values[side.name].append(value)
    return " | ".join(graph.cell(values[side.name], digits) for side in sides)


async def makespans(
    sides: Sequence[Side], repetitions: int, workloads: graph.Workloads = graph.WORKLOADS
) -> list[str]:
    rows: list[str] = []
    for name, (jobs, goal) in workloads.items():

        async def over_bound(side: Side, jobs: Sequence[graph.Job] = jobs) -> float:
            seed = int(time.time()) % 1_000_000 * 1000
            return await graph.makespan(side.client, graph.sian_film, jobs, seed) / graph.bound(
                jobs
            )

        rows.append(f"| {name} | {await in_turn(sides, repetitions, over_bound)} | <= {goal} |")
    return rows


async def overhead(
    sides: Sequence[Side], repetitions: int, films: int = 25
) -> tuple[list[str], list[str]]:
    """Rows: cuts a second that cost nothing; CPU-ms of each of them by process."""
    jobs = [graph.Job(0.0, (0.0,) * graph.CUTS) for _ in range(films)]
    cuts = films * graph.CUTS
    spent: dict[str, list[Mapping[str, float]]] = {side.name: [] for side in sides}

    async def rate(side: Side) -> float:
        seed, before = int(time.time()) % 1_000_000 * 1000, side.used()
        seconds = await graph.makespan(side.client, graph.sian_film, jobs, seed)
        spent[side.name].append(processor.spent_ms(before, side.used()))
        return cuts / seconds

    rates = await in_turn(sides, repetitions, rate, digits=0)
    without_warm_up = {name: readings[1:] for name, readings in spent.items()}
    return [f"| {rates} | >= 150 |"], processor.rows(without_warm_up, cuts)


async def fairness(
    sides: Sequence[Side],
    keys: Mapping[str, str],
    repetitions: int,
    job: graph.Job = graph.FAIR_JOB,
    crowd: int = 50,
) -> list[str]:
    async def ratio(side: Side) -> float:
        alone, behind = await graph.behind_a_crowd(side.client, keys, job, crowd)
        return behind / alone

    return [f"| {await in_turn(sides, repetitions, ratio)} | <= 1.5 |"]


async def measure(
    sides: Sequence[Side], keys: Mapping[str, str], repetitions: int, only: Sequence[str]
) -> None:
    names = [side.name for side in sides]
    if "idle" in only:
        columns = ["", *(f"CPU-ms a minute, {n}" for n in names), *(f"commits, {n}" for n in names)]
        table("An idle minute of the graph's replicas", columns)
        show(await idle_rows(sides, IDLE_S))
    if "overhead" in only:
        rates, cpu = await overhead(sides, repetitions)
        table("Cuts a second that cost nothing", [*names, "goal"])
        show(rates)
        table("CPU-ms of each of those cuts", ["process", *names])
        show(cpu)
    if "fairness" in only:
        table("Tenant B behind 50 films of A, times its time alone", [*names, "goal"])
        show(await fairness(sides, keys, repetitions))
    if "makespans" in only:
        table("Makespan / lower bound", ["workload", *names, "goal"])
        show(await makespans(sides, repetitions))


def table(title: str, columns: Sequence[str]) -> None:
    print(f"\n### {title}\n\n| {' | '.join(columns)} |\n|{'---|' * len(columns)}", flush=True)


def show(rows: Sequence[str]) -> None:
    print("\n".join(rows), flush=True)


PARTS = ("idle", "overhead", "fairness", "makespans")


async def _main(before: Path, repetitions: int, only: Sequence[str]) -> None:
    keys = {tenant: new_key() for tenant in ("a", "b")}
    os.environ |= {f"SIAN_INGRESS__API_KEYS__{key_digest(key)}": t for t, key in keys.items()}
    headers = {"Authorization": f"Bearer {keys['a']}"}
    limits = httpx.Limits(max_connections=200)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        sides: list[Side] = []
        for name, checkout in (("before", before), ("after", HERE)):
            home = Path(folder).absolute() / name
            url = stack.enter_context(booted(checkout, home))
            client = httpx.AsyncClient(base_url=url, timeout=None, limits=limits, headers=headers)

            def used(home: Path = home) -> processor.Used:
                return processor.used_ms(processes_of(home))

            sides.append(Side(name, client, used, home / "ledger.db"))
        await measure(sides, keys, repetitions, only)
        for side in sides:
            await side.client.aclose()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.beside", description=__doc__)
    parser.add_argument("--before", type=Path, required=True, help="a checkout of the code before")
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--only", nargs="*", default=PARTS, choices=PARTS)
    arguments = parser.parse_args()
    load = statistics.fmean(os.getloadavg())
    print(f"{os.cpu_count()} cores at a load of {load:.1f}; median (range)", flush=True)
    asyncio.run(_main(arguments.before.absolute(), arguments.repetitions, arguments.only))


if __name__ == "__main__":
    main()
