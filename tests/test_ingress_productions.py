"""Productions over HTTP: what is taken, what is refused and in which words, and who sees what."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from conte.production import State
from serve.ingress import order
from serve.keys import key_digest
from serve.settings import IngressSettings
from tests.front_door import BRIEF, House, accept

JSON = {"Content-Type": "application/json"}
URL = "/v1/productions"


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


@pytest.fixture
async def http(house: House) -> AsyncIterator[httpx.AsyncClient]:
    async with house.client() as client:
        yield client


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["status"] == status
    assert told["title"]
    assert told["detail"]
    assert told["instance"] == answer.request.url.path
    return told


async def test_a_brief_is_accepted_and_its_links_lead_on(http: httpx.AsyncClient) -> None:
    answer = await http.post(URL, json={"brief": BRIEF, "seed": 7})
    assert answer.status_code == 202
    view = answer.json()
    assert view["state"] == "queued"
    assert view["seed"] == 7
    assert view["brief"]["product"]["name"] == "윈터그립"
    assert answer.headers["location"] == view["links"]["production"]
    assert (await http.get(answer.headers["location"])).json() == view


async def test_the_server_chooses_a_seed_and_tells_it(http: httpx.AsyncClient) -> None:
    view = (await http.post(URL, json={"brief": BRIEF})).json()
    assert 0 <= view["seed"] < 2**31


async def test_one_idempotency_key_makes_one_production(http: httpx.AsyncClient) -> None:
    key = {"Idempotency-Key": "order 1"}
    first = await http.post(URL, json={"brief": BRIEF}, headers=key)
    assert "idempotency-replayed" not in first.headers
    # The same order in another order of keys, with a default spelt out: still the same order.
    spelt = {"seed": None, "brief": {"cuts": 4, "fps": 30, **BRIEF}}
    second = await http.post(URL, content=json.dumps(spelt), headers=key | JSON)
    assert second.status_code == 202
    assert second.json() == first.json()
    assert second.headers["idempotency-replayed"] == "true"
    assert len((await http.get(URL)).json()["productions"]) == 1


async def test_a_key_used_for_another_body_is_refused(http: httpx.AsyncClient) -> None:
    key = {"Idempotency-Key": "order-1"}
    await http.post(URL, json={"brief": BRIEF}, headers=key)
    answer = await http.post(URL, json={"brief": BRIEF | {"duration_s": 7}}, headers=key)
    assert problem(answer, 422)["type"] == "urn:sian:idempotency-key-reused"


@pytest.mark.parametrize("key", ["", " ", "x" * 201, "é", "a\tb"])
async def test_a_key_that_is_no_printable_ascii_is_refused(
    http: httpx.AsyncClient, key: str
) -> None:
    headers = {"Idempotency-Key": key.encode()}
    answer = await http.post(URL, json={"brief": BRIEF}, headers=headers)  # pyright: ignore
    assert problem(answer, 422)["errors"][0]["field"].lower() == "idempotency-key"


@pytest.mark.parametrize(
    ("brief", "field"),
    [
        ({}, "brief.product"),
        ({"product": {}}, "brief.product.name"),
        ({"product": {"name": ""}}, "brief.product.name"),
        ({"product": {"name": "가" * 61}}, "brief.product.name"),
        ({"product": {"name": "a\x00b"}}, "brief.product.name"),
        ({"product": {"name": "a\u202eb"}}, "brief.product.name"),
        ({"product": {"name": "a", "nam": "b"}}, "brief.product.nam"),
        (
            {"product": {"name": "a", "selling_points": ["ok", 3]}},
            "brief.product.selling_points[1]",
        ),
        ({"product": {"name": "a"}, "must_show": ["x"] * 11}, "brief.must_show"),
        ({"product": {"name": "a"}, "duration_s": "30"}, "brief.duration_s"),
        ({"product": {"name": "a"}, "duration_s": 4.9}, "brief.duration_s"),
        ({"product": {"name": "a"}, "duration_s": 120.1}, "brief.duration_s"),
        ({"product": {"name": "a"}, "fps": 23}, "brief.fps"),
        ({"product": {"name": "a"}, "cuts": 3}, "brief.cuts"),
        ({"product": {"name": "a"}, "aspect_ratio": "2:1"}, "brief.aspect_ratio"),
        ({"product": {"name": "a"}, "language": "fr"}, "brief.language"),
        ({"product": {"name": "a"}, "length": 30}, "brief.length"),
        ({"product": {"name": "a"}, "characters": [{"nam": "b"}]}, "brief.characters[0].name"),
        ({"product": {"name": "a"}, "characters": 5 * [{"name": "b"}]}, "brief.characters"),
        ({"product": {"name": "a"}, "characters": 2 * [{"name": "b"}]}, "brief.characters"),
        (
            {"product": {"name": "a"}, "characters": [{"name": "b", "image": "c.png"}]},
            "brief.characters[0].image",
        ),
    ],
)
async def test_a_wrong_brief_is_refused_with_the_field_and_what_is_wanted(
    house: House, http: httpx.AsyncClient, brief: dict[str, Any], field: str
) -> None:
    told = problem(await http.post(URL, json={"brief": brief}), 422)
    assert told["errors"][0]["field"] == field
    assert told["errors"][0]["wanted"]
    assert field in told["detail"]
    assert house.ledger.list("local", limit=10, after=None, state=None)[0] == ()


async def test_an_unknown_field_is_told_the_name_it_is_near(http: httpx.AsyncClient) -> None:
    brief = BRIEF | {"durations_s": 30}
    told = problem(await http.post(URL, json={"brief": brief}), 422)
    assert told["errors"] == [
        {
            "field": "brief.durations_s",
            "wanted": "no such field; did you mean duration_s?",
            "got": "30",
        }
    ]


async def test_cuts_that_do_not_fit_name_cuts_and_duration(http: httpx.AsyncClient) -> None:
    brief = BRIEF | {"cuts": 8, "duration_s": 5}
    told = problem(await http.post(URL, json={"brief": brief}), 422)
    assert "cuts and duration_s" in told["detail"]


@pytest.mark.parametrize("seed", [-1, 2**31, 1.5, "7", True])
async def test_a_seed_is_a_whole_number_of_31_bits(http: httpx.AsyncClient, seed: Any) -> None:
    told = problem(await http.post(URL, json={"brief": BRIEF, "seed": seed}), 422)
    assert told["errors"][0]["field"] == "seed"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe{}",
        b'{"brief": "\xc3"}',
        b"[" * 50_000,
        b'{"brief": {"product": {"name": "\\ud800"}}}',
        json.dumps({"brief": BRIEF}).encode("utf-16"),
    ],
)
async def test_what_is_not_json_in_utf8_is_400(http: httpx.AsyncClient, body: bytes) -> None:
    problem(await http.post(URL, content=body, headers=JSON), 400)


@pytest.mark.parametrize("body", [b"null", b"[]", b"7", b'{"brief": NaN}', b'{"brief": 1e400}'])
async def test_json_that_is_no_order_is_422(http: httpx.AsyncClient, body: bytes) -> None:
    problem(await http.post(URL, content=body, headers=JSON), 422)


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/json; charset=euc-kr"},
        {"Content-Type": "multipart/form-data; boundary=x"},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
        {},
    ],
)
async def test_only_plain_json_is_taken(http: httpx.AsyncClient, headers: dict[str, str]) -> None:
    body = json.dumps({"brief": BRIEF}).encode()
    problem(await http.post(URL, content=body, headers=headers), 415)


async def test_a_body_too_large_is_refused_while_it_comes(http: httpx.AsyncClient) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 1 << 30:
            sent += 1 << 14
            yield b" " * (1 << 14)

    problem(await http.post(URL, content=endless(), headers=JSON), 413)
    assert sent <= 1 << 17
    told = {"Content-Length": "999999999"} | JSON
    problem(await http.post(URL, content=b"{}", headers=told), 413)


async def test_a_body_that_does_not_come_is_not_waited_for(
    http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(order, "FIRST_S", 0)
    monkeypatch.setattr(order, "SLOWEST_BYTES_S", 1 << 30)

    async def begun() -> AsyncIterator[bytes]:
        yield b'{"brief": '
        await asyncio.Event().wait()

    answer = await http.post(URL, content=begun(), headers=JSON)
    assert problem(answer, 408)["type"] == "urn:sian:too-slow"


async def test_a_full_queue_says_when_to_come_back(tmp_path: Path) -> None:
    house = House(tmp_path / "small", max_queued=1)
    async with house.client() as http:
        assert (await http.post(URL, json={"brief": BRIEF})).status_code == 202
        answer = await http.post(URL, json={"brief": BRIEF})
        assert problem(answer, 429)["type"] == "urn:sian:queue-full"
        assert int(answer.headers["retry-after"]) >= 1


async def test_pages_lead_through_all_productions_newest_first(
    house: House, http: httpx.AsyncClient
) -> None:
    made = [accept(house, seed=seed) for seed in range(5)]
    seen: list[str] = []
    after: str | None = None
    while True:
        params = {"limit": "2"} | ({"after": after} if after else {})
        page = (await http.get(URL, params=params)).json()
        seen += [view["id"] for view in page["productions"]]
        after = page["next"]
        if after is None:
            break
    assert seen == made[::-1]


async def test_a_list_can_be_of_one_state(house: House, http: httpx.AsyncClient) -> None:
    first, second = accept(house), accept(house)
    house.film(first)
    done = (await http.get(URL, params={"state": "done"})).json()["productions"]
    queued = (await http.get(URL, params={"state": "queued"})).json()["productions"]
    assert [view["id"] for view in done] == [first]
    assert [view["id"] for view in queued] == [second]


@pytest.mark.parametrize(
    ("query", "field"),
    [("limit=0", "limit"), ("limit=101", "limit"), ("limit=x", "limit"), ("state=x", "state"),
     ("after=%00", "after"), ("after=nonsense", "after")],
)  # fmt: skip
async def test_a_wrong_query_is_refused_by_name(
    http: httpx.AsyncClient, query: str, field: str
) -> None:
    told = problem(await http.get(f"{URL}?{query}"), 422)
    assert told["errors"][0]["field"] == field


async def test_the_view_tells_clips_film_and_who_made_them(
    house: House, http: httpx.AsyncClient
) -> None:
    production = accept(house)
    house.film(production)
    view = (await http.get(f"{URL}/{production}")).json()
    assert view["state"] == "done"
    assert view["progress"] == {"cuts": 4, "cuts_ready": 4, "cuts_failed": 0}
    assert view["cuts"][0]["clip"]["engine"]["label"] == "fake (for tests)"
    assert view["film"]["duration_s"] == 6
    for url in (view["film"]["url"], view["film"]["sheet_url"], view["cuts"][3]["clip"]["url"]):
        assert (await http.get(url)).status_code == 200
    assert "key" not in view["film"]


async def test_the_conte_is_not_there_before_it_is_complete(
    house: House, http: httpx.AsyncClient
) -> None:
    production = accept(house)
    told = problem(await http.get(f"{URL}/{production}/versions/1"), 404)
    assert "still being written" in told["detail"]
    house.write(production)
    version = (await http.get(f"{URL}/{production}/versions/1")).json()
    assert sum(cut["num_frames"] for cut in version["conte"]["cuts"]) == 180
    assert version["provenance"]["engine"]["name"] == "fake"
    problem(await http.get(f"{URL}/{production}/versions/2"), 404)


async def test_cancel_is_accepted_twice_and_refused_at_the_end(
    house: House, http: httpx.AsyncClient
) -> None:
    production = accept(house)
    claim = house.claim(production)
    assert (await http.delete(f"{URL}/{production}")).json()["cancel_asked"] is True
    assert (await http.delete(f"{URL}/{production}")).status_code == 202
    house.ledger.cancelled(claim, "director-1")
    again = await http.delete(f"{URL}/{production}")
    assert again.status_code == 202
    assert again.json()["state"] == State.CANCELLED
    done = accept(house)
    house.film(done)
    problem(await http.delete(f"{URL}/{done}"), 409)


async def test_a_failed_cut_says_why_and_can_be_retried_alone(
    house: House, http: httpx.AsyncClient
) -> None:
    production = accept(house)
    house.fail(production, cut=2)
    view = (await http.get(f"{URL}/{production}")).json()
    assert view["failure"]["cut"] == 2
    cut = view["cuts"][1]
    assert cut["failure"]["reason"] == "the engine went dark"
    problem(await http.post(f"{URL}/{production}/versions/1/cuts/1/retry"), 409)
    answer = await http.post(cut["retry"])
    assert answer.status_code == 202
    assert answer.json()["state"] not in ("failed", "done", "cancelled")
    assert answer.json()["progress"]["cuts_ready"] == 3
    problem(await http.post(cut["retry"]), 409)


@pytest.mark.parametrize("path", ["", "/events", "/versions/1", "/versions/1/film"])
@pytest.mark.parametrize("id_", ["nobody", "%00", "a%20b", "x" * 190, "%ED%95%9C"])
async def test_what_is_not_there_is_404(http: httpx.AsyncClient, path: str, id_: str) -> None:
    problem(await http.get(f"{URL}/{id_}{path}"), 404)


async def test_every_error_of_the_router_is_a_problem(http: httpx.AsyncClient) -> None:
    problem(await http.get("/nowhere"), 404)
    answer = await http.put(URL)
    problem(answer, 405)
    assert answer.headers["allow"] == "GET, POST"
    assert (await http.patch(f"{URL}/x")).headers["allow"] == "DELETE, GET"


async def test_tenants_do_not_see_each_other(tmp_path: Path) -> None:
    keys = IngressSettings(api_keys={key_digest("k-acme"): "acme", key_digest("k-bolt"): "bolt"})
    house = House(tmp_path / "two", api_keys=keys.api_keys)
    production = accept(house, tenant="acme")
    house.film(production)
    media = f"{URL}/{production}/versions/1"
    ways = [
        ("GET", f"{URL}/{production}"), ("DELETE", f"{URL}/{production}"),
        ("GET", f"{URL}/{production}/events"), ("GET", media), ("GET", f"{media}/film"),
        ("GET", f"{media}/sheet.png"), ("GET", f"{media}/poster.png"),
        ("GET", f"{media}/cuts/1/clip"), ("POST", f"{media}/cuts/1/retry"),
    ]  # fmt: skip
    async with house.client({"X-API-Key": "k-bolt"}) as bolt:
        for method, path in ways:
            problem(await bolt.request(method, path), 404)
        assert (await bolt.get(URL)).json()["productions"] == []
    async with house.client({"Authorization": "Bearer k-acme"}) as acme:
        assert (await acme.get(f"{media}/film")).status_code == 200
        assert len((await acme.get(URL)).json()["productions"]) == 1


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer wrong"}, {"X-API-Key": "wrong"}, {"Authorization": "Basic eA=="},
     {"Authorization": "Bearer"}],
)  # fmt: skip
async def test_without_a_known_key_there_is_no_way_in(
    tmp_path: Path, headers: dict[str, str]
) -> None:
    house = House(tmp_path / "keys", api_keys={key_digest("right"): "acme"})
    async with house.client(headers) as http:
        for answer in (
            await http.get(URL),
            await http.post(URL, content=b"x" * (1 << 20)),
            await http.get(f"{URL}/x/versions/1/film"),
        ):
            problem(answer, 401)
            assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_one_key_makes_one_production_for_each_tenant(tmp_path: Path) -> None:
    keys = {key_digest("a"): "acme", key_digest("b"): "bolt"}
    house = House(tmp_path / "keys", api_keys=keys)
    found: list[str] = []
    for key in ("a", "b"):
        async with house.client({"X-API-Key": key, "Idempotency-Key": "1"}) as http:
            found.append((await http.post(URL, json={"brief": BRIEF})).json()["id"])
    assert found[0] != found[1]
