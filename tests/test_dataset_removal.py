"""Removal leaves no trace of a video in any version; publications and removals may be killed."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pyarrow.parquet as pq
import pytest

from crawl.dataset import publish, remove_video, store
from crawl.dataset import publishing as publishing_module
from crawl.dataset import removing as removing_module
from crawl.dataset.store import Store
from crawl.records.database import open_records
from serve.dataset import Dataset, NotWhole
from serve.vault.vault import Vault
from tests.captioned_videos import Job, a_caption, every_byte, names_in
from tests.killed_publications import SIZES

STEPS = pytest.mark.parametrize("every", [7, pytest.param(1, marks=pytest.mark.prove)])
"""How many steps lie between two kills: before a file, between its bytes and its name, before
its removal. One in seven is of each kind, and comes to each third of the way."""


@pytest.fixture
def job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Job]:
    # Nobody pulls the plug here.
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)
    job = Job.in_folder(tmp_path / "job")
    yield job
    job.records.close()


def place(job: Job) -> str:
    return str(job.folder / "datasets")


def published(job: Job, on_progress: Callable[[int, int], None] = lambda done, total: None) -> int:
    return publish(job.records, job.vault, place(job), job.dataset, on_progress, SIZES).version


def everything(folder: Path) -> dict[str, bytes]:
    """Return every file's bytes, and the content of parquet files uncompressed as well."""
    found = every_byte(folder)
    for name in list(found):
        if name.endswith(".parquet"):
            found[f"{name}, read"] = json.dumps(
                pq.read_table(folder / name).to_pylist(), ensure_ascii=False, default=str
            ).encode()
    return found


class Gone:
    """A video that is asked to be removed, and what would be a trace of it."""

    def __init__(self, job: Job) -> None:
        caption = a_caption("외딴섬의 등대")
        self.video = job.add("gone-video", 3, caption=caption, title="외딴섬 광고")
        self.texts = [self.video.id, "gone-video", "외딴섬"]
        keys = [key for clip, key in job.file_keys().items() if clip.startswith(self.video.id)]
        self.files = [job.file(key) for key in keys]
        self.texts += [key.partition("/")[2].partition(".")[0] for key in keys]
        self.pictures: list[str] = []

    def told_in(self, report: Path) -> None:
        """Remember its pictures, which only the report has."""
        samples = json.loads(report.read_bytes())["facts"]["samples"]
        mine = [one["picture"] for one in samples if one["video"] == self.video.id]
        assert mine
        self.pictures += mine

    def traces(self, folder: Path) -> list[tuple[str, str]]:
        files = everything(folder)
        found = names_in(files, [*self.texts, *self.pictures])
        marks = [data[-64:] for data in self.files]
        return found + [
            (name, "its clip") for name, data in files.items() if any(m in data for m in marks)
        ]


def test_nothing_of_a_removed_video_is_left_in_any_version(job: Job) -> None:
    job.add("a", 2)
    gone = Gone(job)
    stays = job.add("b", 3, size=(112, 192))
    lost = job.left_out("lost-one", "quarantined", "whoever worked on it died, 11 times")
    job.clip_left_out(stays, 8, "duplicate", f"{gone.video.id}#0-24")
    assert published(job) == 1
    job.add("c", 1)
    assert published(job) == 2
    folder = Path(place(job))
    for version in (1, 2):
        gone.told_in(folder / f"films/v{version}/report.json")
    assert len({name for name, _ in gone.traces(folder)}) > 8
    files = {clip: job.file(key) for clip, key in job.file_keys().items()}

    job.bury(gone.video)
    job.bury(lost)
    assert remove_video(job.records, place(job), gone.video.id) == 6
    assert remove_video(job.records, place(job), lost.id) == 0
    assert gone.traces(folder) == []
    assert names_in(everything(folder), [lost.id]) == []
    for version, clips in ((1, 5), (2, 6)):
        dataset = Dataset.open(str(folder / "films"), version)
        manifest = dataset.manifest
        rows = {row["clip"]: row for row in dataset.rows()}
        assert len(rows) == manifest.num_clips == clips
        assert manifest.num_videos == version + 1
        assert manifest.revision == 3
        assert dataset.broken() == []
        assert all(dataset.clip(row) == files[clip] for clip, row in rows.items())
        named = {f"films/v{version}/{name}" for name in ("manifest.json", *manifest.files)}
        lie = {name for name in every_byte(folder) if name.startswith(f"films/v{version}/")}
        assert lie == named
        samples = [
            json.loads(told) for name in manifest.buckets for _, told in dataset.bucket(name)
        ]
        assert {one["clip"] for one in samples} == rows.keys()
    assert "정정 2회" in (folder / "films/v2/report.html").read_text("utf-8")


