"""Money: finals wait for a renderer or for the day's budget and say so; drafts go on."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest

from graphs import following
from tests import virtual_clock
from tests.virtual_money import (
    BOOT_S,
    CLIP_S,
    EVENING,
    MIDNIGHT_S,
    VirtualHouse,
    database_time,
    settings_of,
)

_T = TypeVar("_T")


@pytest.fixture(autouse=True)
def _fewer_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "LOOK_EVERY_S", 10.0)


def filmed(home: Path, story: Callable[[VirtualHouse], Awaitable[_T]], **spending: Any) -> _T:
    async def main() -> _T:
        clock = asyncio.get_running_loop().time
        with database_time(lambda: EVENING + clock()):
            house = VirtualHouse(settings_of(home, **spending))
            try:
                return await story(house)
            finally:
                await house.close()

    return virtual_clock.run(main)


def test_a_final_without_a_renderer_says_once_when_it_is_expected_and_the_draft_plays(
    tmp_path: Path,
) -> None:
    async def story(house: VirtualHouse) -> None:
        film = house.order("a")
        assert await house.until(film, "film.ready") < 30
        assert await house.until(film, "final.waiting") < 30
        (first, *_) = house.told(film, "final.waiting")
        assert first["for"] == "gpu"
        assert BOOT_S - 30 < first["eta_s"] < BOOT_S + 600
        shown = house.ledger.get(film)
        assert shown.film is not None and shown.film.tier == "draft"
        assert {cut.wait.reason for cut in shown.cuts if cut.wait} == {"gpu"}
        done = await house.until(film, "production.done")
        assert BOOT_S < done < BOOT_S + 6 * CLIP_S
        assert len(house.told(film, "final.waiting")) == 4
        assert not any(cut.wait for cut in house.ledger.get(film).cuts)
        # The next estimate is made of what the boot really took.
        assert house.follower.outlook.boot_s == pytest.approx(BOOT_S, abs=10)

    filmed(tmp_path, story)


def test_at_its_ceiling_a_tenant_s_finals_wait_for_midnight_and_no_renderer_is_asked_for(
    tmp_path: Path,
) -> None:
    async def story(house: VirtualHouse) -> None:
        films = [house.order("a") for _ in range(8)]
        drafts = [await house.until(film, "film.ready") for film in films]
        # More films than the director has places: those that wait for money hold none.
        assert max(drafts) < 1500
        await asyncio.sleep(1900 - house.clock())
        assert len(house.targets) > 1 and house.targets[-1][1] == 0
        spent = {one.tenant: one.amount for one in house.ledger.spending.today().spent}
        # A clip that was begun is finished.
        assert spent["a"] is not None and 100 <= spent["a"] <= 100 + 2 * CLIP_S
        (waiting,) = [one for one in house.told(films[-1], "final.waiting") if one["cut"] == 1]
        assert waiting["for"] == "budget"
        (event,) = [
            one
            for one in house.ledger.events(films[-1], 0)
            if one.kind == "final.waiting" and one.data.cut == 1  # pyright: ignore
        ]
        assert event.at - EVENING + waiting["eta_s"] == pytest.approx(MIDNIGHT_S, abs=5)
        shown = house.ledger.get(films[-1])
        assert {cut.wait.reason for cut in shown.cuts if cut.wait} == {"budget"}
        # Another tenant's film is not kept waiting by it.
        other = house.order("b")
        assert await house.until(other, "production.done") < 1900 + BOOT_S + 6 * CLIP_S
        before, asked = house.crew.finals, len(house.targets)
        await asyncio.sleep(MIDNIGHT_S - 60 - house.clock())
        assert house.crew.finals == before
        assert all(target == 0 for _, target in house.targets[asked + 2 :])
        await asyncio.sleep(BOOT_S + 300)
        assert house.crew.finals > before

    filmed(tmp_path, story, tenants_a_day={"a": 100})


def test_the_house_s_ceiling_stops_all_finals_and_the_day_after_pays_for_them(
    tmp_path: Path,
) -> None:
    async def story(house: VirtualHouse) -> None:
        films = [house.order(tenant) for tenant in "abc"]
        for film in films:
            assert await house.until(film, "film.ready") < 60
        await asyncio.sleep(MIDNIGHT_S - 10 - house.clock())
        day_one = house.ledger.spending.today()
        assert 400 <= sum(one.known for one in day_one.spent) <= 400 + 2 * CLIP_S
        assert house.context.target_num_replicas == 0
        ends = [await house.until(film, "production.done") for film in films]
        assert max(ends) > MIDNIGHT_S
        days = house.ledger.spending.days()
        assert {one.day for one in days} == {"2026-11-30", "2026-12-01"}
        # Every clip was paid for once, whatever day it was rendered on.
        assert sum(one.known for one in days) == pytest.approx(3 * 4 * CLIP_S)
        for film in films:
            of_film = house.ledger.spending.of(film)
            assert sum(one.known for one in of_film) == pytest.approx(4 * CLIP_S)

    filmed(tmp_path, story, house_a_day=400)


def test_a_ceiling_of_nothing_asks_for_no_renderer(tmp_path: Path) -> None:
    async def story(house: VirtualHouse) -> None:
        film = house.order("a")
        assert await house.until(film, "final.waiting") < 30
        await asyncio.sleep(1000)
        assert house.targets == []
        assert house.crew.finals == 0
        assert house.ledger.ask_cancel(film).state == "cancelled"

    filmed(tmp_path, story, house_a_day=0)
