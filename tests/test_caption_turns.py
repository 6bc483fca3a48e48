"""A caption stage: a video costs itself alone, and what is no video's fault stops the job."""

import errno
import io
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path

import pytest
from sqlalchemy import select, update

from crawl.caption import job as caption_job
from crawl.caption.captioning import Captioner
from crawl.caption.cutting import Cutter
from crawl.caption.dataset_run import DatasetRun
from crawl.caption.manifest import ManifestError, SourceVideo
from crawl.caption.measuring import Measurer
from crawl.caption.progress import Progress
from crawl.caption.rows import NO_PERMISSION, LostVideo
from crawl.caption.settings import BoundSettings, CaptionJobSettings
from crawl.caption.stage_end import SKIPPED, StageEnd
from crawl.caption.turn import Turns
from crawl.caption.work import CaptionContext, CaptionWork
from crawl.records.tables import clips, datasets, rows
from deployments.engines.chat import ModelAway
from deployments.engines.paid import BudgetSpent
from serve.database.errors import DatabaseUnavailable
from serve.vault.errors import Missing, VaultFull, VaultUnavailable
from tests.caption_rows import a_stream, a_video
from tests.captioned_videos import Job
from tests.videos_home import CONSENT, Candidate, Home


@pytest.fixture
def job(tmp_path: Path) -> Iterator[Job]:
    """Two videos that are analysed, with key frames."""
    job = Job.in_folder(tmp_path)
    for name in ("a", "b"):
        job.add(name, 1)
    with job.records.writing() as connection:
        connection.execute(update(rows).values(state="analysed"))
        connection.execute(update(clips).values(state="analysed", caption="", file_key=""))
        connection.execute(update(datasets).values(run="me"))
    yield job
    job.records.close()


def work(job: Job) -> CaptionWork:
    return CaptionWork(CaptionJobSettings(out=job.folder), job.dataset, "me")


def row(job: Job, id_: str) -> tuple[str, str, int, str]:
    with job.records.asking() as connection:
        query = select(rows.c.state, rows.c.reason, rows.c.attempts, rows.c.owner)
        state, reason, attempts, owner = connection.execute(query.where(rows.c.id == id_)).one()
    return state, reason, attempts, owner


def outcomes(ended: Sequence[StageEnd]) -> list[str]:
    return [end.outcome for end in ended]


def lose_frames(job: Job, video: str) -> None:
    with job.records.writing() as connection:
        lost = f'["frames/{"0" * 64}.jpg"]'
        connection.execute(update(clips).where(clips.c.video == video).values(frames=lost))


def test_a_video_that_cannot_be_captioned_is_given_up_and_stops_no_other(job: Job) -> None:
    lose_frames(job, "test:a")
    captioner = Captioner(work(job))
    assert outcomes(captioner(["test:a", "test:b"])) == ["analysed", "captioned"]
    assert outcomes(captioner(["test:a"])) == ["analysed"]
    assert outcomes(captioner(["test:a"])) == ["quarantined"]
    state, reason, _, _ = row(job, "test:a")
    assert state == "quarantined"
    assert "the vault has no frames/0000" in reason
    assert row(job, "test:b")[0] == "captioned"