def test_a_removal_is_done_once_and_publishes_nothing_new(job: Job) -> None:
    job.add("a", 2)
    gone = Gone(job)
    published(job)
    job.bury(gone.video)
    assert remove_video(job.records, place(job), gone.video.id) == 3
    before = every_byte(Path(place(job)))
    assert remove_video(job.records, place(job), gone.video.id) == 0
    assert remove_video(job.records, place(job), "test:never-seen") == 0
    assert published(job) == 1
    assert every_byte(Path(place(job))) == before


def test_an_id_that_is_part_of_other_words_removes_only_itself(job: Job) -> None:
    """`test:a` is how `test:ab` begins, and `%` and `_` mean something to databases."""
    job.add("a", 1)
    job.add("ab", 1)
    job.add("a_b%", 1)
    published(job)
    assert remove_video(job.records, place(job), "test:a") == 1
    assert {row["video"] for row in Dataset.open(f"{place(job)}/films").rows()} == {
        "test:ab",
        "test:a_b%",
    }
    assert remove_video(job.records, place(job), "test:a") == 0


def test_a_video_is_removed_from_all_datasets_at_a_place(job: Job) -> None:
    gone = Gone(job)
    published(job)
    other = Job.in_folder(job.folder.parent / "other", "films-2")
    twin = other.add("gone-video", 1)
    other.add("a", 1)
    publish(other.records, other.vault, place(job), "films-2", lambda done, total: None)
    other.records.close()
    assert twin.id == gone.video.id
    assert remove_video(job.records, place(job), gone.video.id) == 4
    assert gone.traces(Path(place(job))) == []
    assert list(Dataset.open(f"{place(job)}/films").rows()) == []
    assert len(list(Dataset.open(f"{place(job)}/films-2").rows())) == 1


