"""A version that was cancelled, failed or cut off, and the next: what was asked is not forgotten."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from conte.production import State
from deployments.engines.protocols import RenderError
from tests.fake_crew import FakeCrew
from tests.front_door import House
from tests.test_produce import direct
from tests.test_revision_rounds import BRIEF, PLAN, edit

_SEALING = """
import asyncio, sys
from pathlib import Path
from serve.ledger import sealing
from tests.front_door import House

house = House(Path(sys.argv[1]))

def stop(*_, **__):  # the version is written, and its event is not
    print("half way", flush=True)
    sys.stdin.read()

sealing.events.write = stop

async def seal():
    async with house.client(headers={"Idempotency-Key": "once"}) as client:
        await client.post(f"/v1/productions/{sys.argv[2]}/versions", json={})

asyncio.run(seal())
"""


def seal_and_kill(house: House, production: str) -> None:
    """Seal the draft in another process, and kill that before it is done."""
    server = subprocess.Popen(
        [sys.executable, "-c", _SEALING, str(house.settings.home), production],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parent.parent,
    )
    assert server.stdout is not None
    assert server.stdout.readline() == b"half way\n"
    server.kill()
    server.wait()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path / "home")
    yield house
    house.ledger.close()


async def film(house: House, production: str, crew: FakeCrew | None = None) -> list[int]:
    """Direct it to its end; return the cuts that were rendered."""
    crew = crew or FakeCrew()
    await direct(house.ledger, crew, production, PLAN)
    return sorted(cut for _, cut in crew.shots)


async def begun(house: House, client: httpx.AsyncClient) -> tuple[str, list[dict[str, Any]]]:
    """A production with 콘티 1 filmed and 콘티 2 sealed, in which two pictures change."""
    made = await client.post("/v1/productions", json={"brief": BRIEF, "seed": 7})
    production = made.json()["id"]
    await film(house, production)
    conte = house.ledger.version(production, 1).conte
    cuts = [cut.model_dump(mode="json") for cut in conte.cuts]
    operations = [edit(cuts[0], "action", "첫 동작"), edit(cuts[1], "action", "둘째 동작")]
    url = f"/v1/productions/{production}/versions"
    assert (await client.post(url, json={"operations": operations})).status_code == 202
    return production, cuts


async def revised(
    client: httpx.AsyncClient, production: str, *operations: dict[str, Any]
) -> list[tuple[int, str]]:
    """Change, quote and seal; return what is rendered, and why."""
    url = f"/v1/productions/{production}"
    changed = await client.post(f"{url}/draft/operations", json={"operations": operations})
    assert changed.status_code == 200, changed.text
    quote = (await client.post(f"{url}/draft/quote")).json()
    sealed = await client.post(f"{url}/versions", json={"quote": quote["hash"]})
    assert sealed.status_code == 202, sealed.text
    return [(one["number"], one["why"]) for one in quote["cuts"] if one["what"] == "rendered"]


async def test_what_a_cancelled_version_had_not_rendered_is_rendered_in_the_next(
    house: House,
) -> None:
    async with house.client() as client:
        production, cuts = await begun(house, client)
        assert (await client.delete(f"/v1/productions/{production}")).status_code in (200, 202)
        assert house.ledger.get(production).state is State.CANCELLED
        renders = await revised(client, production, edit(cuts[4], "caption", "자막"))
        assert renders == [(1, "unmade"), (2, "unmade")]
        assert await film(house, production) == [1, 2]
        shown = house.ledger.version(production, 3).conte
        assert [cut.action for cut in shown.cuts[:2]] == ["첫 동작", "둘째 동작"]


async def test_a_change_taken_back_before_it_was_rendered_renders_nothing(house: House) -> None:
    async with house.client() as client:
        production, cuts = await begun(house, client)
        await client.delete(f"/v1/productions/{production}")
        back = {**edit(cuts[0], "action", cuts[0]["action"]), "before": "첫 동작"}
        assert await revised(client, production, back) == [(2, "unmade")]
        assert await film(house, production) == [2]


async def test_a_cut_that_failed_is_rendered_in_the_next_version_and_no_other(
    house: House,
) -> None:
    def trouble(step: str, number: int, attempt: int) -> Exception | None:
        return RenderError("no") if (step, number) == ("render draft", 2) else None

    async with house.client() as client:
        production, cuts = await begun(house, client)
        crew = FakeCrew(trouble=trouble)
        assert await film(house, production, crew) == [1, 2]
        assert house.ledger.get(production).state is State.FAILED
        renders = await revised(client, production, edit(cuts[4], "caption", "자막"))
        assert renders == [(2, "unmade")]
        assert await film(house, production) == [2]
        assert house.ledger.get(production).state is State.DONE


async def test_a_server_killed_in_the_middle_of_sealing_leaves_the_draft_and_seals_once(
    house: House,
) -> None:
    async with house.client(headers={"Idempotency-Key": "once"}) as client:
        made = await client.post("/v1/productions", json={"brief": BRIEF, "seed": 7})
        production = made.json()["id"]
        await film(house, production)
        url = f"/v1/productions/{production}"
        cut = house.ledger.version(production, 1).conte.cuts[0].model_dump(mode="json")
        change = {"operations": [edit(cut, "caption", "새 자막")]}
        assert (await client.post(f"{url}/draft/operations", json=change)).status_code == 200
        before = (await client.get(f"{url}/draft")).json()
        seal_and_kill(house, production)
        assert house.ledger.get(production).version == 1
        assert (await client.get(f"{url}/draft")).json() == before
        sealed = [(await client.post(f"{url}/versions", json={})).json() for _ in range(2)]
        assert [one["sealed"] for one in sealed] == [2, 2]
        assert house.ledger.get(production).version == 2
