"""The caption job over hundreds of thousands of videos: what it costs beside decoding and encoding.

Real driver, records, stages and publication on a virtual clock (tests/virtual_workers.py); decoders
are stubs, the bucket only counts. `python -m tests.bench.caption_scale FOLDER VIDEOS` is one run in
a process of its own, which can be killed and continued; it prints its figures as JSON.
"""

import json
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from crawl.caption.dataset_run import DatasetRun
from crawl.caption.manifest import read_manifest
from crawl.caption.plan import CaptionPlan
from crawl.caption.planning import plan_for
from crawl.caption.rows import Rows
from crawl.caption.stage_end import StageEnd
from crawl.caption.stages import StageWorker
from crawl.dataset import publish
from crawl.records.database import open_records
from serve.bounded import CallResult
from serve.vault.vault import Vault
from tests.counted_vault import CountedVault
from tests.noted_states import asked, done_twice, note
from tests.stub_videos import CUT_S, StubChild, StubVideo, write_manifest
from tests.virtual_workers import VirtualJob

ARMS = ("listing", "stages", "rounds")
CPUS = 64
CAPTION_S = 0.02
"""Virtual seconds of a video's captions by measurements."""
MIB = 1 << 20
_AFTER = {"analyse": "analysed", "caption": "captioned", "cut": "done"}


def listing(folder: Path, counts: Sequence[int] = (50_000, 500_000)) -> Iterator[str]:
    """Rows: CPU seconds and peak MiB of reading a manifest into the records, and of once more."""
    for count in counts:
        manifest = write_manifest(folder / f"{count}.jsonl", count)
        records = open_records(f"sqlite:///{folder}/{count}.db")
        took: list[float] = []
        with DatasetRun.begin(records, "clips", 2000, {}, stale_s=600) as run:
            rows = Rows(records, run.name, run.id)
            for _ in range(2):
                began = time.process_time()
                for videos in read_manifest(manifest):
                    rows.known_as_others(videos)
                    rows.enlist(videos)
                took.append(time.process_time() - began)
        records.close()
        yield f"| {count:,} | {took[0]:.1f} | {took[1]:.1f} | {_peak() // MIB} |"


def stages(folder: Path, videos: int = 1000) -> Iterator[str]:
    """Rows: what the plan says of so many videos, and what they took; killed once in the middle."""
    write_manifest(folder / "videos.jsonl", videos)
    open_records(f"sqlite:///{folder}/records.db").close()
    note(folder / "records.db")
    killed = subprocess.Popen(_command(folder, videos), stdout=subprocess.DEVNULL)
    while killed.poll() is None and _ended(folder) < videos // 2:
        time.sleep(0.5)
    if killed.poll():
        raise RuntimeError(f"the run ended with {killed.returncode} before it was killed")
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    before = _ended(folder)
    _silence(folder)
    done = subprocess.run(_command(folder, videos), capture_output=True, text=True, check=True)
    told = json.loads(done.stdout.splitlines()[-1])
    rows = asked(folder / "records.db", "SELECT state, count(*) FROM caption_rows GROUP BY state")
    yield f"| killed after | {before:,} videos had ended | twice: {len(done_twice(folder / 'records.db'))} |"
    yield f"| states | {dict(rows)} | lost: {videos - sum(int(n) for _, n in rows)} |"
    for name, value in told.items():
        yield f"| {name} | {value} |"


def rounds(
    videos: int = 6000, arms: Sequence[tuple[int, int]] = ((50, 500), (16, 500))
) -> Iterator[str]:
    """Rows: virtual time of a job by workers and videos a round, over the least possible."""
    from tempfile import TemporaryDirectory

    for workers, size in arms:
        with TemporaryDirectory() as name:
            folder = Path(name)
            manifest = write_manifest(folder / "videos.jsonl", videos)
            job = VirtualJob(
                folder, CountedVault(), seconds, (float(workers),), True, {"round": size},
                opened=_Light,
            )  # fmt: skip
            job.run(manifest)
            least = sum(
                seconds(stage, [f"stub:{n}"]) for n in range(videos) for stage in ("analyse", "cut")
            )
            ratio = job.wall_s / (least / workers)
            yield f"| {workers} | {size} | {job.wall_s:,.0f} | {least / workers:,.0f} | {ratio:.2f} |"


def seconds(stage: str, videos: Sequence[str]) -> float:
    """Virtual seconds of a call."""
    found = [StubVideo(int(video.partition(":")[2])) for video in videos]
    match stage:
        case "analyse":
            return sum(video.analyse_s for video in found)
        case "cut":
            return sum(CUT_S * video.duration_s / 8.5 for video in found)
        case _:
            return CAPTION_S * len(found)


