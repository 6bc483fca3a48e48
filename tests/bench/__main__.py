"""`make bench`: every figure of tests/bench/README.md, measured anew and printed as tables.

python -m tests.bench [graph] [film] [animatic] [--repetitions 5]
"""

import argparse
import asyncio
import os
import platform
import tempfile
from pathlib import Path

import httpx

from serve.keys import key_digest, new_key
from tests.bench import animatic, film, graph
from tests.cluster import booted

HERE = Path(__file__).parent
GRAPHS = HERE.parents[1] / "graphs"


def measure_graph(repetitions: int) -> None:
    asyncio.run(_measure_graph(repetitions))


async def _measure_graph(repetitions: int) -> None:
    keys = {tenant: new_key() for tenant in ("a", "b")}
    for tenant, key in keys.items():
        os.environ[f"SIAN_INGRESS__API_KEYS__{key_digest(key)}"] = tenant
    limits = httpx.Limits(max_connections=200)
    headers = {"Authorization": f"Bearer {keys['a']}"}
    with (
        tempfile.TemporaryDirectory() as home,
        booted(HERE / "stub_graph.yaml", Path(home)) as cluster,
    ):
        async with httpx.AsyncClient(
            base_url=cluster.url, timeout=None, limits=limits, headers=headers
        ) as client:
            table("Makespan / lower bound", ["workload", *graph.ARMS, "goal"])
            for row in await graph.compare(client, repetitions):
                print(row, flush=True)
            table("Seconds to the first clip", ["arm", "first clip", "the conte's last cut"])
            for row in await graph.first_clip(client, repetitions):
                print(row, flush=True)
            table("Cuts a second that cost nothing", [*graph.ARMS, "goal"])
            for row in await graph.overhead(client, repetitions):
                print(row, flush=True)
            table("Tenant B behind 50 films of A, seconds", ["alone", "behind", "ratio", "goal"])
            for row in await graph.fairness(client, keys, repetitions):
                print(row, flush=True)


def measure_film(repetitions: int) -> None:
    with (
        tempfile.TemporaryDirectory() as home,
        booted(GRAPHS / "local.yaml", Path(home)) as cluster,
    ):
        table("A 30 s film at 1280x720, seconds since the brief", ["until", "seconds", "goal"])
        for row in film.measure(cluster.url, repetitions):
            print(row, flush=True)


def measure_animatic(repetitions: int) -> None:
    table("Frames a second into an MP4", ["arm", "frames/s", "animatic / arm"])
    for row in animatic.compare(repetitions):
        print(row, flush=True)


def table(title: str, columns: list[str]) -> None:
    print(f"\n### {title}\n\n| {' | '.join(columns)} |\n|{'---|' * len(columns)}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("which", nargs="*", default=["graph", "film", "animatic"])
    parser.add_argument("--repetitions", type=int, default=5)
    arguments = parser.parse_args()
    print(f"{platform.python_version()} on {os.cpu_count()} cores, {platform.machine()};", end=" ")
    print(f"{arguments.repetitions} repetitions, median (range)")
    measures = {"graph": measure_graph, "film": measure_film, "animatic": measure_animatic}
    if unknown := [which for which in arguments.which if which not in measures]:
        parser.error(f"{unknown}: there is {', '.join(measures)}")
    for which in arguments.which:
        measures[which](arguments.repetitions)


if __name__ == "__main__":
    main()
