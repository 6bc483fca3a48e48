"""What an operator sees of the front door: alive, ready, figures, logs, and nothing that is secret."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from serve.database.errors import DatabaseUnavailable
from serve.ingress.app import create_app
from serve.keys import key_digest, new_key, tenant_of_key
from serve.telemetry import about, log, log_to_files
from tests.front_door import BRIEF, House, accept


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


@pytest.fixture
async def http(house: House) -> AsyncIterator[httpx.AsyncClient]:
    async with house.client() as client:
        yield client


class Broken:
    """A ledger or vault of which every call fails in the same way."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def __getattr__(self, name: str) -> Any:
        def fail(*_: Any, **__: Any) -> Any:
            raise self._error

        return fail


def broken(house: House, error: Exception) -> httpx.AsyncClient:
    ledger: Any = Broken(error)
    return house.client(app=create_app(house.settings, ledger, house.vault))


async def test_a_replica_is_alive_by_answering(http: httpx.AsyncClient) -> None:
    assert (await http.get("/healthz")).json() == {"status": "ok"}


async def test_it_is_ready_once_a_director_has_shown_itself(
    house: House, http: httpx.AsyncClient
) -> None:
    answer = await http.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["parts"] == {
        "ledger": "ok",
        "vault": "ok",
        "directors": "none has been seen lately",
    }
    house.ledger.beat("director-1")
    assert (await http.get("/readyz")).json() == {"ledger": "ok", "vault": "ok", "directors": "ok"}


async def test_a_ledger_out_of_reach_is_503_and_says_when_to_come_back(house: House) -> None:
    async with broken(house, DatabaseUnavailable("postgresql://10.0.0.7 refused")) as http:
        for method, path in (
            ("GET", "/v1/productions"),
            ("GET", "/v1/productions/x"),
            ("GET", "/v1/productions/x/events"),
            ("GET", "/v1/productions/x/versions/1/film"),
            ("GET", "/metrics"),
        ):
            answer = await http.request(method, path)
            assert answer.status_code == 503
            assert answer.headers["content-type"] == "application/problem+json"
            assert int(answer.headers["retry-after"]) > 0
            assert "10.0.0.7" not in answer.text
        assert (await http.get("/healthz")).status_code == 200
        assert (await http.get("/readyz")).json()["parts"]["ledger"] == "cannot be reached"


async def test_an_error_nobody_foresaw_is_a_500_that_tells_nothing(
    house: House, tmp_path: Path
) -> None:
    path = log_to_files(tmp_path, "ingress")
    async with broken(house, RuntimeError("password=hunter2")) as http:
        answer = await http.get("/v1/productions")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "hunter2" not in answer.text
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    failed = next(line for line in lines if line["event"] == "http.failed")
    assert "RuntimeError" in failed["traceback"]


async def test_figures_tell_productions_queue_stages_and_cuts_by_tenant(
    house: House, http: httpx.AsyncClient
) -> None:
    house.film(accept(house, tenant="acme"))
    accept(house, tenant="bolt")
    await http.get("/v1/productions")
    page = (await http.get("/metrics")).text
    assert 'sian_productions{state="done",tenant="acme"} 1.0' in page
    assert 'sian_productions{state="queued",tenant="bolt"} 1.0' in page
    assert 'sian_queue_depth{tenant="bolt"} 1.0' in page
    assert "sian_queue_head_age_seconds" in page
    assert 'sian_cuts_rendered_total{tenant="acme"} 4.0' in page
    assert 'sian_cuts_reused_total{tenant="acme"} 0.0' in page
    assert 'sian_stage_seconds_total{stage="rendering",tenant="acme"}' in page
    assert 'route="/v1/productions"' in page


async def test_a_path_made_up_by_a_stranger_is_no_label(http: httpx.AsyncClient) -> None:
    await http.get("/v1/made-up")
    await http.request("BREW", "/v1/productions")
    page = (await http.get("/metrics")).text
    assert "made-up" not in page
    assert "BREW" not in page


async def test_every_answer_carries_the_headers_that_keep_a_browser_safe(
    http: httpx.AsyncClient,
) -> None:
    for path in ("/healthz", "/docs", "/v1/productions", "/nowhere"):
        headers = (await http.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "access-control-allow-origin" not in headers


async def test_the_docs_load_nothing_from_elsewhere(http: httpx.AsyncClient) -> None:
    page = (await http.get("/docs")).text
    assert "/v1/productions/{id}/events" in page
    assert "<script" not in page
    assert "https://" not in page


async def test_the_document_names_keys_only_where_they_are_asked_for(
    tmp_path: Path, http: httpx.AsyncClient
) -> None:
    plain = (await http.get("/openapi.json")).json()
    assert "securitySchemes" not in plain["components"]
    locked = House(tmp_path / "locked", api_keys={key_digest("k"): "acme"})
    async with locked.client() as door:
        document = (await door.get("/openapi.json")).json()
    operation = document["paths"]["/v1/productions"]["post"]
    assert operation["security"] == [{"bearer": []}, {"api_key": []}, {"session": []}]
    assert "403" in operation["responses"]
    assert "401" in operation["responses"]


async def test_the_log_names_the_production_and_never_the_key_or_the_brief(
    tmp_path: Path,
) -> None:
    key = new_key()
    house = House(tmp_path / "logged", api_keys={key_digest(key): "acme"})
    path = log_to_files(tmp_path, "ingress")
    async with house.client({"Authorization": f"Bearer {key}"}) as http:
        made = (await http.post("/v1/productions", json={"brief": BRIEF})).json()["id"]
    text = path.read_text()
    lines = [json.loads(line) for line in text.splitlines()]
    accepted = next(line for line in lines if line["event"] == "production.accepted")
    assert accepted["production"] == made
    assert accepted["tenant"] == "acme"
    assert accepted["time"]
    assert key not in text
    assert "윈터그립" not in text


def test_what_is_logged_about_a_production_carries_its_id(tmp_path: Path) -> None:
    path = log_to_files(tmp_path, "director")
    with about("p-1", "acme"):
        log("clip.ready", cut=3)
    log("idle")
    first, second = (json.loads(line) for line in path.read_text().splitlines())
    assert (first["production"], first["tenant"], first["cut"]) == ("p-1", "acme", 3)
    assert "production" not in second


def test_a_key_is_known_by_its_hash_alone() -> None:
    key = new_key()
    assert tenant_of_key(key, {key_digest(key): "acme"}) == "acme"
    assert tenant_of_key(new_key(), {key_digest(key): "acme"}) is None
    assert key not in key_digest(key)
