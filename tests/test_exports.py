"""A version as a file: made on request, once, for every permitted caller, and recorded."""

import asyncio
import csv
import hashlib
import io
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from conte.export import ExportOptions
from conte.revision.review import ReviewState
from conte.revision.share import Right
from deployments.deliverables import exporter as exporter_module
from deployments.deliverables.exporter import Exporter
from deployments.deliverables.maker import Maker, Material
from deployments.deliverables.makers import MAKERS
from serve.bounded import CallResult, Raised, Unusable
from serve.cli.commands import app
from serve.client import Client
from serve.exporting import Made, Making, NotMade
from serve.ledger.errors import NotFound
from serve.settings import ExportSettings
from tests.front_door import House, accept, served

CALLS: list[str] = []


def slow(material: Material) -> bytes:
    return b"slow"


def empty(material: Material) -> bytes:
    raise Unusable("there is nothing in it")


class Inline:
    """Runs calls in a thread of this process, and counts them."""

    gate: asyncio.Event | None = None

    def __init__(self, limits: Any, *, foreground: bool = False) -> None:
        pass

    async def call(self, function: Callable[..., Any], *args: Any) -> CallResult:
        CALLS.append(function.__name__)
        if Inline.gate is not None:
            await Inline.gate.wait()
        try:
            told = await asyncio.to_thread(function, *args)
        except Unusable:
            raise
        except Exception as error:
            raise Raised(f"{type(error).__name__}: {error}") from error
        return CallResult(told.text, tuple(told.blobs), 0, 0)

    def close(self) -> None:
        pass


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> House:
    return House(tmp_path_factory.mktemp("exports"))


