"""Removal: after the tombstone no file, no row and no published dataset knows the video."""

import asyncio
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update
from typer.testing import CliRunner

from crawl.caption.captioning import Captioner
from crawl.caption.cutting import Cutter
from crawl.caption.dataset_run import DatasetRun
from crawl.caption.folder import manifest_of
from crawl.caption.manifest import SourceVideo, read_manifest
from crawl.caption.measuring import Measurer
from crawl.caption.rows import FoundClip, Rows
from crawl.caption.settings import CaptionJobSettings
from crawl.caption.work import CaptionWork
from crawl.dataset import publish
from crawl.records.database import open_records
from crawl.records.tables import clips, datasets, pace, rows, tombstones, videos
from crawl.videos.__main__ import app
from crawl.videos.candidate import Described
from crawl.videos.downloader import publish as put_away
from crawl.videos.manifest import write_manifest
from crawl.videos.removal import Removal
from crawl.videos.work_folder import scratch
from deployments.engines.paid.tables import answers
from serve.dataset import Dataset
from tests.caption_rows import a_shot, a_stream, a_video
from tests.captioned_videos import Job
from tests.generated_videos import make_videos
from tests.videos_home import CONSENT, Candidate, Home

GONE, STAYS = "test:gone", "test:stays"
"""Ids as `Job.add` makes them."""


@pytest.fixture
def job(tmp_path: Path) -> Iterator[Job]:
    """Two videos: listed, downloaded, captioned, and published; and what else names them."""
    job, home = Job.in_folder(tmp_path), Home.at(tmp_path)
    for name in ("gone", "stays"):
        id_ = f"test:{name}"
        home.context.seen.add(
            [
                Candidate(
                    id=id_, url=f"https://films.kr/{name}", channel="a" * 64, permission=CONSENT
                )
            ]
        )
        claimed = home.context.seen.claim(id_, "me", 30, 3)
        assert claimed is not None
        keys = [
            asyncio.run(job.vault.publish_content("videos", f"{name} {n}".encode(), ".mp4"))
            for n in (1, 2)
        ]
        home.context.seen.downloaded(claimed, keys[0], keys[1], Described(title=f"{name} 광고"))
        job.add(name)
    job.clip_left_out(a_video("stays"), 3, "duplicate", f"{GONE}#0-24")
    with job.records.writing() as connection:
        for clip in (f"{GONE}#0-24", f"{STAYS}#0-24"):
            connection.execute(insert(answers).values(request=clip, clip=clip, answer="{}", at=1.0))
        stopped = f"bot check at https://films.kr/{GONE.partition(':')[2]}, known by 'captcha'"
        connection.execute(insert(pace).values(host="films.kr", stopped=stopped))
    publish_again(job)
    write_manifest(job.records, tmp_path / "manifest.parquet")
    home.context.folder(GONE).mkdir(parents=True)
    (home.context.folder(GONE) / "analysis.mp4.part").write_bytes(b"gone half")
    home.context.lists.mkdir(parents=True)
    (home.context.lists / "list").write_text("https://films.kr/gone")
    home.context.close()
    yield job
    job.records.close()


def publish_again(job: Job) -> Dataset:
    url = str(job.folder / "datasets")
    publish(job.records, job.vault, url, job.dataset, lambda _, __: None)
    return Dataset.open(f"{url}/{job.dataset}")


def traces(job: Job) -> list[str]:
    """Files and cells of the database that have the removed video's id, name or bytes in them."""
    found = [
        str(path.relative_to(job.folder))
        for path in job.folder.rglob("*")
        if path.is_file()
        and "records.db" not in path.name
        and (b"gone" in path.read_bytes() or "gone" in path.name)
    ]
    with closing(sqlite3.connect(job.folder / "records.db")) as database:
        tables = [
            name
            for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type='table'")
        ]
        for table in tables:
            cursor = database.execute(f"SELECT * FROM {table}")
            columns = [column[0] for column in cursor.description]
            for row in cursor:
                found += [
                    f"{table}.{column}"
                    for column, value in zip(columns, row, strict=True)
                    if "gone" in str(value)
                ]
    return sorted(set(found))


