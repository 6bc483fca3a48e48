"""`make bench`: every figure of tests/bench/README.md, measured anew and printed as tables."""

import argparse
import asyncio
import os
import platform
import statistics
import tempfile
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import httpx

from conte.clip import Shot
from deployments.engines.tiny.checkpoints import make_tiny
from serve.keys import key_digest, new_key
from tests.bench import (
    animatic,
    caption_arms,
    caption_job,
    caption_scale,
    captions,
    closing,
    exports,
    film,
    graph,
    models,
    renderers,
    revisions,
    treatments,
)
from tests.bench.processor import Used, used_ms
from tests.cluster import booted
from tests.sound_conte import a_brief, a_conte

HERE = Path(__file__).parent
GRAPHS = HERE.parents[1] / "graphs"
REAL_VIDEOS = HERE.parents[2] / "shared" / "videos"
"""Beside the checkout, where there are some."""


def measure_graph(repetitions: int) -> None:
    asyncio.run(_measure_graph(repetitions))


async def _measure_graph(repetitions: int) -> None:
    keys = {tenant: new_key() for tenant in ("a", "b")}
    known = {f"SIAN_INGRESS__API_KEYS__{key_digest(key)}": tenant for tenant, key in keys.items()}
    limits = httpx.Limits(max_connections=200)
    headers = {"Authorization": f"Bearer {keys['a']}"}
    with (
        patch.dict(os.environ, known),  # the clusters after this one ask for no key
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
            cost = await graph.overhead(client, repetitions, lambda: used_ms(cluster.processes()))
            for row in cost.rows:
                print(row, flush=True)
            table("CPU-ms of each of those cuts", ["process", *graph.ARMS])
            for row in cost.cpu_rows:
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
        found = film.measure(cluster.url, repetitions, lambda: used_ms(cluster.processes()))
        for row in found.rows:
            print(row, flush=True)
        table("CPU-ms of each of its cuts", ["process", "film"])
        for row in found.cpu_rows:
            print(row, flush=True)


def measure_revisions(repetitions: int) -> None:
    with (
        patch.dict(os.environ, {"SIAN_DRAFT__HANDLES": str(revisions.HANDLES)}),
        tempfile.TemporaryDirectory() as home,
        booted(GRAPHS / "local.yaml", Path(home)) as cluster,
    ):

        def used() -> Used:
            return used_ms(cluster.processes())

        found = revisions.measure(cluster.url, repetitions, used)
        treated = (
            treatments.in_one_process(repetitions),
            treatments.over_http(cluster.url, repetitions, used),
        )
        print(revisions.READ)
        columns = ["revision", "clips rendered", "seconds until it plays", "CPU-seconds", "goal"]
        table(f"Revisions of a 30 s film at 1280x720, load {load()}", columns)
        for row in found.rows:
            print(row, flush=True)
        table("Operations on a draft over HTTP, ms", ["n", "p50", "p99", "CPU-ms each", "goal"])
        for row in found.operation_rows:
            print(row, flush=True)
        table("Treatments of three directions", ["where", "seconds", "CPU-seconds", "goal"])
        for one in treated:
            print(one.row, flush=True)
        table("CPU-ms of a revision", ["process", *revisions.KINDS])
        for row in found.cpu_rows:
            print(row, flush=True)
        table("CPU-ms of an operation", ["process", "operation"])
        for row in found.operation_cpu_rows:
            print(row, flush=True)


def load() -> str:
    return f"{os.getloadavg()[0]:.0f}"


def measure_animatic(repetitions: int) -> None:
    table("Frames a second into an MP4", ["arm", "frames/s", "animatic / arm"])
    for row in animatic.compare(repetitions):
        print(row, flush=True)


def measure_closing(repetitions: int) -> None:
    model = closing.Model()
    with (
        closing.served(model) as url,
        patch.dict(os.environ, {"SIAN_CONTE__OPENAI__URL": url}),
        tempfile.TemporaryDirectory() as home,
        booted(HERE / "closing.yaml", Path(home)) as cluster,
    ):
        table("Milliseconds from a cut's closing brace to its render call", ["ms", "goal"])
        found = closing.measure(cluster.url, Path(home), model, repetitions)
        print(f"| {models.spread(found, 1)} | <= 20 |", flush=True)


def measure_tokens(repetitions: int) -> None:
    with tempfile.TemporaryDirectory() as home:
        bare = models.BareVllm(models.make_model(Path(home)))
        try:
            with booted(HERE / "models.yaml", Path(home)) as cluster:
                columns = ["contes at once", *models.TOKEN_ARMS]
                columns += ["deployment / bare", "front door / bare", "goal"]
                table("Tokens a second", columns)
                for row in asyncio.run(models.tokens(cluster.url, bare, repetitions)):
                    print(row, flush=True)
        finally:
            bare.close()


def measure_clips(repetitions: int) -> None:
    with tempfile.TemporaryDirectory() as home:
        wan = make_tiny(Path(home) / "tiny", ("wan",))["wan"]
        table("Seconds a clip", ["engine", "bare pipeline", "ratio", "frames", "goal"])
        for row in models.clip(wan, bench_shot(), repetitions):
            print(row, flush=True)
        table("Clips a second", ["one replica", "two", "ratio", "goal"])
        rates: dict[int, list[float]] = {1: [], 2: []}
        for replicas in (1, 2):
            with (
                patch.dict(os.environ, {"SIAN_FINAL__REPLICAS": str(replicas)}),
                booted(HERE / "renderers.yaml", Path(home)) as cluster,
            ):
                for repetition in range(repetitions + 1):
                    rate = models.clips_per_s(cluster.url, 8, 1000 * replicas + 10 * repetition)
                    if repetition:
                        rates[replicas].append(rate)
        ratio = statistics.median(rates[2]) / statistics.median(rates[1])
        print(f"| {models.spread(rates[1])} | {models.spread(rates[2])} | {ratio:.2f} | >= 1.9 |")


def measure_captions(repetitions: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        work = Path(os.environ.get("SIAN_BENCH_VIDEOS", folder))
        columns = ["seed", "detector", "F1", "precision", "recall", "missed", "goal"]
        table("Joints of 40 generated videos of a seed, within 2 frames", columns)
        for row in captions.quality(work):
            print(row, flush=True)
        columns = ["arm", "CPU-seconds a video", "/ Sian's", "peak MiB", "goal"]
        table("Detection and analysis, 12 generated videos of each seed", columns)
        for row in captions.cost(captions.some(work, 12), repetitions):
            print(row, flush=True)
        if real := sorted(REAL_VIDEOS.glob("*.mp4")):
            table(f"The same, {len(real)} filmed videos", columns)
            for row in captions.cost(real, repetitions):
                print(row, flush=True)
        table("With files of the clips, 4 generated videos of each seed", columns)
        for row in captions.cost_with_clips(captions.some(work, 4), repetitions):
            print(row, flush=True)


def measure_jobs(repetitions: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        columns = ["the job", "by hand", "Ray's share", "the job's start and end, once"]
        table("Processor seconds a video, one worker", columns)
        for row in caption_job.overhead(work, repetitions):
            print(row, flush=True)
        table("Peak MiB by rows of the manifest", ["rows", "driver", "all processes", "seconds"])
        for row in caption_job.memory(work):
            print(row, flush=True)
        with booted(GRAPHS / "local.yaml", work / "home", jobs=True) as cluster:
            columns = ["alone", "while videos are captioned", "ratio", "goal"]
            table("Seconds of a draft film", columns)
            for row in caption_job.beside_films(cluster, work, repetitions):
                print(row, flush=True)


def measure_scale(_: int) -> None:
    """Once: only CPU seconds are measured, and requests."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        columns = ["workers", "videos a round", "virtual seconds", "least", "ratio"]
        table("Rounds of the caption job", columns)
        for row in caption_scale.rounds():
            print(row, flush=True)
        table("The caption job killed once, decoders stubbed", ["figure", "value", ""])
        (work / "stages").mkdir()
        for row in caption_scale.stages(work / "stages"):
            print(row, flush=True)
        columns = ["rows", "listed, CPU s", "listed again, CPU s", "peak MiB"]
        table("A manifest into the records", columns)
        for row in caption_scale.listing(work):
            print(row, flush=True)


def measure_exports(repetitions: int) -> None:
    columns = ["export of 30 s, 8 cuts", "CPU-seconds", "seconds", "MB", "goal, CPU-seconds"]
    table(f"Exports at 1280x720, load {load()}", columns)
    for row in exports.measure(repetitions):
        print(row, flush=True)


def measure_renderers(_: int) -> None:
    """Once: on a virtual clock every repetition is the same."""
    table("A day of 10,000 films of 200 tenants, at most 64 GPUs", renderers.COLUMNS)
    orders = renderers.a_day()
    for arm in renderers.ARMS:
        print(renderers.day_of(arm, orders).row(arm), flush=True)


def bench_shot() -> Shot:
    brief = a_brief("en")
    conte = a_conte("en")
    shot = Shot.of(conte.cuts[0], conte.treatment, brief, 7, 192)
    # Two seconds: one piece of the family's, so that the bare pipeline can make the same.
    return shot.model_copy(update={"num_frames": 2 * brief.fps})


def table(title: str, columns: list[str]) -> None:
    print(f"\n### {title}\n\n| {' | '.join(columns)} |\n|{'---|' * len(columns)}", flush=True)


@dataclass(frozen=True)
class Bench:
    measure: Callable[[int], None]
    arms: Collection[str]
    """Each of them runs once in `make test` or `make prove`: see tests/test_bench.py."""


BENCHES = {
    "graph": Bench(measure_graph, graph.ARMS),
    "film": Bench(measure_film, ("film",)),
    "revisions": Bench(measure_revisions, (*revisions.ARMS, treatments.ARM)),
    "exports": Bench(measure_exports, tuple(exports.ARMS)),
    "animatic": Bench(measure_animatic, animatic.ARMS),
    "closing": Bench(measure_closing, ("closing",)),
    "tokens": Bench(measure_tokens, models.TOKEN_ARMS),
    "clips": Bench(measure_clips, models.CLIP_ARMS),
    "captions": Bench(measure_captions, (*caption_arms.ARMS, captions.DATA_JUICER)),
    "jobs": Bench(measure_jobs, caption_job.ARMS),
    "scale": Bench(measure_scale, caption_scale.ARMS),
    "renderers": Bench(measure_renderers, renderers.ARMS),
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("which", nargs="*", default=[], help=f"of {', '.join(BENCHES)}; all")
    parser.add_argument("--repetitions", type=int, default=5)
    arguments = parser.parse_args()
    if unknown := [which for which in arguments.which if which not in BENCHES]:
        parser.error(f"{unknown}: there is {', '.join(BENCHES)}")
    print(f"{platform.python_version()} on {os.cpu_count()} cores, {platform.machine()};", end=" ")
    print(f"{arguments.repetitions} repetitions, median (range)")
    for which in arguments.which or BENCHES:
        BENCHES[which].measure(arguments.repetitions)


if __name__ == "__main__":
    main()
