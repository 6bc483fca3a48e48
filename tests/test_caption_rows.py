"""One durable row a video: never lost, never twice, whatever process dies."""

import time
from collections.abc import Iterator

import pytest
from sqlalchemy import insert, select, update

from conte.clip import EngineId
from conte.clip_caption import CaptionProvenance, ClipCaption
from crawl.caption.dataset_run import Busy, DatasetRun, LostRun, OtherSettings
from crawl.caption.rows import FoundClip, Rows
from crawl.dataset.outcomes import outcomes_of
from crawl.records.database import open_records
from crawl.records.tables import datasets, tombstones
from crawl.records.tables import rows as table
from serve.database.clock import db_now
from serve.database.engine import Database
from tests.caption_rows import a_shot, a_stream, a_video

MEASURED = CaptionProvenance(
    engines=(EngineId(name="measured", revision="1", label="measured"),), prompt_versions=(None,)
)
CAPTION = ClipCaption(language="ko", short="파란 화면이 보인다.", long="파란 화면이 가만히 보인다.")


@pytest.fixture
def records(ledger_url: str) -> Iterator[Database]:
    records = open_records(ledger_url)
    yield records
    records.close()


@pytest.fixture
def rows(records: Database) -> Rows:
    return rows_of(begun(records), records)


def begun(records: Database, settings: dict[str, object] | None = None) -> DatasetRun:
    return DatasetRun.begin(records, "clips", 100, settings or {"bound": 1})


def rows_of(run: DatasetRun, records: Database) -> Rows:
    return Rows(records, run.name, run.id)


def killed(records: Database) -> None:
    """What time does to a run whose heart no longer beats."""
    with records.writing() as connection:
        connection.execute(update(datasets).values(beat_at=datasets.c.beat_at - 3600))


def silent_s(records: Database) -> float:
    with records.asking() as connection:
        return connection.execute(select(db_now() - datasets.c.beat_at)).scalar_one()


def test_a_manifest_that_is_read_again_adds_only_what_is_new(rows: Rows) -> None:
    assert rows.enlist([a_video("a"), a_video("b"), a_video("a")]) == 2
    assert rows.enlist([a_video("b"), a_video("c")]) == 1
    assert rows.left("waiting", 0, 10) == ["test:a", "test:b", "test:c"]
    assert rows.left("waiting", 1, 2) == ["test:b"]
    assert rows.last_position() == 2


def test_a_video_without_permission_is_filtered_before_anybody_looks_at_it(rows: Rows) -> None:
    rows.enlist([a_video("a", permission=None)])
    assert rows.counts() == {"filtered": 1}
    assert rows.begin("test:a", 5) is None


def test_a_removed_video_does_not_come_back(records: Database, rows: Rows) -> None:
    with records.writing() as connection:
        connection.execute(insert(tombstones).values(id="test:a", reason="asked for", at=0))
    rows.enlist([a_video("a")])
    assert rows.counts() == {"removed": 1}


def test_a_removed_video_does_not_come_back_as_a_row_that_has_its_id_again(
    records: Database, rows: Rows
) -> None:
    with records.writing() as connection:
        connection.execute(insert(tombstones).values(id="test:a", reason="asked for", at=0))
    rows.enlist([a_video("a~again-0123456789ab", left_out="row 1 has the same id", title="a")])
    assert rows.counts() == {"removed": 1}
    with records.asking() as connection:
        assert '"title":""' in connection.execute(select(table.c.source)).scalar_one()


def test_a_video_that_was_removed_while_it_waited_is_not_begun(
    records: Database, rows: Rows
) -> None:
    rows.enlist([a_video("a")])
    with records.writing() as connection:
        connection.execute(insert(tombstones).values(id="test:a", reason="asked for", at=0))
    assert rows.begin("test:a", 5) is None
    assert rows.counts() == {"removed": 1}


def test_what_is_finished_is_not_begun_again(rows: Rows) -> None:
    rows.enlist([a_video("a")])
    assert rows.begin("test:a", 5) is not None
    found = [FoundClip(a_shot(0, 100), "", ((512, 9),)), FoundClip(a_shot(100, 110), "short", ())]
    assert rows.analysed("test:a", a_stream(), found, {"analyse": 1.5}) == "analysed"
    assert rows.begin("test:a", 5) is None
    assert [clip.id for clip in rows.kept_clips("test:a", "analysed")] == ["test:a#0-100"]


def test_a_video_of_which_no_clip_is_left_tells_why(rows: Rows) -> None:
    rows.enlist([a_video("a"), a_video("b")])
    rows.begin("test:a", 5)
    found = [FoundClip(a_shot(0, 10), "duration_s 0.4 < 2", ())] * 2
    assert rows.analysed("test:a", a_stream(), found[:1], {}) == "filtered"
    rows.begin("test:b", 5)
    assert rows.analysed("test:b", a_stream(), [], {}) == "filtered"
    assert rows.counts() == {"filtered": 2}


def test_a_failure_is_tried_again_until_the_attempts_are_used_up(rows: Rows) -> None:
    rows.enlist([a_video("a")])
    states: list[str] = []
    while rows.begin("test:a", 5):
        states.append(rows.failed("test:a", "the decoder died", 3))
    assert states == ["waiting", "waiting", "quarantined"]


