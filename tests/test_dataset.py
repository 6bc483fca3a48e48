"""A published dataset: what it holds, how it is read, and that the same clips publish nothing."""

import asyncio
import errno
import hashlib
import json
import os
import tarfile
import threading
from collections.abc import Iterator
from pathlib import Path

import obstore
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from obstore.store import S3Store
from sqlalchemy import insert, update

from crawl.dataset import Published, publish, remove_video
from crawl.dataset.buckets import FRAMES, SIDES, bucket_of
from crawl.dataset.clip_row import SCHEMA, RowsDigest, sample_key
from crawl.dataset.publishing import NO_FILE
from crawl.dataset.ready import LAPSED
from crawl.dataset.registry import datasets_at, register
from crawl.dataset.shelving import Sizes
from crawl.permission import Permission
from crawl.records.tables import clips, rows, videos
from serve.dataset import Dataset, NotWhole
from serve.vault.errors import VaultFull, VaultUnavailable
from tests.captioned_videos import FRAMES as CLIP_FRAMES
from tests.captioned_videos import Job, every_byte
from tests.object_stores import ACCESS_KEY, BUCKET, SECRET_KEY

SMALL = Sizes(shard_clips=2, part_rows=3)


@pytest.fixture
def job(tmp_path: Path) -> Iterator[Job]:
    job = Job.in_folder(tmp_path)
    yield job
    job.records.close()


def published(job: Job, url: str = "", sizes: Sizes | None = None) -> Published:
    place = url or str(job.folder / "datasets")
    return publish(job.records, job.vault, place, job.dataset, lambda done, total: None, sizes)


def opened(job: Job, version: int | None = None) -> Dataset:
    return Dataset.open(str(job.folder / "datasets" / job.dataset), version)


def test_every_clip_is_a_row_and_its_bytes_are_those_of_the_vault(job: Job) -> None:
    video = job.add("a", 3)
    job.add("b", 2, size=(112, 192), subject="coffee")
    assert published(job, sizes=SMALL).num_clips == 5
    dataset = opened(job)
    keys = job.file_keys()
    found = {row["clip"]: row for row in dataset.rows()}
    assert list(found) == sorted(keys, key=list(found).index)
    assert found.keys() == keys.keys()
    for clip, row in found.items():
        data = job.file(keys[clip])
        assert dataset.clip(row) == data
        assert row["sha256"] == hashlib.sha256(data).hexdigest()
        assert row["num_bytes"] == len(data)
        assert row["num_frames"] == CLIP_FRAMES
    first = found[f"{video.id}#0-{CLIP_FRAMES}"]
    assert (first["video"], first["number"], first["title"]) == (video.id, 1, "a 광고")
    assert (first["width"], first["height"]) == (192, 112)
    assert first["short"] == "a 1: 병이 식탁 위에서 천천히 돕니다."
    assert first["permission"]["kind"] == "owned"
    assert first["engines"][0]["label"] == "measured (not a model)"
    assert first["prompt_versions"] == [None]
    assert dataset.broken() == []


def test_rows_lie_in_parquet_of_one_schema_in_the_order_of_the_shards(job: Job) -> None:
    job.add("a", 3)
    job.add("b", 2, size=(112, 192))
    folder = Path(published(job, sizes=SMALL).manifest).parent
    manifest = opened(job).manifest
    assert manifest.parts == ("clips-00000.parquet", "clips-00001.parquet")
    for part in manifest.parts:
        assert pq.read_schema(folder / part).equals(SCHEMA)
    assert [pq.read_metadata(folder / part).num_rows for part in manifest.parts] == [3, 2]


def test_shards_are_webdataset_tars_of_one_bucket_each(job: Job) -> None:
    """A sample is what has the same name up to its first dot, and its files follow each other."""
    job.add("a", 3)
    job.add("b", 2, size=(112, 192))
    folder = Path(published(job, sizes=SMALL).manifest).parent
    dataset = opened(job)
    rows = {row["key"]: row for row in dataset.rows()}
    seen = 0
    for bucket, facts in dataset.manifest.buckets.items():
        samples = list(dataset.bucket(bucket))
        assert len(samples) == facts.num_clips
        for shard in facts.shards:
            with tarfile.open(folder / shard) as tar:
                members = tar.getmembers()
                names = [member.name.split(".", 1) for member in members]
                assert [suffix for _, suffix in names] == ["mp4", "json"] * (len(names) // 2)
                assert [key for key, _ in names[::2]] == [key for key, _ in names[1::2]]
                assert 2 <= len(names) <= 2 * SMALL.shard_clips
                for clip, told in zip(members[::2], members[1::2], strict=True):
                    row = rows[clip.name.removesuffix(".mp4")]
                    mp4, text = tar.extractfile(clip), tar.extractfile(told)
                    assert mp4 is not None
                    assert text is not None
                    assert mp4.read() == dataset.clip(row)
                    said = json.loads(text.read())
                    assert said == {name: row[name] for name in said}
                    assert said["short"] == row["short"]
                    assert (row["bucket"], row["shard"]) == (bucket, shard)
                    assert (clip.mtime, clip.uid, clip.uname) == (0, 0, "")
                    seen += 1
    assert seen == 5


def test_the_same_clips_again_publish_nothing(job: Job) -> None:
    job.add("a")
    first = published(job)
    folder = job.folder / "datasets"
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}
    assert published(job) == first
    after = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}
    assert after == before


