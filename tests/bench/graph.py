"""The graph's workloads with fixed-latency stubs: Sian against Ray Serve composed the plain way.

Every arm runs in the same cluster, in turn, with the same stubs; figures are makespan over its lower
bound, median and range of the repetitions. Run by `make bench`.
"""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

import httpx

from tests.bench import processor
from tests.bench.bounds import lower_bound
from tests.bench.stubs import workload

SLOTS = 8
CUTS = 8


@dataclass(frozen=True)
class Job:
    conte_s: float
    render_s: tuple[float, ...]

    @property
    def brief(self) -> dict[str, object]:
        return workload(self.conte_s, list(self.render_s))

    @property
    def clips(self) -> list[tuple[float, float]]:
        n = len(self.render_s)
        return [(self.conte_s * (i + 1) / n, r) for i, r in enumerate(self.render_s)]


@dataclass(frozen=True)
class Outcome:
    """Seconds since the first request was sent."""

    makespan_s: float
    first_clip_s: float
    conte_s: float | None = None
    """When the last cut was written, if the arm reports it."""


Film = Callable[[httpx.AsyncClient, Job, int], Awaitable[Outcome]]


async def sian_film(
    client: httpx.AsyncClient, job: Job, seed: int, headers: Mapping[str, str] | None = None
) -> Outcome:
    """Over the API, as a client does it: accept, then follow the event stream to its end."""
    started = time.perf_counter()
    order = {"brief": job.brief, "seed": seed}
    answer = await client.post("/v1/productions", json=order, headers=headers)
    answer.raise_for_status()
    first_clip = last_cut = 0.0
    events_url = f"{answer.headers['location']}/events"
    async with client.stream("GET", events_url, headers=headers) as events:
        async for line in events.aiter_lines():
            now = time.perf_counter() - started
            if line == "event: cut.written":
                last_cut = now
            elif line == "event: clip.ready" and not first_clip:
                first_clip = now
            elif line == "event: production.done":
                return Outcome(now, first_clip, last_cut)
            elif line == "event: production.failed":
                raise RuntimeError("a production failed; the figure would mean nothing")
    raise RuntimeError("the event stream ended before the production did")


def plain_film(route: str) -> Film:
    async def film(client: httpx.AsyncClient, job: Job, seed: int) -> Outcome:
        started = time.perf_counter()
        answer = await client.post(f"{route}/films", json={"brief": job.brief, "seed": seed})
        answer.raise_for_status()
        now = time.perf_counter() - started
        return Outcome(now, answer.json()["first_clip_s"])

    return film


ARMS: dict[str, Film] = {
    "sian": sian_film,
    "plain": plain_film("/plain"),
    "tuned": plain_film("/tuned"),
}


async def makespan(client: httpx.AsyncClient, arm: Film, jobs: Sequence[Job], seed: int) -> float:
    started = time.perf_counter()
    await asyncio.gather(*(arm(client, job, seed + i) for i, job in enumerate(jobs)))
    return time.perf_counter() - started


def bound(jobs: Sequence[Job]) -> float:
    return lower_bound([clip for job in jobs for clip in job.clips], SLOTS)


Workloads = Mapping[str, tuple[Sequence[Job], float]]
"""Films ordered at once, and the goal of their makespan over its lower bound."""

ONE_JOB = Job(2.0, (0.5,) * CUTS)
FAIR_JOB = Job(0.2, (0.5,) * 4)
WORKLOADS: Workloads = {
    "1 job x 8 cuts, 0.5 s, conte over 2 s": ([ONE_JOB], 1.05),
    "32 jobs x 4 cuts of 0.2, 0.5, 1.0 s": (
        [Job(0.2, tuple((0.2, 0.5, 1.0)[(i + k) % 3] for k in range(4))) for i in range(32)],
        1.05,
    ),
    "2 jobs x 8 cuts of 5 s": ([Job(0.2, (5.0,) * CUTS) for _ in range(2)], 1.01),
}


