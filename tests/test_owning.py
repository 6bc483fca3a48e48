"""One process owns what is served: a second one is refused, and what it deploys is, too."""

import threading

from serve.ledger.ledger import Ledger

LEASE_S = 60.0


def test_a_second_owner_is_refused_until_the_first_one_ends(ledger: Ledger) -> None:
    first = ledger.operating.own("head-1:11", LEASE_S)
    assert first is not None
    assert ledger.operating.own("head-2:22", LEASE_S) is None
    assert ledger.operating.owner() == "head-1:11"
    ledger.operating.disown(first)
    assert ledger.operating.owner() == ""
    assert ledger.operating.own("head-2:22", LEASE_S) is not None


def test_of_two_that_begin_at_once_one_owns_it(ledger: Ledger) -> None:
    together, owned = threading.Barrier(8), list[object]()

    def begin(number: int) -> None:
        together.wait()
        if found := ledger.operating.own(f"head:{number}", LEASE_S):
            owned.append(found)

    threads = [threading.Thread(target=begin, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(owned) == 1


def test_an_owner_that_was_taken_for_dead_may_change_nothing_more(ledger: Ledger) -> None:
    first = ledger.operating.own("head-1:11", 0.0)
    assert first is not None
    assert ledger.operating.owner() == ""
    assert ledger.operating.keep_owning(first, 0.0), "nobody has taken it meanwhile"
    second = ledger.operating.own("head-1:22", LEASE_S)
    assert second is not None
    assert not ledger.operating.keep_owning(first, LEASE_S)
    ledger.operating.disown(first)
    assert ledger.operating.owner() == "head-1:22"
    assert ledger.operating.keep_owning(second, LEASE_S)


def test_an_owner_that_ends_drains_and_the_next_one_claims_again(ledger: Ledger) -> None:
    ledger.operating.drain(on=True, by="sian cluster start")
    assert ledger.draining_since() is not None
    ledger.operating.drain(on=False, by="sian cluster start")
    assert ledger.draining_since() is None


def test_what_an_operator_drained_stays_drained_when_the_owner_starts_again(
    ledger: Ledger,
) -> None:
    for operator_first in (True, False):
        by = [None, "sian cluster start"] if operator_first else ["sian cluster start", None]
        for one in by:
            ledger.operating.drain(on=True, by=one)
        ledger.operating.drain(on=False, by="sian cluster start")
        assert ledger.draining_since() is not None
        ledger.operating.drain(on=False)
        assert ledger.draining_since() is None