def test_a_video_that_is_removed_while_it_is_published_is_not_in_it(job: Job) -> None:
    job.add("a", 2)
    gone = Gone(job)
    job.add("b", 2)
    told: list[int] = []

    def remove_it(done: int, total: int) -> None:
        if done == 4 and not told:
            told.append(total)
            job.bury(gone.video)
            remove_video(job.records, place(job), gone.video.id)

    assert published(job, remove_it) == 1
    assert told == [7]
    assert gone.traces(Path(place(job))) == []
    assert_whole(Path(place(job)), 4)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_video_that_is_removed_at_the_last_moment_is_not_in_it(
    job: Job, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    """Around the manifest, the tombstones have been looked at for the last time."""
    job.add("a", 2)
    gone = Gone(job)
    removal = Thread(target=lambda: remove_video(job.records, place(job), gone.video.id))

    def write(to: Store, name: str, data: bytes) -> None:
        late = name.endswith("manifest.json")
        if when == "after":
            store.write(to, name, data)
        if late:
            job.bury(gone.video)
            removal.start()
        if when == "before":
            store.write(to, name, data)

    monkeypatch.setattr(publishing_module, "write", write)
    published(job)
    removal.join()
    assert gone.traces(Path(place(job))) == []
    assert_whole(Path(place(job)), 2)


def test_a_publication_and_a_removal_do_not_take_each_others_files(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both write new files of a version, and sweep away what its manifest does not name."""
    job.add("a", 2)
    first = Gone(job)
    second = job.add("b", 2)
    published(job)
    job.add("c", 1)
    job.bury(first.video)
    publishes = Thread(target=lambda: published(job))
    write_reports = removing_module.write_reports

    def meanwhile(*given: Any) -> Any:
        if not publishes.ident:
            job.bury(second)
            publishes.start()
            publishes.join(2)  # it waits for the removal, or would be through long before
        return write_reports(*given)

    monkeypatch.setattr(removing_module, "write_reports", meanwhile)
    assert remove_video(job.records, place(job), first.video.id) == 3
    publishes.join()
    remove_video(job.records, place(job), second.id)
    assert first.traces(Path(place(job))) == []
    assert Dataset.open(f"{place(job)}/films", 1).broken() == []
    assert_whole(Path(place(job)), 3)


def killed(folder: Path, what: str, first: int, every: int) -> list[Path]:
    """Copies of the folder in which somebody was killed, each a few steps later."""
    command = [sys.executable, "-m", "tests.killed_publications"]
    subprocess.run([*command, str(folder), what, str(first), str(every)], check=True, timeout=1500)
    copies = sorted(
        folder.parent.glob(f"{folder.name}-*"), key=lambda p: int(p.name.split("-")[-1])
    )
    assert len(copies) * every > 80
    return copies


def copied(folder: Path) -> Job:
    return Job(
        open_records(f"sqlite:///{folder}/records.db"), Vault.open(str(folder / "vault")), folder
    )


def assert_whole(datasets: Path, clips: int, name: str = "films") -> None:
    """There is nothing but what the manifests name, and that is what they say."""
    dataset = Dataset.open(str(datasets / name))
    assert dataset.broken() == []
    assert len(list(dataset.rows())) == dataset.manifest.num_clips == clips
    named = {".datasets/000000"}
    for version in range(1, dataset.manifest.version + 1):
        files = Dataset.open(str(datasets / name), version).manifest.files
        named |= {f"{name}/v{version}/{file}" for file in ("manifest.json", *files)}
    assert every_byte(datasets).keys() == named


def told_by_rows(datasets: Path, version: int) -> dict[str, str]:
    dataset = Dataset.open(str(datasets / "films"), version)
    return {row["clip"]: hashlib.sha256(dataset.clip(row)).hexdigest() for row in dataset.rows()}


@STEPS
def test_a_publication_that_is_killed_anywhere_is_gone_on_with_and_never_half_seen(
    job: Job, every: int
) -> None:
    job.add("a", 2)
    published(job)
    gone = Gone(job)
    job.add("b", 1, size=(112, 192))
    old = told_by_rows(Path(place(job)), 1)
    job.records.close()
    all_clips = len(job.file_keys())
    for number, folder in enumerate(killed(job.folder, "publish", 0, every)):
        datasets = folder / "datasets"
        seen = Dataset.open(str(datasets / "films"))
        assert seen.broken() == []
        assert len(list(seen.rows())) == {1: 2, 2: all_clips}[seen.manifest.version]
        assert told_by_rows(datasets, 1) == old
        left = copied(folder)
        if number % 3 == 2:
            # Asked for before anybody goes on.
            left.bury(gone.video)
            remove_video(left.records, place(left), gone.video.id)
            assert gone.traces(datasets) == []
        published(left)
        assert_whole(datasets, all_clips - (3 if number % 3 == 2 else 0))
        left.records.close()
        shutil.rmtree(folder)


@STEPS
def test_a_removal_that_is_killed_anywhere_is_finished_by_the_next_one(
    job: Job, every: int
) -> None:
    job.add("a", 2)
    gone = Gone(job)
    published(job)
    job.add("b", 1)
    published(job)
    gone.told_in(Path(place(job)) / "films/v2/report.json")
    job.bury(gone.video)
    job.records.close()
    for number, folder in enumerate(killed(job.folder, gone.video.id, 0, every)):
        datasets = folder / "datasets"
        for version in (1, 2):
            assert len(told_by_rows(datasets, version)) in (version + 1, version + 4)
        left = copied(folder)
        if number % 3 == 2:
            # A publication in between finishes nobody's removal, and breaks none.
            published(left)
        remove_video(left.records, place(left), gone.video.id)
        left.records.close()
        assert gone.traces(datasets) == []
        assert_whole(datasets, 3)
        assert len(told_by_rows(datasets, 1)) == 2
        shutil.rmtree(folder)


def test_a_half_made_version_is_not_seen(job: Job) -> None:
    job.add("a", 2)
    published(job)
    (Path(place(job)) / "films/v1/manifest.json").unlink()
    with pytest.raises(NotWhole):
        Dataset.open(f"{place(job)}/films")
