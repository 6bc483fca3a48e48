"""Tenants take places in turn: one with many requests waits behind one with few."""

import asyncio

import pytest

from serve.ingress.turns import TooMany, TooManyOfYours, Turns


async def order_of(turns: Turns, *asked: str) -> list[str]:
    """Who gets in, in which order, while each holds its place for a moment."""
    order: list[str] = []

    async def one(tenant: str) -> None:
        async with turns.turn(tenant):
            order.append(tenant)
            await asyncio.sleep(0)

    await asyncio.gather(*(one(tenant) for tenant in asked))
    return order


async def test_a_tenant_with_one_does_not_wait_for_many_of_another() -> None:
    order = await order_of(Turns(1, 100, 100), *"aaaaaaaaaaab")
    assert order.index("b") == 1


async def test_a_tenant_holds_one_place_however_many_are_free() -> None:
    turns = Turns(2, 8, 8)
    async with turns.turn("a"), asyncio.TaskGroup() as tasks:
        waits = tasks.create_task(order_of(turns, "a"))
        assert await order_of(turns, "b") == ["b"]
        assert not waits.done()
        waits.cancel()
    assert await order_of(turns, "a", "b", "a") == ["a", "b", "a"]


async def test_no_more_wait_than_may() -> None:
    turns = Turns(1, 1, 2)
    async with turns.turn("a"):
        waiting = [asyncio.create_task(order_of(turns, tenant)) for tenant in "ab"]
        await asyncio.sleep(0)
        with pytest.raises(TooManyOfYours):
            await order_of(turns, "a")
        with pytest.raises(TooMany):
            await order_of(turns, "c")
    assert await asyncio.gather(*waiting) == [["a"], ["b"]]


async def test_a_wait_that_is_cancelled_takes_no_place() -> None:
    turns = Turns(1, 8, 8)
    holder = turns.turn("a")
    await holder.__aenter__()
    waiting = [asyncio.create_task(order_of(turns, tenant)) for tenant in "bc"]
    await asyncio.sleep(0)
    waiting[0].cancel()
    await holder.__aexit__(None, None, None)  # the turn is given on
    waiting[1].cancel()  # and left before it is taken
    await asyncio.gather(*waiting, return_exceptions=True)
    assert await asyncio.wait_for(order_of(turns, "d"), 300) == ["d"]
