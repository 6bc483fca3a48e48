"""The gate lets tenants take turns, in order of arrival within each."""

import asyncio

import pytest

from graphs.gate import Begin, FairGate


async def _queue(gate: FairGate, tenant: str, costs: list[float], order: list[str]) -> None:
    async def render(begin: Begin) -> None:
        begin()
        order.append(tenant)
        await asyncio.sleep(0)

    await asyncio.gather(*(gate.through(tenant, cost, render) for cost in costs))


async def _order(gate: FairGate, *queues: tuple[str, int]) -> list[str]:
    order: list[str] = []

    async def first(begin: Begin) -> list[asyncio.Task[None]]:
        begin()
        tasks = [asyncio.create_task(_queue(gate, t, [1.0] * n, order)) for t, n in queues]
        await _settled()  # everyone else has arrived before anyone goes on
        return tasks

    await asyncio.gather(*await gate.through("first", 1, first))
    return order


async def test_no_more_than_the_capacity_are_inside_at_once() -> None:
    gate, inside, most = FairGate(3), 0, 0

    async def render(begin: Begin) -> None:
        nonlocal inside, most
        begin()
        inside += 1
        most = max(most, inside)
        await asyncio.sleep(0)
        inside -= 1

    await asyncio.gather(*(gate.through("a", 1, render) for _ in range(20)))
    assert most == 3


async def test_a_tenant_with_one_clip_does_not_wait_for_fifty_of_another() -> None:
    order = await _order(FairGate(1), ("a", 50), ("b", 1))
    assert order.index("b") <= 1


async def test_tenants_take_turns_by_weight() -> None:
    order = await _order(FairGate(1, {"a": 3.0, "b": 1.0}), ("a", 40), ("b", 40))
    assert order[:20].count("a") == 15


async def test_an_idle_tenant_saves_up_no_credit() -> None:
    gate, order = FairGate(1), []
    await _queue(gate, "a", [1.0] * 30, order)
    order = await _order(gate, ("a", 10), ("b", 10))
    assert order[:10].count("a") in (4, 5, 6)


async def test_a_wait_that_is_cancelled_takes_no_place() -> None:
    gate = FairGate(1)

    async def holder(begin: Begin) -> None:
        begin()
        waiting = asyncio.create_task(_queue(gate, "a", [1.0], []))
        await _settled()
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    await gate.through("a", 1, holder)
    order: list[str] = []
    await _queue(gate, "b", [1.0], order)
    assert order == ["b"]


async def test_a_wait_cancelled_as_its_turn_comes_gives_the_turn_on() -> None:
    gate, order = FairGate(1), []

    async def holder(begin: Begin) -> asyncio.Task[None]:
        begin()
        waiting = asyncio.create_task(_queue(gate, "a", [1.0], []))
        await _settled()
        return waiting

    waiting = await gate.through("a", 1, holder)  # the turn is given to `waiting` ...
    waiting.cancel()  # ... which leaves before it runs again
    await asyncio.gather(waiting, return_exceptions=True)
    await asyncio.wait_for(_queue(gate, "b", [1.0], order), 300)
    assert order == ["b"]


def test_a_gate_of_fewer_than_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 0"):
        FairGate(-1)


class Beside:
    """Renders that wait beside a renderer for permission to begin, and the order of admission."""

    def __init__(self, gate: FairGate) -> None:
        self._gate, self.let_in, self.gone = gate, list[str](), list[str]()
        self.may_begin: dict[str, asyncio.Event] = {}

    def order(self, name: str) -> asyncio.Task[str]:
        """`name` begins with its tenant's."""
        self.may_begin[name] = asyncio.Event()

        async def render(begin: Begin) -> str:
            self.let_in.append(name)
            try:
                await self.may_begin[name].wait()
            except asyncio.CancelledError:
                self.gone.append(name)
                raise
            begin()
            await asyncio.sleep(0)
            return name

        return asyncio.create_task(self._gate.through(name[0], 1.0, render))


async def _settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_a_render_that_has_not_begun_is_asked_back_for_another_tenant_s() -> None:
    gate = FairGate(4)
    beside = Beside(gate)
    tasks = [beside.order(name) for name in ("a1", "a2", "a3", "a4", "a5")]
    beside_renderers = beside.may_begin
    await _settled()
    assert beside.let_in == ["a1", "a2", "a3", "a4"]
    tasks += [beside.order("b1"), beside.order("b2")]
    await _settled()
    assert beside.gone == ["a1", "a2"], "those that come up next, one for each of b's"
    assert beside.let_in[4:] == ["b1", "b2"]
    tasks.append(beside.order("b3"))
    await _settled()
    assert beside.gone == ["a1", "a2"], "two each is fair"
    for event in beside_renderers.values():
        event.set()
    assert await asyncio.gather(*tasks) == ["a1", "a2", "a3", "a4", "a5", "b1", "b2", "b3"]
    assert beside.let_in[6:8] == ["a1", "a2"], "they have kept their place in line"


async def test_a_render_that_has_begun_is_left_alone() -> None:
    async def render(begin: Begin) -> str:
        begin()
        await asyncio.sleep(0.01)
        return "whole"

    gate = FairGate(1)
    first = asyncio.create_task(gate.through("a", 1, render))
    await _settled()
    assert await asyncio.gather(first, gate.through("b", 1, render)) == ["whole", "whole"]


async def test_a_render_that_somebody_cancels_while_it_is_asked_back_is_cancelled() -> None:
    beside = Beside(FairGate(2))
    some = [beside.order("a1"), beside.order("a2")]
    await _settled()
    other = beside.order("b1")
    await asyncio.sleep(0)  # asked back, and not gone yet
    some[0].cancel()
    await _settled()
    assert some[0].cancelled()
    for event in beside.may_begin.values():
        event.set()
    assert await asyncio.gather(some[1], other) == ["a2", "b1"]


async def test_a_render_that_has_begun_holds_its_turn() -> None:
    gate, order = FairGate(1), []

    async def holder(begin: Begin) -> asyncio.Task[None]:
        begin()
        waiting = asyncio.create_task(_queue(gate, "b", [1.0], order))
        await _settled()
        assert order == []
        return waiting

    await (await gate.through("a", 1, holder))
