"""The gate lets tenants take turns, in order of arrival within each."""

import asyncio

import pytest

from graphs.gate import FairGate


async def _queue(gate: FairGate, tenant: str, costs: list[float], order: list[str]) -> None:
    async def one(cost: float) -> None:
        async with gate.turn(tenant, cost):
            order.append(tenant)
            await asyncio.sleep(0)

    await asyncio.gather(*(one(cost) for cost in costs))


async def _order(gate: FairGate, *queues: tuple[str, int]) -> list[str]:
    order: list[str] = []
    async with gate.turn("first", 1):  # everyone else has arrived before anyone goes on
        tasks = [asyncio.create_task(_queue(gate, t, [1.0] * n, order)) for t, n in queues]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    await asyncio.gather(*tasks)
    return order


async def test_no_more_than_the_capacity_are_inside_at_once() -> None:
    gate, inside, most = FairGate(3), 0, 0

    async def one() -> None:
        nonlocal inside, most
        async with gate.turn("a", 1):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            inside -= 1

    await asyncio.gather(*(one() for _ in range(20)))
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
    async with gate.turn("a", 1):
        waiting = asyncio.create_task(_queue(gate, "a", [1.0], []))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    order: list[str] = []
    await _queue(gate, "b", [1.0], order)
    assert order == ["b"]


async def test_a_wait_cancelled_as_its_turn_comes_gives_the_turn_on() -> None:
    gate, order = FairGate(1), []
    holder = gate.turn("a", 1)
    await holder.__aenter__()
    waiting = asyncio.create_task(_queue(gate, "a", [1.0], []))
    await asyncio.sleep(0)
    await holder.__aexit__(None, None, None)  # the turn is given to `waiting` ...
    waiting.cancel()  # ... which leaves before it runs again
    await asyncio.gather(waiting, return_exceptions=True)
    await asyncio.wait_for(_queue(gate, "b", [1.0], order), 5)
    assert order == ["b"]


def test_a_gate_that_lets_nobody_through_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        FairGate(0)
