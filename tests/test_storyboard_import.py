"""A storyboard that is brought along: reported, then version 1; refused with its numbers; its panels kept."""

from collections.abc import AsyncGenerator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from typer.testing import CliRunner

from conte.dialogue import dialogue_text
from conte.production import State
from conte.storyboards.adopting import Adopting, NotLawful, adopt
from conte.storyboards.sheet import StoryboardSheet
from deployments.deliverables.maker import Material
from deployments.deliverables.sheets.workbook import workbook
from deployments.engines.protocols import CannotRender
from serve.cli.commands import app
from serve.storyboards.door import read_storyboard
from tests.archived_sheets import MadeCut, agency_book, made_cuts, old_csv, table_deck
from tests.exported_editions import full, written
from tests.fake_crew import FakeCrew
from tests.front_door import House, served
from tests.test_produce import PLAN, direct

IMPORT = "/v1/productions/import"


def cuts_of(num: int) -> tuple[MadeCut, ...]:
    return made_cuts(num, num, whole=False)


def sheet(text: str) -> StoryboardSheet:
    return StoryboardSheet.model_validate_json(read_storyboard(text.encode()).text)


def lines(*lengths: str, total: str = "") -> str:
    rows = [f"{at},눈 오는 거리를 걷는다.,자막 {at},{one}" for at, one in enumerate(lengths, 1)]
    last = [f"합계,,,{total}"] if total else []
    return "\n".join(["컷,화면 설명,자막,초수", *rows, *last])


def hindrances(text: str, **said: object) -> list[str]:
    with pytest.raises(NotLawful) as refused:
        adopt(sheet(text), Adopting.model_validate({"product": "윈터그립", **said}))
    return [one.told for one in refused.value.obstacles]


def files(house: House) -> list[Path]:
    """The uploaded files that are kept."""
    return sorted(house.settings.home.rglob("uploads/**/*.png"))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    return House(tmp_path_factory.mktemp("storyboards"))


@pytest.fixture(scope="module")
def front(house: House) -> FastAPI:
    return house.app()


@pytest.fixture
async def client(house: House, front: FastAPI) -> AsyncGenerator[httpx.AsyncClient]:
    async with house.client(app=front) as made:
        yield made


def test_our_own_export_makes_the_conte_that_it_was_made_of() -> None:
    edition = full(written("tire"))
    found = StoryboardSheet.model_validate_json(read_storyboard(workbook(Material(edition))).text)
    adopted = adopt(found, Adopting(aspect_ratio="16:9"))
    assert adopted.brief.num_frames == edition.brief.num_frames
    assert adopted.conte.title == edition.conte.title
    for made, cut in zip(adopted.conte.cuts, edition.conte.cuts, strict=True):
        for name in (
            "num_frames", "size", "angle", "move", "place", "time_of_day", "action", "narration",
            "sound_effect", "music", "caption", "legal", "transition",
        ):  # fmt: skip
            assert getattr(made, name) == getattr(cut, name), (cut.number, name)
        assert dialogue_text(made.dialogue) == dialogue_text(cut.dialogue)


def test_sheets_that_make_no_conte_are_refused_with_numbers_and_a_way_on() -> None:
    [three] = hindrances(lines("3", "3", "3"))
    assert three.startswith("cuts: got 3 cuts, wanted 4 to 8 cuts; divide a cut")
    [twelve] = hindrances(lines(*["2"] * 12))
    assert twelve.startswith("cuts: got 12 cuts, wanted 4 to 8 cuts; choose some of them")
    assert (
        adopt(sheet(lines(*["2"] * 12)), Adopting(product="그립", cuts="1-6")).brief.duration_s
        == 12
    )
    [short] = hindrances(lines("3", "3", "3", "0.5"))
    assert "cut 4 length: got 0.5 s, wanted at least 0.8 s" in short
    [lacking] = hindrances(lines("3", "3", "3", "미정"))
    assert lacking.startswith("cut 4 length: got none, wanted a length")
    [long] = hindrances(lines("60", "60", "60", "60"))
    assert "a film of 5 to 120 s" in long
    with pytest.raises(NotLawful, match="product: wanted the product's name"):
        adopt(sheet(lines("3", "3", "3", "3")), Adopting())


def test_lengths_that_make_no_whole_are_settled_by_a_rule_that_was_asked_for() -> None:
    [unequal] = hindrances(lines("3", "3", "3", "4", total="15초"))
    assert "length: got 13 s in 4 cuts, wanted cuts that last as long as the film, 15 s" in unequal
    uneven = lines("2.45", "3", "3", "3")
    assert any("whole frames of 30" in one for one in hindrances(uneven))

    def made(text: str, **said: object) -> list[int]:
        adopted = adopt(sheet(text), Adopting.model_validate({"product": "그립", **said}))
        frames = [cut.num_frames for cut in adopted.conte.cuts]
        assert sum(frames) == adopted.brief.num_frames
        return frames

    total = lines("3", "3", "3", "4", total="15초")
    assert made(total, settle="cuts") == [90, 90, 90, 120]
    assert sum(made(total, settle="total")) == 450
    assert made(uneven, settle="cuts") == [74, 90, 90, 90]
    assert sum(made(lines("3", "3", "", "4"), settle="total", duration_s=15)) == 450
    assert made(lines("0:00", "0:03", "0:06", "0:10", total="15초")) == [90, 90, 120, 150]


