"""Another take: made beside a version that stays as it is, and picked by a person."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import httpx
import pytest

from conte.clip import Clip, Shot, Tier
from conte.production import State
from graphs.crew import CrewError
from serve.client import Client
from serve.ledger.taking import Wanted
from tests.fake_crew import FakeCrew
from tests.forged_pictures import flat_png
from tests.front_door import BRIEF, House, accept, served
from tests.test_produce import direct
from tests.test_revision_rounds import PLAN, TIERS, Rounds, edit, rounds

__all__ = ["rounds"]  # the fixture


class Keeping(FakeCrew):
    """Publishes a file for every clip, with bytes that say which shot it is of."""

    house: House

    async def render(self, shot: Shot, cut: int, tier: Tier) -> AsyncGenerator[float | Clip]:
        async for step in super().render(shot, cut, tier):
            if isinstance(step, Clip):
                await self.house.vault.publish_bytes(step.key, step.key.encode() * 20)
                step = step.model_copy(update={"seed": shot.seed})
            yield step


def crew_of(rounds: Rounds, **how: Any) -> Keeping:
    crew = Keeping(tiers=TIERS, **how)
    crew.house = rounds.house
    return crew


async def film(rounds: Rounds, **how: Any) -> Keeping:
    crew = crew_of(rounds, **how)
    await direct(rounds.house.ledger, crew, rounds.id, PLAN)
    return crew


async def first(rounds: Rounds, client: httpx.AsyncClient) -> str:
    """A film of a brief; return the URL of the takes of its third cut."""
    made = await client.post("/v1/productions", json={"brief": BRIEF, "seed": 7})
    rounds.id = made.json()["id"]
    await film(rounds)
    return f"/v1/productions/{rounds.id}/cuts/{rounds.cuts(1)[2]['id']}/takes"


async def takes_of(rounds: Rounds, client: httpx.AsyncClient) -> list[dict[str, Any]]:
    """The final takes of the third cut, the oldest first."""
    found = (await client.get(f"/v1/productions/{rounds.id}/takes")).json()["takes"]
    cut = rounds.cuts(1)[2]["id"]
    return [take for take in found if take["cut"] == cut and take["tier"] == "final"]


async def seal(rounds: Rounds, client: httpx.AsyncClient, *operations: dict[str, Any]) -> Keeping:
    url = f"/v1/productions/{rounds.id}/versions"
    sealed = await client.post(url, json={"operations": operations})
    assert sealed.status_code == 202, sealed.text
    return await film(rounds)


async def test_other_takes_are_made_and_the_version_and_its_film_stay(rounds: Rounds) -> None:
    async with rounds.house.client() as client:
        url = await first(rounds, client)
        before = rounds.house.ledger.get(rounds.id)
        ordered = await client.post(url, json={"num": 3})
        assert ordered.status_code == 202
        assert [order["state"] for order in ordered.json()["orders"]] == ["waiting"] * 3
        assert ordered.headers["Location"] == f"/v1/productions/{rounds.id}/takes"
        crew = await film(rounds)
        assert crew.story.count("rendered 3") == 3
        assert {tier for tier, _ in crew.shots} == {"final"}
        after = rounds.house.ledger.get(rounds.id)
        assert (after.state, after.film, after.cuts) == (State.DONE, before.film, before.cuts)
        assert rounds.house.ledger.version(rounds.id, 1).revision is None
        takes = await takes_of(rounds, client)
        assert len({take["seed"] for take in takes}) == len({take["take"] for take in takes}) == 4
        found = (await client.get(f"/v1/productions/{rounds.id}/takes")).json()["orders"]
        assert {order["take"] for order in found} == {take["take"] for take in takes[1:]}


async def test_every_take_can_be_played(rounds: Rounds) -> None:
    async with rounds.house.client() as client:
        url = await first(rounds, client)
        await client.post(url, json={})
        await film(rounds)
        for take in await takes_of(rounds, client):
            played = await client.get(take["url"], headers={"Range": "bytes=0-9"})
            assert (played.status_code, played.content) == (206, b"clips/" + played.content[6:])
            assert played.headers["content-type"] == "video/mp4"
        unknown = f"/v1/productions/{rounds.id}/takes/t_{12 * '0'}/clip"
        assert (await client.get(unknown)).status_code == 404


async def test_going_back_to_an_earlier_take_renders_nothing(rounds: Rounds) -> None:
    async with rounds.house.client() as client:
        await first(rounds, client)
        cut = rounds.cuts(1)[2]["id"]
        await client.post(f"/v1/productions/{rounds.id}/cuts/{cut}/takes", json={})
        await film(rounds)
        old, new = [take["take"] for take in await takes_of(rounds, client)]
        clip = "/v1/productions/{}/versions/{}/cuts/3/clip"
        for version, take in ((2, new), (3, old)):
            crew = await seal(rounds, client, {"op": "take", "cut": cut, "take": take})
            assert crew.shots == {}
            played = await client.get(clip.format(rounds.id, version))
            assert (played.status_code, crew.attempts["join final", 0]) == (200, 1)
        assert rounds.keys(3) == rounds.keys(1)
        assert rounds.keys(2) != rounds.keys(1)
        one, two, three = [
            (await client.get(clip.format(rounds.id, version))).content for version in (1, 2, 3)
        ]
        assert one == three != two


async def test_a_person_s_pick_stays_when_a_new_render_lands(rounds: Rounds) -> None:
    async with rounds.house.client() as client:
        url = await first(rounds, client)
        await client.post(url, json={})
        await film(rounds)
        cut, picked = rounds.cuts(1)[2], (await takes_of(rounds, client))[1]["take"]
        pick = {"op": "take", "cut": cut["id"], "take": picked}
        await seal(rounds, client, pick, edit(cut, "action", "다른 동작"))
        kept = rounds.keys(2)[cut["id"]]
        await client.post(url, json={"num": 2})
        crew = await film(rounds)
        assert crew.story.count("rendered 3") == 2
        assert rounds.keys(2)[cut["id"]] == kept
        assert rounds.cuts(2)[2]["take"] == picked
        # Of what the cut says now.
        assert crew.shots["final", 3].action == "다른 동작"


async def test_a_take_that_fails_fails_alone(rounds: Rounds) -> None:
    async with rounds.house.client() as client:
        url = await first(rounds, client)
        other = url.replace(rounds.cuts(1)[2]["id"], rounds.cuts(1)[1]["id"])
        await client.post(url, json={})
        await client.post(other, json={})

        def trouble(step: str, number: int, _: int) -> Exception | None:
            return CrewError("the engine went dark") if number == 3 else None

        await film(rounds, trouble=trouble)
        production = rounds.house.ledger.get(rounds.id)
        assert (production.state, production.failure) == (State.DONE, None)
        found = (await client.get(f"/v1/productions/{rounds.id}/takes")).json()["orders"]
        assert [order["state"] for order in found] == ["failed", "ready"]
        assert found[0]["failure"]["reason"] == "the engine went dark"
        assert found[0]["failure"]["attempts"] == PLAN.max_attempts


async def test_cancelling_keeps_the_takes_that_are_ready_and_the_film(rounds: Rounds) -> None:
    async with rounds.house.client() as client:
        url = await first(rounds, client)
        other = url.replace(rounds.cuts(1)[2]["id"], rounds.cuts(1)[1]["id"])
        await client.post(url, json={})
        await client.post(other, json={})
        held: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        crew = crew_of(rounds, during_clip=lambda cut: held if cut == 2 else None)
        ending = asyncio.create_task(direct(rounds.house.ledger, crew, rounds.id, PLAN))
        while "take.ready" not in [str(e.kind) for e in rounds.house.ledger.events(rounds.id, 0)]:
            await asyncio.sleep(0)
        assert (await client.delete(f"/v1/productions/{rounds.id}")).status_code == 202
        await ending
        production = (await client.get(f"/v1/productions/{rounds.id}")).json()
        assert production["state"] == "done"
        assert production["film"] is not None
        found = (await client.get(f"/v1/productions/{rounds.id}/takes")).json()["orders"]
        assert [order["state"] for order in found] == ["ready", "failed"]
        assert found[1]["failure"]["reason"] == "it was cancelled"
        assert "stopped 2" in crew.story


async def test_takes_that_nobody_has_begun_are_cancelled_at_once(rounds: Rounds) -> None:
    async with rounds.house.client() as client:
        url = await first(rounds, client)
        await client.post(url, json={"num": 2})
        gone = await client.delete(f"/v1/productions/{rounds.id}")
        assert gone.json()["state"] == "done"
        kinds = [str(event.kind) for event in rounds.house.ledger.events(rounds.id, 0)]
        assert kinds[-4:] == ["take.ordered", "take.failed", "take.failed", "production.done"]


async def test_another_director_makes_the_takes_that_a_dead_one_left(rounds: Rounds) -> None:
    async with rounds.house.client() as client:
        url = await first(rounds, client)
        await client.post(url, json={"num": 2})
        ledger = rounds.house.ledger
        dead = ledger.claim("dead", 0.0)
        assert dead is not None
        one = ledger.take_orders(rounds.id)[0]
        clip = next(state.clip for state in ledger.get(rounds.id).cuts if state.cut == 3)
        assert clip is not None
        made = clip.model_copy(update={"key": f"clips/{64 * '7'}.mp4"})
        assert ledger.record_take(dead, one, made, "fake@1", 1.0)
        assert not ledger.record_take(dead, one, made, "fake@1", 1.0)
        crew = await film(rounds)
        assert crew.story.count("rendered 3") == 1
        assert [order.state for order in ledger.take_orders(rounds.id)] == ["ready", "ready"]


async def test_directors_that_die_of_takes_leave_the_film_done(rounds: Rounds) -> None:
    async with rounds.house.client() as client:
        url = await first(rounds, client)
        await client.post(url, json={})
        ledger = rounds.house.ledger
        assert ledger.claim("dead", 0.0) is not None
        assert ledger.claim("next", 0.0, max_takeovers=0) is None
        assert ledger.get(rounds.id).state is State.DONE
        (order,) = ledger.take_orders(rounds.id)
        assert order.failure is not None
        assert "directors were lost" in order.failure.reason


async def test_takes_of_a_production_that_failed_leave_it_failed_for_its_reason(
    rounds: Rounds,
) -> None:
    async with rounds.house.client() as client:
        made = await client.post("/v1/productions", json={"brief": BRIEF, "seed": 7})
        rounds.id = made.json()["id"]

        def trouble(step: str, number: int, _: int) -> Exception | None:
            return CrewError("too dark") if (step, number) == ("render final", 3) else None

        await film(rounds, trouble=trouble)
        before = rounds.house.ledger.get(rounds.id)
        assert before.state is State.FAILED
        cut = rounds.cuts(1)[2]["id"]
        await client.post(f"/v1/productions/{rounds.id}/cuts/{cut}/takes", json={})
        await film(rounds)
        after = rounds.house.ledger.get(rounds.id)
        assert (after.state, after.failure) == (before.state, before.failure)
        (take,) = await takes_of(rounds, client)
        crew = await seal(rounds, client, {"op": "take", "cut": cut, "take": take["take"]})
        assert ("final", 3) not in crew.shots
        assert rounds.house.ledger.get(rounds.id).state is State.DONE


async def test_a_quote_says_the_renders_before_they_run(rounds: Rounds) -> None:
    async with rounds.house.client() as client:
        url = await first(rounds, client)
        quote = (await client.post(f"{url}/quote", json={"num": 4})).json()
        assert (quote["renders"], quote["gpu_s"], quote["price"]) == (4, 0.0, None)
        # One second a clip of as many frames, four of them after one another.
        assert quote["p50_s"] == pytest.approx(4, rel=0.3)
        orders = rounds.house.ledger.take_orders(rounds.id)
        assert orders == ()


async def test_the_same_key_orders_takes_once(rounds: Rounds) -> None:
    async with rounds.house.client() as client:
        url = await first(rounds, client)
        key = {"Idempotency-Key": "k"}
        one, two = [await client.post(url, json={"num": 2}, headers=key) for _ in range(2)]
        assert one.json() == two.json()
        assert two.headers["Idempotency-Replayed"] == "true"
        other = await client.post(url, json={"num": 3}, headers=key)
        assert (other.status_code, len(rounds.house.ledger.take_orders(rounds.id))) == (422, 2)


async def test_more_takes_can_be_ordered_while_some_are_made(rounds: Rounds) -> None:
    async with rounds.house.client() as client:
        url = await first(rounds, client)
        await client.post(url, json={})
        held: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        crew = crew_of(rounds, during_clip=lambda _: held)
        ending = asyncio.create_task(direct(rounds.house.ledger, crew, rounds.id, PLAN))
        while "rendering 3" not in crew.story:
            await asyncio.sleep(0)
        assert (await client.post(url, json={})).status_code == 202
        held.set_result(None)
        await ending
        orders = rounds.house.ledger.take_orders(rounds.id)
        assert [order.state for order in orders] == ["ready", "ready"]


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        ({"num": 0}, 422, "num"),
        ({"num": 9}, 422, "num"),
        ({"tier": "best"}, 422, "tier"),
        ({"seed": 1}, 422, "seed"),
    ],
)
async def test_what_is_no_order_is_refused_with_what_is_wanted(
    rounds: Rounds, body: dict[str, Any], status: int, says: str
) -> None:
    async with rounds.house.client() as client:
        url = f"/v1/productions/prd_1/cuts/c_{12 * '0'}/takes"
        refused = await client.post(url, json=body)
        assert refused.status_code == status
        assert refused.json()["errors"][0]["field"] == says


async def test_no_takes_are_ordered_while_a_version_is_made_or_of_what_is_not_there(
    rounds: Rounds,
) -> None:
    async with rounds.house.client() as client:
        url = await first(rounds, client)
        unknown = url.replace(rounds.cuts(1)[2]["id"], "c_00000000")
        assert (await client.post(unknown, json={})).status_code == 404
        for num in (8, 8, 8, 8):
            assert (await client.post(url, json={"num": num})).status_code == 202
        assert (await client.post(url, json={})).status_code == 429
        await client.delete(f"/v1/productions/{rounds.id}")
        operations = [edit(rounds.cuts(1)[0], "action", "다른 동작")]
        await client.post(f"/v1/productions/{rounds.id}/versions", json={"operations": operations})
        busy = await client.post(url, json={})
        assert (busy.status_code, busy.json()["type"]) == (409, "urn:sian:not-takable")
        assert "콘티 2: 대기 중" in busy.json()["detail"]


async def test_takes_count_in_the_tenant_s_queue_and_only_its_own_are_found(
    tmp_path: Path,
) -> None:
    house = House(tmp_path, max_queued=1)
    async with house.client() as client:
        ids = [await _filmed(house, client) for _ in range(2)]
        cuts = [house.ledger.version(one, 1).conte.cuts[0].id for one in ids]
        urls = [
            f"/v1/productions/{one}/cuts/{cut}/takes" for one, cut in zip(ids, cuts, strict=True)
        ]
        assert (await client.post(urls[0], json={})).status_code == 202
        full = await client.post(urls[1], json={})
        assert (full.status_code, full.json()["type"]) == (429, "urn:sian:queue-full")
        assert house.ledger.take_orders(ids[1]) == ()
        with pytest.raises(LookupError):
            house.ledger.order_takes(ids[1], Wanted(cut=cuts[1], tier="draft"), "another")
    house.ledger.close()


def test_the_client_quotes_orders_and_brings_takes(tmp_path: Path) -> None:
    house = House(tmp_path / "home")
    production = accept(house)
    house.film(production)
    cut = house.ledger.version(production, 1).conte.cuts[0].id
    picture = tmp_path / "mine.png"
    picture.write_bytes(flat_png(64, 64, b"\x40\x40\x40"))
    with served(house.app()) as url, Client(url) as client:
        assert client.quote_takes(production, cut, 2).renders == 2
        assert [one.order for one in client.order_takes(production, cut, 2).orders] == [1, 2]
        brought = client.upload_take(production, cut, picture)
        assert (brought.order.order, brought.order.source, brought.covers) == (3, "uploaded", True)
        assert len(client.takes(production).orders) == 3
    house.ledger.close()


async def _filmed(house: House, client: httpx.AsyncClient) -> str:
    made = await client.post("/v1/productions", json={"brief": {"product": {"name": "시안"}}})
    house.film(made.json()["id"])
    return made.json()["id"]