def test_more_clips_are_a_new_version_and_the_old_one_stays_as_it_was(job: Job) -> None:
    job.add("a")
    first = every_byte(Path(published(job).manifest).parent)
    job.add("b")
    assert published(job).version == 2
    assert every_byte(job.folder / "datasets" / job.dataset / "v1") == first
    assert len(list(opened(job).rows())) == 4
    assert len(list(opened(job, 1).rows())) == 2


def test_two_publications_of_the_same_clips_are_the_same_to_the_byte(
    job: Job, tmp_path: Path
) -> None:
    job.add("a", 3)
    folders = [
        Path(published(job, str(tmp_path / name), SMALL).manifest).parent for name in ("x", "y")
    ]
    one, other = map(every_byte, folders)
    # The report says when.
    told = {"report.html", "report.json", "manifest.json"}
    assert {name: one[name] for name in one.keys() - told} == {
        name: other[name] for name in other.keys() - told
    }
    assert one.keys() == other.keys()


def test_a_dataset_without_a_clip_still_has_a_report_of_why(job: Job) -> None:
    job.left_out("a", "filtered", "no shot in it")
    made = published(job)
    assert made.num_clips == 0
    assert list(opened(job).rows()) == []
    assert "샷이 없음" in Path(made.report).read_text("utf-8")


def test_a_clip_whose_file_is_gone_or_no_video_costs_itself_alone(job: Job) -> None:
    job.add("a", 3)
    gone, broken, left = job.file_keys()
    (job.folder / "vault" / job.file_keys()[gone]).unlink()
    key = asyncio.run(job.vault.publish_content("clips", b"no video", ".mp4"))
    with job.records.writing() as connection:
        connection.execute(update(clips).where(clips.c.id == broken).values(file_key=key))
    published(job)
    assert [row["clip"] for row in opened(job).rows()] == [left]
    assert opened(job).manifest.left_out == {NO_FILE: 2}


def test_what_is_no_longer_permitted_is_not_published_again(job: Job) -> None:
    ended = Permission(kind="consented", evidence="contract", at=0, until=10)
    job.add("ended", permission=ended)
    withdrawn, stays = job.add("withdrawn"), job.add("stays")
    published(job)
    assert opened(job).manifest.left_out == {LAPSED: 2}
    assert opened(job).manifest.num_videos == 2
    with job.records.writing() as connection:
        # As the videos job knows it by now.
        connection.execute(
            insert(videos).values(
                id=withdrawn.id, url="", host="", query="", product_type="", state="denied",
                permission="", seen_at=0, changed_at=0,
            )
        )  # fmt: skip
    assert published(job).version == 2
    assert {row["video"] for row in opened(job).rows()} == {stays.id}


def test_a_permission_that_was_asked_for_again_holds_on(job: Job) -> None:
    lapsed = Permission(kind="trainable", evidence="api", at=0, until=10)
    renewed = lapsed.model_copy(update={"until": 4e9})
    video = job.add("renewed", permission=lapsed)
    with job.records.writing() as connection:
        connection.execute(
            insert(videos).values(
                id=video.id, url="", host="", query="", product_type="", state="downloaded",
                permission=renewed.model_dump_json(), seen_at=0, changed_at=0,
            )
        )  # fmt: skip
    published(job)
    assert {row["permission"]["until"] for row in opened(job).rows()} == {4e9}


def test_only_videos_that_are_done_are_published(job: Job) -> None:
    job.add("done")
    half = job.add("half")
    with job.records.writing() as connection:
        connection.execute(update(rows).where(rows.c.id == half.id).values(state="captioned"))
    published(job)
    assert {row["video"] for row in opened(job).rows()} == {"test:done"}


def test_a_dataset_that_is_not_there_is_told(tmp_path: Path, job: Job) -> None:
    with pytest.raises(NotWhole, match="there is no folder"):
        Dataset.open(str(tmp_path / "nowhere"))
    with pytest.raises(NotWhole, match="has no version of a dataset"):
        Dataset.open(str(tmp_path))
    job.add("a")
    published(job)
    with pytest.raises(NotWhole, match="has no version 7"):
        opened(job, 7)
    with pytest.raises(ValueError, match=r"no bucket x, there are 16x9-17f-1p"):
        list(opened(job).bucket("x"))
    manifest = job.folder / "datasets" / job.dataset / "v1" / "manifest.json"
    manifest.write_text(manifest.read_text("utf-8").replace('"format": 1', '"format": 2'))
    with pytest.raises(NotWhole, match=r"v1/manifest\.json: Input should be less than"):
        opened(job)


@pytest.mark.parametrize("name", ["", "../x", ".x", "a/b", "a b"])
def test_a_name_that_is_none_is_refused(job: Job, name: str) -> None:
    job.dataset = name
    with pytest.raises(ValueError, match="cannot name a dataset"):
        published(job)
    assert not (job.folder / "datasets").exists()


