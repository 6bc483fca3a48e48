"""Leases: one director a production, fences that stop the one before, takeovers that are bounded."""

import inspect
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import psycopg
import pytest

from conte.events import ProductionTakenOver
from conte.production import EventKind, Failure, State
from conte.revision.take_order import TakeOrder
from serve.ledger.errors import LeaseLost, VersionConflict
from serve.ledger.leases import Claim
from serve.ledger.ledger import Ledger
from tests import databases, on_ledger
from tests.front_door import eventually
from tests.on_ledger import CONTE, PROVENANCE, WRITTEN, accept, claim, claimed, clip, film, story

TAKE = TakeOrder(number=1, cut="c_0123456789ab", version=1, tier="draft", seed=1)
FAILURE = Failure(stage="clip", cut=1, reason="no memory")

Write = Callable[[Ledger, Claim], object]
WRITES: dict[str, Write] = {
    "renew": lambda ledger, held: ledger.renew(held, 60),
    "release": lambda ledger, held: ledger.release(held),
    "park": lambda ledger, held: ledger.park(held, 60),
    "clip_waits": lambda ledger, held: ledger.clip_waits(held, 1, 1, "final", "gpu", 9.0),
    "enter": lambda ledger, held: ledger.enter(held, State.EDITING),
    "append": lambda ledger, held: ledger.append(held, "x", WRITTEN),
    "append_many": lambda ledger, held: ledger.append_many(held, [("x", WRITTEN, None)]),
    "add_version": lambda ledger, held: ledger.add_version(held, 1, CONTE, (), PROVENANCE, "x"),
    "start_clip": lambda ledger, held: ledger.start_clip(held, 1, 1, "draft", "x", 1),
    "record_clip": lambda ledger, held: ledger.record_clip(held, 1, clip(1), "x", 5.0),
    "record_clip_failure": lambda ledger, held: ledger.record_clip_failure(
        held, 1, FAILURE, "draft"
    ),
    "record_film": lambda ledger, held: ledger.record_film(held, 1, film(), "x"),
    "finish": lambda ledger, held: ledger.finish(held, 1, film(), "x"),
    "record_take": lambda ledger, held: ledger.record_take(held, TAKE, clip(1), "x", 5.0),
    "record_take_failure": lambda ledger, held: ledger.record_take_failure(
        held, TAKE, FAILURE, "x"
    ),
    "finish_takes": lambda ledger, held: ledger.finish_takes(held, "x"),
    "fail": lambda ledger, held: ledger.fail(held, FAILURE, "x"),
    "cancelled": lambda ledger, held: ledger.cancelled(held, "x"),
}


def test_every_method_that_takes_a_claim_is_tried_below() -> None:
    methods = inspect.getmembers(Ledger, inspect.isfunction)
    # A video's claim is another type; tests/test_videos_ledger.py tries its methods.
    assert {
        name
        for name, f in methods
        if "claim" in (p := inspect.signature(f).parameters) and p["claim"].annotation == "Claim"
    } == set(WRITES)


def test_a_claim_that_ends_productions_of_two_tenants_locks_one_tenant_at_a_time(
    postgresql_url: str,
) -> None:
    url = databases.new_schema(postgresql_url)
    ledger = databases.opened_ledger(url)
    gone = [claimed(ledger, tenant).production.id for tenant in ("a", "b")]
    for production in gone:
        ledger.ask_cancel(production)
        on_ledger.let_lease_end(url, production)
    with ThreadPoolExecutor(1) as pool:
        with psycopg.connect(url) as other:
            other.execute("SELECT name FROM tenants WHERE name = 'b' FOR UPDATE")
            claiming = pool.submit(ledger.claim, "director-2", 60)
            # It waits for b's row; another claim that holds it and wants a's may go on.
            eventually(lambda: ledger.get(gone[0]).state.ended, within_s=60)
            assert not ledger.get(gone[1]).state.ended
        assert claiming.result() is None
    assert ledger.get(gone[1]).state is State.CANCELLED
    ledger.close()


def _everything(ledger: Ledger, production: str) -> tuple[object, ...]:
    return ledger.get(production), on_ledger.all_events(ledger, production), ledger.figures().gpu_s


def _taken_over(ledger: Ledger, url: str, held: Claim) -> None:
    on_ledger.let_lease_end(url, held.production.id)
    assert claim(ledger, "director-2").taken_over


def _taken_back(ledger: Ledger, url: str, held: Claim) -> None:
    """The same director claims again: its earlier claim must not pass for the new one."""
    on_ledger.let_lease_end(url, held.production.id)
    assert claim(ledger, held.owner).fence == held.fence + 1


def _done(ledger: Ledger, url: str, held: Claim) -> None:
    on_ledger.finish(ledger, held)


def _cancelled(ledger: Ledger, url: str, held: Claim) -> None:
    on_ledger.let_lease_end(url, held.production.id)
    ledger.ask_cancel(held.production.id)


def _released(ledger: Ledger, url: str, held: Claim) -> None:
    ledger.release(held)


@pytest.mark.parametrize("lose", [_taken_over, _taken_back, _done, _cancelled, _released])
def test_a_director_that_lost_its_lease_writes_nothing(
    ledger: Ledger, ledger_url: str, lose: Callable[[Ledger, str, Claim], None]
) -> None:
    held = claimed(ledger)
    lose(ledger, ledger_url, held)
    before = _everything(ledger, held.production.id)
    for name, write in WRITES.items():
        with pytest.raises(LeaseLost, match="director-1"):
            write(ledger, held)
        assert _everything(ledger, held.production.id) == before, name