def test_a_killed_worker_is_not_the_video_s_fault_for_a_while(rows: Rows) -> None:
    rows.enlist([a_video("a")])
    begun = 0
    while rows.begin("test:a", 3):
        begun += 1
    assert begun == 4, "the first time, and once after each of three deaths"
    assert rows.counts() == {"quarantined": 1}


def test_quarantined_videos_may_be_tried_once_more(rows: Rows) -> None:
    rows.enlist([a_video("a")])
    rows.begin("test:a", 5)
    rows.failed("test:a", "too large", 1)
    assert rows.retry("quarantined") == 1
    assert rows.begin("test:a", 5) is not None


def test_a_duplicate_is_left_out_and_its_video_with_it_when_none_is_left(rows: Rows) -> None:
    rows.enlist([a_video("a"), a_video("b")])
    for name in ("test:a", "test:b"):
        rows.begin(name, 5)
        rows.analysed(name, a_stream(), [FoundClip(a_shot(0, 100), "", ())], {})
    rows.duplicates({"test:b#0-100": "test:a#0-100"})
    assert rows.counts() == {"analysed": 1, "filtered": 1}
    assert rows.kept_clips("test:b", "duplicate")[0].id == "test:b#0-100"


def test_a_clip_is_captioned_by_itself_so_that_none_is_asked_for_twice(rows: Rows) -> None:
    rows.enlist([a_video("a")])
    rows.begin("test:a", 5)
    found = [FoundClip(a_shot(0, 100), "", ()), FoundClip(a_shot(100, 240), "", ())]
    rows.analysed("test:a", a_stream(), found, {"analyse": 1.0})
    rows.captioned_clip("test:a#0-100", CAPTION, MEASURED, "")
    assert [clip.id for clip in rows.kept_clips("test:a", "analysed")] == ["test:a#100-240"]
    rows.captioned_clip("test:a#100-240", None, None, "caption: it refused")
    rows.ended("test:a", "captioned", {"caption": 2.0})
    (clip,) = rows.kept_clips("test:a", "captioned")
    assert clip.caption == CAPTION
    rows.cut("test:a", {clip.id: "clips/" + "0" * 64 + ".mp4"}, {"cut": 0.5})
    assert rows.counts() == {"done": 1}


def test_one_run_at_a_time_works_on_a_dataset(records: Database) -> None:
    begun(records)
    with pytest.raises(Busy, match="heart beat"):
        begun(records)


def test_a_run_that_was_killed_is_taken_over_and_can_write_nothing_more(
    records: Database,
) -> None:
    older = rows_of(begun(records), records)
    older.enlist([a_video("a")])
    older.begin("test:a", 5)
    killed(records)
    newer = rows_of(begun(records), records)
    with pytest.raises(LostRun):
        older.analysed("test:a", a_stream(), [], {})
    with pytest.raises(LostRun):
        older.enlist([a_video("b")])
    assert newer.begin("test:a", 5) is not None


def test_a_heart_that_beats_keeps_the_dataset_and_one_that_was_lost_knows_it(
    records: Database,
) -> None:
    with DatasetRun.begin(records, "clips", 100, {"bound": 1}, stale_s=0.5) as run:
        killed(records)
        while silent_s(records) > 1000:
            time.sleep(0.01)
        with pytest.raises(Busy):
            begun(records)
        with records.writing() as connection:
            connection.execute(update(datasets).values(run="somebody else"))
        assert run.lost.wait(300)


def test_a_run_that_ended_leaves_the_dataset_to_the_next(records: Database) -> None:
    with begun(records):
        pass
    begun(records)


def test_a_dataset_keeps_to_the_settings_that_it_was_begun_with(records: Database) -> None:
    with begun(records, {"filters": {"min_s": 2, "max_s": 20}, "caption": {"engine": "measured"}}):
        pass
    with pytest.raises(OtherSettings, match=r"filters\.min_s was 2, is 3"):
        begun(records, {"filters": {"min_s": 3, "max_s": 20}, "caption": {"engine": "measured"}})


def test_a_video_that_its_manifest_leaves_out_is_a_row_with_that_reason(
    records: Database, rows: Rows
) -> None:
    rows.enlist([a_video("a", left_out="an empty file"), a_video("b", uri="first"), a_video("b")])
    assert rows.counts() == {"filtered": 1, "waiting": 1}
    outcomes = outcomes_of(records, "clips")
    assert outcomes.videos_left_out == {"an empty file": 1}
    begun = rows.begin("test:b", 5)
    assert begun is not None and begun.source.uri == "first"


def test_an_id_under_which_the_dataset_has_another_file_is_told(rows: Rows) -> None:
    rows.enlist([a_video("a"), a_video("b"), a_video("c", uri="https://site.example/c?signed=1")])
    again = [
        a_video("a", uri="/elsewhere/a.mp4"),
        a_video("b"),
        a_video("c", uri="https://site.example/c?signed=2"),
        a_video("d"),
    ]
    assert rows.known_as_others(again) == ["test:a"]
    assert rows.enlist(again) == 1
    begun = rows.begin("test:a", 5)
    assert begun is not None and begun.source.uri == "/videos/a.mp4"
