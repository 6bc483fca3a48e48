"""Share links: every route takes one right, and a guest with one right can do nothing else."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
from fastapi import FastAPI

from conte.conte import CastMember, Conte, Look, ProductEntry
from conte.cut import Cut
from conte.revision.review import ReviewState
from conte.revision.share import Right
from serve.ingress.rates import Rate
from serve.ingress.shared_conte import (
    SharedCutView,
    SharedEntryView,
    SharedLookView,
    SharedTreatmentView,
)
from tests.front_door import CLIP_BYTES, FILM_BYTES, House, accept

TENANT = "secret-agency"


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
    """A production in review. Its tenant's name is one that no guest may learn."""
    production = accept(house, tenant=TENANT)
    house.film(production)
    house.ledger.reviewing.step(production, 1, ReviewState.IN_REVIEW)
    return production


def link(house: House, production: str, *rights: Right, version: int | None = 1) -> str:
    _, token = house.ledger.reviewing.share(production, version, rights, "고객", 3600)
    return f"/v1/shared/{token}"


async def named(http: httpx.AsyncClient, link: str, name: str = "김대표") -> dict[str, str]:
    answer = await http.post(f"{link}/guests", json={"name": name})
    assert answer.status_code == 201
    return {"X-Guest": answer.json()["guest"]}


def cut_of(house: House, production: str) -> str:
    return house.ledger.version(production, 1).conte.cuts[0].id


def said(house: House, production: str, **more: Any) -> dict[str, Any]:
    return {"text": "제품을 더 크게", "cut": cut_of(house, production), "frame": 3, **more}


ANY: tuple[Right, ...] = tuple(Right)
CONFIRM = {"hash": "0" * 64, "confirm": "x" * 32}
TABLE: tuple[tuple[str, str, dict[str, str] | None, tuple[Right, ...]], ...] = (
    ("GET", "", None, ANY),
    ("POST", "/guests", {"name": "김대표"}, ANY),
    ("GET", "/conte", None, (Right.VIEW,)),
    ("GET", "/changes", None, (Right.VIEW,)),
    ("GET", "/film", None, (Right.VIEW,)),
    ("GET", "/sheet.png", None, (Right.VIEW,)),
    ("GET", "/poster.png", None, (Right.VIEW,)),
    ("GET", "/cuts/{k}/clip", None, (Right.VIEW,)),
    ("GET", "/cuts/{k}/poster.png", None, (Right.VIEW,)),
    ("GET", "/film?download=true", None, (Right.DOWNLOAD,)),
    ("GET", "/sheet.png?download=true", None, (Right.DOWNLOAD,)),
    ("GET", "/poster.png?download=true", None, (Right.DOWNLOAD,)),
    ("GET", "/cuts/{k}/clip?download=true", None, (Right.DOWNLOAD,)),
    ("GET", "/exports/{format}", None, (Right.DOWNLOAD,)),
    ("GET", "/events", None, ANY),
    ("GET", "/comments", None, (Right.COMMENT,)),
    ("POST", "/comments", None, (Right.COMMENT,)),
    ("POST", "/review", {"message": "제품을 더 크게"}, (Right.COMMENT, Right.APPROVE)),
    ("POST", "/approval", None, (Right.APPROVE,)),
    ("POST", "/approval/confirm", CONFIRM, (Right.APPROVE,)),
)
"""Route, what is sent, and the rights each of which is enough."""


def test_every_route_of_guests_is_in_the_table(app: FastAPI) -> None:
    served = {
        (method.upper(), path.removeprefix("/v1/shared/{token}"))
        for path, methods in app.openapi()["paths"].items()
        if path.startswith("/v1/shared")
        for method in methods
    }
    assert served == {(method, path.partition("?")[0]) for method, path, _, _ in TABLE}


async def test_a_guest_with_one_right_can_do_nothing_that_needs_another(
    house: House, http: httpx.AsyncClient, production: str
) -> None:
    for right in Right:
        its = link(house, production, right, version=None)
        headers = await named(http, its)
        for method, path, given, enough in TABLE:
            if path == STREAM:  # any right is enough, and it does not end
                continue
            if house.ledger.reviewing.review(production, 1).state is not ReviewState.IN_REVIEW:
                house.ledger.reviewing.step(production, 1, ReviewState.IN_REVIEW)
            sent = said(house, production) if (method, path) == ("POST", "/comments") else given
            for way in (method, "HEAD") if path.partition("?")[0] in MEDIA else (method,):
                place = its + path.replace("{k}", "1").replace("{format}", "pdf")
                answer = await http.request(way, place, headers=headers, json=sent)
                if right in enough:
                    # The hash of the table is no offer's, nothing came before this version, clips
                    # are no videos here, and nothing makes exports.
                    refused = {
                        "/cuts/{k}/poster.png": 404,
                        "/approval/confirm": 409,
                        "/changes": 404,
                        "/exports/{format}": 404,
                    }.get(path)
                    assert answer.status_code == refused or answer.is_success, (way, path, right)
                else:
                    assert answer.status_code == 403, (way, path, right)
    # The one approval that was asked for was not confirmed by anybody without the right.
    assert house.ledger.reviewing.review(production, 1).state is ReviewState.IN_REVIEW