def test_a_file_that_was_changed_is_found(job: Job) -> None:
    job.add("a")
    shard = next(Path(published(job).manifest).parent.glob("shards/*/*.tar"))
    shard.write_bytes(shard.read_bytes()[:-1] + b"x")
    assert opened(job).broken() == [str(shard.relative_to(shard.parents[2]))]


def test_datasets_that_are_begun_at_the_same_time_are_all_remembered(tmp_path: Path) -> None:
    names = [f"set-{n}" for n in range(12)]
    start = threading.Barrier(len(names))

    def begin(name: str) -> None:
        start.wait()
        register(str(tmp_path), name)

    threads = [threading.Thread(target=begin, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    register(str(tmp_path), "set-3")
    assert sorted(datasets_at(str(tmp_path))) == sorted(names)


def test_a_bucket_holds_a_dataset_as_a_folder_does(
    job: Job, moto_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not on rclone's server, which answers a range with the whole."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto_url)
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
    url = f"s3://{BUCKET}/captioned"
    gone = job.add("gone", 3)
    job.add("stays", 2)
    files = {clip: job.file(key) for clip, key in job.file_keys().items()}
    made = published(job, url, SMALL)
    assert made.manifest == f"{url}/films/v1/manifest.json"
    dataset = Dataset.open(f"{url}/films")
    assert {row["clip"]: dataset.clip(row) for row in dataset.rows()} == files
    assert dataset.broken() == []

    job.bury(gone)
    assert remove_video(job.records, url, gone.id) == 3
    dataset = Dataset.open(f"{url}/films")
    assert dataset.manifest.revision == 2
    assert dataset.broken() == []
    assert {row["clip"]: dataset.clip(row) for row in dataset.rows()} == {
        clip: data for clip, data in files.items() if not clip.startswith(gone.id)
    }
    assert all(len(list(dataset.bucket(name))) for name in dataset.manifest.buckets)
    store = S3Store(
        BUCKET,
        prefix="captioned",
        config={"endpoint": moto_url, "virtual_hosted_style_request": False},
        client_options={"allow_http": True},
    )
    found = {
        item["path"]: bytes(obstore.get(store, item["path"]).bytes())
        for batch in obstore.list(store)
        for item in batch
    }
    named = {name.removeprefix("films/v1/") for name in found if name.startswith("films/v1/")}
    assert named == {"manifest.json", *dataset.manifest.files}
    assert not [name for name, data in found.items() if gone.id.encode() in data]
    assert published(job, url, SMALL).version == 1


def test_a_bucket_that_is_not_there_is_told(
    job: Job, moto_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("ENDPOINT_URL", moto_url), ("REGION", "us-east-1")):
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
    with pytest.raises(VaultUnavailable, match="s3://no-such-bucket: there is no such bucket"):
        published(job, "s3://no-such-bucket")


def test_a_full_disk_is_told_and_leaves_nothing_half_written(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    job.add("a")

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(VaultFull, match="is full: free some space"):
            published(job)
    assert not list((job.folder / "datasets").rglob("*.new"))
    assert published(job).num_clips == 2


@given(st.integers(1, 8000), st.integers(1, 8000), st.integers(1, 10_000))
def test_every_clip_has_a_bucket_that_promises_no_more_than_it_has(
    width: int, height: int, num_frames: int
) -> None:
    bucket = bucket_of(width, height, num_frames)
    assert bucket.frames in FRAMES
    assert bucket.side in SIDES
    assert bucket.frames <= num_frames
    assert bucket.side <= min(width, height)
    turned = bucket_of(height, width, num_frames)
    assert (turned.across, turned.down) == (bucket.down, bucket.across)


def test_buckets_are_named_by_their_shape() -> None:
    assert bucket_of(1920, 1080, 100).name == "16x9-81f-1080p"
    assert bucket_of(608, 1080, 97).name == "9x16-81f-480p"
    with pytest.raises(ValueError, match="0 frames of 2x2"):
        bucket_of(2, 2, 0)


@given(st.lists(st.text(), unique=True, max_size=20), st.data())
def test_what_is_in_it_is_told_alike_in_any_order_and_without_what_was_taken_out(
    texts: list[str], data: st.DataObject
) -> None:
    digests = [hashlib.sha256(text.encode("utf-8", "replace")).hexdigest() for text in texts]
    whole, shuffled, left = RowsDigest(), RowsDigest(), RowsDigest()
    kept = data.draw(st.sets(st.sampled_from(digests))) if digests else set[str]()
    for one in digests:
        whole.add(one)
    for one in data.draw(st.permutations(digests)):
        shuffled.add(one)
    for one in digests:
        if one in kept:
            left.add(one)
    assert str(whole) == str(shuffled)
    assert whole.less(str(whole), left) == str(left)


@given(st.text(min_size=1, max_size=200))
def test_a_sample_s_name_has_no_dot_and_no_slash(clip: str) -> None:
    assert sample_key(clip.encode("utf-8", "replace").decode()).isalnum()
