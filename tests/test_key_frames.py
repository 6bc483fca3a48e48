"""Key frames: one file a video, read by ranges; rows of earlier runs, with a file per frame, as well."""

import asyncio
import io
import shutil
import tarfile
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from conte.frozen import digest
from crawl.caption.captioning import Captioner
from crawl.caption.rows import Rows
from crawl.caption.settings import CaptionJobSettings
from crawl.caption.work import CaptionWork
from crawl.dataset import publish
from crawl.dataset.report import read_facts
from crawl.key_frames import KeyFrame, key_frames, packed, read_frames
from crawl.records.database import open_records
from crawl.records.tables import clips, datasets, rows
from crawl.videos.removal import Removal
from serve.vault.vault import Vault
from tests.captioned_videos import Job
from tests.videos_home import Home

JPEGS = {120: b"\xff\xd8 first", 7: b"\xff\xd8 a longer one" * 99, 300: b"\xff\xd8"}
RELEASE = Path(__file__).parent / "releases" / "0.1.0" / "records.db"


@pytest.fixture(params=[False, True], ids=["packed", "a file per frame"])
def job(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Job]:
    job = Job.in_folder(tmp_path, single_frames=request.param)
    job.add("a", 3)
    job.add("b", 1)
    with job.records.writing() as connection:
        connection.execute(update(datasets).values(run="me"))
    yield job
    job.records.close()


def frame_files(job: Job) -> list[Path]:
    return sorted((job.folder / "vault" / "frames").iterdir())


def test_the_file_of_a_video_s_key_frames_is_a_tar_of_jpegs_named_by_their_frames() -> None:
    with tarfile.open(fileobj=io.BytesIO(packed(JPEGS).data), mode="r:") as tar:
        assert tar.getnames() == ["00000007.jpg", "00000120.jpg", "00000300.jpg"]
        files = {member.name: tar.extractfile(member) for member in tar}
        assert [file.read() for file in files.values() if file] == [
            JPEGS[7],
            JPEGS[120],
            JPEGS[300],
        ]


def test_the_ranges_of_key_frames_are_those_of_their_bytes() -> None:
    file = packed(JPEGS)
    found = {n: file.data[at : at + length] for n, (at, length) in file.ranges.items()}
    assert found == JPEGS
    assert packed(dict(reversed(JPEGS.items()))).data == file.data


def test_frames_of_one_file_are_read_by_one_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault, file = Vault.open(str(tmp_path)), packed(JPEGS)
    key = asyncio.run(vault.publish_content("frames", file.data, ".tar"))
    asked: list[tuple[int, int | None]] = []
    streamed = Vault.stream

    async def counted(
        self: Vault, key: str, start: int = 0, end: int | None = None
    ) -> AsyncGenerator[bytes]:
        asked.append((start, end))
        async for part in streamed(self, key, start, end):
            yield part

    monkeypatch.setattr(Vault, "stream", counted)
    frames = [
        KeyFrame(key=key, start=at, end=at + length) for _, (at, length) in file.ranges.items()
    ]
    assert asyncio.run(read_frames(vault, frames)) == [JPEGS[7], JPEGS[120], JPEGS[300]]
    assert asyncio.run(read_frames(vault, frames[1:2])) == [JPEGS[120]]
    assert asked == [(frames[0].start, frames[2].end), (frames[1].start, frames[1].end)]


def test_a_clip_names_ranges_of_its_row_s_file_or_files_of_its_own() -> None:
    assert key_frames("frames/a.tar", "[[512, 10], [1536, 3]]") == (
        KeyFrame(key="frames/a.tar", start=512, end=522),
        KeyFrame(key="frames/a.tar", start=1536, end=1539),
    )
    assert key_frames("", '["frames/b.jpg"]') == (KeyFrame(key="frames/b.jpg"),)


def test_what_the_release_before_recorded_is_read(tmp_path: Path) -> None:
    shutil.copy(RELEASE, tmp_path / "records.db")
    records = open_records(f"sqlite:///{tmp_path}/records.db")
    (clip,) = Rows(records, "clips", "").kept_clips("test:analysed", "analysed")
    assert clip.frames == (KeyFrame(key=f"frames/{digest('analysed')}.webp"),)
    records.close()


def test_a_captioner_sees_the_frames_of_each_clip(job: Job) -> None:
    with job.records.writing() as connection:
        connection.execute(update(rows).values(state="analysed"))
        connection.execute(update(clips).values(state="analysed", caption="", file_key=""))
    work = CaptionWork(CaptionJobSettings(out=job.folder), job.dataset, "me")
    assert [end.outcome for end in Captioner(work)(["test:a", "test:b"])] == ["captioned"] * 2
    frames = [
        frame
        for clip in work.open().rows.kept_clips("test:a", "captioned")
        for frame in asyncio.run(read_frames(job.vault, clip.frames))
    ]
    assert len(frames) == 3 and all(frame.startswith(b"\xff\xd8") for frame in frames)


def test_the_report_shows_them(job: Job) -> None:
    job.clip_left_out(job.add("c", 1), 7, "duplicate", "test:a#0-24")
    where = str(job.folder / "datasets")
    made = publish(job.records, job.vault, where, job.dataset, lambda _, __: None)
    text = Path(made.report).with_suffix(".json").read_bytes()
    facts = read_facts(text)
    assert len(facts.samples) == 5 and all(sample.picture for sample in facts.samples)
    assert [one.picture != "" for one in facts.outcomes.repeated] == [True]
    assert b"frames/" not in text


def test_a_report_of_an_earlier_release_names_the_file_of_a_frame_and_is_read() -> None:
    from crawl.dataset.outcomes import Repeated

    told = {"clip": "a#0-9", "video": "a", "times": 2, "frame": "frames/a.jpg", "picture": "x"}
    assert Repeated.model_validate(told).frame == KeyFrame(key="frames/a.jpg")
    assert Repeated.model_validate(told | {"frame": ""}).frame is None


def test_a_removal_deletes_the_frames_of_its_video_alone(job: Job) -> None:
    before, home = len(frame_files(job)), Home.at(job.folder)
    Removal(home.context).remove(["test:a"], "asked for")
    home.context.close()
    assert (before, len(frame_files(job))) == ((4, 1) if job.single_frames else (2, 1))
    with job.records.asking() as connection:
        assert (
            connection.execute(select(rows.c.frames_key).where(rows.c.id == "test:a")).scalar()
            == ""
        )


def test_frames_that_another_video_has_as_well_stay_until_both_are_gone(job: Job) -> None:
    if job.single_frames:
        shared = select(clips.c.frames).where(clips.c.video == "test:b").scalar_subquery()
        change = update(clips).where(clips.c.video == "test:a").values(frames=shared)
    else:
        shared = select(rows.c.frames_key).where(rows.c.id == "test:b").scalar_subquery()
        change = update(rows).where(rows.c.id == "test:a").values(frames_key=shared)
    with job.records.writing() as connection:
        connection.execute(change)
    before, home = len(frame_files(job)), Home.at(job.folder)
    Removal(home.context).remove(["test:a"], "asked for")
    assert len(frame_files(job)) == before
    Removal(home.context).remove(["test:b"], "asked for")
    home.context.close()
    assert len(frame_files(job)) == before - 1
