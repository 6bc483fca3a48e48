"""The caption job under faults: nothing is lost, nothing is done twice, and it goes on.

On a virtual clock (tests/virtual_workers.py): real driver, rows, stages and storage; no Ray and no
video. tests/test_caption_job.py kills real processes.
"""

import errno
import random
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from crawl.caption.job import JobStopped
from crawl.key_frames import key_frames
from crawl.records.database import open_records
from serve.bounded import CallResult
from serve.vault.errors import VaultFull, VaultUnavailable
from serve.vault.vault import Vault
from tests.counted_vault import CountedVault
from tests.fake_bucket import BUCKET, FakeBucket
from tests.noted_states import asked, done_twice, note
from tests.stub_videos import StubChild, StubVideo, write_manifest
from tests.virtual_workers import VirtualJob

VIDEOS = 14


def seconds(stage: str, videos: Sequence[str]) -> float:
    numbers = [int(video.partition(":")[2]) for video in videos]
    return 1.0 + sum(StubVideo(n).analyse_s for n in numbers if stage == "analyse")


def a_job(folder: Path, vault: Vault, nodes: Sequence[float] = (2.0, 2.0)) -> VirtualJob:
    folder.mkdir()
    open_records(f"sqlite:///{folder}/records.db").close()
    note(folder / "records.db")
    return VirtualJob(folder, vault, seconds, nodes, settings={"round": 5})


def states(job: VirtualJob) -> dict[str, str]:
    return dict(asked(job.folder / "records.db", "SELECT id, state FROM caption_rows"))


def clips(job: VirtualJob) -> list[tuple[str, ...]]:
    """What a dataset would be made of."""
    return sorted(
        asked(
            job.folder / "records.db",
            "SELECT c.id, c.state, c.file_key, c.frames, r.frames_key, c.caption"
            " FROM caption_clips c JOIN caption_rows r ON r.id = c.video",
        )
    )


def whole(job: VirtualJob, like: VirtualJob) -> None:
    """Check that the job ended as one did to which nothing happened."""
    assert done_twice(job.folder / "records.db") == []
    assert states(job) == states(like)
    assert clips(job) == clips(like)
    assert set(states(job).values()) <= {"done", "filtered"}
    assert asked(job.folder / "records.db", "SELECT * FROM intended_files") == []


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> VirtualJob:
    """A run without a fault."""
    job = a_job(tmp_path_factory.mktemp("calm") / "job", CountedVault())
    job.run(write_manifest(job.folder / "videos.jsonl", VIDEOS))
    return job


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    return write_manifest(tmp_path / "videos.jsonl", VIDEOS)


def test_a_job_without_a_fault_publishes_a_file_of_key_frames_a_video(calm: VirtualJob) -> None:
    vault = calm.vault
    assert isinstance(vault, CountedVault)
    kept = {row[4] for row in clips(calm) if row[4]}
    assert vault.requests["PUT frames"] == vault.requests["HEAD frames"] == len(kept)
    # Each clip that was captioned asked once for all of its frames.
    seen = [row for row in clips(calm) if row[1] == "captioned"]
    assert vault.requests["GET frames"] == len(seen)
    assert all(len(key_frames(row[4], row[3])) == 3 for row in seen)


@pytest.mark.parametrize("seed", [1, 2])
def test_workers_and_nodes_may_die_at_any_moment(
    calm: VirtualJob, manifest: Path, tmp_path: Path, seed: int
) -> None:
    lots = random.Random(seed)

    def accidents(job: VirtualJob) -> None:
        for _ in range(4):
            job.threads.sleep(lots.uniform(3, 9))
            job.ray.kill_one(lots)
        job.ray.leave(1, lots)  # for good
        job.threads.sleep(30)
        job.ray.join(3.0)
        for _ in range(2):
            job.threads.sleep(lots.uniform(3, 9))
            job.ray.kill_one(lots)

    job = a_job(tmp_path / "job", CountedVault())
    job.run(manifest, accidents)
    whole(job, calm)
    assert job.ray.started > 6


def test_a_bucket_that_answers_503_now_and_then_is_asked_again(
    calm: VirtualJob, manifest: Path, tmp_path: Path
) -> None:
    bucket = FakeBucket(share_503=0.01)
    for number in range(VIDEOS):
        bucket.files[StubVideo(number).listed().uri] = b"a video"
    with bucket.served() as url:
        vault = Vault.open(f"s3://{BUCKET}", url, "kr-standard", "key", "secret")
        job = a_job(tmp_path / "job", vault)
        job.run(manifest)
    whole(job, calm)
    assert bucket.refused > 0
    # And the bucket that only counts has counted what a bucket is asked.
    counted = calm.vault
    assert isinstance(counted, CountedVault)
    assert bucket.requests == counted.requests


class Full(CountedVault):
    """Takes so many files, and no more until there is room."""

    def __init__(self, takes: int, error: Exception) -> None:
        super().__init__()
        self.takes, self._error = takes, error

    async def _published(self, key: str, size: int) -> bool:
        if self.takes == 0:
            raise self._error
        self.takes -= 1
        return await super()._published(key, size)


@pytest.mark.parametrize("takes", [3, 40])
@pytest.mark.parametrize("error", [VaultFull("the disk is full"), VaultUnavailable("no answer")])
def test_storage_that_takes_no_more_stops_the_job_until_it_does(
    calm: VirtualJob, manifest: Path, tmp_path: Path, takes: int, error: Exception
) -> None:
    vault = Full(takes, error)
    job = a_job(tmp_path / "job", vault)
    with pytest.raises(JobStopped, match=str(error)):
        job.run(manifest)
    vault.takes = -1
    job.run(manifest)
    whole(job, calm)
    assert asked(job.folder / "records.db", "SELECT sum(attempts) FROM caption_rows") == [(0,)]


def test_a_node_whose_disk_is_full_stops_the_job_and_counts_against_no_video(
    calm: VirtualJob, manifest: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job, calls = a_job(tmp_path / "job", CountedVault()), [0]
    work = StubChild.call

    def full(self: StubChild, function: Callable[..., Any], *args: Any) -> CallResult:
        calls[0] += 1
        if calls[0] == 9:
            raise OSError(errno.ENOSPC, "No space left on device")
        return work(self, function, *args)

    monkeypatch.setattr(StubChild, "call", full)
    with pytest.raises(JobStopped, match="No space left"):
        job.run(manifest)
    job.run(manifest)
    whole(job, calm)
    assert asked(job.folder / "records.db", "SELECT sum(attempts) FROM caption_rows") == [(0,)]


@contextmanager
def little_room(pages: int) -> Generator[None]:
    """SQLite says `database or disk is full` after so many pages, as it does on a full disk."""

    def limit(connection: Any, _: Any) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages}")

    event.listen(Engine, "connect", limit)
    try:
        yield
    finally:
        event.remove(Engine, "connect", limit)


def test_records_on_a_full_disk_stop_the_job_until_there_is_room(
    calm: VirtualJob, manifest: Path, tmp_path: Path
) -> None:
    job = a_job(tmp_path / "job", CountedVault())
    now = asked(job.folder / "records.db", "PRAGMA page_count")[0][0]
    with little_room(int(now) + 8), pytest.raises(JobStopped, match="the disk is full"):
        job.run(manifest)
    job.run(manifest)
    whole(job, calm)
