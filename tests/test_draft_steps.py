"""A draft's steps: a row each, so that an operation costs the same however many there were."""

import json
import sqlite3
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, event

from conte.frozen import canonical
from conte.revision.draft import Step
from serve import stored
from serve.ledger import drafts
from serve.ledger.errors import NoDraft
from tests.databases import opened_ledger
from tests.front_door import House, accept

MANY = 60


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path / "home")
    yield house
    house.ledger.close()


def edit(cut: dict[str, Any], after: str) -> dict[str, Any]:
    before, cut["caption"] = cut["caption"], after
    return {"op": "edit", "cut": cut["id"], "field": "caption", "before": before, "after": after}


async def cuts_of(client: httpx.AsyncClient, draft: str) -> list[dict[str, Any]]:
    return (await client.get(draft)).json()["conte"]["cuts"]


@contextmanager
def asked() -> Generator[list[tuple[str, int]]]:
    """Statements on steps, with the length of what they wrote; and of any other, the longest."""
    found: list[tuple[str, int]] = []

    def heard(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        found.append((statement, len(str(parameters))))

    event.listen(Engine, "before_cursor_execute", heard)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", heard)


async def test_an_operation_reads_no_step_and_writes_its_own_however_many_there_are(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    production = accept(house)
    house.film(production)
    url = f"/v1/productions/{production}/draft"
    validated: list[type] = []

    def counted(type_: Any, text: str) -> Any:
        validated.append(type_)
        return stored.read(type_, text)

    monkeypatch.setattr(drafts, "read", counted)
    async with house.client() as client:
        cuts = await cuts_of(client, url)
        costs: list[tuple[list[str], int, int]] = []
        for number in range(MANY):
            body = {"operations": [edit(cuts[number % len(cuts)], f"자막 {number:03}")]}
            validated.clear()
            with asked() as statements:
                answer = await client.post(f"{url}/operations", json=body)
            assert answer.status_code == 200, answer.text
            assert Step not in validated
            assert not any("SELECT draft_steps" in one for one, _ in statements)
            costs.append(
                (
                    [one for one, _ in statements],
                    sum(length for _, length in statements),
                    len(answer.content),
                )
            )
        # From the second on, for the first one makes the draft; texts are of the same length.
        (some, written, sent), (as_many, at_last, sent_last) = costs[10], costs[-1]
        assert some == as_many
        assert at_last - written < 50 and sent_last - sent < 50
        whole = (await client.get(url)).json()
    assert whole["num_operations"] == len(whole["operations"]) == MANY
    assert whole["operations"][-1]["after"] == f"자막 {MANY - 1:03}"


async def test_an_answer_says_what_was_applied_and_counts_the_rest(house: House) -> None:
    production = accept(house, duration_s=12)
    house.film(production)
    url = f"/v1/productions/{production}/draft"
    async with house.client() as client:
        cuts = await cuts_of(client, url)
        split = {"op": "split", "cut": cuts[0]["id"], "at": cuts[0]["num_frames"] // 2}
        await client.post(f"{url}/operations", json={"operations": [edit(cuts[1], "자막")]})
        told = (await client.post(f"{url}/operations", json={"operations": [split]})).json()
        assert told["num_operations"] == 2 and len(told["applied"]) == 1
        assert told["applied"][0]["into"] == told["conte"]["cuts"][1]["id"]
        back = (await client.post(f"{url}/undo")).json()
        assert (back["num_operations"], back["can_undo"], back["can_redo"]) == (1, True, True)
        assert back["applied"] and len(back["conte"]["cuts"]) == len(cuts)
        again = (await client.post(f"{url}/redo")).json()
        assert again["applied"] == told["applied"] and again["conte"] == told["conte"]
        # A change after an undo: what was undone is gone.
        await client.post(f"{url}/undo")
        body = {"operations": [edit(cuts[2], "다른 자막")]}
        changed = (await client.post(f"{url}/operations", json=body)).json()
        assert (changed["num_operations"], changed["can_redo"]) == (2, False)
        whole = (await client.get(url)).json()
        assert [one["after"] for one in whole["operations"]] == ["자막", "다른 자막"]


def made_before(house: House, production: str, done: str, undone: str) -> None:
    """Bring the ledger back to revision 0012, with a draft as it was written then."""
    conte, brief = house.ledger.version(production, 1).conte, house.ledger.get(production).brief
    assert brief is not None
    cut = conte.cuts[0].model_copy(update={"caption": "새 자막"})
    conte = conte.model_copy(update={"cuts": (cut, *conte.cuts[1:])})
    parts = {"conte": conte.model_dump(mode="json"), "brief": brief.model_dump(mode="json")}
    working = canonical({"_format": 1, "_release": "0.2.0", **parts})
    house.ledger.close()
    with sqlite3.connect(house.settings.ledger_url.removeprefix("sqlite:///")) as connection:
        connection.executescript(
            "DROP TABLE draft_steps;"
            "ALTER TABLE drafts DROP COLUMN num_done; ALTER TABLE drafts DROP COLUMN num_undone;"
            "ALTER TABLE drafts ADD COLUMN done TEXT NOT NULL DEFAULT '';"
            "ALTER TABLE drafts ADD COLUMN undone TEXT NOT NULL DEFAULT '';"
            # 0014: recordings.
            "DROP TABLE sounds; ALTER TABLE exports DROP COLUMN levels;"
            # 0016: charges, notices and waits.
            "DROP TABLE charges; DROP TABLE notices; ALTER TABLE clips DROP COLUMN wait;"
            "DROP TABLE owners;"
            "UPDATE alembic_version SET version_num = '0012';"
        )
        columns = "production, base, revision, working, updated_at, done, undone"
        row = (production, 1, 3, working, 1.0, done, undone)
        connection.execute(f"INSERT INTO drafts ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    connection.close()
    house.ledger = opened_ledger(house.settings.ledger_url)


def steps(*captions: tuple[str, str, str]) -> str:
    """Steps in one text, as they were written before they were rows."""
    items = [
        {
            "operation": {
                "op": "edit",
                "cut": cut,
                "field": "caption",
                "before": was,
                "after": is_,
            },
            "inverse": [
                {"op": "edit", "cut": cut, "field": "caption", "before": is_, "after": was}
            ],
            "cause": "더 밝게",
        }
        for cut, was, is_ in captions
    ]
    return json.dumps({"_format": 1, "_release": "0.2.0", "items": items}, ensure_ascii=False)


def test_a_draft_of_before_opens_with_what_was_done_and_what_was_undone(house: House) -> None:
    production = accept(house)
    house.film(production)
    first, second = house.ledger.version(production, 1).conte.cuts[:2]
    # Undone: first the latest, then the one before it, which is the first to be done again.
    made_before(
        house,
        production,
        steps((first.id, first.caption, "새 자막")),
        steps((first.id, "둘째", "셋째"), (second.id, second.caption, "둘째")),
    )
    draft = house.ledger.whole_draft(production)
    assert (draft.revision, draft.num_done, draft.num_undone) == (3, 1, 2)
    assert [step.cause for step in draft.done] == ["더 밝게"]
    redone = house.ledger.redo(production).draft
    assert redone.working.conte.cuts[1].caption == "둘째"
    house.ledger.undo(production)
    undone = house.ledger.undo(production).draft
    captions = [cut.caption for cut in undone.working.conte.cuts[:2]]
    assert captions == [first.caption, second.caption]
    assert (undone.num_done, undone.num_undone) == (0, 3)


def test_a_draft_of_before_that_cannot_be_read_fails_alone_and_can_be_dropped(
    house: House,
) -> None:
    production = accept(house)
    house.film(production)
    made_before(house, production, "broken", steps())
    with pytest.raises(NoDraft, match="cannot be read; drop it"):
        house.ledger.whole_draft(production)
    assert house.ledger.version(production, 1).number == 1
    house.ledger.drop_draft(production)
    assert house.ledger.whole_draft(production).num_done == 0
