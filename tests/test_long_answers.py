"""Event streams, downloads and chats have their share of a replica, and each tenant its own of that."""

import contextlib
import hashlib
from collections.abc import Generator
from pathlib import Path
from typing import Any

import httpx
import pytest

from graphs import shapes
from serve.settings import IngressSettings, Settings
from tests.front_door import House, accept, eventually, served

KEYS = {hashlib.sha256(tenant.encode()).hexdigest(): tenant for tenant in ("one", "other")}


def house_of(home: Path, **ingress: Any) -> House:
    return House(home, api_keys=KEYS, **ingress)


@contextlib.contextmanager
def following(url: str, production: str, tenant: str) -> Generator[httpx.Response]:
    path = f"{url}/v1/productions/{production}/events"
    with httpx.stream("GET", path, headers={"X-API-Key": tenant}, timeout=300) as answer:
        # Held until the end: an iterator that is let go closes the stream.
        lines = answer.iter_lines()
        if answer.status_code == 200:
            next(lines)
        else:
            answer.read()
        yield answer
        del lines


def test_a_tenant_has_so_many_streams_and_hinders_nobody(tmp_path: Path) -> None:
    house = house_of(tmp_path, streams_at_once=3)
    mine, theirs = accept(house, "one"), accept(house, "other")
    with served(house.app()) as url:
        with contextlib.ExitStack() as open_ones:
            streams = [open_ones.enter_context(following(url, mine, "one")) for _ in range(3)]
            assert [stream.status_code for stream in streams] == [200] * 3
            with following(url, mine, "one") as refused:
                assert refused.status_code == 429
                assert refused.headers["content-type"] == "application/problem+json"
                assert int(refused.headers["retry-after"]) > 0
                assert refused.json()["type"] == "urn:sian:too-many-answers"
                assert refused.json()["detail"].startswith("3 event streams, downloads and chats")
            # Requests of the tenant, probes and the others' streams find their places.
            shown = httpx.get(
                f"{url}/v1/productions/{mine}", headers={"X-API-Key": "one"}, timeout=300
            )
            assert shown.status_code == 200
            assert httpx.get(f"{url}/healthz", timeout=300).status_code == 200
            with following(url, theirs, "other") as stream:
                assert stream.status_code == 200
        eventually(lambda: _status(url, mine, "one") == 200)


def test_streams_of_all_tenants_leave_room_for_requests(tmp_path: Path) -> None:
    house = house_of(tmp_path, streams_at_once=2, streams=2)
    mine, theirs = accept(house, "one"), accept(house, "other")
    with served(house.app()) as url, contextlib.ExitStack() as open_ones:
        for _ in range(2):
            open_ones.enter_context(following(url, mine, "one"))
        with following(url, theirs, "other") as refused:
            assert refused.status_code == 503
            assert int(refused.headers["retry-after"]) > 0
        answer = httpx.get(f"{url}/v1/productions", headers={"X-API-Key": "other"}, timeout=300)
        assert answer.status_code == 200


async def test_a_place_is_free_again_after_every_kind_of_answer(tmp_path: Path) -> None:
    house = house_of(tmp_path, streams_at_once=1, streams=1)
    production = accept(house, "one")
    house.film(production)
    version = f"/v1/productions/{production}/versions/1"
    headers = {"X-API-Key": "one"}
    async with house.client(headers) as http:
        etag = (await http.head(f"{version}/film")).headers["etag"]
        asked: list[tuple[str, dict[str, str], int]] = [
            (f"{version}/film", {}, 200),
            (f"{version}/film", {"Range": "bytes=0-9"}, 206),
            (f"{version}/film", {"Range": "bytes=99999999-"}, 416),
            (f"{version}/film", {"If-None-Match": etag}, 304),
            (f"{version}/cuts/5/clip", {}, 404),
            (f"/v1/productions/{production}/events", {}, 200),
            (f"/v1/productions/{production}/events", {"Last-Event-ID": "x"}, 422),
            ("/v1/models", {}, 200),
            ("/v1/videos/none/content", {}, 404),
        ]
        for path, more, status in asked * 2:
            assert (await http.get(path, headers=more)).status_code == status, path


@pytest.mark.parametrize("streams", [1, 800, 5000])
def test_a_replica_takes_more_requests_than_it_takes_long_answers(streams: int) -> None:
    shape = shapes.ingress(Settings(ingress=IngressSettings(streams=streams)))
    assert shape["max_ongoing_requests"] >= streams + 100


def _status(url: str, production: str, tenant: str) -> int:
    with following(url, production, tenant) as answer:
        return answer.status_code
