"""What clients ask of the ledger: accept once, find, list, cancel, retry. On both databases."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import event

from conte.events import ProductionAccepted
from conte.production import EventKind, State
from serve.ledger.errors import (
    IdempotencyConflict,
    NotCancellable,
    NotFound,
    NotRetryable,
    QueueFull,
    VersionConflict,
)
from serve.ledger.ledger import Ledger
from tests import on_ledger
from tests.on_ledger import (
    BRIEF,
    CONTE,
    PROVENANCE,
    accept,
    claim,
    claimed,
    clip,
    film,
    retried,
    story,
)


def test_what_is_accepted_is_found_as_it_was_sent(ledger: Ledger) -> None:
    production, created = ledger.accept(
        tenant="a", brief=BRIEF, seed=2**31, idempotency_key=None, body_hash="", max_queued=1
    )
    assert created
    assert ledger.get(production.id) == ledger.get(production.id, "a") == production
    assert (production.state, production.brief, production.seed) == (State.QUEUED, BRIEF, 2**31)
    told = ledger.events(production.id, 0)
    assert [event.kind for event in told] == [EventKind.ACCEPTED]
    assert told[0].data == ProductionAccepted(brief=BRIEF, seed=2**31)
    assert told[0].at == pytest.approx(production.created_at, abs=1)


def test_ids_sort_by_the_time_they_were_made(ledger: Ledger) -> None:
    ids = [accept(ledger) for _ in range(5)]
    assert len(set(ids)) == 5
    assert all(len(made) == 30 and made.startswith("prd_") for made in ids)
    assert [made[:13] for made in ids] == sorted(made[:13] for made in ids)


def test_another_tenants_production_is_not_found(ledger: Ledger) -> None:
    production = accept(ledger, "a")
    for ask in (
        lambda: ledger.get(production, "b"),
        lambda: ledger.version(production, 1, "b"),
        lambda: ledger.ask_cancel(production, "b"),
        lambda: ledger.retry_cut(production, 1, 1, "b"),
        lambda: ledger.list("b", limit=1, after=production, state=None),
        lambda: ledger.get("prd_none"),
    ):
        with pytest.raises(NotFound):
            ask()


def test_the_same_key_and_body_are_the_same_production(ledger: Ledger) -> None:
    first = accept(ledger, key="k", body="1")
    assert accept(ledger, key="k", body="1", max_queued=0) == first
    assert accept(ledger, "b", key="k", body="2") != first
    with pytest.raises(IdempotencyConflict):
        accept(ledger, key="k", body="2")
    assert story(ledger, first) == ["production.accepted"]


def test_16_equal_posts_at_once_make_one_production(ledger_url: str) -> None:
    replicas = [Ledger.open(ledger_url) for _ in range(2)]
    barrier = Barrier(16)

    def post(n: int) -> tuple[str, bool]:
        barrier.wait()
        production, created = replicas[n % 2].accept(
            tenant="new", brief=BRIEF, seed=1, idempotency_key="k", body_hash="h", max_queued=9
        )
        return production.id, created

    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(post, range(16)))
    assert len({production for production, _ in answers}) == 1
    assert [created for _, created in answers].count(True) == 1
    assert len(replicas[0].list("new", limit=9, after=None, state=None)[0]) == 1
    for replica in replicas:
        replica.close()


def test_a_full_queue_says_when_to_come_back_and_a_claim_makes_room(ledger: Ledger) -> None:
    accept(ledger, "a", max_queued=2)
    accept(ledger, "a", max_queued=2)
    with pytest.raises(QueueFull, match="2 productions wait, at most 2") as full:
        accept(ledger, "a", max_queued=2)
    assert 1 <= full.value.retry_after_s <= 60
    claim(ledger)
    accept(ledger, "a", max_queued=2)


def test_a_tenant_s_full_queue_is_no_other_s(ledger: Ledger) -> None:
    accept(ledger, "a", max_queued=1)
    accept(ledger, "b", max_queued=1)
    with pytest.raises(QueueFull):
        accept(ledger, "a", max_queued=1)


def test_pages_are_newest_first_and_complete_even_where_times_are_equal(
    ledger: Ledger, ledger_url: str
) -> None:
    made = {accept(ledger) for _ in range(23)}
    _make_times_equal(ledger_url)
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page, cursor = ledger.list("a", limit=5, after=cursor, state=None)
        seen += [production.id for production in page]
        if cursor is None:
            break
        accept(ledger)  # what is new comes before the first page, and moves none of the others
    assert len(seen) == 23 and set(seen) == made
    assert seen == sorted(seen, reverse=True)


def _make_times_equal(url: str) -> None:
    from sqlalchemy import create_engine, update

    from serve.ledger.tables import productions

    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        connection.execute(update(productions).values(created_at=1.0))
    engine.dispose()


def test_a_list_by_state_shows_only_that_state(ledger: Ledger) -> None:
    ids = [accept(ledger) for _ in range(3)]
    ledger.ask_cancel(ids[1], "a")
    cancelled, _ = ledger.list("a", limit=9, after=None, state=State.CANCELLED)
    queued, following = ledger.list("a", limit=2, after=None, state=State.QUEUED)
    assert [production.id for production in cancelled] == [ids[1]]
    assert {production.id for production in queued} == {ids[0], ids[2]}
    assert following is None


def test_a_cursor_that_is_no_production_is_not_found(ledger: Ledger) -> None:
    with pytest.raises(NotFound):
        ledger.list("a", limit=5, after="prd_none", state=None)


def test_a_version_stands_and_never_changes(ledger: Ledger) -> None:
    held = claimed(ledger)
    first = ledger.add_version(held, 1, CONTE, (), PROVENANCE, "composer@1")
    assert ledger.add_version(held, 1, CONTE, (), PROVENANCE, "composer@1") == first
    other = CONTE.model_copy(update={"title": "another"})
    with pytest.raises(VersionConflict):
        ledger.add_version(held, 1, other, (), PROVENANCE, "composer@1")
    with pytest.raises(VersionConflict):
        ledger.add_version(held, 3, other, (), PROVENANCE, "composer@1")
    assert ledger.version(held.production.id, 1, "a") == first
    assert story(ledger, held.production.id).count("conte.ready") == 1
    with pytest.raises(NotFound):
        ledger.version(held.production.id, 2)


def test_a_production_shows_the_state_of_each_cut(ledger: Ledger) -> None:
    held = claimed(ledger)
    ledger.start_clip(held, 1, 2, "draft", "draft", 1)
    production = held.production.id
    assert [(cut.cut, cut.state) for cut in ledger.get(production).cuts] == [(2, "rendering")]
    on_ledger.write_conte(ledger, held)
    assert ledger.record_clip(held, 1, clip(2), "fake@1", 1.0)
    ledger.start_clip(held, 1, 3, "draft", "draft", 2)
    cuts = ledger.get(production).cuts
    assert [cut.state for cut in cuts] == ["waiting", "ready", "rendering", "waiting"]
    assert cuts[1].clip == clip(2) and cuts[2].attempts == 2
    ledger.release(held)
    assert ledger.get(production).cuts[2].state == "waiting"


def test_the_final_clip_takes_the_place_of_the_draft_as_it_lands(ledger: Ledger) -> None:
    held = claimed(ledger)
    on_ledger.write_conte(ledger, held)
    ledger.record_clip(held, 1, clip(1), "fake@1", 0.0)
    ledger.start_clip(held, 1, 1, "final", "final", 1)
    cut = ledger.get(held.production.id).cuts[0]
    assert (cut.state, cut.clip) == ("rendering", clip(1))
    ledger.record_clip(held, 1, clip(1, "final", shot="1"), "fake@1", 9.0)
    cut = ledger.get(held.production.id).cuts[0]
    assert (cut.state, cut.clip) == ("ready", clip(1, "final", shot="1"))


def test_a_clip_is_recorded_and_charged_once(ledger: Ledger) -> None:
    held = claimed(ledger)
    assert ledger.record_clip(held, 1, clip(1), "fake@1", 2.0)
    assert not ledger.record_clip(held, 1, clip(1), "fake@1", 2.0)
    assert story(ledger, held.production.id).count("clip.ready") == 1
    assert ledger.figures().gpu_s == {"a": 2.0}
    # The cut was written anew: another shot, another clip.
    assert ledger.record_clip(held, 1, clip(1, shot="1"), "fake@1", 2.0)
    assert ledger.get(held.production.id).cuts[0].clip == clip(1, shot="1")


def test_a_film_is_recorded_once_and_the_last_one_ends_the_production(ledger: Ledger) -> None:
    held = claimed(ledger)
    on_ledger.write_conte(ledger, held)
    assert ledger.record_film(held, 1, film("draft"), "editor")
    assert not ledger.record_film(held, 1, film("draft"), "editor")
    assert ledger.get(held.production.id).film == film("draft")
    ledger.finish(held, 1, film("final", "1"), "editor")
    production = ledger.get(held.production.id)
    assert (production.state, production.film) == (State.DONE, film("final", "1"))
    told = ["conte.ready", "film.ready", "film.ready", "production.done"]
    assert story(ledger, production.id)[1:] == told


def test_what_waits_is_cancelled_at_once(ledger: Ledger) -> None:
    production = accept(ledger)
    assert ledger.ask_cancel(production, "a").state == State.CANCELLED
    assert ledger.ask_cancel(production, "a").state == State.CANCELLED
    assert story(ledger, production) == ["production.accepted", "production.cancelled"]
    assert ledger.claim("director-1", 60) is None


def test_what_is_directed_is_cancelled_by_its_director(ledger: Ledger) -> None:
    held = claimed(ledger)
    assert not ledger.renew(held, 60)
    for _ in range(2):
        asked = ledger.ask_cancel(held.production.id, "a")
        assert asked.cancel_asked and asked.state == State.QUEUED
    assert ledger.renew(held, 60)
    assert ledger.cancels_asked("director-1") == (held.production.id,)
    assert ledger.cancels_asked("director-2") == ()
    ledger.cancelled(held, "director-1")
    assert ledger.get(held.production.id).state == State.CANCELLED
    assert ledger.cancels_asked("director-1") == ()
    told = ["production.accepted", "production.cancel_asked", "production.cancelled"]
    assert story(ledger, held.production.id) == told


def test_what_has_ended_cannot_be_cancelled(ledger: Ledger) -> None:
    held = claimed(ledger)
    on_ledger.finish(ledger, held)
    with pytest.raises(NotCancellable, match="done"):
        ledger.ask_cancel(held.production.id, "a")


def test_what_lost_its_director_is_cancelled_without_one(ledger: Ledger, ledger_url: str) -> None:
    held = claimed(ledger)
    ledger.ask_cancel(held.production.id, "a")
    on_ledger.let_lease_end(ledger_url, held.production.id)
    assert ledger.claim("director-2", 60) is None
    assert ledger.get(held.production.id).state == State.CANCELLED
    other = claimed(ledger)
    on_ledger.let_lease_end(ledger_url, other.production.id)
    assert ledger.ask_cancel(other.production.id, "a").state == State.CANCELLED


def test_a_failed_cut_is_retried_alone(ledger: Ledger) -> None:
    held = claimed(ledger)
    on_ledger.write_conte(ledger, held)
    for cut in (1, 3, 4):
        ledger.record_clip(held, 1, clip(cut), "fake@1", 1.0)
    failure = on_ledger.fail_cut(ledger, held, 2)
    failed = ledger.get(held.production.id)
    assert (failed.state, failed.failure) == (State.FAILED, failure)
    assert (failed.cuts[1].state, failed.cuts[1].failure) == ("failed", failure)

    again = ledger.retry_cut(held.production.id, 1, 2, "a")
    assert (again.state, again.failure) == (State.QUEUED, None)
    assert [cut.state for cut in again.cuts] == ["ready", "waiting", "ready", "ready"]
    assert story(ledger, held.production.id)[-1] == "production.retried"
    second = claim(ledger, "director-2")
    assert not second.taken_over
    assert [cut.clip for cut in second.production.cuts] == [clip(1), None, clip(3), clip(4)]
    ledger.record_clip(second, 1, clip(2), "fake@1", 1.0)
    ledger.finish(second, 1, film(), "editor")
    assert ledger.get(held.production.id).state == State.DONE


def test_only_a_cut_that_failed_is_retried(ledger: Ledger) -> None:
    held = claimed(ledger)
    production = held.production.id
    with pytest.raises(NotFound):
        ledger.retry_cut(production, 1, 1, "a")
    on_ledger.write_conte(ledger, held)
    with pytest.raises(NotRetryable, match="queued"):
        ledger.retry_cut(production, 1, 2, "a")
    on_ledger.fail_cut(ledger, held, 2)
    with pytest.raises(NotRetryable, match="cut 1 of version 1 has not failed"):
        ledger.retry_cut(production, 1, 1, "a")
    for number, cut in ((1, 5), (1, 0), (2, 1), (0, 1)):
        with pytest.raises(NotFound):
            ledger.retry_cut(production, number, cut, "a")
    ledger.retry_cut(production, 1, 2, "a")
    with pytest.raises(NotRetryable):
        ledger.retry_cut(production, 1, 2, "a")


def test_figures_are_counted_per_tenant(ledger: Ledger) -> None:
    held = claimed(ledger, "a")
    accept(ledger, "a")
    ledger.enter(held, State.WRITING)
    ledger.enter(held, State.WRITING)
    ledger.append(held, "draft", retried())
    ledger.record_clip(held, 1, clip(1), "fake@1", 2.5)
    ledger.record_clip(held, 1, clip(2, reused=True), "fake@1", 0.0)
    accept(ledger, "b")
    figures = ledger.figures()
    assert figures.productions == {
        ("a", State.WRITING): 1, ("a", State.QUEUED): 1, ("b", State.QUEUED): 1
    }  # fmt: skip
    assert figures.queue_depth == {"a": 1, "b": 1}
    assert all(0 <= age < 60 for age in figures.queue_age_s.values())
    assert figures.stages["a", State.QUEUED].times == 1
    assert figures.stages["a", State.WRITING].times == 0
    assert figures.cuts_rendered == {"a": 1, "b": 0}
    assert figures.cuts_reused == {"a": 1, "b": 0}
    assert figures.gpu_s == {"a": 2.5, "b": 0.0}
    assert figures.clip_retries == {"a": 1, "b": 0}


def test_words_that_databases_dislike_are_kept(ledger: Ledger) -> None:
    held = claimed(ledger)
    nasty = "half a file name \udcff, a zero \x00, a quote ' and 한글 🎬"
    ledger.append(held, "draft", retried(nasty))
    told = ledger.events(held.production.id, 1)[0].data
    assert told == retried(nasty.replace("\udcff", "?"))


def test_directors_are_alive_while_they_beat(ledger: Ledger) -> None:
    assert ledger.directors_alive(60) == 0
    for owner in ("director-1", "director-2", "director-1"):
        ledger.beat(owner)
    assert ledger.directors_alive(60) == 2
    assert ledger.directors_alive(-1) == 0


def test_quotes_find_the_latest_takes_without_sorting_all_of_them(ledger: Ledger) -> None:
    asked: list[Any] = []
    database = ledger._database  # pyright: ignore[reportPrivateUsage]
    engine = database._engine  # pyright: ignore[reportPrivateUsage]
    event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2:4]))
    ledger.measured(1)
    (of_takes,) = [one for one in asked if "FROM takes" in one[0]]
    if engine.dialect.name == "sqlite":
        with database.asking() as connection:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {of_takes[0]}", of_takes[1])
            told = " ".join(row.detail for row in plan)
        assert "takes_newest" in told and "B-TREE" not in told
