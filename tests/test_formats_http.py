"""Formats over HTTP: quoted first, then a production each, with the clips that they inherit."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from conte.production import State
from serve.ledger.ledger import Ledger
from tests.fake_crew import FakeCrew
from tests.front_door import House
from tests.test_produce import direct
from tests.test_revision_rounds import BRIEF, PLAN, TIERS, Rounds, edit

SHORT = {"duration_s": 6, "aspect_ratio": "16:9"}
TALL = {"duration_s": 15, "aspect_ratio": "9:16"}


def num_productions(ledger: Ledger) -> int:
    found, _ = ledger.list("local", limit=10, after=None, state=None)
    return len(found)


@dataclass
class Approved:
    """A filmed version, and a client at its front door."""

    rounds: Rounds
    client: httpx.AsyncClient

    @property
    def url(self) -> str:
        return f"/v1/productions/{self.rounds.id}/versions/1/formats"

    async def quote(self, *formats: dict[str, Any]) -> dict[str, Any]:
        found = await self.client.post(f"{self.url}/quote", json={"formats": formats})
        assert found.status_code == 200, found.text
        return found.json()

    async def make(self, *formats: dict[str, Any], **more: Any) -> httpx.Response:
        headers = more.pop("headers", {})
        return await self.client.post(self.url, json={"formats": formats, **more}, headers=headers)

    async def film(self, *productions: str) -> list[tuple[str, int]]:
        """Film formats, and return what the engine rendered of all of them."""
        crew = FakeCrew(tiers=TIERS)
        for production in productions:
            await direct(self.rounds.house.ledger, crew, production, PLAN)
            assert self.rounds.house.ledger.get(production).state is State.DONE
        return [(tier, cut) for tier, cut in crew.shots]


async def approve(rounds: Rounds, client: httpx.AsyncClient) -> None:
    """Approve version 1, with the files that its manifest names."""
    ledger = rounds.house.ledger
    clips = [state.clip for state in ledger.clips(rounds.id, 1) if state.clip]
    film = ledger.get(rounds.id).film
    assert film is not None
    for key in {film.key, film.sheet_key, film.poster_key, *(clip.key for clip in clips)}:
        rounds.house.publish(key, key.encode())
    url = f"/v1/productions/{rounds.id}/versions/1"
    await client.post(f"{url}/review", json={"to": "in_review"})
    offer = (await client.post(f"{url}/approval")).json()
    body = {"hash": offer["hash"], "confirm": offer["confirm"], "name": "김대표"}
    done = await client.post(f"{url}/approval/confirm", json=body)
    assert done.status_code == 200, done.text


@pytest.fixture
async def approved(tmp_path: Path) -> AsyncIterator[Approved]:
    house = House(tmp_path / "home")
    on = house.settings.draft.model_copy(update={"enabled": True})
    house.settings = house.settings.model_copy(update={"final": on})
    rounds = Rounds(house)
    async with house.client() as client:
        await rounds.first(client)
        await approve(rounds, client)
        yield Approved(rounds, client)
    house.ledger.close()


async def test_a_quote_says_what_each_clip_becomes_and_why(approved: Approved) -> None:
    quote = await approved.quote(SHORT, TALL)
    short, tall = quote["formats"]
    assert [one["format"] for one in quote["formats"]] == [SHORT, TALL]
    assert (len(short["cuts"]), short["renders"]) == (4, 0)
    assert {clip["how"] for clip in short["clips"]} == {"whole"}
    assert sum(cut["num_frames"] for cut in short["cuts"]) == 6 * 30
    assert sorted([*short["left_out"], *(cut["source"] for cut in short["cuts"])]) == [
        1, 2, 3, 4, 5, 6, 7, 8,
    ]  # fmt: skip
    assert {clip["how"] for clip in tall["clips"]} <= {"crop", "render"}
    for clip in tall["clips"]:
        assert clip["reason"]
        assert (clip["window"] is None) == (clip["how"] == "render")
    assert tall["renders"] == sum(clip["how"] == "render" for clip in tall["clips"])
    ledger = approved.rounds.house.ledger
    assert num_productions(ledger) == 1


async def test_each_format_is_a_production_that_renders_what_was_quoted(
    approved: Approved,
) -> None:
    quote = await approved.quote(SHORT, TALL)
    made = await approved.make(SHORT, TALL, quote=quote["hash"])
    assert made.status_code == 202, made.text
    ids = [one["id"] for one in made.json()["productions"]]
    assert len(set(ids)) == 2
    rendered = await approved.film(*ids)
    # The short one renders nothing: what was rendered is the upright one's.
    assert [one["renders"] for one in quote["formats"]] == [0, len(rendered)] and rendered
    for new, told in zip(ids, quote["formats"], strict=True):
        shown = (await approved.client.get(f"/v1/productions/{new}/versions/1")).json()
        assert shown["revision"]["format_of"] == {
            "production": approved.rounds.id, "version": 1, "quote": quote["hash"],
        }  # fmt: skip
        assert shown["conte"] == told["conte"]
        assert shown["brief"]["aspect_ratio"] == told["format"]["aspect_ratio"]
        wanted = [(one["tier"], one["number"]) for one in told["clips"] if one["how"] == "render"]
        assert sorted(rendered if wanted else []) == sorted(wanted)
        # What it took stands beside what was quoted: clips that it keeps are not counted.
        assert shown["actual"]["renders"] == told["renders"] == len(wanted)
        assert bool(shown["actual"]["render_s"]) == bool(wanted)
        ledger = approved.rounds.house.ledger
        sources = {state.clip.key for state in ledger.get(approved.rounds.id).cuts if state.clip}
        kept = [state.clip for state in ledger.get(new).cuts if state.clip]
        whole = {clip.key for clip in kept if clip.window is not None or new == ids[0]}
        assert whole <= sources


async def test_a_format_is_revised_like_any_other_production(approved: Approved) -> None:
    made = (await approved.make(SHORT)).json()["productions"][0]["id"]
    await approved.film(made)
    approved.rounds.id = made
    cut = approved.rounds.cuts(1)[0]
    quote = await approved.rounds.revise(approved.client, 2, edit(cut, "caption", "새 자막"))
    assert quote["renders"] == 0


async def test_one_key_makes_formats_once(approved: Approved) -> None:
    key = {"Idempotency-Key": "k"}
    first, again = [await approved.make(SHORT, TALL, headers=key) for _ in range(2)]
    assert (first.status_code, again.status_code) == (202, 202)
    ids = [[one["id"] for one in answer.json()["productions"]] for answer in (first, again)]
    assert ids[0] == ids[1]
    assert again.headers["Idempotency-Replayed"] == "true"
    other = await approved.make(TALL, headers=key)
    assert (other.status_code, other.json()["type"]) == (422, "urn:sian:idempotency-key-reused")
    assert num_productions(approved.rounds.house.ledger) == 3


async def test_what_was_not_quoted_is_not_made(approved: Approved) -> None:
    quote = await approved.quote(SHORT)
    refused = await approved.make(TALL, quote=quote["hash"])
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:sian:not-as-quoted")
    assert num_productions(approved.rounds.house.ledger) == 1


@pytest.mark.parametrize(
    ("formats", "field"),
    [
        ([], "formats"),
        ([SHORT, SHORT], "formats"),
        ([{"duration_s": 3, "aspect_ratio": "9:16"}], "formats[0].duration_s"),
        ([SHORT, {"duration_s": 15, "aspect_ratio": "3:2"}], "formats[1].aspect_ratio"),
    ],
)
async def test_a_wrong_format_is_refused_with_its_field(
    approved: Approved, formats: list[dict[str, Any]], field: str
) -> None:
    refused = await approved.make(*formats)
    assert refused.status_code == 422
    assert field in [error["field"] for error in refused.json()["errors"]]


async def test_formats_of_nothing_are_not_made(approved: Approved) -> None:
    body = {"formats": [SHORT]}
    url = approved.url.replace("versions/1", "versions/2")
    assert (await approved.client.post(url, json=body)).status_code == 404
    new = (await approved.client.post("/v1/productions", json={"brief": BRIEF})).json()["id"]
    url = f"/v1/productions/{new}/versions/1/formats"
    assert (await approved.client.post(url, json=body)).status_code == 404
    cut = approved.rounds.cuts(1)[0]
    operations = [edit(cut, "action", "다른 동작")]
    base = f"/v1/productions/{approved.rounds.id}/versions"
    await approved.client.post(base, json={"operations": operations})
    busy = await approved.client.post(f"{base}/2/formats", json=body)
    assert (busy.status_code, busy.json()["type"]) == (409, "urn:sian:not-sealable")
    # The one before it stands, and so do its clips.
    assert (await approved.make(SHORT)).status_code == 202


async def test_a_version_that_is_not_approved_has_no_formats(approved: Approved) -> None:
    cut = approved.rounds.cuts(1)[0]
    await approved.rounds.revise(approved.client, 2, edit(cut, "caption", "새 자막"))
    url = approved.url.replace("versions/1", "versions/2")
    for path in (url, f"{url}/quote"):
        refused = await approved.client.post(path, json={"formats": [SHORT]})
        assert refused.status_code == 409
        assert "콘티 2: 검토 전입니다. 승인된 다음 다른 포맷을 만들 수 있습니다" in refused.text


async def test_all_formats_are_admitted_or_none(approved: Approved) -> None:
    house = approved.rounds.house
    few = house.settings.ingress.model_copy(update={"max_queued": 1})
    house.settings = house.settings.model_copy(update={"ingress": few})
    async with house.client() as client:
        refused = await client.post(approved.url, json={"formats": [SHORT, TALL]})
        assert refused.status_code == 429
        assert num_productions(house.ledger) == 1
        assert (await client.post(approved.url, json={"formats": [SHORT]})).status_code == 202