@pytest.mark.parametrize("write", ["add_version", "record_clip", "record_film", "append"])
def test_what_stands_already_still_asks_for_the_lease(
    ledger: Ledger, ledger_url: str, write: str
) -> None:
    tries: dict[str, Write] = WRITES | {
        "append": lambda ledger, held: ledger.append(held, "x", WRITTEN, "once")
    }
    held = claimed(ledger)
    tries[write](ledger, held)
    tries[write](ledger, held)
    _taken_over(ledger, ledger_url, held)
    with pytest.raises(LeaseLost):
        tries[write](ledger, held)


def test_a_lease_that_ended_goes_on_if_nobody_took_over(ledger: Ledger, ledger_url: str) -> None:
    held = claimed(ledger)
    on_ledger.let_lease_end(ledger_url, held.production.id)
    assert not ledger.renew(held, on_ledger.LEASE_S)
    assert ledger.claim("director-2", 60) is None
    on_ledger.finish(ledger, held)


def test_nobody_claims_what_is_held(ledger: Ledger) -> None:
    assert ledger.claim("director-1", 60) is None
    claimed(ledger)
    assert ledger.claim("director-1", 60) is None
    assert ledger.claim("director-2", 60) is None


def test_a_takeover_is_told_and_what_was_made_is_kept(ledger: Ledger, ledger_url: str) -> None:
    held = claimed(ledger)
    on_ledger.write_conte(ledger, held)
    ledger.record_clip(held, 1, clip(1), "fake@1", 1.0)
    ledger.start_clip(held, 1, 2, "draft", "draft", 1)
    on_ledger.let_lease_end(ledger_url, held.production.id)
    second = claim(ledger, "director-2")
    assert second.taken_over and second.fence == held.fence + 1
    assert second.production.version == 1
    assert [cut.state for cut in second.production.cuts] == ["ready", *["waiting"] * 3]
    told = ledger.events(held.production.id, 0)[-1]
    assert (told.kind, told.by) == (EventKind.TAKEN_OVER, "director-2")
    assert told.data == ProductionTakenOver(previous="director-1", takeovers=1)
    assert ledger.figures().takeovers == {"a": 1}


def test_a_release_is_claimed_at_once_and_is_no_takeover(ledger: Ledger) -> None:
    held = claimed(ledger)
    ledger.release(held)
    second = claim(ledger, "director-2")
    assert not second.taken_over
    assert story(ledger, held.production.id) == ["production.accepted"]


def test_a_production_that_kills_its_directors_fails_with_the_reason(
    ledger: Ledger, ledger_url: str
) -> None:
    production = accept(ledger)
    for n in range(3):
        held = ledger.claim(f"director-{n}", 60, max_takeovers=2)
        assert held is not None and held.taken_over == (n > 0)
        on_ledger.let_lease_end(ledger_url, production)
    following = accept(ledger)
    held = ledger.claim("director-9", 60, max_takeovers=2)
    assert held is not None and held.production.id == following
    failed = ledger.get(production)
    assert failed.state == State.FAILED and failed.failure is not None
    assert "3 directors were lost" in failed.failure.reason
    assert story(ledger, production)[-1] == "production.failed"


def test_a_retry_counts_takeovers_anew(ledger: Ledger, ledger_url: str) -> None:
    held = claimed(ledger)
    on_ledger.let_lease_end(ledger_url, held.production.id)
    second = claim(ledger, "director-2")
    on_ledger.write_conte(ledger, second)
    on_ledger.fail_cut(ledger, second, 1)
    ledger.retry_cut(held.production.id, 1, 1)
    claim(ledger)
    on_ledger.let_lease_end(ledger_url, held.production.id)
    third = ledger.claim("director-3", 60, max_takeovers=1)
    assert third is not None and third.taken_over


def test_8_claimers_at_once_never_get_the_same(ledger_url: str) -> None:
    directors = [Ledger.open(ledger_url) for _ in range(4)]
    made = {accept(directors[0], tenant) for tenant in "abc" for _ in range(8)}
    barrier = Barrier(8)

    def claim_all(n: int) -> list[str]:
        barrier.wait()
        got: list[str] = []
        misses = 0
        # On PostgreSQL a claimer skips what another is just claiming, so one None is not the end.
        while misses < 20:
            held = directors[n % 4].claim(f"director-{n}", on_ledger.LEASE_S)
            if held is None:
                misses += 1
            else:
                got.append(held.production.id)
        return got

    with ThreadPoolExecutor(8) as threads:
        got = [one for some in threads.map(claim_all, range(8)) for one in some]
    assert len(got) == len(set(got)) == 24
    assert set(got) == made
    for director in directors:
        director.close()


def test_a_claim_leaves_out_the_tenants_it_is_told_to(ledger: Ledger) -> None:
    accept(ledger, "a")
    assert ledger.claim("director-1", 60, except_tenants=frozenset({"a"})) is None
    accept(ledger, "b")
    held = ledger.claim("director-1", 60, except_tenants=frozenset({"a"}))
    assert held is not None and held.production.tenant == "b"


def test_an_end_is_not_entered_like_a_stage(ledger: Ledger) -> None:
    with pytest.raises(ValueError, match="is an end"):
        ledger.enter(claimed(ledger), State.DONE)


def test_writes_made_together_stand_or_fall_together(ledger: Ledger) -> None:
    held = claimed(ledger)
    with ledger.together():
        ledger.enter(held, State.WRITING)
        ledger.append(held, "x", WRITTEN)
    told = story(ledger, held.production.id)
    with pytest.raises(VersionConflict), ledger.together():  # noqa: PT012
        ledger.start_clip(held, 1, 1, "draft", "x", 1)
        ledger.add_version(held, 9, CONTE, (), PROVENANCE, "x")
    assert story(ledger, held.production.id) == told
    ledger.append(held, "x", WRITTEN)  # and the next transaction is its own
    assert len(story(ledger, held.production.id)) == len(told) + 1
