"""The backlog in seconds, and how many renderers it asks for."""

import asyncio
import math
from dataclasses import replace

import hypothesis
import pytest
from hypothesis import strategies as st

from graphs.autoscaling import Floor, Policy, Seen, Target, decided
from graphs.backlog import UNMEASURED_S, CutLeft, Pace, backlog_s
from graphs.gate import Begin, FairGate

CUT = CutLeft("a", "wan", 832, 480, 80)
POLICY = Policy(clear_in_s=600, most=20)


def test_the_backlog_is_measured_seconds_less_what_is_done() -> None:
    pace = Pace({CUT.kind: 0.5})
    half = replace(CUT, tenant="b", done=0.5)
    assert backlog_s([CUT, half], pace) == 40 + 20
    assert backlog_s([CUT, half], pace, {"a"}) == 20
    assert backlog_s([], pace) == 0


def test_what_was_never_measured_is_taken_from_the_nearest_size_of_the_engine() -> None:
    pace = Pace({("wan", 416, 240): 0.1, ("other", 832, 480): 9.0})
    assert pace.seconds(CUT) == pytest.approx(80 * 0.1 * 4)
    assert Pace().seconds(CUT) == pytest.approx(80 * UNMEASURED_S)


def test_a_pace_follows_the_clips() -> None:
    pace = Pace().with_clip(CUT, 80)
    assert pace.seconds_per_frame(CUT) == 1
    for _ in range(40):
        pace = pace.with_clip(CUT, 160)
    assert pace.seconds_per_frame(CUT) == pytest.approx(2, rel=0.01)
    assert pace.with_clip(CUT, 0) == pace


def seen(backlog: float, running: int = 0, now: float = 0.0, **more: object) -> Seen:
    return replace(Seen(now, now, backlog, running), **more)  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("backlog", "running", "renderers"),
    [
        (0, 0, 0),
        (1, 0, 1),
        (600, 0, 1),
        (6001, 0, 11),  # in one step from 0
        (1e9, 0, 20),
        (480 * 3, 3, 3),  # done before another one has booted
        (480 * 3 + 361, 3, 4),
        (5000, 3, 9),
    ],
)
def test_as_many_as_clear_the_backlog_in_time(backlog: float, running: int, renderers: int) -> None:
    before = Target(running)
    assert decided(POLICY, seen(backlog, running), before).renderers == renderers


def test_they_go_one_at_a_time_and_the_last_one_later() -> None:
    target, ends = Target(3), list[float]()
    for now in range(0, 3000, 10):
        after = decided(POLICY, seen(0, target.renderers, float(now)), target)
        if after.renderers != target.renderers:
            ends.append(now)
        target = after
    assert ends == [300, 330, 660]


def test_work_that_comes_back_starts_the_patience_anew() -> None:
    waiting = decided(POLICY, seen(0, 2, 0.0), Target(2))
    again = decided(POLICY, seen(5000, 2, 200.0), waiting)
    assert again == Target(9)
    assert decided(POLICY, seen(0, 2, 310.0), again).renderers == 9


def test_an_old_figure_keeps_the_target_but_not_over_the_money() -> None:
    assert decided(POLICY, seen(1e6, age_s=31.0), Target(2)) == Target(2)
    assert decided(POLICY, seen(0, now=9000, age_s=31.0), Target(2, 0.0)) == Target(2, 0.0)
    assert decided(POLICY, seen(1e6, paid_for=3), Target()).renderers == 3
    assert decided(POLICY, seen(1e6, paid_for=0), Target(5)).renderers == 0
    assert decided(POLICY, seen(1e6, paid_for=1, age_s=99.0), Target(5)).renderers == 1


@pytest.mark.parametrize(
    ("hour", "renderers"), [(8, 0), (9, 4), (17.9, 4), (18, 0), (23, 2), (1, 2)]
)
def test_a_schedule_s_floor_is_there_without_work(hour: float, renderers: int) -> None:
    floors = (Floor(9 * 3600, 18 * 3600, 4), Floor(22 * 3600, 2 * 3600, 2))
    policy = replace(POLICY, floors=floors)
    assert decided(policy, seen(0, now=hour * 3600), Target()).renderers == renderers
    assert decided(policy, seen(0, now=hour * 3600, paid_for=1), Target()).renderers == min(
        1, renderers
    )


numbers = st.floats(allow_nan=True, allow_infinity=True)


@hypothesis.given(numbers, numbers, numbers, numbers, st.integers(), st.none() | st.integers())
def test_nothing_that_is_seen_raises_or_breaks_the_ceiling(
    now: float, of_day: float, backlog: float, age: float, running: int, paid_for: int | None
) -> None:
    found = decided(POLICY, Seen(now, of_day, backlog, running, age, paid_for), Target(5, 0.0))
    assert 0 <= found.renderers <= 20
    if paid_for is not None:
        assert found.renderers <= max(0, paid_for)


async def test_the_gate_follows_the_renderers_that_run() -> None:
    gate, inside, most = FairGate(1), 0, 0
    ended = asyncio.Event()

    async def render(begin: Begin) -> None:
        nonlocal inside, most
        begin()
        inside += 1
        most = max(most, inside)
        await ended.wait()
        inside -= 1

    gate.resize(0)
    tasks = [asyncio.create_task(gate.through("a", 1, render)) for _ in range(6)]
    await asyncio.sleep(0)
    assert (inside, gate.waiting) == (0, 6)
    gate.resize(4)
    await asyncio.sleep(0)
    assert (inside, gate.waiting) == (4, 2)
    gate.resize(1)  # those that are inside end their clips; nobody enters until they are fewer
    await asyncio.sleep(0)
    assert (inside, gate.waiting) == (4, 2)
    ended.set()
    await asyncio.gather(*tasks)
    assert most == 4
    with pytest.raises(ValueError, match="at least 0"):
        gate.resize(-1)
    assert math.isclose(gate.waiting, 0)
