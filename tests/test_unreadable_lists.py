"""A comment, a version or an approval that this release cannot read fails alone in its list."""

from pathlib import Path
from typing import Any

import pytest

from conte.revision.approval import Approver, VaultFile
from conte.revision.review import ReviewState
from tests.front_door import House, accept
from tests.test_unreadable_rows import BROKEN, overwrite

WROTE = "Sian 9.1 wrote, cannot be read"


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def filmed(house: House) -> str:
    production = accept(house)
    house.film(production)
    return production


async def listed(http: Any, path: str) -> Any:
    answer = await http.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_an_unreadable_comment_stands_among_the_others_and_says_why(house: House) -> None:
    production = filmed(house)
    url = f"/v1/productions/{production}/versions/1/comments"
    cut = house.ledger.version(production, 1).conte.cuts[0].id
    place = {"cut": cut, "author": "민지", "audience": "client"}
    async with house.client() as http:
        ids: list[str] = []
        for text in ("하나", "둘", "셋"):
            ids.append((await http.post(url, json=place | {"text": text})).json()["id"])
        for first in ids[:2]:
            reply = {"author": "민지", "text": "네", "reply_to": first}
            ids.append((await http.post(url, json=reply)).json()["id"])
        for bad in (ids[1], ids[3]):
            overwrite(
                house.settings.ledger_url,
                "UPDATE comments SET comment = :bad WHERE id = :id",
                bad=BROKEN,
                id=bad,
            )
        one, two, three = (await listed(http, url))["comments"]
        assert [one["text"], three["text"]] == ["하나", "셋"]
        assert (two["id"], two["cut"], two["audience"], two["author"]) == (
            ids[1],
            None,
            "client",
            "",
        )
        assert WROTE in two["text"] and two["at"] >= one["at"]
        assert [WROTE in reply["text"] for reply in one["replies"]] == [True]
        assert [reply["text"] for reply in two["replies"]] == ["네"]
        # Nobody can answer what nobody can read, and anybody can put it away.
        reply = {"author": "민지", "text": "네", "reply_to": ids[1]}
        assert (await http.post(url, json=reply)).json()["type"] == "urn:sian:unreadable"
        away = await http.patch(
            f"/v1/productions/{production}/comments/{ids[1]}", json={"resolved": True}
        )
        assert (away.status_code, away.json()["resolved"]) == (200, True)
    house.ledger.close()


async def test_an_unreadable_version_stands_in_the_list_with_its_reason(house: House) -> None:
    production = filmed(house)
    url = f"/v1/productions/{production}/versions"
    cut = house.ledger.version(production, 1).conte.cuts[0]
    edit = {"op": "edit", "cut": cut.id, "field": "caption", "before": cut.caption, "after": "새로"}
    async with house.client() as http:
        assert (await http.post(url, json={"operations": [edit]})).status_code == 202
        overwrite(
            house.settings.ledger_url,
            "UPDATE versions SET conte = :bad WHERE number = 1",
            bad=BROKEN,
        )
        first, second = (await listed(http, url))["versions"]
    assert (first["number"], first["title"]) == (1, "")
    assert WROTE in first["unreadable"]
    assert (second["number"], second["operations"], second["unreadable"]) == (2, 1, None)
    house.ledger.close()


@pytest.mark.parametrize("manifest", ["{}", "[", '{"approver": 1}', '{"approver": {"who": "x"}}'])
async def test_an_unreadable_approval_is_listed_by_its_approver_s_name(
    house: House, manifest: str
) -> None:
    production = filmed(house)
    records = house.ledger.reviewing
    records.step(production, 1, ReviewState.IN_REVIEW)
    subject = records.subject(production, 1)
    files = [VaultFile(what=what, key=key, sha256="0" * 64, size=1) for what, key in subject.files]
    content = subject.content(files)
    token = records.offer(production, 1, content)
    records.confirm(production, 1, content.hash, token, Approver(name="김대표"))
    url = house.settings.ledger_url
    overwrite(url, "UPDATE approvals SET manifest = :bad", bad=manifest)
    async with house.client() as http:
        (one,) = (await listed(http, f"/v1/productions/{production}/approvals"))["approvals"]
    assert one["approver"]["name"] == "김대표"
    house.ledger.close()