def test_a_tombstone_is_all_that_is_left_of_a_removed_video(job: Job, tmp_path: Path) -> None:
    before = Home.at(tmp_path).files()
    theirs = job.file_keys()[f"{STAYS}#0-24"]
    mine = [key for clip, key in job.file_keys().items() if clip.startswith(GONE)]
    assert len(traces(job)) > 12
    said = CliRunner().invoke(
        app, ["remove", GONE, "--reason", "권리자 요청", "--out", str(tmp_path)]
    )
    assert said.exit_code == 0, said.output
    assert "2 clips, 1 answers, 2 published clips" in said.output
    # The id, where it has to be known again, and nothing else; no deleted words in the files.
    for file in tmp_path.glob("records.db*"):
        assert "gone 광고".encode() not in file.read_bytes()
    assert traces(job) == ["caption_rows.id", "caption_rows.source", "crawled_videos.id", "tombstones.id"]  # fmt: skip
    after = Home.at(tmp_path).files()
    for key in mine:
        assert f"vault/{key}" in before and f"vault/{key}" not in after
    assert f"vault/{theirs}" in after
    assert [video.id for video in next(read_manifest(tmp_path / "manifest.parquet"))] == [STAYS]
    dataset = Dataset.open(str(tmp_path / "datasets" / job.dataset))
    assert {row["video"] for row in dataset.rows()} == {STAYS}
    # Again changes nothing, and another publication does not bring it back.
    assert Removal(Home.at(tmp_path).context).remove([GONE], "again")[0].files == 0
    assert {row["video"] for row in publish_again(job).rows()} == {STAYS}
    assert after.keys() == Home.at(tmp_path).files().keys()


def test_a_removed_video_is_not_listed_captioned_or_analysed_again(
    job: Job, tmp_path: Path
) -> None:
    home = Home.at(tmp_path)
    with home.context.records.writing() as connection:
        connection.execute(update(datasets).values(run="me"))
    mine = Rows(home.context.records, job.dataset, "me")

    with home.context.records.writing() as connection:
        connection.execute(update(rows).where(rows.c.id == GONE).values(state="waiting"))
    assert mine.begin(GONE, 5) is not None
    Removal(home.context).remove([GONE], "asked for")
    # A worker that was at it all the while, and a list and a manifest that are older.
    late = asyncio.run(home.context.vault.publish_content("frames", b"gone frame", ".jpg"))
    clip = FoundClip(a_shot(0, 24), "", ((0, 10),))
    assert mine.analysed(GONE, a_stream(), [clip], {}, late) == "removed"
    mine.cut(GONE, {f"{GONE}#0-24": late}, {})
    mine.ended(GONE, "done", {})
    home.context.seen.add([Candidate(id=GONE, url="https://films.kr/gone", permission=CONSENT)])
    mine.enlist([a_video("gone", title="gone 광고")])
    assert home.context.seen.due("films.kr", 9) == []
    assert home.context.seen.claim(GONE, "me", 30, 3) is None
    Removal(home.context).finish()
    assert traces(job) == ["caption_rows.id", "caption_rows.source", "crawled_videos.id", "tombstones.id"]  # fmt: skip


