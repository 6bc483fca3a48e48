"""Directions of one order: A안, B안, C안, each a production of its own."""

from pathlib import Path

import pytest

from conte.production import State
from tests.fake_crew import FakeCrew
from tests.front_door import BRIEF, House
from tests.test_produce import direct


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path / "home")


async def test_an_order_for_three_directions_makes_three_productions(house: House) -> None:
    async with house.client() as client:
        order = {"brief": BRIEF, "seed": 7, "directions": 3}
        headers = {"Idempotency-Key": "one"}
        made = [
            (await client.post("/v1/productions", json=order, headers=headers)).json()
            for _ in range(2)
        ]
        assert made[0]["id"] == made[1]["id"]
        project = (await client.get(made[0]["direction"]["project"])).json()
        letters = [one["direction"]["letter"] for one in project["directions"]]
        assert letters == ["A", "B", "C"]
        assert project["directions"][0]["id"] == made[0]["id"]
        page = (await client.get("/v1/productions")).json()
        assert len(page["productions"]) == 3


async def test_each_direction_is_written_as_its_own_with_the_earlier_ones_known(
    house: House,
) -> None:
    async with house.client() as client:
        made = await client.post("/v1/productions", json={"brief": BRIEF, "directions": 2})
        found = (await client.get(made.json()["direction"]["project"])).json()["directions"]
        crew = FakeCrew()
        for one in found:
            await direct(house.ledger, crew, one["id"])
            assert house.ledger.get(one["id"]).state is State.DONE
        assert [index for index, _ in crew.directions] == [1]


async def test_a_project_of_another_tenant_is_not_found(house: House) -> None:
    async with house.client() as client:
        assert (await client.get("/v1/projects/prj_0")).status_code == 404
        one = await client.post("/v1/productions", json={"brief": BRIEF})
        assert one.json()["direction"] is None


async def test_directions_that_find_no_room_make_none(tmp_path: Path) -> None:
    house = House(tmp_path / "home", max_queued=2)
    async with house.client() as client:
        order = {"brief": BRIEF, "directions": 3}
        assert (await client.post("/v1/productions", json=order)).status_code == 429
        assert (await client.get("/v1/productions")).json()["productions"] == []
        wrong = await client.post("/v1/productions", json={**order, "directions": 5})
        assert wrong.status_code == 422
        assert "directions" in wrong.json()["detail"]