class _Light:
    """Stages that only move their rows on: for how calls follow each other, nothing else counts."""

    def __init__(self, work: Any) -> None:
        self._rows: Rows = work.open().rows

    def do(self, stage: str, videos: Sequence[str]) -> list[StageEnd]:
        for video in videos:
            self._rows.ended(video, _AFTER[stage], {})
        return [StageEnd(_AFTER[stage], 0.0)] * len(videos)


class _Timed:
    """A worker whose CPU seconds are counted, those of the stubs apart."""

    worker_s = stub_s = 0.0

    def __init__(self, work: Any) -> None:
        self._worker = StageWorker(work)

    def do(self, stage: Any, videos: Sequence[str]) -> list[StageEnd]:
        began, stub = time.process_time(), _Timed.stub_s
        ends = self._worker.do(stage, videos)
        _Timed.worker_s += time.process_time() - began - (_Timed.stub_s - stub)
        return ends


def run(folder: Path, videos: int) -> dict[str, object]:
    """Plan, caption and publish; return the figures of what this process did."""
    vault = CountedVault(before=True)
    call = StubChild.call

    def timed(self: StubChild, function: Callable[..., Any], *args: Any) -> CallResult:
        began = time.process_time()
        try:
            return call(self, function, *args)
        finally:
            _Timed.stub_s += time.process_time() - began

    StubChild.call = timed
    manifest = folder / "videos.jsonl"
    plan = _plan(folder / "plan", manifest, videos)
    settings = {"round": max(100, videos // 10), "take_over_s": 600}
    job = VirtualJob(
        folder, vault, seconds, (float(CPUS),), shared=True, settings=settings, dataset="clips",
        opened=_Timed,
    )  # fmt: skip
    before = _ended(folder)
    _Timed.worker_s = _Timed.stub_s = 0.0
    began = time.process_time()
    job.run(manifest)
    whole = time.process_time() - began
    asked_for = vault.requests.copy()
    mine = max(1, _ended(folder) - before)
    published, took_s = _publish(folder, vault)
    at_publication = vault.requests - asked_for
    clips = max(1, published)
    return {
        "videos of this run": mine,
        "workers, CPU-ms a video": round(1000 * _Timed.worker_s / mine, 1),
        "driver, CPU-ms a video": round(1000 * (whole - _Timed.worker_s - _Timed.stub_s) / mine, 1),
        "publication, CPU-ms a clip": round(1000 * took_s / clips, 2),
        "peak, MiB": _peak() // MIB,
        "virtual wall / least": round(job.wall_s / max(job.ray.busy_s / CPUS, 1e-9), 2),
        "clips a video": round(published / videos, 2),
        "clips, by the plan": round(plan.clips.total / videos, 2),
        "requests a video": _a_video(asked_for, mine),
        "requests a published clip": _a_video(at_publication, clips),
        "PUT a video, by the plan": round(plan.puts.total / videos, 2),
        "GET and HEAD a video, by the plan": round(plan.gets.total / videos, 2),
    }


def _plan(folder: Path, manifest: Path, videos: int) -> CaptionPlan:
    folder.mkdir(exist_ok=True)
    job = VirtualJob(folder, CountedVault(before=True), seconds, (float(CPUS),), shared=True)
    records = open_records(job.chosen.records_url)
    found: list[CaptionPlan] = []
    with job.patched():
        job.drive(
            lambda: found.append(plan_for(job.chosen, records, manifest, videos, lambda _: None))
        )
    records.close()
    return found[0]


def _publish(folder: Path, vault: Vault) -> tuple[int, float]:
    records = open_records(f"sqlite:///{folder}/records.db")
    began = time.process_time()
    made = publish(records, vault, str(folder / "datasets"), "clips", lambda _, __: None)
    took = time.process_time() - began
    records.close()
    return made.num_clips, took


def _silence(folder: Path) -> None:
    """What time does to the run that was killed: its heart no longer beats."""
    with closing(sqlite3.connect(folder / "records.db", timeout=300)) as database, database:
        database.execute("UPDATE caption_datasets SET beat_at = 0")


def _a_video(requests: Any, videos: int) -> dict[str, float]:
    return {name: round(n / videos, 2) for name, n in sorted(requests.items())}


def _ended(folder: Path) -> int:
    query = "SELECT count(*) FROM caption_rows WHERE state IN ('done', 'filtered')"
    with closing(sqlite3.connect(folder / "records.db", timeout=300)) as database:
        return int(database.execute(query).fetchone()[0])


def _command(folder: Path, videos: int) -> list[str]:
    return [sys.executable, "-m", "tests.bench.caption_scale", str(folder), str(videos)]


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    print(json.dumps(run(Path(sys.argv[1]), int(sys.argv[2]))))