def test_a_removal_that_died_on_the_way_is_ended_by_the_next_run(
    job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home.at(tmp_path)

    def dies(*_: Any) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("crawl.videos.removal.remove_video", dies)
        with pytest.raises(KeyboardInterrupt):
            Removal(home.context).remove([GONE], "asked for")
    # From here on it is used for nothing, whatever lies there still.
    assert home.context.seen.state(GONE) == "removed"
    assert {row["video"] for row in publish_again(job).rows()} == {STAYS}
    assert [one.video for one in Removal(home.context).finish()] == [GONE]
    assert Removal(home.context).finish() == []
    assert traces(job) == ["caption_rows.id", "caption_rows.source", "crawled_videos.id", "tombstones.id"]  # fmt: skip


def test_a_file_that_another_video_has_as_well_stays_until_both_are_gone(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    key = asyncio.run(home.context.vault.publish_content("videos", b"the same film", ".mp4"))
    for id_ in ("a:1", "b:1"):
        home.context.seen.add([Candidate(id=id_, url="https://films.kr/", permission=CONSENT)])
        claimed = home.context.seen.claim(id_, "me", 30, 3)
        assert claimed is not None
        home.context.seen.downloaded(claimed, key, key, Described())
    (first,) = Removal(home.context).remove(["a:1"], "asked for")
    assert (first.files, first.kept_files) == (0, 1)
    assert (tmp_path / "vault" / key).exists()
    (second,) = Removal(home.context).remove(["b:1"], "asked for")
    assert second.files == 1
    assert not (tmp_path / "vault" / key).exists()


class Killed(BaseException):
    pass


def killed(*_: Any) -> None:
    raise Killed


def test_what_a_killed_download_had_put_away_is_removed_with_its_video(
    tmp_path: Path,
) -> None:
    home = Home.at(tmp_path)
    (video,) = home.permitted("https://films.kr/watch/1")
    claimed = home.context.seen.claim(video, "me", 30, 3)
    assert claimed is not None
    film = tmp_path / "analysis.mp4"
    film.write_bytes(b"the whole film")
    key = put_away(home.context, video, film)  # and here it is killed
    assert (tmp_path / "vault" / key).exists()
    assert Removal(home.context).remove([video], "asked for")[0].files == 1
    assert not (tmp_path / "vault" / key).exists()
    assert put_away(home.context, video, film) == ""
    assert not (tmp_path / "vault" / key).exists()


@pytest.mark.parametrize("stage", ["analysed", "cut"])
def test_what_a_killed_caption_worker_had_put_away_is_removed_with_its_video(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    make_videos(tmp_path / "films", seed=3, count=1)
    (line,) = manifest_of(tmp_path / "films", CONSENT)
    video = SourceVideo.model_validate_json(line)
    settings = CaptionJobSettings(out=tmp_path / "job")
    records = open_records(settings.records_url)
    run = DatasetRun.begin(records, "films", 100, settings.shaping())
    work = CaptionWork(settings, "films", run.id)
    work.open().rows.enlist([video])
    vault = tmp_path / "job" / "vault"
    batch = [video.id]
    with monkeypatch.context() as patch:
        patch.setattr(Rows, stage, killed)
        with suppress(Killed):
            for worker in (Measurer, Captioner, Cutter):
                worker(work)(batch)
    assert [file for file in vault.rglob("*") if file.is_file()]
    # What lies in the folder of a process that is no more; another one's is left alone.
    with scratch(settings.scratch) as mine:
        left = settings.scratch / "of-a-dead-worker"
        left.mkdir()
        (left / "video").write_bytes(b"a whole film")
        Removal(Home.at(tmp_path / "job").context).remove([video.id], "asked for")
        assert mine.exists() and not left.exists()
    assert not [file for file in vault.rglob("*") if file.is_file()]
    records.close()


def test_an_id_that_was_never_seen_can_be_removed_beforehand(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    Removal(home.context).remove(["films.kr:1"], "asked for before anybody found it")
    assert home.context.seen.add([Candidate(id="films.kr:1", url="https://films.kr/1")]) == 0
    assert home.context.seen.is_removed("films.kr:1")


@pytest.mark.parametrize("how", ["withdrawn", "expired"])
def test_what_is_not_permitted_any_more_is_neither_handed_on_nor_published(
    job: Job, tmp_path: Path, how: str
) -> None:
    home = Home.at(tmp_path)
    if how == "withdrawn":
        home.context.seen.withdraw(GONE, "its creator does not permit training")
    else:
        ended = CONSENT.model_copy(update={"until": 2.0})
        home.context.seen.renew(ended, [GONE])
    manifest = tmp_path / "manifest.parquet"
    assert write_manifest(job.records, manifest) == 1
    assert [video.id for video in next(read_manifest(manifest))] == [STAYS]
    dataset = publish_again(job)
    assert {row["video"] for row in dataset.rows()} == {STAYS}
    assert sum(dataset.manifest.left_out.values()) == 2


def test_records_on_postgresql_are_removed_as_well(ledger_url: str, tmp_path: Path) -> None:
    home = Home.at(tmp_path, records=ledger_url)
    home.context.seen.add([Candidate(id="a:1", url="https://films.kr/1", permission=CONSENT)])
    with home.context.records.writing() as connection:
        values = {"dataset": "films", "id": "a:1#0-9", "video": "a:1", "number": 1, "shot": ""}
        connection.execute(insert(clips).values(**values, state="analysed"))
    assert Removal(home.context).remove(["a:1"], "asked for")[0].clips == 1
    with home.context.records.reading() as connection:
        assert connection.execute(select(videos.c.url, videos.c.state)).one() == ("", "removed")
        told = connection.execute(select(tombstones)).one()
    assert told.done_at is not None and json.loads(told.files) == []
    home.context.close()


def test_a_row_that_had_the_id_of_a_removed_video_once_more_names_nothing(tmp_path: Path) -> None:
    settings = CaptionJobSettings(out=tmp_path)
    records = open_records(settings.records_url)
    run = DatasetRun.begin(records, "films", 100, settings.shaping())
    mine = Rows(records, "films", run.id)
    again = a_video("gone~again-0123456789ab", left_out="row 1 has the same id", title="gone 광고")
    mine.enlist([a_video("gone"), again, a_video("gone~0123456789ab"), a_video("stays")])
    Removal(Home.at(tmp_path).context).remove(["test:gone"], "asked for")
    with records.asking() as connection:
        found = connection.execute(select(rows.c.id, rows.c.state)).all()
        told = connection.execute(select(rows.c.source).where(rows.c.id == again.id)).scalar_one()
    records.close()
    assert {row.id: row.state for row in found} == {
        "test:gone": "removed",
        again.id: "removed",
        "test:gone~0123456789ab": "waiting",
        "test:stays": "waiting",
    }
    assert "광고" not in told and ".mp4" not in told
