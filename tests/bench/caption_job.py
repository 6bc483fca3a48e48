"""What the caption job costs beside its work: Ray's share of it, its memory, and films' time."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from conte.brief import Brief
from conte.production import EventKind
from crawl.caption.folder import manifest_of
from crawl.caption.manifest import SourceVideo
from crawl.permission import Permission
from serve.cli.brief_file import read_brief
from serve.client import Client
from tests.bench.animatic import TIRE
from tests.cluster import TestCluster
from tests.generated_videos import make_videos
from tests.marked_processes import MarkedProcesses

ARMS = ("by hand", "the job", "memory", "beside films")
"""What `overhead` compares, `memory` and `beside_films`."""
OWNED = Permission(kind="owned", evidence="made here", at=0.0)
MIB = 1 << 20


@dataclass(frozen=True)
class Took:
    cpu_s: float
    seconds: float
    driver_bytes: int
    """The driver's peak, resident."""
    all_bytes: int
    """All of its processes' together, at their peak; shared pages count for each."""


def run(command: Sequence[str], env: dict[str, str]) -> Took:
    marked = MarkedProcesses()
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", *command],
        env=os.environ | env | marked.env,
        stdout=subprocess.DEVNULL,
    )
    driver = everything = 0
    while process.poll() is None:
        resident = marked.looked_at()
        driver = max(driver, resident.get(process.pid, 0))
        everything = max(everything, sum(resident.values()))
        time.sleep(0.2)
    if process.returncode:
        raise RuntimeError(f"{command[0]} ended with {process.returncode}")
    return Took(marked.cpu_s, time.perf_counter() - began, driver, everything)


def overhead(folder: Path, repetitions: int, few: int = 16, many: int = 48) -> Iterator[str]:
    """A row: processor seconds of a video by the job and by hand, one worker each, interleaved.

    A video's share is what `many` take longer than `few`: workers start once, however many.
    """
    each: dict[str, list[float]] = {"job": [], "hand": []}
    start: list[float] = []
    for n in range(repetitions):
        for arm, one in (("job", _by_job), ("hand", by_hand)):
            took = {
                videos: one(_manifest(folder, videos), folder / f"{arm}{videos}-{n}")
                for videos in (few, many)
            }
            each[arm].append((took[many] - took[few]) / (many - few))
            if arm == "job":
                start.append(took[few] - few * each[arm][-1])
    shares = [job - hand for job, hand in zip(each["job"], each["hand"], strict=True)]
    told = (_spread(each["job"], 3), _spread(each["hand"], 3), _spread(shares, 3), _spread(start))
    yield f"| {' | '.join(told)} |"


def _by_job(manifest: Path, out: Path) -> float:
    env = {"SIAN_CAPTIONS_WORKERS": "1"}
    return run(["crawl.caption", "--manifest", str(manifest), "--out", str(out)], env).cpu_s


def by_hand(manifest: Path, out: Path) -> float:
    out.mkdir()
    return run(["tests.bench.captions_by_hand", str(manifest), str(out)], {}).cpu_s


def memory(folder: Path, rows: Sequence[int] = (100, 1_000, 10_000)) -> Iterator[str]:
    """Rows: peak MiB of the driver and of all, by the manifest's rows.

    One video in fifty is one; the rest are files that are none, so that many rows take minutes.
    """
    made = make_videos(folder / "made", seed=3, count=2)
    none = folder / "none.mp4"
    none.write_bytes(b"no video")
    for count in rows:
        manifest = folder / f"{count}.jsonl"
        with manifest.open("w", encoding="utf-8") as out:
            for n in range(count):
                path = made[n // 50 % len(made)].path if n % 50 == 0 else none
                video = SourceVideo(id=f"file:{n}", uri=str(path), permission=OWNED)
                out.write(video.model_dump_json() + "\n")
        took = run(
            ["crawl.caption", "--manifest", str(manifest), "--out", str(folder / f"m{count}")], {}
        )
        figures = (took.driver_bytes // MIB, took.all_bytes // MIB, round(took.seconds))
        yield f"| {count:,} | {' | '.join(f'{figure:,}' for figure in figures)} |"


def beside_films(
    cluster: TestCluster,
    folder: Path,
    repetitions: int,
    videos: int = 200,
    brief: Brief | None = None,
) -> Iterator[str]:
    """A row: a draft film's seconds alone, and while videos are captioned; films interleaved."""
    manifest = _manifest(folder, videos)
    brief = brief or read_brief(TIRE)
    alone: list[float] = []
    beside: list[float] = []
    seed = int(time.time())
    _film_s(cluster.url, brief, seed)
    for n in range(1, repetitions + 1):
        alone.append(_film_s(cluster.url, brief, seed + 2 * n))
        job = _submitted(cluster, manifest, folder / f"beside{n}")
        try:
            _wait_for_work(folder / f"beside{n}")
            beside.append(_film_s(cluster.url, brief, seed + 2 * n + 1))
            if job.poll() is not None:
                raise RuntimeError("the caption job ended before the film did: more videos")
        finally:
            job.terminate()
            job.wait()
    ratio = statistics.median(beside) / statistics.median(alone)
    yield f"| {_spread(alone)} | {_spread(beside)} | {ratio:.2f} | <= 1.20 |"


def _submitted(cluster: TestCluster, manifest: Path, out: Path) -> subprocess.Popen[bytes]:
    out.mkdir(parents=True, exist_ok=True)
    command = [
        str(Path(sys.executable).with_name("sian")),
        "job",
        "--home",
        str(cluster.home),
        "--",
    ]
    command += ["python", "-m", "crawl.caption", "--manifest", str(manifest), "--out", str(out)]
    with (out / "log").open("wb") as log:
        return subprocess.Popen(command, stdout=log, stderr=log)


def _wait_for_work(out: Path) -> None:
    deadline = time.monotonic() + 120
    while not (out / "progress.json").exists():
        if time.monotonic() > deadline:
            raise RuntimeError(f"no video was captioned: {(out / 'log').read_text()}")
        time.sleep(0.2)


def _film_s(url: str, brief: Brief, seed: int) -> float:
    with Client(url) as client:
        began = time.perf_counter()
        production = client.create(brief, seed=seed)
        for event in client.events(production.id):
            if event.event is EventKind.FILM_READY:
                return time.perf_counter() - began
    raise RuntimeError("the film failed")


def _manifest(folder: Path, videos: int) -> Path:
    make_videos(folder / "videos", seed=3, count=videos)  # those that are there stay
    return manifest_over(folder / "videos", videos, folder)


def manifest_over(files: Path, videos: int, folder: Path) -> Path:
    """A manifest, in `folder`, of the first videos among these files."""
    manifest = folder / f"{videos}.jsonl"
    lines = manifest_of(files, OWNED)[:videos]
    manifest.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return manifest


def _spread(values: Sequence[float], digits: int = 1) -> str:
    low, high = min(values), max(values)
    return f"{statistics.median(values):.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"
