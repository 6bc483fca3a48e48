"""Whose production is next: by GPU-seconds and weight between tenants, oldest first within one."""

import pytest

from serve.ledger.ledger import Ledger
from tests.on_ledger import LEASE_S, accept, claim, finish


def claim_order(ledger: Ledger, count: int, gpu_s: float = 0.0) -> list[str]:
    """The tenants of the next productions, each finished before the next is claimed."""
    order: list[str] = []
    for _ in range(count):
        held = claim(ledger)
        order.append(held.production.tenant)
        finish(ledger, held, gpu_s)
    return order


def test_one_production_does_not_wait_for_fifty_of_another_tenant(ledger: Ledger) -> None:
    for _ in range(50):
        accept(ledger, "a")
    claim_order(ledger, 2, gpu_s=5.0)
    accept(ledger, "b")
    assert "b" in claim_order(ledger, 2, gpu_s=5.0)


def test_what_is_at_work_counts_before_it_is_charged(ledger: Ledger) -> None:
    for _ in range(4):
        accept(ledger, "a")
    for _ in range(4):
        accept(ledger, "b")
    held = [ledger.claim("director-1", LEASE_S) for _ in range(4)]
    tenants = [one.production.tenant for one in held if one is not None]
    assert sorted(tenants) == ["a", "a", "b", "b"]


def test_turns_are_taken_even_where_nothing_costs_anything(ledger: Ledger) -> None:
    for tenant in "aaaabbbb":
        accept(ledger, tenant)
    order = claim_order(ledger, 8, gpu_s=0.0)
    assert order[:4].count("a") == order[4:].count("a") == 2


def test_within_a_tenant_the_oldest_is_first(ledger: Ledger) -> None:
    ids = [accept(ledger) for _ in range(5)]
    assert [claim(ledger).production.id for _ in ids] == ids


def test_a_weight_of_three_gets_three_times_the_seconds(ledger_url: str) -> None:
    ledger = Ledger.open(ledger_url, {"a": 3.0})
    for _ in range(16):
        accept(ledger, "a")
        accept(ledger, "b")
    assert claim_order(ledger, 16, gpu_s=6.0).count("a") == 12
    ledger.close()


def test_long_films_cost_more_turns_than_short_ones(ledger: Ledger) -> None:
    for _ in range(12):
        accept(ledger, "long")
        accept(ledger, "short")
    order: list[str] = []
    for _ in range(12):
        held = claim(ledger)
        order.append(held.production.tenant)
        finish(ledger, held, 30.0 if held.production.tenant == "long" else 10.0)
    assert order.count("short") == 9


def test_a_tenant_that_was_away_has_saved_up_nothing(ledger: Ledger) -> None:
    accept(ledger, "b")
    for _ in range(10):
        accept(ledger, "a")
    claim_order(ledger, 11, gpu_s=10.0)  # a has used 100 s, b 10 s
    for _ in range(6):
        accept(ledger, "a")
    for _ in range(6):
        accept(ledger, "b")
    order = claim_order(ledger, 6, gpu_s=10.0)
    assert order.count("b") in (3, 4)


def test_a_new_tenant_starts_level_with_those_at_work(ledger: Ledger) -> None:
    for _ in range(20):
        accept(ledger, "a")
    claim_order(ledger, 10, gpu_s=10.0)
    for _ in range(10):
        accept(ledger, "new")
    order = claim_order(ledger, 10, gpu_s=10.0)
    assert order.count("new") in (5, 6)


def test_use_of_an_idle_house_is_free(ledger: Ledger) -> None:
    for _ in range(10):
        accept(ledger, "a")
    claim_order(ledger, 10, gpu_s=10.0)
    # Nobody is at work now. The newcomer comes first, and has no lead over a for it.
    for tenant in ("new", "a") * 5:
        accept(ledger, tenant)
    assert claim_order(ledger, 6, gpu_s=10.0).count("a") == 3


@pytest.mark.parametrize("weight", [0.0, -1.0, float("nan")])
def test_a_weight_that_is_none_is_refused(tmp_path: object, weight: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        Ledger.open(f"sqlite:///{tmp_path}/ledger.db", {"a": weight})
