"""Comments, reviews, share links and approvals over HTTP, for the owner."""

import hashlib
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from conte.clip import Film
from conte.frozen import canonical, digest
from tests.front_door import House, accept


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    return House(tmp_path_factory.mktemp("house"))


@pytest.fixture(scope="module")
def app(house: House) -> FastAPI:
    return house.app()


@pytest.fixture
async def http(house: House, app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with house.client(app=app) as client:
        yield client


@pytest.fixture
def production(house: House) -> str:
    production = accept(house, duration_s=12)
    house.film(production)
    return f"/v1/productions/{production}"


async def cuts(http: httpx.AsyncClient, version: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await http.get(version)).json()["conte"]["cuts"]
    return found


async def comment(
    http: httpx.AsyncClient, version: str, cut: str, frame: int, **more: Any
) -> dict[str, Any]:
    body = {"text": "더 크게", "author": "민지", "cut": cut, "frame": frame, **more}
    answer = await http.post(f"{version}/comments", json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def sealed(http: httpx.AsyncClient, production: str, *operations: dict[str, Any]) -> None:
    answer = await http.post(f"{production}/versions", json={"operations": operations})
    assert answer.status_code == 202, answer.text


async def test_open_comments_appear_in_the_next_round_with_their_place_in_it(
    http: httpx.AsyncClient, production: str
) -> None:
    first = f"{production}/versions/1"
    a, b, c, d = (cut["id"] for cut in await cuts(http, first))
    moved = await comment(http, first, c, 5)
    split = await comment(http, first, b, 30)
    merged = await comment(http, first, d, 4)
    solved = await comment(http, first, a, 1)
    url = f"{production}/comments/{solved['id']}"
    assert (await http.patch(url, json={"resolved": True})).json()["resolved"] is True
    await sealed(
        http,
        production,
        {"op": "split", "cut": b, "at": 24, "into": "c_half"},
        {"op": "merge", "cut": c, "next": d},
        {"op": "move", "cut": c, "after": None},
    )
    fresh = await comment(http, f"{production}/versions/2", a, 2)
    listed = (await http.get(f"{production}/versions/2/comments")).json()["comments"]
    found = {one["id"]: one for one in listed}
    assert set(found) == {moved["id"], split["id"], merged["id"], fresh["id"]}
    places = {
        name: (found[one["id"]]["cut"], found[one["id"]]["frame"], found[one["id"]]["version"])
        for name, one in {"moved": moved, "split": split, "merged": merged, "new": fresh}.items()
    }
    whole = (await cuts(http, first))[2]["num_frames"]
    assert places == {
        "moved": (c, 5, 1), "split": ("c_half", 6, 1), "merged": (c, whole + 4, 1),
        "new": (a, 2, 2),
    }  # fmt: skip
    [remark] = found[split["id"]]["remarks"]
    assert remark["remark"] == "split" and remark["ko"] and remark["en"]
    # The version it was made on still has it, solved or not, where it was.
    before = (await http.get(f"{first}/comments")).json()["comments"]
    assert [(one["cut"], one["frame"]) for one in before] == [(c, 5), (b, 30), (d, 4), (a, 1)]


async def test_a_comment_of_a_removed_cut_is_kept_and_says_that_its_cut_is_gone(
    http: httpx.AsyncClient, production: str
) -> None:
    first = f"{production}/versions/1"
    ids = [cut["id"] for cut in await cuts(http, first)]
    one = await comment(http, first, ids[1], 3)
    await sealed(
        http,
        production,
        {"op": "split", "cut": ids[0], "at": 24},
        {"op": "remove", "cut": ids[1]},
    )
    [listed] = (await http.get(f"{production}/versions/2/comments")).json()["comments"]
    assert (listed["id"], listed["cut"], listed["frame"]) == (one["id"], None, None)
    assert [remark["remark"] for remark in listed["remarks"]] == ["gone"]


async def test_a_place_that_is_not_there_is_422_with_the_field(
    http: httpx.AsyncClient, production: str
) -> None:
    version = f"{production}/versions/1"
    [first, *_] = await cuts(http, version)
    for wrong, field in (
        ({"frame": 10_000}, "frame"),
        ({"cut": "c_nosuch"}, "cut"),
        ({"cut": ""}, "cut"),
        ({"last": 10_000}, "last"),
        ({"take": "t_000000000000"}, "take"),
        ({"text": "가" * 2001}, "text"),
        ({"author": "가" * 61}, "author"),
        ({"audience": "all"}, "audience"),
    ):
        body = {"text": "x", "author": "민지", "cut": first["id"], "frame": 0, **wrong}
        answer = await http.post(f"{version}/comments", json=body)
        assert answer.status_code == 422, wrong
        assert answer.json()["errors"][0]["field"] == field


async def test_the_longest_comment_that_is_allowed_is_taken(
    http: httpx.AsyncClient, production: str
) -> None:
    version = f"{production}/versions/1"
    [first, *_] = await cuts(http, version)
    made = await comment(http, version, first["id"], 0, text="가" * 2000, author="나" * 60)
    assert made["text"] == "가" * 2000


async def test_an_illegal_step_is_409_and_names_what_is_allowed(
    http: httpx.AsyncClient, production: str
) -> None:
    review = f"{production}/versions/1/review"
    assert (await http.get(review)).json()["allowed"] == ["in_review"]
    answer = await http.post(review, json={"to": "changes_requested"})
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:sian:illegal-step")
    assert answer.json()["detail"].endswith("바꿀 수 있는 상태: 검토 중")
    assert (await http.post(review, json={"to": "in_review", "by": "민지"})).status_code == 200
    for_good = await http.post(review, json={"to": "approved"})
    assert for_good.status_code == 409 and "두 단계" in for_good.json()["detail"]
    assert (await http.post(review, json={"to": "done"})).status_code == 422


async def test_a_link_is_made_listed_and_revoked_and_its_token_is_shown_once(
    http: httpx.AsyncClient, production: str
) -> None:
    body = {"version": 1, "rights": ["view", "comment"], "label": "한빛타이어", "days": 7}
    answer = await http.post(f"{production}/shares", json=body)
    assert answer.status_code == 201
    made = answer.json()
    assert (await http.get(made["url"])).json()["rights"] == ["view", "comment"]
    listed = await http.get(f"{production}/shares")
    assert listed.json()["shares"] == [made["share"]]
    assert made["token"] not in listed.text
    revoked = await http.delete(f"{production}/shares/{made['share']['id']}")
    assert revoked.json()["revoked_at"] is not None
    assert (await http.get(made["url"])).status_code == 404
    for wrong in ({"rights": []}, {"rights": ["own"]}, {"rights": ["view"], "days": 0}):
        assert (await http.post(f"{production}/shares", json=wrong)).status_code == 422
    missing = {"version": 3, "rights": ["view"]}
    assert (await http.post(f"{production}/shares", json=missing)).status_code == 404


async def approved(http: httpx.AsyncClient, production: str, n: int) -> dict[str, Any]:
    version = f"{production}/versions/{n}"
    assert (await http.post(f"{version}/review", json={"to": "in_review"})).status_code == 200
    offer = (await http.post(f"{version}/approval")).json()
    body = {"hash": offer["hash"], "confirm": offer["confirm"], "name": "김대표"}
    answer = await http.post(f"{version}/approval/confirm", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    assert (found["version"], found["content_hash"]) == (n, offer["hash"])
    return found


async def test_an_approval_is_proved_by_its_manifest(
    house: House, http: httpx.AsyncClient, production: str
) -> None:
    approval = await approved(http, production, 1)
    version = f"{production}/versions/1"
    proof = (await http.get(f"{version}/manifest")).json()
    assert proof["intact"] and proof["hash"] == approval["hash"]
    content = proof["manifest"]["content"]
    assert len(content["takes"]) == 4 and len(content["files"]) == 7
    assert [take["cut"] for take in content["takes"]] == [
        cut["id"] for cut in content["conte"]["cuts"]
    ]
    # The frozen file is the canonical form, and its hash is the approval's.
    frozen = (await http.get(f"{version}/manifest.json")).content
    assert hashlib.sha256(frozen).hexdigest() == approval["hash"]
    assert frozen.decode() == canonical(proof["manifest"])
    [listed] = (await http.get(f"{production}/approvals")).json()["approvals"]
    assert listed == approval


async def test_approvals_of_a_production_are_a_chain(
    house: House, http: httpx.AsyncClient, production: str
) -> None:
    first = await approved(http, production, 1)
    [cut, *_] = await cuts(http, f"{production}/versions/1")
    edit = {"op": "edit", "cut": cut["id"], "field": "caption", "before": "", "after": "멈춘다"}
    await sealed(http, production, edit)
    refilmed(house, production.rpartition("/")[2])
    second = await approved(http, production, 2)
    assert (first["number"], second["number"]) == (1, 2)
    assert (first["previous"], second["previous"]) == (None, first["hash"])
    for n in (1, 2):
        assert (await http.get(f"{production}/versions/{n}/manifest")).json()["intact"]


def refilmed(house: House, production: str) -> None:
    """The film of the version that was sealed, of the clips that it kept."""
    claim = house.claim(production)
    key = digest("again")
    film = Film(
        tier="draft",
        key=f"films/{key}.mp4",
        sheet_key=f"sheets/{key}.png",
        poster_key=f"posters/{key}.png",
        num_frames=360,
        fps=30,
        width=1280,
        height=720,
        edit_s=0.1,
        labelled_ai=True,
    )
    for one in (film.key, film.sheet_key, film.poster_key):
        house.publish(one, b"another film")
    house.ledger.finish(claim, 2, film, "editor")


async def test_any_byte_of_any_file_that_changed_is_found(
    house: House, http: httpx.AsyncClient, production: str
) -> None:
    await approved(http, production, 1)
    version = f"{production}/versions/1"
    proof = (await http.get(f"{version}/manifest")).json()
    for file in proof["manifest"]["content"]["files"]:
        path = house.settings.home / "vault" / file["key"]
        whole = path.read_bytes()
        assert hashlib.sha256(whole).hexdigest() == file["sha256"]
        for at in (0, len(whole) // 2, len(whole) - 1):
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
            found = (await http.get(f"{version}/manifest")).json()
            assert [c["name"] for c in found["checks"] if c["verdict"] == "changed"] == [
                file["key"]
            ]
            assert not found["intact"]
        path.unlink()
        found = (await http.get(f"{version}/manifest")).json()
        assert [c["name"] for c in found["checks"] if c["verdict"] == "missing"] == [file["key"]]
        path.write_bytes(whole)
    assert (await http.get(f"{version}/manifest")).json()["intact"]


async def test_nothing_is_offered_or_proved_that_is_not_there(
    house: House, http: httpx.AsyncClient, production: str
) -> None:
    version = f"{production}/versions/1"
    assert (await http.get(f"{version}/manifest")).status_code == 404
    assert (await http.get(f"{version}/manifest.json")).status_code == 404
    assert (await http.post(f"{version}/approval")).status_code == 409
    assert (await http.post(f"{production}/versions/2/approval")).status_code == 404
