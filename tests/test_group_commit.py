"""What several jobs write at the same time: one transaction, in which a part that fails fails alone."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

import pytest

from graphs.group_commit import GroupCommit
from graphs.job import Job
from serve.database.errors import DatabaseUnavailable
from serve.ledger.errors import LeaseLost
from serve.ledger.leases import Claim
from serve.ledger.ledger import Ledger
from tests.on_ledger import (
    BRIEF,
    CONTE,
    PROVENANCE,
    all_events,
    claim,
    claimed,
    clip,
    let_lease_end,
    progress,
    story,
    write_conte,
)


class Held(Ledger):
    """Counts its transactions of several calls, and begins none before it may."""

    transactions = 0

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.begins, self.may_begin = threading.Event(), threading.Event()

    def together(self) -> AbstractContextManager[None]:
        self.begins.set()
        self.may_begin.wait()
        self.transactions += 1
        return super().together()


@pytest.fixture
def ledger(ledger_url: str) -> Held:
    return Held.open(ledger_url)


async def at_once(ledger: Held, *writes: Callable[[], object]) -> list[Any]:
    """The ends of parts of one call each, which all wait while another transaction runs."""
    group = GroupCommit(ledger)

    async def write(call: Callable[[], object]) -> Any:
        return (await group.write([call]))[0]

    before = asyncio.create_task(write(lambda: None))
    await asyncio.to_thread(ledger.begins.wait)
    ends = [asyncio.create_task(write(call)) for call in writes]
    await asyncio.sleep(0)
    ledger.may_begin.set()
    await asyncio.gather(before, return_exceptions=True)
    return await asyncio.gather(*ends, return_exceptions=True)


def told(ledger: Ledger, held: Claim, cut: int) -> Callable[[], object]:
    return partial(ledger.append, held, "draft", progress(cut))


async def test_what_comes_while_a_transaction_runs_is_the_next_one(ledger: Held) -> None:
    claims = [claimed(ledger, tenant) for tenant in ("b", "a", "b")]
    ends = await at_once(ledger, *(told(ledger, held, 1) for held in claims))
    assert ledger.transactions == 2
    assert [end.id for end in ends] == [2, 2, 2]
    for tenant, films in {"a": 1, "b": 2}.items():
        numbers = [event.number for event in ledger.tenant_events(tenant, 0)]
        assert numbers == list(range(1, 2 * films + 1))


async def test_a_part_that_lost_its_lease_fails_alone(ledger: Held, ledger_url: str) -> None:
    lost, held = claimed(ledger), claimed(ledger)
    let_lease_end(ledger_url, lost.production.id)
    claim(ledger, "director-2")
    ends = await at_once(ledger, told(ledger, lost, 1), told(ledger, held, 1))
    assert isinstance(ends[0], LeaseLost)
    assert story(ledger, held.production.id)[-1] == "clip.progress"
    assert "clip.progress" not in story(ledger, lost.production.id)


async def test_a_call_that_the_database_cannot_take_holds_nobody_else_back(ledger: Held) -> None:
    ledger.may_begin.set()
    group, held = GroupCommit(ledger), claimed(ledger)
    refused, may_stop = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def too_big() -> None:
        if not may_stop.is_set():
            loop.call_soon_threadsafe(refused.set)
            raise DatabaseUnavailable("string or blob too big")

    ill, well = Job(ledger, claimed(ledger), group), Job(ledger, held, group)
    waits = asyncio.ensure_future(ill._call(too_big))  # pyright: ignore[reportPrivateUsage]
    assert await well.conte_ready(CONTE, (), PROVENANCE)
    await refused.wait()
    await well.clip_started(1, "draft", 1)
    may_stop.set()
    await waits
    assert story(ledger, held.production.id)[-1] == "clip.started"


async def test_the_group_charges_and_counts_for_each_tenant(ledger: Held) -> None:
    one, two, other = claimed(ledger, "a"), claimed(ledger, "a"), claimed(ledger, "b")
    for held in (one, two, other):
        write_conte(ledger, held)
    clips = [
        partial(ledger.record_clip, held, 1, clip(cut), "fake@1", seconds)
        for held, cut, seconds in ((one, 1, 2.0), (two, 2, 3.0), (other, 1, 5.0), (one, 2, 7.0))
    ]
    assert await at_once(ledger, *clips) == [True] * 4
    figures = ledger.figures()
    assert figures.gpu_s == {"a": 12.0, "b": 5.0}
    assert [event.id for event in all_events(ledger, one.production.id)] == [1, 2, 3, 4]


async def test_an_event_that_may_come_once_comes_once_in_a_group(ledger: Held) -> None:
    held = claimed(ledger)
    once = partial(ledger.append, held, "conte", progress(1), "cut/1")
    first, second = await at_once(ledger, once, once)
    assert first is not None
    assert second is None
    assert story(ledger, held.production.id).count("clip.progress") == 1


async def test_nobody_is_told_of_what_was_not_committed(ledger: Held) -> None:
    held = claimed(ledger)

    class Full(Held):
        def together(self) -> AbstractContextManager[None]:
            self.begins.set()
            raise DatabaseUnavailable("the disk is full")

    ends = await at_once(
        Full(ledger._database),  # pyright: ignore[reportPrivateUsage]
        told(ledger, held, 1),
    )
    assert isinstance(ends[0], DatabaseUnavailable)
    assert story(ledger, held.production.id) == ["production.accepted"]


def test_two_groups_never_wait_for_each_other_in_a_circle(ledger: Held) -> None:
    """They charge the same tenants, in opposite orders of their productions."""
    ledger.may_begin.set()
    groups = [[claimed(ledger, tenant) for tenant in tenants] for tenants in ("ab", "ba")]
    for held in (*groups[0], *groups[1]):
        write_conte(ledger, held)

    def write(group: list[Claim]) -> None:
        for number in range(40):
            with ledger.together():
                for held in group:
                    made = clip(1, shot=f"{number % 10}")
                    ledger.record_clip(held, 1, made, "fake@1", 1.0)

    with ThreadPoolExecutor(2) as writers:
        list(writers.map(write, groups))
    assert ledger.figures().gpu_s == {"a": 80.0, "b": 80.0}


async def test_a_direction_s_conte_which_locks_its_tenant_is_no_part_of_a_group(
    ledger: Held,
) -> None:
    class NoGroup(GroupCommit):
        async def write(self, calls: object) -> list[Any]:
            raise AssertionError("in a group it would hold the tenant's row before others' rows")

    ledger.may_begin.set()
    ledger.accept(
        tenant="a",
        brief=BRIEF,
        seed=7,
        idempotency_key=None,
        body_hash="",
        max_queued=2,
        directions=2,
    )
    held = claim(ledger)
    assert await Job(ledger, held, NoGroup(ledger)).conte_ready(CONTE, (), PROVENANCE)
