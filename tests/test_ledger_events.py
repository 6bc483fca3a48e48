"""A production's events: numbered without gaps by all writers, and each `once` written once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from conte.events import ClipProgress
from serve.ledger.ledger import Ledger
from tests.on_ledger import WRITTEN, accept, all_events, claimed, progress


def test_events_have_no_gaps_and_stay_in_order_while_eight_threads_append(ledger: Ledger) -> None:
    held = claimed(ledger)
    barrier = Barrier(8)

    def tell(n: int) -> list[int]:
        barrier.wait()
        numbers: list[int] = []
        for turn in range(10):
            event = ledger.append(held, "draft", progress(cut=n, done=turn))
            assert event is not None
            numbers.append(event.id)
        return numbers

    with ThreadPoolExecutor(8) as threads:
        numbers = list(threads.map(tell, range(8)))
    told = all_events(ledger, held.production.id)
    assert [event.id for event in told] == list(range(1, 82))
    assert [event.at for event in told] == sorted(event.at for event in told)
    assert all(own == sorted(own) for own in numbers)
    for teller in range(8):
        own = [event.data for event in told if isinstance(event.data, ClipProgress)]
        assert [data.progress for data in own if data.cut == teller] == list(range(10))


def test_a_once_event_told_by_eight_threads_is_told_once(ledger: Ledger) -> None:
    held = claimed(ledger)
    barrier = Barrier(8)

    def tell(n: int) -> bool:
        barrier.wait()
        return ledger.append(held, "x", progress(n), "cut/1") is not None

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(tell, range(8))).count(True) == 1
    assert [event.id for event in all_events(ledger, held.production.id)] == [1, 2]
    assert ledger.append(held, "x", WRITTEN, "cut/2") is not None


def test_the_same_once_mark_may_stand_in_each_production(ledger: Ledger) -> None:
    for held in (claimed(ledger), claimed(ledger)):
        assert ledger.append(held, "x", WRITTEN, "cut/1") is not None


def test_many_events_go_in_together_without_those_that_stand(ledger: Ledger) -> None:
    held = claimed(ledger)
    ledger.append(held, "x", WRITTEN, "cut/1")
    told = ledger.append_many(
        held,
        [
            ("x", progress(1), "cut/1"),
            ("x", progress(2), "cut/2"),
            ("x", progress(3), "cut/2"),
            ("x", progress(4), None),
        ],
    )
    assert [(event.id, event.data) for event in told] == [(3, progress(2)), (4, progress(4))]
    assert all_events(ledger, held.production.id)[2:] == told
    assert ledger.append_many(held, []) == ()


def test_events_are_read_from_where_one_was(ledger: Ledger) -> None:
    held = claimed(ledger)
    for n in range(9):
        ledger.append(held, "x", progress(n))
    assert [e.id for e in ledger.events(held.production.id, after=7)] == [8, 9, 10]
    assert [e.id for e in ledger.events(held.production.id, after=2, limit=3)] == [3, 4, 5]
    assert ledger.events(held.production.id, after=10) == ()
    assert ledger.events("prd_none", after=0) == ()


def test_one_question_tells_who_has_news(ledger: Ledger) -> None:
    held = claimed(ledger)
    waits = accept(ledger)
    ledger.append(held, "x", progress(1))
    asked = (held.production.id, waits, "prd_none")
    assert ledger.last_events(asked) == {held.production.id: 2, waits: 1}
    assert ledger.last_events(()) == {}
