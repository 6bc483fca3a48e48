"""Findings over HTTP: new, standing and solved, each with the operations that solve it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.front_door import BRIEF, House

NAME = "grammar.name_unsaid"
SIZE = "timefit.caption_size"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path / "home")
    yield house
    house.ledger.close()


async def filmed(house: House, client: Any) -> str:
    made = await client.post("/v1/productions", json={"brief": BRIEF, "seed": 7})
    production = made.json()["id"]
    house.write(production)
    house.render(production)
    house.finish(production)
    return production


def since(findings: list[dict[str, Any]]) -> dict[str, str]:
    return {one["check"]: one["since"] for one in findings}


def of(view: dict[str, Any], check: str) -> dict[str, Any]:
    return next(one for one in view["findings"] if one["check"] == check)


async def test_a_draft_s_findings_are_new_or_standing_and_their_operations_apply(
    house: House,
) -> None:
    async with house.client() as client:
        url = f"/v1/productions/{await filmed(house, client)}/draft"
        draft = (await client.get(url)).json()
        assert since(draft["findings"]) == {NAME: "standing"} and draft["solved"] == []
        cut = draft["conte"]["cuts"][1]
        wordy = {
            "op": "edit", "cut": cut["id"], "field": "caption", "before": "",
            "after": "조용히\n그리고\n멀리",
        }  # fmt: skip
        await client.post(f"{url}/operations", json={"operations": [wordy]})
        draft = (await client.get(url)).json()
        assert since(draft["findings"]) == {NAME: "standing", SIZE: "new"}
        assert of(draft, SIZE)["cut_id"] == cut["id"] and of(draft, SIZE)["cut"] == 2
        for check in (SIZE, NAME):
            mend = {"operations": of(draft, check)["operations"]}
            answer = await client.post(f"{url}/operations", json=mend)
            assert answer.status_code == 200, answer.text
        draft = (await client.get(url)).json()
        assert draft["findings"] == []
        # What the draft brought and took away again, the version before never had.
        assert since(draft["solved"]) == {NAME: "solved"}


async def test_a_version_s_findings_stand_beside_those_of_the_version_before(house: House) -> None:
    async with house.client() as client:
        url = f"/v1/productions/{await filmed(house, client)}"
        first = (await client.get(f"{url}/versions/1")).json()
        assert first["findings"] == first["solved"] == []
        cut = first["conte"]["cuts"][0]
        quiet = {"op": "edit", "cut": cut["id"], "field": "caption", "before": "", "after": "쉿"}
        sealed = await client.post(f"{url}/versions", json={"operations": [quiet]})
        assert sealed.status_code == 202
        second = (await client.get(f"{url}/versions/2")).json()
        assert since(second["findings"]) == {NAME: "new"}
        mend = {"operations": of(second, NAME)["operations"]}
        await client.post(f"{url}/draft/operations", json=mend)
        assert (await client.get(f"{url}/draft")).json()["findings"] == []
