"""The one list of videos: what was seen stays seen, on SQLite and PostgreSQL alike."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import event, insert, select, update

from crawl.permission import Permission
from crawl.records.database import open_records
from crawl.records.tables import tombstones, videos
from crawl.videos.candidate import Candidate, Described, id_of_url, printable
from crawl.videos.video_list import Decision, VideoList
from serve.database.engine import Database

PERMISSION = Permission(kind="consented", evidence="계약 1", at=1.0)


@pytest.fixture
def records(ledger_url: str) -> Iterator[Database]:
    database = open_records(ledger_url)
    yield database
    database.close()


@pytest.fixture
def seen(records: Database) -> VideoList:
    return VideoList(records)


def candidate(number: int, permission: Permission | None = PERMISSION, **given: Any) -> Candidate:
    return Candidate(
        id=f"films.kr:{number}",
        url=f"https://films.kr/{number}",
        permission=permission,
        **given,
    )


def row(records: Database, id_: str) -> Any:
    with records.asking() as connection:
        return connection.execute(select(videos).where(videos.c.id == id_)).one()


def test_what_was_seen_is_not_seen_again(seen: VideoList) -> None:
    assert seen.add([candidate(1), candidate(2)]) == 2
    assert seen.add([candidate(2), candidate(3), candidate(3)]) == 1
    assert seen.counts() == {"permitted": 3}


def test_a_candidate_without_permission_is_nobodys_to_download(seen: VideoList) -> None:
    seen.add([candidate(1, None)])
    assert seen.counts() == {"seen": 1}
    assert seen.hosts() == {}
    assert seen.claim("films.kr:1", "me", 30, 3) is None


def test_a_permission_that_comes_later_is_taken_over_and_none_is_lost(seen: VideoList) -> None:
    seen.add([candidate(1, None), candidate(2)])
    seen.decide([Decision("films.kr:1", None, "nobody has permitted it")])
    seen.add([candidate(1), candidate(2, None)])
    assert seen.counts() == {"permitted": 2}


def test_a_video_that_stands_on_anothers_list_stays_whose_it_was(
    records: Database, seen: VideoList
) -> None:
    seen.add([candidate(1, None, channel="a" * 64), candidate(2, None)])
    seen.add([candidate(1, channel="b" * 64), candidate(2, channel="b" * 64)])
    assert (row(records, "films.kr:1").channel, row(records, "films.kr:1").permission) == (
        "a" * 64,
        "",
    )
    assert row(records, "films.kr:2").channel == "b" * 64
    assert seen.counts() == {"seen": 1, "permitted": 1}


def test_what_is_downloaded_stays_so_when_it_is_listed_again(seen: VideoList) -> None:
    seen.add([candidate(1)])
    claimed = seen.claim("films.kr:1", "me", 30, 3)
    assert claimed is not None
    assert seen.downloaded(claimed, "videos/a.mp4", "", Described(title="하나"))
    seen.add([candidate(1)])
    assert seen.counts() == {"downloaded": 1}
    assert seen.claim("films.kr:1", "me", 30, 3) is None


def test_an_id_with_a_tombstone_is_never_seen_again(records: Database, seen: VideoList) -> None:
    with records.writing() as connection:
        connection.execute(insert(tombstones).values(id="films.kr:1", reason="asked for", at=0))
    assert seen.add([candidate(1), candidate(2)]) == 1
    assert seen.is_removed("films.kr:1")


def test_of_many_workers_one_has_a_video(seen: VideoList) -> None:
    seen.add([candidate(1)])
    with ThreadPoolExecutor(8) as pool:
        claims = list(pool.map(lambda n: seen.claim("films.kr:1", f"{n}", 30, 3), range(16)))
    assert sum(claim is not None for claim in claims) == 1


def test_a_lease_that_shows_no_life_ends_and_its_holder_can_write_nothing(
    records: Database, seen: VideoList
) -> None:
    seen.add([candidate(1)])
    first = seen.claim("films.kr:1", "first", 30, 3)
    assert first is not None
    assert seen.alive(first, 30)
    with records.writing() as connection:  # half a minute later
        connection.execute(update(videos).values(try_at=0.0))
    second = seen.claim("films.kr:1", "second", 30, 3)
    assert second is not None
    assert second.attempts == 1  # whoever had it died over it
    assert not seen.alive(first, 30)
    assert not seen.downloaded(first, "videos/a.mp4", "", Described())
    assert seen.downloaded(second, "videos/b.mp4", "", Described())
    assert row(records, "films.kr:1").analysis_key == "videos/b.mp4"


def test_a_video_that_its_workers_die_over_is_given_up_with_the_reason(
    records: Database, seen: VideoList
) -> None:
    seen.add([candidate(1)])
    for owner in "abc":
        seen.claim("films.kr:1", owner, 30, 3)
        with records.writing() as connection:
            connection.execute(update(videos).values(try_at=0.0))
    assert seen.claim("films.kr:1", "d", 30, 3) is None
    assert row(records, "films.kr:1").state == "failed"
    assert "died, 3 times" in row(records, "films.kr:1").reason
    assert seen.retry_failed() == 1
    assert seen.claim("films.kr:1", "e", 30, 3) is not None


def test_a_hosts_quiet_costs_a_video_no_attempt_and_its_own_failures_do(
    records: Database, seen: VideoList
) -> None:
    seen.add([candidate(1)])
    for _ in range(9):
        claimed = seen.claim("films.kr:1", "me", 30, 2)
        assert claimed is not None
        assert seen.later(claimed, "the host rests", 0.0, 0) == "permitted"
    for expected in ("permitted", "failed"):
        claimed = seen.claim("films.kr:1", "me", 30, 2)
        assert claimed is not None
        assert seen.later(claimed, "it broke off", 0.0, 2) == expected


def test_nobody_waits_for_a_host_that_is_stopped(seen: VideoList) -> None:
    assert seen.next_at() is None
    seen.add([candidate(1)])
    wait_s = seen.next_at()
    assert wait_s is not None and wait_s <= 0
    assert seen.next_at(["films.kr"]) is None


def test_a_permission_that_has_ended_is_none(records: Database, seen: VideoList) -> None:
    over = PERMISSION.model_copy(update={"until": 2.0})
    seen.add([candidate(1, over)])
    assert seen.claim("films.kr:1", "me", 30, 3) is None
    assert row(records, "films.kr:1").state == "denied"
    assert row(records, "films.kr:1").reason == "the permission has ended"


def test_withdrawn_consent_stops_what_is_not_downloaded_and_what_is(
    records: Database, seen: VideoList
) -> None:
    ours, theirs = "a" * 64, "b" * 64
    seen.add([candidate(n, channel=ours) for n in (1, 2)] + [candidate(3, channel=theirs)])
    claimed = seen.claim("films.kr:1", "me", 30, 3)
    assert claimed is not None
    seen.downloaded(claimed, "videos/a.mp4", "", Described())
    assert seen.apply_consents({theirs: PERMISSION}) == (0, 2)
    assert seen.counts() == {"denied": 2, "permitted": 1}
    assert row(records, "films.kr:1").permission == ""
    # Given again, what lies in the vault is not downloaded a second time.
    assert seen.apply_consents({ours: PERMISSION, theirs: PERMISSION}) == (2, 0)
    assert seen.counts() == {"downloaded": 1, "permitted": 2}


def test_a_consent_that_is_new_reaches_what_was_denied_before(seen: VideoList) -> None:
    seen.add([candidate(1, None, channel="a" * 64)])
    seen.decide([Decision("films.kr:1", None, "nobody has permitted it")])
    assert seen.apply_consents({"a" * 64: PERMISSION}) == (1, 0)
    assert seen.hosts() == {"films.kr": 1}


def test_a_long_list_is_put_down_in_few_statements_and_read_by_its_indexes(
    records: Database, seen: VideoList
) -> None:
    number = 30_000
    statements = 0

    def count(*_: Any) -> None:
        nonlocal statements
        statements += 1

    engine = records._engine  # pyright: ignore[reportPrivateUsage]
    event.listen(engine, "before_cursor_execute", count)
    assert seen.add(candidate(n, None) for n in range(number)) == number
    assert statements <= number / 10_000 + 5
    assert seen.counts() == {"seen": number}
    assert len(seen.undecided(50, 1.0)) == 50
    # What is asked for each video is found by an index, and nothing is sorted for it.
    asked: list[Any] = []
    event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2:4]))
    seen.undecided(50, 1.0)
    seen.due("films.kr", 16)
    seen.next_at()
    if engine.dialect.name == "sqlite":
        with records.asking() as connection:
            for statement, values in list(asked):
                plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
                told = " ".join(row.detail for row in plan)
                assert "USING" in told and "INDEX crawled_videos_by" in told
                assert "SCAN" not in told and "B-TREE" not in told


def test_an_id_made_of_a_url_is_one_that_a_manifest_takes() -> None:
    made = id_of_url("https://films.example.kr/watch?v=가나다#top")
    assert made == id_of_url("https://films.example.kr/watch?v=가나다#top")
    assert "#" not in made and " " not in made and made.startswith("films.example.kr:")


def test_foreign_text_is_made_fit_to_be_stored() -> None:
    assert printable("라면\n\x00 \u202e광고\t", 100) == "라면 광고"
    assert printable("가" * 400, 300) == "가" * 300