STREAM = "/events"
MEDIA = ("/film", "/sheet.png", "/poster.png", "/cuts/{k}/clip", "/cuts/{k}/poster.png")


async def test_nothing_is_there_by_a_link_that_is_unknown_over_or_revoked(
    house: House, http: httpx.AsyncClient, production: str
) -> None:
    records = house.ledger.reviewing
    share, token = records.share(production, 1, Right, "", 3600)
    records.revoke(production, share.id)
    _, over = records.share(production, 1, Right, "", -1)
    answers: set[str] = set()
    for dead in (token, over, "x" * 32, "x", "%2e%2e", "가"):
        for method, path, given, _ in TABLE:
            place = f"/v1/shared/{dead}{path.replace('{k}', '1')}"
            answer = await http.request(method, place, json=given)
            if (method, path) != ("POST", "/comments"):
                assert answer.status_code == 404, (dead, path)
                answers.add(answer.json()["detail"])
    assert len(answers) == 1  # an expired link and an unknown one look the same


async def test_a_link_shows_the_conte_and_plays_the_film(
    house: House, http: httpx.AsyncClient, production: str
) -> None:
    its = link(house, production, Right.VIEW)
    conte = (await http.get(f"{its}/conte")).json()
    assert (conte["version"], conte["state"], conte["product"]) == (1, "in_review", "윈터그립")
    film = await http.get(conte["film"]["url"])
    assert film.content == FILM_BYTES
    assert film.headers["content-disposition"].startswith("inline")
    part = await http.get(conte["film"]["url"], headers={"Range": "bytes=5-9"})
    assert part.status_code == 206 and part.content == FILM_BYTES[5:10]
    for clip in conte["clips"]:
        assert (await http.get(clip["url"])).content == CLIP_BYTES
    assert [clip["cut"] for clip in conte["clips"]] == [cut["id"] for cut in conte["conte"]["cuts"]]


async def test_a_download_is_an_attachment_with_its_name(
    house: House, http: httpx.AsyncClient, production: str
) -> None:
    answer = await http.get(link(house, production, Right.DOWNLOAD) + "/film?download=true")
    disposition = answer.headers["content-disposition"]
    assert disposition.startswith("attachment")
    assert unquote(disposition.partition("UTF-8''")[2]) == "윈터그립 콘티 1.mp4"
    assert answer.content == FILM_BYTES


async def test_guests_learn_nothing_of_the_tenant_or_of_other_productions(
    house: House, http: httpx.AsyncClient, production: str
) -> None:
    house.film(accept(house, tenant=TENANT, seed=8, product={"name": "다른제품"}))
    internal = await _owner_comment(house, production, "internal", "단가를 낮추자")
    its = link(house, production, *Right)
    headers = await named(http, its)
    seen = ""
    for method, path, given, _ in TABLE:
        if path == STREAM:
            continue
        sent = said(house, production) if (method, path) == ("POST", "/comments") else given
        place = its + path.replace("{k}", "1")
        answer = await http.request(method, place, headers=headers, json=sent)
        seen += str(answer.headers) + ("" if path.partition("?")[0] in MEDIA else answer.text)
    for hidden in (TENANT, production, "다른제품", "단가", internal):
        assert hidden not in seen


async def test_guests_see_no_prompts_seeds_or_models(house: House, http: httpx.AsyncClient) -> None:
    production = accept(house)
    house.film(production)
    house.ledger.reviewing.step(production, 1, ReviewState.IN_REVIEW)
    conte = house.ledger.version(production, 1).conte
    cut = {
        **conte.cuts[0].model_dump(mode="json", exclude={"id", "seed"}),
        "num_frames": 30, "video_prompt": "a secret view", "action": "새 컷",
    }  # fmt: skip
    member = {
        "kind": "cast", "id": "her", "name": "손님", "description": "", "prompt": "a secret face"
    }  # fmt: skip
    operations = [
        {"op": "add", "after": conte.cuts[0].id, "cut": cut},
        {"op": "edit_sheet", "entry": "her", "field": "entry", "before": None, "after": member},
    ]
    url = f"/v1/productions/{production}/versions"
    assert (await http.post(url, json={"operations": operations})).status_code == 202
    house.ledger.reviewing.step(production, 2, ReviewState.IN_REVIEW)
    its = link(house, production, Right.VIEW, version=None)
    seen = [(await http.get(its + place)).text for place in ("/conte", "/changes")]
    assert all("새 컷" in text and "손님" in text for text in seen)
    prompts = {one.video_prompt for one in conte.cuts}
    for hidden in (*prompts, conte.sheet[0].prompt, "secret", "prompt", '"seed', "fake"):
        assert not any(hidden in text for text in seen), hidden


