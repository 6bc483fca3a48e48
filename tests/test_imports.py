"""Edited timelines over HTTP and on the command line: operations, or conflicts and nothing written."""

import io
import json
import zipfile
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from typer.testing import CliRunner

from conte.brief import Brief
from conte.conte import Conte
from conte.cut import Cut
from conte.edition import Edition
from deployments.deliverables.maker import Material
from deployments.deliverables.sheets.deck import deck
from deployments.deliverables.sheets.workbook import workbook
from deployments.deliverables.timelines.exports import cuts_of
from deployments.deliverables.timelines.fcp7xml import fcp7xml
from deployments.deliverables.timelines.fcpxml import fcpxml
from deployments.deliverables.timelines.otio import otio_text
from serve.cli.commands import app
from tests.fake_crew import plain_conte
from tests.front_door import House, accept, served
from tests.returned_sheets import cell, edited_workbook


def book(edition: Edition) -> bytes:
    return workbook(Material(edition))


def slides(edition: Edition) -> bytes:
    return deck(Material(edition))


SHEETS = {"sheet.xlsx": book, "sheet.pptx": slides}
FILES: dict[str, Callable[..., bytes]] = {
    "film.otio": otio_text, "film.fcpxml": fcpxml, "film.xml": fcp7xml,
}  # fmt: skip


def spoken(brief: Brief) -> Conte:
    """The plain conte with a caption in each cut."""
    conte = plain_conte(brief)
    cuts = [cut.model_copy(update={"caption": f"자막 {cut.number}"}) for cut in conte.cuts]
    return conte.model_copy(update={"cuts": tuple(cuts)})


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    return House(tmp_path_factory.mktemp("imports"))


@pytest.fixture(scope="module")
def front(house: House) -> FastAPI:
    return house.app()


@pytest.fixture
async def client(house: House, front: FastAPI) -> AsyncGenerator[httpx.AsyncClient]:
    async with house.client(app=front) as made:
        yield made


@pytest.fixture
def production(house: House, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr("tests.front_door.plain_conte", spoken)
    made = accept(house)
    house.film(made)
    return made


def exported(house: House, production: str, name: str = "film.otio") -> bytes:
    edition = house.ledger.exporting.edition(production, 1)
    if name in SHEETS:
        return SHEETS[name](edition)
    return FILES[name](cuts_of(edition))


def edited(data: bytes, *changes: Callable[[list[dict[str, Any]], dict[str, Any]], None]) -> bytes:
    """The OTIO with its picture's clips changed."""
    timeline = json.loads(data)
    tracks = timeline["tracks"]["children"]
    for change in changes:
        change(tracks[0]["children"], timeline)
    return json.dumps(timeline, ensure_ascii=False).encode()


def roll(at: int, frames: int) -> Callable[..., None]:
    """Move the cut between two clips, as an editor does."""

    def change(clips: list[dict[str, Any]], _: dict[str, Any]) -> None:
        before, after = (clips[at]["source_range"], clips[at + 1]["source_range"])
        before["duration"]["value"] += frames
        after["start_time"]["value"] += frames
        after["duration"]["value"] -= frames

    return change


def caption(text: str) -> Callable[..., None]:
    """Write over the first caption."""

    def change(_: list[dict[str, Any]], timeline: dict[str, Any]) -> None:
        [track] = [
            one for one in timeline["tracks"]["children"]
            if one["metadata"].get("sian", {}).get("track") == "caption"
        ]  # fmt: skip
        clip = next(one for one in track["children"] if one["OTIO_SCHEMA"].startswith("Clip"))
        clip["name"] = text

    return change


def cuts_of_draft(house: House, production: str) -> list[Cut]:
    return list(house.ledger.draft(production).working.conte.cuts)


async def sent(
    client: httpx.AsyncClient, production: str, data: bytes, **params: Any
) -> httpx.Response:
    url = f"/v1/productions/{production}/draft/import"
    return await client.post(url, files={"file": ("film", data)}, params=params)


@pytest.mark.parametrize("name", [*FILES, *SHEETS])
async def test_an_unedited_file_changes_nothing(
    house: House, client: httpx.AsyncClient, production: str, name: str
) -> None:
    answer = await sent(client, production, exported(house, production, name))
    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "production": production, "base": 1, "revision": 0, "applied": False,
        "operations": [], "conflicts": [], "unread": [],
    }  # fmt: skip


async def test_a_moved_cut_of_the_editor_is_a_retime_of_the_draft_and_can_be_undone(
    house: House, client: httpx.AsyncClient, production: str
) -> None:
    before = cuts_of_draft(house, production)
    data = edited(exported(house, production), roll(0, 5))
    found = (await sent(client, production, data)).json()
    assert found["applied"]
    assert [one["op"] for one in found["operations"]] == ["retime"]
    after = cuts_of_draft(house, production)
    assert [cut.num_frames for cut in after[:2]] == [
        before[0].num_frames + 5, before[1].num_frames - 5,
    ]  # fmt: skip
    assert after[1].start == before[1].start + 5
    again = (await sent(client, production, data)).json()
    assert (again["applied"], again["operations"]) == (False, [])
    await client.post(f"/v1/productions/{production}/draft/undo")
    assert cuts_of_draft(house, production) == before


async def test_a_preview_says_what_would_change_and_writes_nothing(
    house: House, client: httpx.AsyncClient, production: str
) -> None:
    before = cuts_of_draft(house, production)
    data = edited(exported(house, production), roll(0, 5), caption("저쪽"))
    seen = (await sent(client, production, data, preview=True)).json()
    assert (seen["applied"], seen["revision"], seen["conflicts"]) == (False, 0, [])
    assert [one["op"] for one in seen["operations"]] == ["retime", "edit"]
    assert cuts_of_draft(house, production) == before
    done = (await sent(client, production, data)).json()
    assert (done["applied"], done["operations"]) == (True, seen["operations"])