@pytest.fixture
def house(built: House, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setattr(exporter_module, "AwaitedBounded", Inline)
    monkeypatch.setattr(Inline, "gate", None)
    CALLS.clear()
    return built


def maker(format: str, function: str, **more: Any) -> Maker:  # noqa: A002
    return Maker(
        format=format,
        label=format,
        media_type="text/plain; charset=utf-8",
        suffix=".txt",
        make=f"{__name__}:{function}",
        **more,
    )


ODD = {
    **MAKERS,
    "slow": maker("slow", "slow"),
    "empty": maker("empty", "empty"),
    "broken": maker("broken", "not_there"),
    "future": maker("future", "slow", libraries=("a-library-of-the-future",)),
}


def exporter_of(house: House, **settings: Any) -> Exporter:
    return Exporter(house.vault, ExportSettings.model_validate(settings), ODD)


@pytest.fixture
async def client(house: House) -> AsyncGenerator[httpx.AsyncClient]:
    async with house.client(app=house.app(exporting=exporter_of(house))) as client:
        yield client


def filmed(house: House, **brief: Any) -> str:
    production = accept(house, **brief)
    house.film(production)
    return production


def path(production: str, format: str = "csv", n: int = 1) -> str:  # noqa: A002
    return f"/v1/productions/{production}/versions/{n}/exports/{format}"


async def test_an_export_is_a_file_with_a_name_and_a_line_in_the_ledger(
    house: House, client: httpx.AsyncClient
) -> None:
    production = filmed(house)
    answer = await client.get(path(production))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    assert ".csv" in answer.headers["content-disposition"]
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [row[0] for row in rows] == ["컷", "1", "2", "3", "4"]

    listed = (await client.get(path(production).removesuffix("/csv"))).json()
    (line,) = listed["exports"]
    assert (line["number"], line["version"], line["format"], line["by"]) == (1, 1, "csv", "local")
    assert line["sha256"] == hashlib.sha256(answer.content).hexdigest()
    assert line["size"] == len(answer.content)
    assert "csv" in {one["format"] for one in listed["formats"]}


async def test_the_same_version_is_made_and_recorded_once(
    house: House, client: httpx.AsyncClient
) -> None:
    production = filmed(house)
    first = await client.get(path(production))
    again = await client.get(path(production))
    part = await client.get(path(production), headers={"Range": "bytes=3-9"})
    known = await client.get(path(production), headers={"If-None-Match": first.headers["etag"]})
    assert again.content == first.content
    assert (part.status_code, part.content) == (206, first.content[3:10])
    assert known.status_code == 304
    assert CALLS == ["made"]
    assert len(house.ledger.exporting.page(production, 1)[0]) == 1


async def test_a_comment_is_another_edition_and_another_export(
    house: House, client: httpx.AsyncClient
) -> None:
    production = filmed(house)
    before = house.ledger.exporting.edition(production, 1)
    cut = before.conte.cuts[1].id
    said = {"cut": cut, "frame": 3, "text": "조금 더 밝게", "author": "민", "audience": "internal"}
    await client.post(f"/v1/productions/{production}/versions/1/comments", json=said)
    after = house.ledger.exporting.edition(production, 1)
    assert [(one.cut, one.frame, one.text) for one in after.comments] == [(cut, 3, "조금 더 밝게")]
    assert after.hash != before.hash
    assert house.ledger.exporting.edition_for_client(production, 1, follows=True).comments == ()


async def test_what_takes_longer_is_told_to_be_asked_for_again(house: House) -> None:
    production = filmed(house)
    exporter = exporter_of(house, wait_s=0.01)
    Inline.gate = asyncio.Event()
    async with house.client(app=house.app(exporting=exporter)) as client:
        answer = await client.get(path(production, "slow"))
        assert (answer.status_code, answer.json()["state"]) == (202, "making")
        assert int(answer.headers["retry-after"]) > 0
        assert house.ledger.exporting.page(production, 1)[0] == ()
        Inline.gate.set()
        edition = house.ledger.exporting.edition(production, 1, "local")
        outcome = Making()
        while isinstance(outcome, Making):
            outcome = await exporter.make("local", edition, "slow", ExportOptions())
        assert isinstance(outcome, Made)
    async with house.client(app=house.app(exporting=exporter_of(house))) as client:
        answer = await client.get(path(production, "slow"))
        assert (answer.status_code, answer.content) == (200, b"slow")
    assert CALLS == ["made"]


async def test_two_who_ask_at_once_get_one_file_made_once(house: House) -> None:
    production = filmed(house)
    exporter = exporter_of(house, at_once=2)
    edition = house.ledger.exporting.edition(production, 1)
    asked = [exporter.make("local", edition, "slow", ExportOptions()) for _ in range(5)]
    outcomes = await asyncio.gather(*asked)
    assert len(set(outcomes)) == 1
    assert CALLS == ["made"]


async def test_a_failure_after_the_wait_is_told_to_the_next_who_asks(house: House) -> None:
    production = filmed(house)
    exporter = exporter_of(house, wait_s=0.01)
    edition = house.ledger.exporting.edition(production, 1)
    Inline.gate = asyncio.Event()
    assert isinstance(await exporter.make("local", edition, "broken", ExportOptions()), Making)
    Inline.gate.set()
    told = Making()
    while isinstance(told, Making):
        told = await exporter.make("local", edition, "broken", ExportOptions())
    assert isinstance(told, NotMade)
    assert told.why == "failed"


@pytest.mark.parametrize(
    ("format", "query", "status", "kind", "words"),
    [
        ("nothing", "", 404, "not-found", "wanted pdf"),
        ("empty", "", 404, "not-found", "there is nothing in it"),
        ("future", "", 404, "not-installed", "pip install 'sian[deliver]'"),
        ("broken", "", 500, "internal", "could not be made"),
        ("csv", "?layout=portrait", 422, "invalid", "csv takes no options"),
        ("csv", "?layout=round", 422, "invalid", "layout"),
    ],
)
async def test_what_cannot_be_exported_says_why(
    house: House,
    client: httpx.AsyncClient,
    format: str,  # noqa: A002
    query: str,
    status: int,
    kind: str,
    words: str,
) -> None:
    production = filmed(house)
    answer = await client.get(path(production, format) + query)
    assert answer.status_code == status
    assert answer.json()["type"] == f"urn:sian:{kind}"
    assert words in answer.json()["detail"]
    assert house.ledger.exporting.page(production, 1)[0] == ()


async def test_another_tenants_version_is_not_exported(house: House) -> None:
    production = accept(house, tenant="other")
    house.film(production)
    async with house.client(app=house.app(exporting=exporter_of(house))) as client:
        assert (await client.get(path(production))).status_code == 404
        assert (await client.get(path(production).removesuffix("/csv"))).status_code == 404
    with pytest.raises(NotFound):
        house.ledger.exporting.edition(production, 1, "local")


async def test_a_guest_exports_by_the_right_to_download_alone(
    house: House, client: httpx.AsyncClient
) -> None:
    production = filmed(house)
    reviewing = house.ledger.reviewing
    reviewing.step(production, 1, ReviewState.IN_REVIEW)
    _, viewing = reviewing.share(production, 1, [Right.VIEW], "", 600.0)
    share, loading = reviewing.share(production, 1, [Right.DOWNLOAD], "", 600.0)
    _, guest = reviewing.enter(share.id, "박서준")
    refused = await client.get(f"/v1/shared/{viewing}/exports/csv")
    assert refused.json()["type"] == "urn:sian:not-permitted"
    answer = await client.get(f"/v1/shared/{loading}/exports/csv", headers={"X-Guest": guest})
    nameless = await client.get(f"/v1/shared/{loading}/exports/csv")
    assert answer.status_code == nameless.status_code == 200
    found, _ = house.ledger.exporting.page(production, 1)
    assert [(one.by, one.share) for one in found] == [("박서준", share.id), ("", share.id)]


async def test_exports_are_listed_page_by_page(house: House, client: httpx.AsyncClient) -> None:
    production = filmed(house)
    for format in ("csv", "slow"):  # noqa: A001
        await client.get(path(production, format))
    listed = path(production).removesuffix("/csv")
    first = (await client.get(f"{listed}?limit=1")).json()
    rest = (await client.get(f"{listed}?limit=1&after={first['next']}")).json()
    assert [one["format"] for one in first["exports"] + rest["exports"]] == ["csv", "slow"]
    assert rest["next"] is None


def test_the_client_waits_for_the_file_and_saves_it(house: House, tmp_path: Path) -> None:
    production = filmed(house)
    with (
        served(house.app(exporting=exporter_of(house))) as url,
        Client(url) as client,
    ):
        place = client.export(production, 1, "csv", tmp_path / "out" / "shots.csv")
        assert place.read_bytes().startswith(b"\xef\xbb\xbf")
        page = client.exports(production, 1)
    assert [one.format for one in page.exports] == ["csv"]


def test_the_command_saves_a_file_with_the_ending_that_programs_know(
    house: House, tmp_path: Path
) -> None:
    production = filmed(house)
    with served(house.app(exporting=exporter_of(house))) as url:
        saved = [*("--format", "fcp7xml"), *("--format", "csv"), "--out", str(tmp_path)]
        run = CliRunner().invoke(app, ["export", production, *saved, "--url", url])
    assert run.exit_code == 0, run.output
    assert sorted(one.suffix for one in tmp_path.rglob("sheet.*")) == [".csv", ".xml"]


async def test_every_maker_is_there_and_runs_in_a_child_process(built: House) -> None:
    house, edition = built, built.ledger.exporting.edition(filmed(built), 1)
    exporter = Exporter(house.vault, ExportSettings())
    try:
        for one in MAKERS.values():
            assert callable(one.function())
        made = await exporter.make("local", edition, "pdf", ExportOptions())
    finally:
        exporter.close()
    assert isinstance(made, Made)
    assert await house.vault.has(made.key)