async def compare(
    client: httpx.AsyncClient, repetitions: int, workloads: Workloads = WORKLOADS
) -> list[str]:
    """Table rows: makespan / lower bound per workload and arm."""
    rows: list[str] = []
    seed = int(time.time()) % 1_000_000 * 1000
    for name, (jobs, goal) in workloads.items():
        ratios: dict[str, list[float]] = {arm: [] for arm in ARMS}
        for repetition in range(repetitions + 1):
            for arm, film in ARMS.items():
                seed += 100
                ratio = await makespan(client, film, jobs, seed) / bound(jobs)
                if repetition:  # the first is the warm-up
                    ratios[arm].append(ratio)
        cells = " | ".join(cell(ratios[arm]) for arm in ARMS)
        rows.append(f"| {name} | {cells} | <= {goal} |")
    return rows


async def first_clip(client: httpx.AsyncClient, repetitions: int, job: Job = ONE_JOB) -> list[str]:
    """Seconds from the request to the first clip, and to the conte's last cut."""
    rows: list[str] = []
    for arm, film in ARMS.items():
        seconds: list[float] = []
        last_cut: list[float] = []
        for repetition in range(repetitions):
            outcome = await film(
                client, job, 500 + repetition + int(time.time()) % 1_000_000 * 1000
            )
            seconds.append(outcome.first_clip_s)
            last_cut.append(outcome.conte_s or job.conte_s)
        rows.append(f"| {arm} | {cell(seconds)} | {cell(last_cut)} |")
    return rows


async def fairness(
    client: httpx.AsyncClient,
    keys: Mapping[str, str],
    repetitions: int,
    job: Job = FAIR_JOB,
    crowd: int = 50,
) -> list[str]:
    """Tenant B's one film alone, and behind a crowd of tenant A's."""
    alone: list[float] = []
    behind: list[float] = []
    for repetition in range(repetitions + 1):
        lonely, crowded = await behind_a_crowd(client, keys, job, crowd)
        if repetition:
            alone.append(lonely)
            behind.append(crowded)
    ratio = [x / y for x, y in zip(behind, alone, strict=True)]
    return [f"| {cell(alone)} | {cell(behind)} | {cell(ratio)} | <= 1.5 |"]


async def behind_a_crowd(
    client: httpx.AsyncClient, keys: Mapping[str, str], job: Job = FAIR_JOB, crowd: int = 50
) -> tuple[float, float]:
    """Seconds of tenant B's film alone, and ordered while tenant A's are under way."""
    headers = {tenant: {"Authorization": f"Bearer {key}"} for tenant, key in keys.items()}
    seed = int(time.time()) % 1_000_000 * 1000
    lonely = (await sian_film(client, job, seed, headers["b"])).makespan_s
    films = [
        asyncio.create_task(sian_film(client, job, seed + i, headers["a"]))
        for i in range(1, crowd + 1)
    ]
    await asyncio.sleep(2 * sum(job.render_s) / len(job.render_s))  # A's are under way
    crowded = (await sian_film(client, job, seed + crowd + 1, headers["b"])).makespan_s
    await asyncio.gather(*films)
    return lonely, crowded


@dataclass(frozen=True)
class Overhead:
    """Cuts a second where the cuts cost nothing, and the processor time of each."""

    rates: dict[str, list[float]]
    spent_ms: dict[str, list[Mapping[str, float]]]
    cuts: int

    @property
    def rows(self) -> list[str]:
        return [f"| {' | '.join(cell(self.rates[arm], 0) for arm in ARMS)} | >= 150 |"]

    @property
    def cpu_rows(self) -> list[str]:
        """CPU-ms a cut, by process and arm."""
        return processor.rows(self.spent_ms, self.cuts)


async def overhead(
    client: httpx.AsyncClient, repetitions: int, used: processor.ReadUsed, films: int = 25
) -> Overhead:
    jobs = [Job(0.0, (0.0,) * CUTS) for _ in range(films)]
    cuts = len(jobs) * CUTS
    rates: dict[str, list[float]] = {arm: [] for arm in ARMS}
    spent: dict[str, list[Mapping[str, float]]] = {arm: [] for arm in ARMS}
    for repetition in range(repetitions + 1):
        for arm, film in ARMS.items():
            seed = int(time.time()) % 1_000_000 * 1000
            before = used()
            rate = cuts / await makespan(client, film, jobs, seed)
            if repetition:
                rates[arm].append(rate)
                spent[arm].append(processor.spent_ms(before, used()))
    return Overhead(rates, spent, cuts)


def cell(values: list[float], digits: int = 2) -> str:
    middle = statistics.median(values)
    return f"{middle:.{digits}f} ({min(values):.{digits}f} to {max(values):.{digits}f})"