async def test_a_workbook_of_the_first_version_against_a_later_draft_writes_nothing(
    house: House, client: httpx.AsyncClient, production: str
) -> None:
    cut = cuts_of_draft(house, production)[0]
    edit = {"op": "edit", "cut": cut.id, "field": "caption", "before": cut.caption, "after": "우리"}
    await client.post(f"/v1/productions/{production}/draft/operations", json={"operations": [edit]})
    marked = edited_workbook(exported(house, production, "sheet.xlsx"), cell(1, "자막", "저쪽"))
    found = (await sent(client, production, marked)).json()
    assert [one["key"] for one in found["conflicts"]] == [f"{cut.id}.caption"]
    assert (found["applied"], house.ledger.draft(production).revision) == (False, 1)
    key = f"{cut.id}.caption:theirs"
    assert (await sent(client, production, marked, choose=key)).json()["applied"]
    assert cuts_of_draft(house, production)[0].caption == "저쪽"


@pytest.mark.parametrize("name", ["film.otio", "sheet.xlsx", "sheet.pptx"])
async def test_what_a_guest_took_names_no_production_and_comes_back_all_the_same(
    house: House, client: httpx.AsyncClient, production: str, name: str
) -> None:
    edition = house.ledger.exporting.edition_for_client(production, 1, follows=True)
    made = SHEETS[name](edition) if name in SHEETS else FILES[name](cuts_of(edition))
    plain = made if name not in SHEETS else b"".join(parts_of(made))
    assert production.encode() not in plain
    found = (await sent(client, production, made)).json()
    assert (found["base"], found["operations"], found["unread"]) == (1, [], [])


def parts_of(data: bytes) -> list[bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        return [parts.read(name) for name in parts.namelist()]


async def test_a_conflict_writes_nothing_until_a_person_has_chosen(
    house: House, client: httpx.AsyncClient, production: str
) -> None:
    cut = next(one for one in cuts_of_draft(house, production) if one.caption)
    edit = {"op": "edit", "cut": cut.id, "field": "caption", "before": cut.caption, "after": "우리"}
    await client.post(f"/v1/productions/{production}/draft/operations", json={"operations": [edit]})
    data = edited(exported(house, production), roll(0, 4), caption("저쪽"))
    found = (await sent(client, production, data)).json()
    [conflict] = found["conflicts"]
    assert [conflict[name] for name in ("base", "ours", "theirs")] == [cut.caption, "우리", "저쪽"]
    assert not found["applied"]
    assert house.ledger.draft(production).revision == found["revision"] == 1
    choice = f"{conflict['key']}:theirs"
    stale = (await sent(client, production, data, choose=choice, revision=0)).json()
    assert stale["conflicts"] == found["conflicts"]
    chosen = (await sent(client, production, data, choose=choice, revision=1)).json()
    assert chosen["applied"]
    now = cuts_of_draft(house, production)
    assert next(one for one in now if one.id == cut.id).caption == "저쪽"
    causes = [step.cause for step in house.ledger.whole_draft(production).done]
    assert causes == ["", *["콘티 1을 편집한 파일"] * 2]


async def test_a_file_of_another_production_or_of_none_is_refused_with_what_is_wanted(
    house: House, client: httpx.AsyncClient, production: str
) -> None:
    other = accept(house)
    house.film(other)
    answer = await sent(client, production, exported(house, other))
    assert answer.status_code == 422
    assert other in answer.json()["detail"]

    def nameless(_: list[dict[str, Any]], timeline: dict[str, Any]) -> None:
        del timeline["metadata"]["sian"]

    data = edited(exported(house, production), nameless)
    answer = await sent(client, production, data)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "base")
    found = (await sent(client, production, data, base=1)).json()
    assert (found["operations"], found["conflicts"], found["unread"]) == ([], [], [])
    assert (await sent(client, production, data, base=7)).status_code == 404


async def test_what_is_no_timeline_is_refused(
    house: House, client: httpx.AsyncClient, production: str
) -> None:
    for data in (b"", b"MZ\0\0", b"PK\3\4", b"<a/>", b"{}", b"TITLE: x\n"):
        answer = await sent(client, production, data)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "file"
    assert house.ledger.draft(production).revision == 0


def test_the_command_shows_conflicts_and_takes_what_was_chosen(
    house: House, front: FastAPI, production: str, tmp_path: Path
) -> None:
    cut = next(one for one in cuts_of_draft(house, production) if one.caption)
    file = tmp_path / "film.otio"
    file.write_bytes(edited(exported(house, production), caption("저쪽")))
    with served(front) as url:
        run = CliRunner()

        def called(*more: str) -> Any:
            return run.invoke(app, ["reimport", production, str(file), "--url", url, *more])

        first = called()
        assert (first.exit_code, "in the draft: 1 operation" in first.output) == (0, True)
        assert "changes nothing" in called().output
        edit: Any = {"op": "edit", "cut": cut.id, "field": "caption", "before": "저쪽"}
        with httpx.Client(base_url=url) as plain:
            body = {"operations": [edit | {"after": "우리"}]}
            plain.post(f"/v1/productions/{production}/draft/operations", json=body)
        clash = called()
        assert clash.exit_code == 4
        assert all(word in clash.output for word in (cut.id, "우리", "저쪽", "--theirs"))
        assert called("--ours").exit_code == 0
        assert called("--choose", f"{cut.id}.caption:mine").exit_code == 2
        assert called("--theirs").exit_code == 0
    now = cuts_of_draft(house, production)
    assert next(one for one in now if one.id == cut.id).caption == "저쪽"