def test_every_field_of_a_conte_is_shown_to_guests_or_kept_from_them() -> None:
    for_makers = {"video_prompt", "seed", "start", "split_from", "take", "sounds", "locked",
                  "staging"}  # fmt: skip
    assert SharedCutView.model_fields.keys() == Cut.model_fields.keys() - for_makers
    assert SharedLookView.model_fields.keys() == Look.model_fields.keys() - {"prompt"}
    entries = CastMember.model_fields.keys() | ProductEntry.model_fields.keys()
    assert SharedEntryView.model_fields.keys() == entries - {"prompt", "image"}
    kept = {"structure", "built_on"}
    assert SharedTreatmentView.model_fields.keys() == Conte.model_fields.keys() - kept


async def test_a_guest_asks_for_changes_and_says_which(
    house: House, http: httpx.AsyncClient, production: str
) -> None:
    its = link(house, production, Right.COMMENT)
    body = {"message": "마지막 컷의 자막이 너무 깁니다."}
    nameless = await http.post(f"{its}/review", json=body)
    assert nameless.status_code == 403
    headers = await named(http, its)
    for empty in ({}, {"message": "  "}, {"message": "x" * 1001}, {**body, "by": "민지"}):
        assert (await http.post(f"{its}/review", json=empty, headers=headers)).status_code == 422
    answer = await http.post(f"{its}/review", json=body, headers=headers)
    assert answer.json() == {"version": 1, "state": "changes_requested"}
    step = house.ledger.reviewing.review(production, 1).history[-1]
    assert (step.by, step.note) == ("김대표", body["message"])
    again = await http.post(f"{its}/review", json=body, headers=headers)
    assert again.status_code == 409 and again.json()["type"] == "urn:sian:illegal-step"
    house.ledger.reviewing.step(production, 1, ReviewState.IN_REVIEW)
    approver = link(house, production, Right.APPROVE)
    answer = await http.post(f"{approver}/review", json=body, headers=await named(http, approver))
    assert answer.status_code == 200


async def _owner_comment(house: House, production: str, audience: str, text: str) -> str:
    from serve.ingress.comments import CommentBody
    from serve.ledger.comments import NewComment

    body = CommentBody.model_validate(
        {**said(house, production), "text": text, "author": "민지", "audience": audience}
    )
    new = NewComment(body.text, body.author, body.audience, body.place)
    return house.ledger.reviewing.comment(production, 1, new).id


async def test_a_guest_says_a_name_once_and_comments_under_it(
    house: House, http: httpx.AsyncClient, production: str
) -> None:
    its = link(house, production, Right.COMMENT)
    body = said(house, production, x=0.25, y=0.5, last=9)
    refused = await http.post(f"{its}/comments", json=body)
    assert refused.status_code == 403 and "name" in refused.json()["detail"]
    headers = await named(http, its)
    answer = await http.post(f"{its}/comments", json=body, headers=headers)
    assert answer.status_code == 201
    made = answer.json()
    assert (made["author"], made["by_guest"], made["audience"]) == ("김대표", True, "client")
    reply = {"text": "로고도요", "reply_to": made["id"]}
    assert (await http.post(f"{its}/comments", json=reply, headers=headers)).status_code == 201
    [listed] = (await http.get(f"{its}/comments")).json()["comments"]
    assert (listed["frame"], listed["last"], listed["x"], listed["y"]) == (3, 9, 0.25, 0.5)
    assert [one["text"] for one in listed["replies"]] == ["로고도요"]
    other = link(house, production, Right.COMMENT)
    stranger = await http.post(f"{other}/comments", json=body, headers=headers)
    assert stranger.status_code == 403  # another link knows no guest of this one


async def test_a_guest_who_names_another_author_or_audience_is_refused(
    house: House, http: httpx.AsyncClient, production: str
) -> None:
    its = link(house, production, Right.COMMENT)
    headers = await named(http, its)
    for more in ({"author": "민지"}, {"audience": "internal"}, {"version": 2}):
        body = said(house, production, **more)
        answer = await http.post(f"{its}/comments", json=body, headers=headers)
        assert answer.status_code == 422


