"""The whole caption job: a manifest in, a dataset out, whatever process dies in between."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from functools import cache
from pathlib import Path

import pytest

from crawl.caption.folder import manifest_of
from crawl.records.database import open_records
from serve.dataset import Dataset
from tests.caption_rows import OWNED
from tests.generated_videos import make_videos
from tests.marked_processes import MarkedProcesses
from tests.noted_states import done_twice, note

PROVE = pytest.mark.prove
SIX = 6
TEN = ["driver", "raylet", "worker"] * 3 + ["worker"]


class Job:
    """Runs of one job over the same manifest, and the processes that are theirs."""

    def __init__(self, folder: Path, manifest: Path) -> None:
        self.out, self._manifest, self._marked = folder / "out", manifest, MarkedProcesses()
        self.out.mkdir()
        self._process: subprocess.Popen[bytes] | None = None
        open_records(f"sqlite:///{self.out}/records.db").close()
        note(self.out / "records.db")

    def database(self) -> closing[sqlite3.Connection]:
        return closing(sqlite3.connect(self.out / "records.db", timeout=300))

    def start(self, *more: str) -> None:
        command = [sys.executable, "-m", "crawl.caption", "--dataset", "films"]
        command += ["--manifest", str(self._manifest), "--out", str(self.out), *more]
        environment = {"SIAN_CAPTIONS_TAKE_OVER_S": "2", "SIAN_CAPTIONS_WORKERS": "2"}
        with (self.out / "log").open("ab") as log:
            self._process = subprocess.Popen(
                command,
                stdout=log,
                stderr=log,
                env=os.environ | environment | self._marked.env,
                start_new_session=True,
            )

    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def ended(self, timeout_s: float = 900) -> int:
        assert self._process is not None
        return self._process.wait(timeout_s)

    def log(self) -> str:
        return (self.out / "log").read_text()

    def noted(self) -> int:
        with self.database() as database:
            return database.execute("SELECT count(*) FROM noted").fetchone()[0]

    def kill(self, whom: str) -> bool:
        """SIGKILL the driver, the node's raylet, or one worker; False if there is none."""
        for pid, title in self._marked.titles():
            if self._is(whom, title, pid):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                    return True
        return False

    def kill_all(self) -> None:
        self._marked.kill()
        if self._process is not None:
            self._process.wait()

    def _is(self, whom: str, title: str, pid: int) -> bool:
        match whom:
            case "driver":
                return self._process is not None and pid == self._process.pid
            case "raylet":
                return "/raylet/raylet " in title
            case _:
                return title.startswith("ray::StageWorker")


@pytest.fixture(scope="module")
def manifests(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    """Manifests by their number of videos, each with two files more that are none."""

    @cache
    def of(count: int) -> Path:
        folder = tmp_path_factory.mktemp("captions") / "videos"
        folder.mkdir()
        make_videos(folder, seed=3, count=count)
        (folder / "broken.mp4").write_bytes(b"not a video at all")
        (folder / "empty.mp4").touch()
        manifest = folder.with_name("videos.jsonl")
        manifest.write_text("\n".join(manifest_of(folder, OWNED)), encoding="utf-8")
        return manifest

    return of


@pytest.fixture
def manifest(manifests: Callable[[int], Path], request: pytest.FixtureRequest) -> Path:
    return manifests(getattr(request, "param", SIX))


@pytest.fixture
def job(tmp_path: Path, manifest: Path) -> Iterator[Job]:
    job = Job(tmp_path, manifest)
    yield job
    job.kill_all()


def killed(job: Job, victim: str, lots: random.Random) -> bool:
    """At a point of the job's progress, not of the clock; or during its start or its end."""
    if not job.running():
        job.kill_all()  # what a dead driver may have left
        job.start()
    until, deadline = job.noted() + lots.randint(0, 4), time.monotonic() + lots.uniform(8, 30)
    while job.running() and job.noted() < until and time.monotonic() < deadline:
        time.sleep(0.02)
    while job.running():
        if job.kill(victim):
            return True
        time.sleep(0.1)  # a worker has to be there first; each look reads all of /proc
    return False


@pytest.mark.parametrize(
    ("manifest", "victims"),
    [
        pytest.param(SIX, ["driver", "worker"], id="twice"),
        pytest.param(10, random.Random(5).sample(TEN, len(TEN)), id="ten times", marks=PROVE),
    ],
    indirect=["manifest"],
)
def test_a_job_that_is_killed_loses_nothing_and_does_nothing_twice(
    job: Job, manifest: Path, victims: list[str]
) -> None:
    lots = random.Random(5)
    for victim in victims:
        while not killed(job, victim, lots):
            if not job.running() and job.ended() == 0:
                victim = "driver"  # it was faster: there will be no more workers
        if victim != "worker":
            with suppress(subprocess.TimeoutExpired):
                job.ended(15)
            job.kill_all()
    if not job.running():
        job.start()
    assert job.ended() == 0, job.log()

    with job.database() as database:
        rows = dict(database.execute("SELECT id, state FROM caption_rows"))
        cut = {
            row[0] for row in database.execute("SELECT id FROM caption_clips WHERE file_key != ''")
        }
        reasons = dict(
            database.execute("SELECT id, reason FROM caption_rows WHERE state = 'filtered'")
        )
    assert len(rows) == len(manifest.read_text().splitlines())
    assert set(rows.values()) <= {"done", "filtered"}, rows
    assert "done" in rows.values()
    assert reasons["file:broken.mp4"] and reasons["file:empty.mp4"]
    assert (job.out / "progress.json").exists()
    assert "100.0%" in job.log()
    assert done_twice(job.out / "records.db") == []
    dataset = Dataset.open(str(job.out / "datasets" / "films"))
    published = [row["clip"] for row in dataset.rows()]
    assert sorted(published) == sorted(cut)
    # Once more: it is all done, and nothing is published again.
    done = job.noted(), dataset.manifest
    job.start()
    assert job.ended() == 0, job.log()
    assert (job.noted(), Dataset.open(str(job.out / "datasets" / "films")).manifest) == done


def test_a_plan_is_told_from_a_sample_and_publishes_nothing(job: Job) -> None:
    job.start("--plan", "500000")
    assert job.ended() == 0, job.log()
    # The empty file is left out when the folder is listed.
    assert "500,000 videos, from a sample of 7 that was captioned" in job.log()
    assert "bottleneck: cores for analysis and cutting" in job.log()
    assert not (job.out / "datasets").exists()