def test_what_a_sheet_does_not_say_has_a_plain_value_and_is_listed() -> None:
    adopted = adopt(sheet(lines("3", "3", "3", "3")), Adopting(product="그립"))
    told = {(one.place, one.reason) for one in adopted.assumed}
    assert ("size", "not read in cut 1, 2, 3, 4; medium shot stands") in told
    assert ("fps", "not on the sheet; 30 frames a second stand") in told
    assert ("aspect_ratio", "not on the sheet; 16:9 stands") in told
    assert adopted.conte.cuts[0].setting == "street"


async def test_a_report_writes_nothing_and_its_acceptance_makes_one_production(
    client: httpx.AsyncClient, house: House
) -> None:
    data = agency_book(cuts_of(6))
    seen = await client.post(IMPORT, files={"file": ("sheet.xlsx", data)})
    assert seen.status_code == 200, seen.text
    report = seen.json()
    assert (report["obstacles"], report["production"], report["pictures"]) == ([], None, 6)
    assert len(report["accept"]) == 64
    assert (await client.get("/v1/productions")).json()["productions"] == []
    assert files(house) == []

    async def accept(accepted: str, **said: str) -> httpx.Response:
        return await client.post(
            IMPORT, files={"file": ("sheet.xlsx", data)}, params={"accept": accepted, **said},
            headers={"Idempotency-Key": "one"},
        )  # fmt: skip

    assert (await accept("0" * 64)).status_code == 409
    made = await accept(report["accept"])
    assert made.status_code == 202, made.text
    production = made.json()["production"]
    assert made.headers["Location"] == f"/v1/productions/{production['id']}"
    again = await accept(report["accept"])
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json()["production"]["id"] == production["id"]
    assert len(files(house)) == 6  # the repeat left nothing behind
    other = (
        await client.post(IMPORT, files={"file": ("s", data)}, params={"title": "다른 편"})
    ).json()
    refused = await accept(other["accept"], title="다른 편")
    assert refused.status_code == 422
    assert "key" in refused.json()["detail"]
    version = (await client.get(f"/v1/productions/{production['id']}/versions/1")).json()
    assert version["provenance"]["engine"]["name"] == "imported"
    assert [cut["number"] for cut in version["conte"]["cuts"]] == [1, 2, 3, 4, 5, 6]
    panels = house.ledger.take_orders(production["id"])
    assert [one.source for one in panels] == ["uploaded"] * 6
    assert {one.tier for one in panels} == {"draft"}


async def test_the_panels_are_the_draft_films_pictures_and_one_that_fails_is_drawn(
    client: httpx.AsyncClient, house: House
) -> None:
    data = agency_book(cuts_of(5))
    report = (await client.post(IMPORT, files={"file": ("s.xlsx", data)})).json()
    asked = {"accept": report["accept"], "seed": "7"}
    made = await client.post(IMPORT, files={"file": ("s.xlsx", data)}, params=asked)
    id = made.json()["production"]["id"]  # noqa: A001

    def trouble(step: str, cut: int, _: int) -> Exception | None:
        return CannotRender("no") if (step, cut) == ("bring in draft", 2) else None

    crew = FakeCrew(trouble=trouble)
    await direct(house.ledger, crew, id, PLAN)
    assert house.ledger.get(id).state is State.DONE
    sources = [one.clip.source for one in house.ledger.clips(id, 1) if one.clip]
    assert sources == ["uploaded", "rendered", "uploaded", "uploaded", "uploaded"]
    orders = {one.number: one for one in house.ledger.take_orders(id)}
    assert [orders[at].state for at in range(1, 6)] == [
        "ready",
        "failed",
        "ready",
        "ready",
        "ready",
    ]
    takes = house.ledger.takes(id)
    assert all(orders[at].take in takes for at in (1, 3, 4, 5))
    assert not any("write" in step for step in crew.story)


async def test_a_refused_sheet_leaves_nothing_half_written(
    client: httpx.AsyncClient, house: House
) -> None:
    before = (await client.get("/v1/productions")).json()["productions"]
    kept = files(house)
    data = table_deck(cuts_of(12))
    report = (await client.post(IMPORT, files={"file": ("s.pptx", data)})).json()
    assert [one["field"] for one in report["obstacles"]] == ["cuts", "product"]
    assert report["accept"] == ""
    refused = await client.post(
        IMPORT, files={"file": ("s.pptx", data)}, params={"accept": "1" * 64}
    )
    assert refused.status_code == 422
    assert {one["field"] for one in refused.json()["errors"]} == {"cuts", "product"}
    for bad in (b"PK\x03\x04 no zip", b"%PDF-1.4 nothing"):
        broken = await client.post(IMPORT, files={"file": ("s", bad)})
        assert broken.status_code == 422
        assert broken.json()["errors"][0]["field"] == "file"
    wrong = await client.post(IMPORT, files={"file": ("s", data)}, params={"fps": "29"})
    assert wrong.status_code == 422
    assert "fps" in wrong.json()["detail"]
    assert (await client.get("/v1/productions")).json()["productions"] == before
    assert files(house) == kept


def test_the_command_shows_the_report_asks_and_makes_it(house: House, tmp_path: Path) -> None:
    path, page = tmp_path / "sheet.csv", tmp_path / "report.html"
    path.write_bytes(old_csv(cuts_of(5)))
    with served(house.app()) as url:
        run = CliRunner()
        command = [
            "import",
            str(path),
            "--url",
            url,
            "--product",
            "윈터그립",
            "--report",
            str(page),
        ]
        asked = run.invoke(app, command)
        assert asked.exit_code == 4, asked.output
        assert "--yes" in asked.output
        assert "instead: fps" in asked.output
        text = page.read_text("utf-8")
        assert "유력" in text
        assert "line 2 column 2" in text
        refused = run.invoke(app, ["import", str(path), "--url", url])
        assert refused.exit_code == 4
        assert "product: wanted the product's name" in refused.output