async def test_a_guest_approves_in_two_steps(
    house: House, http: httpx.AsyncClient, production: str
) -> None:
    its = link(house, production, Right.APPROVE)
    headers = await named(http, its)
    offer = (await http.post(f"{its}/approval")).json()
    assert (offer["version"], offer["num_files"]) == (1, 7)
    body = {"hash": offer["hash"], "confirm": offer["confirm"]}
    nameless = await http.post(f"{its}/approval/confirm", json=body)
    assert nameless.status_code == 403
    answer = await http.post(f"{its}/approval/confirm", json=body, headers=headers)
    assert (answer.status_code, answer.json()["name"]) == (200, "김대표")
    [approval] = house.ledger.reviewing.approvals(production)
    assert approval.approver.guest.startswith("gst_")
    assert approval.content_hash == offer["hash"]
    again = await http.post(f"{its}/approval/confirm", json=body, headers=headers)
    assert again.json() == answer.json()


async def test_a_link_to_the_newest_in_review_says_so_while_there_is_none(
    house: House, http: httpx.AsyncClient
) -> None:
    production = accept(house)
    house.film(production)
    its = link(house, production, *Right, version=None)
    assert (await http.get(its)).json()["version"] is None
    answer = await http.get(f"{its}/conte")
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:sian:not-yet")
    house.ledger.reviewing.step(production, 1, ReviewState.IN_REVIEW)
    assert (await http.get(f"{its}/conte")).json()["version"] == 1


async def test_a_link_that_follows_the_review_shows_what_changed_and_open_comments_of_before(
    house: House, http: httpx.AsyncClient
) -> None:
    production = accept(house)
    house.film(production)
    url = f"/v1/productions/{production}"
    records = house.ledger.reviewing
    records.step(production, 1, ReviewState.IN_REVIEW)
    follows = link(house, production, *Right, version=None)
    headers = await named(http, follows)
    body = said(house, production)
    assert (await http.post(f"{follows}/comments", json=body, headers=headers)).is_success
    edits = [
        {"op": "edit", "cut": body["cut"], "field": "caption", "before": "", "after": "멈춘다"},
        {"op": "edit", "cut": body["cut"], "field": "video_prompt",
         "before": "a box, view 1", "after": "a large box"},
    ]  # fmt: skip
    assert (await http.post(f"{url}/versions", json={"operations": edits})).status_code == 202
    records.step(production, 2, ReviewState.IN_REVIEW)
    table = (await http.get(f"{follows}/changes")).json()
    assert (table["base"], table["version"], table["num_left_out"]) == (1, 2, 1)
    [row] = table["changes"]["rows"]
    assert (row["field"], row["after"]) == ("caption", "멈춘다")
    [comment] = (await http.get(f"{follows}/comments")).json()["comments"]
    assert (comment["version"], comment["frame"]) == (1, 3)
    second = link(house, production, *Right, version=2)
    assert (await http.get(f"{second}/comments")).json()["comments"] == []
    assert (await http.get(f"{second}/changes")).status_code == 403
    reply = {"text": "네", "reply_to": comment["id"]}
    answer = await http.post(f"{second}/comments", json=reply, headers=await named(http, second))
    assert answer.status_code == 404


async def test_a_link_that_writes_too_often_waits(
    house: House, http: httpx.AsyncClient, production: str
) -> None:
    its, other = (link(house, production, Right.COMMENT) for _ in range(2))
    statuses = [
        (await http.post(f"{its}/guests", json={"name": "김대표"})).status_code for _ in range(40)
    ]
    assert statuses[:15] == [201] * 15 and 429 in statuses
    answer = await http.post(f"{its}/guests", json={"name": "김대표"})
    if answer.status_code == 429:
        assert answer.json()["type"] == "urn:sian:too-often"
        assert int(answer.headers["retry-after"]) >= 1
    await named(http, other)


def test_a_rate_fills_up_again_and_forgets_those_who_are_quiet() -> None:
    now = [0.0]
    rate = Rate(per_minute=60, burst=2, now=lambda: now[0])
    assert [rate.take("a") for _ in range(3)] == [0.0, 0.0, 1.0]
    assert rate.take("b") == 0.0
    now[0] += 0.5
    assert rate.take("a") == 0.5
    now[0] += 0.5
    assert rate.take("a") == 0.0


async def test_no_log_has_the_token_of_a_link(
    house: House, http: httpx.AsyncClient, production: str, caplog: pytest.LogCaptureFixture
) -> None:
    its = link(house, production, Right.VIEW)
    with caplog.at_level("INFO", logger="sian"):
        assert (await http.get(f"{its}/conte")).status_code == 200
    told = [str(vars(record)) for record in caplog.records]
    assert any("/v1/shared/.../conte" in line for line in told)
    assert its.rpartition("/")[2] not in "".join(told)