@pytest.mark.parametrize(
    "error",
    [
        ModelAway("the model's server is away"),
        BudgetSpent("the purse is empty"),
        VaultUnavailable("the bucket cannot be reached"),
        VaultFull("no room is left"),
        DatabaseUnavailable("the database cannot be reached"),
        OSError(errno.ENOSPC, "no room on this node"),
        ExceptionGroup("clips", [ValueError("its own"), ModelAway("the model's server is away")]),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_is_away_or_used_up_stops_the_job_and_counts_against_no_video(
    job: Job, error: Exception
) -> None:
    context, turns = turns_of(job)
    assert context.rows.begin("test:a", 5, "analysed") is not None
    ended = turns.broken("test:a", error)
    assert ended.outcome == "stopped" and ended.reason
    assert row(job, "test:a") == ("analysed", "", 0, "")


@pytest.mark.parametrize(
    "error", [ValueError("odd"), Missing("the vault has no clip"), KeyError("name")], ids=repr
)
def test_any_other_error_is_the_videos_own_and_named(job: Job, error: Exception) -> None:
    context, turns = turns_of(job)
    assert context.rows.begin("test:a", 5, "analysed") is not None
    ended = turns.broken("test:a", error)
    assert (ended.outcome, ended.reason) == ("analysed", f"{type(error).__name__}: {error}")
    assert row(job, "test:a")[2] == 1


def turns_of(job: Job) -> tuple[CaptionContext, Turns]:
    context = work(job).open()
    return context, Turns(context, "analysed", BoundSettings())


@pytest.mark.parametrize("state", ["waiting", "analysed", "captioned"])
def test_a_video_that_its_workers_die_over_is_given_up_at_any_stage(job: Job, state: str) -> None:
    with job.records.writing() as connection:
        connection.execute(update(rows).values(state=state))
    mine = work(job).open().rows
    for _ in range(3):
        assert mine.begin("test:a", 2, state) is not None
    assert mine.begun_before(["test:a", "test:b"]) == {"test:a"}
    assert mine.begin("test:a", 2, state) is None
    assert row(job, "test:a")[:2] == ("quarantined", "whoever worked on it died, 3 times")


def test_videos_whose_worker_died_are_captioned_one_after_another(job: Job) -> None:
    mine = work(job).open().rows
    for video in ("test:a", "test:b"):
        assert mine.begin(video, 5, "analysed") is not None
    assert outcomes(Captioner(work(job))(["test:b", "test:a"])) == ["captioned", "captioned"]
    assert [row(job, video)[0] for video in ("test:b", "test:a")] == ["captioned", "captioned"]


@pytest.mark.parametrize("stage", ["analysed", "ended", "failed", "captioned_clip", "cut"])
def test_a_worker_that_was_given_up_writes_nothing_about_what_another_has_begun(
    job: Job, stage: str
) -> None:
    slow, other = work(job).open().rows, work(job).open().rows
    assert slow.begin("test:a", 5, "analysed") is not None
    assert other.begin("test:a", 5, "analysed") is not None
    before = stored(job)
    (clip,) = other.kept_clips("test:a", "analysed")
    late: dict[str, tuple[object, ...]] = {
        "analysed": ("test:a", a_stream(), [], {}),
        "ended": ("test:a", "captioned", {}),
        "failed": ("test:a", "odd", 3),
        "captioned_clip": (clip.id, None, None, "caption: too late"),
        "cut": ("test:a", {clip.id: "clips/late.mp4"}, {}),
    }
    with nullcontext() if stage == "captioned_clip" else pytest.raises(LostVideo):
        getattr(slow, stage)(*late[stage])
    assert stored(job) == before
    other.ended("test:a", "captioned", {})
    assert row(job, "test:a") == ("captioned", "", 0, "")


def stored(job: Job) -> list[object]:
    with job.records.asking() as connection:
        return [*connection.execute(select(rows)), *connection.execute(select(clips))]


@pytest.mark.parametrize(
    ("stage", "state"),
    [(Measurer, "waiting"), (Captioner, "analysed"), (Cutter, "captioned")],
    ids=["analyse", "caption", "cut"],
)
def test_a_permission_that_was_withdrawn_since_the_manifest_ends_its_video_at_any_stage(
    job: Job, stage: type[Measurer] | type[Captioner] | type[Cutter], state: str
) -> None:
    with job.records.writing() as connection:
        connection.execute(update(rows).values(state=state))
    home = Home.at(job.folder)
    home.context.seen.add([Candidate(id="test:a", url="https://films.kr/a", permission=CONSENT)])
    home.context.seen.withdraw("test:a", "withdrawn")
    (end,) = stage(work(job))(["test:a"])
    assert (end.outcome, end.reason) == ("filtered", NO_PERMISSION)
    assert row(job, "test:a")[:2] == ("filtered", NO_PERMISSION)
    home.context.close()


def test_ends_that_a_dying_worker_stored_and_could_not_tell_are_counted(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Dying:
        """Workers that die after they have stored; what their successors say."""

        def __init__(self, work: CaptionWork, *_: object, **__: object) -> None:
            self._rows = work.open().rows

        def run(
            self, _stage: str, videos: Sequence[str], _at_once: int, _start: int
        ) -> Iterator[tuple[str, StageEnd]]:
            for video in videos:
                after = {"analysed": "captioned", "captioned": "done"}[row(job, video)[0]]
                self._rows.ended(video, after, {})
                yield video, StageEnd(SKIPPED, 0.0)

        def close(self) -> None:
            """They have died."""

    monkeypatch.setattr(caption_job, "StageWorkers", Dying)
    (manifest := job.folder / "videos.jsonl").touch()
    run, out = DatasetRun(job.records, job.dataset, 100, 60), io.StringIO()
    run.id = "me"
    progress = Progress(job.folder / "progress.json", out)
    settings = CaptionJobSettings(out=job.folder)
    caption_job.CaptionJob(settings, run, job.records, progress).caption_videos(manifest)
    progress.told()
    assert out.getvalue().splitlines()[-1].startswith("100.0%: ")


class NoWorkers:
    """Workers that are never called: for what happens before the first video."""

    def __init__(self, *_: object, **__: object) -> None:
        """Start nothing."""

    def close(self) -> None:
        """End nothing."""


@pytest.mark.parametrize("wrong", [True, False])
def test_a_manifest_is_read_once_and_a_wrong_one_lists_nothing(
    job: Job, monkeypatch: pytest.MonkeyPatch, wrong: bool
) -> None:
    manifest = job.folder / "videos.jsonl"
    lines = [a_video(f"new {n}", id=f"test:{n}").model_dump_json() for n in range(3)]
    manifest.write_text("\n".join([*lines, '{"id": 1}'] if wrong else lines))
    read, readings = caption_job.read_manifest, list[Path]()

    def counted(path: Path) -> Iterator[list[SourceVideo]]:
        readings.append(path)
        for videos in read(path):
            yield from ([video] for video in videos)

    monkeypatch.setattr("crawl.caption.manifest.BATCH", 1)
    monkeypatch.setattr(caption_job, "read_manifest", counted)
    monkeypatch.setattr(caption_job, "StageWorkers", NoWorkers)
    monkeypatch.setattr(caption_job.CaptionJob, "_caption_rounds", lambda *_: None)
    run = DatasetRun(job.records, job.dataset, 100, 60)
    run.id = "me"
    progress = Progress(job.folder / "progress.json", io.StringIO())
    settings = CaptionJobSettings(out=job.folder)
    captioning = caption_job.CaptionJob(settings, run, job.records, progress)
    with pytest.raises(ManifestError, match="row 4") if wrong else nullcontext():
        captioning.caption_videos(manifest)
    assert readings == [manifest]
    with job.records.asking() as connection:
        listed = set(connection.execute(select(rows.c.id)).scalars())
    assert listed == {"test:a", "test:b"} | (set() if wrong else {"test:0", "test:1", "test:2"})
