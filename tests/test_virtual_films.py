"""The plan by itself: makespan over its lower bound where everything around it takes no time."""

import asyncio
from collections import Counter
from collections.abc import Sequence

import pytest
from sqlalchemy import Engine, event

from tests import virtual_clock
from tests.bench.graph import CUTS, FAIR_JOB, WORKLOADS, Job, bound
from tests.virtual_films import Order, done_after

SLOTS = 8


def over_bound(jobs: Sequence[Job]) -> float:
    return max(done_after([Order(job) for job in jobs], SLOTS)) / bound(jobs)


def guaranteed(jobs: Sequence[Job]) -> float:
    """What starting clips as slots become free guarantees (Graham 1969), over the lower bound: how
    long a clip takes is not known before, and the last one may be the longest."""
    longest_s = max(seconds for job in jobs for seconds in job.render_s)
    return 1 + (1 - 1 / SLOTS) * longest_s / bound(jobs)


@pytest.mark.parametrize("workload", WORKLOADS)
def test_the_plan_leaves_next_to_nothing_of_the_renderers_time_unused(workload: str) -> None:
    jobs, goal = WORKLOADS[workload]
    are_alike = len({seconds for job in jobs for seconds in job.render_s}) == 1
    assert 1 - 1e-9 <= over_bound(jobs) <= (goal if are_alike else guaranteed(jobs))


@pytest.mark.parametrize("at_s", [1.0, 1.25])
def test_a_tenant_s_one_film_hardly_waits_for_another_tenant_s_many(at_s: float) -> None:
    """At 1.0 all slots have just begun a clip, which nobody takes from them."""
    (alone,) = done_after([Order(FAIR_JOB, "b")], SLOTS)
    crowd = [Order(FAIR_JOB, "a")] * 12
    *_, behind = done_after([*crowd, Order(FAIR_JOB, "b", at_s)], SLOTS)
    assert behind / alone <= 1.5


@pytest.mark.parametrize("at_s", [1.15, 1.35])
def test_it_waits_for_no_more_than_the_clips_that_are_at_work(at_s: float) -> None:
    """At 1.35 its last cut is written just after all slots have begun another clip: the worst."""
    (alone,) = done_after([Order(FAIR_JOB, "b")], SLOTS)
    *_, behind = done_after([*[Order(FAIR_JOB, "a")] * 12, Order(FAIR_JOB, "b", at_s)], SLOTS)
    assert behind <= alone + max(FAIR_JOB.render_s) + 1e-9


def asked_of_the_ledger(films: int) -> Counter[str]:
    """Statements and transactions of films that cost nothing, one every ten seconds."""
    asked = Counter[str]()
    counts = {
        "before_cursor_execute": lambda *_: asked.update(["statements"]),
        "commit": lambda *_: asked.update(["transactions"]),
    }
    for name, count in counts.items():
        event.listen(Engine, name, count)
    try:
        done_after([Order(Job(0.0, (0.0,) * CUTS), at_s=10.0 * i) for i in range(films)], SLOTS)
    finally:
        for name, count in counts.items():
            event.remove(Engine, name, count)
    return asked


def test_a_film_of_eight_cuts_costs_the_ledger_three_transactions_for_two_cuts() -> None:
    film = asked_of_the_ledger(2) - asked_of_the_ledger(1)
    assert film["transactions"] <= 1.5 * CUTS
    assert film["statements"] <= 25 * CUTS


def test_the_same_films_take_the_same_time() -> None:
    orders = [Order(FAIR_JOB, "a")] * 3 + [Order(FAIR_JOB, "b", 0.3)]
    assert done_after(orders, 2) == done_after(orders, 2)


def test_hours_pass_at_once_and_in_order() -> None:
    async def main() -> list[tuple[str, float]]:
        clock, told = asyncio.get_running_loop().time, list[tuple[str, float]]()

        async def after(seconds: float, name: str) -> None:
            await asyncio.sleep(seconds)
            told.append((name, clock()))

        await asyncio.gather(after(7200, "late"), after(3600, "early"), asyncio.to_thread(int))
        return told

    assert virtual_clock.run(main) == [("early", 3600), ("late", 7200)]


def test_a_wait_that_nothing_ends_is_an_error() -> None:
    async def main() -> None:
        await asyncio.get_running_loop().create_future()

    with pytest.raises(RuntimeError, match="no timer will ever wake it"):
        virtual_clock.run(main)
