"""Videos and pictures over HTTP, as OpenAI's API has them: what is taken, refused, and who sees it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import cv2
import httpx
import numpy as np
import pytest

from conte.brief import Brief
from conte.clip import EngineId
from conte.production import Failure
from conte.video import VideoState
from deployments.encoding import Mp4Writer
from deployments.engines.checkpoint import RANDOM
from serve.keys import key_digest
from tests.front_door import BRIEF, CLIP_BYTES, House

URL = "/v1/videos"
CAT = {"prompt": "a cat on a wet road"}
KEYS = {"Authorization": "Bearer of-a"}, {"Authorization": "Bearer of-b"}
TENANTS = {key_digest("of-a"): "a", key_digest("of-b"): "b"}


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


@pytest.fixture
async def http(house: House) -> AsyncIterator[httpx.AsyncClient]:
    async with house.client() as client:
        yield client


def picture(suffix: str = ".png", width: int = 60, height: int = 40, channels: int = 3) -> bytes:
    pixels = np.full((height, width, channels), 90, np.uint8)
    if channels == 4:
        pixels[..., 3] = 0
    return cv2.imencode(suffix, pixels)[1].tobytes()


def refused(answer: httpx.Response, status: int, param: str | None = None) -> str:
    assert answer.status_code == status, answer.text
    error = answer.json()["error"]
    assert error["param"] == param
    return error["message"]


async def test_a_video_is_queued_with_what_was_asked(http: httpx.AsyncClient) -> None:
    asked = CAT | {"seconds": "8", "size": "720x1280", "seed": 5, "model": "animatic"}
    answer = await http.post(URL, json=asked)
    assert answer.status_code == 200
    video = answer.json()
    assert video["object"] == "video"
    assert video["status"] == "queued"
    assert video["progress"] == 0
    assert (video["seconds"], video["size"], video["model"]) == ("8", "720x1280", "animatic")
    assert (video["prompt"], video["seed"], video["error"]) == (CAT["prompt"], 5, None)
    assert (await http.get(f"{URL}/{video['id']}")).json() == video


async def test_a_form_is_taken_as_json_is(http: httpx.AsyncClient) -> None:
    form = {"prompt": (None, "a cat"), "seconds": (None, "12"), "size": (None, "1280x720")}
    video = (await http.post(URL, files=form)).json()
    assert (video["prompt"], video["seconds"]) == ("a cat", "12")


@pytest.mark.parametrize(
    ("asked", "param", "said"),
    [
        ({}, "prompt", "required"),
        ({"prompt": ""}, "prompt", "at least 1"),
        ({"prompt": "x" * 4001}, "prompt", "at most 4000"),
        (CAT | {"seconds": "0"}, "seconds", "greater than or equal to 1"),
        (CAT | {"seconds": "61"}, "seconds", "less than or equal to 60"),
        (CAT | {"seconds": "long"}, "seconds", "integer"),
        (CAT | {"size": "big"}, "size", "got big, wanted WIDTHxHEIGHT"),
        (CAT | {"size": "1281x720"}, "size", "both even and 64 to 2160"),
        (CAT | {"size": "62x64"}, "size", "both even and 64 to 2160"),
        (CAT | {"size": "2160x64"}, "size", "the longer side at most 3 times the shorter"),
        (CAT | {"model": "sora-2"}, "model", "there is animatic"),
        (CAT | {"fps": 24}, "fps", "there are prompt, model, seconds, size, seed"),
        (CAT | {"secs": "4"}, "secs", "did you mean seconds?"),
        (CAT | {"input_reference": {"file_id": "x"}}, "input_reference", "multipart form"),
        (CAT | {"seed": -1}, "seed", "greater than or equal to 0"),
    ],
)
async def test_a_field_that_is_wrong_is_named(
    http: httpx.AsyncClient, asked: dict[str, Any], param: str, said: str
) -> None:
    assert said.lower() in refused(await http.post(URL, json=asked), 400, param).lower()
    assert (await http.get(URL)).json()["data"] == []


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("application/json", b"{", 400),
        ("application/json", b"[]", 400),
        ("text/plain", b"a cat", 415),
        ("multipart/form-data", b"no boundary", 400),
        ("application/json", b" " * (11 << 20), 413),
    ],
)
async def test_a_body_that_cannot_be_read_is_refused_in_openai_s_words(
    http: httpx.AsyncClient, kind: str, body: bytes, status: int
) -> None:
    refused(await http.post(URL, content=body, headers={"Content-Type": kind}), status, None)


async def test_a_video_says_what_made_it_and_whether_that_has_learnt_anything(
    house: House, http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = EngineId(name="diffusers", revision="1", label=f"Wan (diffusers; {RANDOM})")
    monkeypatch.setattr("tests.front_door.ENGINE", engine)
    video = (await http.post(URL, json=CAT)).json()
    assert video["engine"] is None
    house.complete_video()
    shown = (await http.get(f"{URL}/{video['id']}")).json()
    listed = (await http.get(URL)).json()["data"][0]
    assert shown["engine"] == listed["engine"] == engine.model_dump()


async def test_it_goes_on_and_is_completed(house: House, http: httpx.AsyncClient) -> None:
    video = (await http.post(URL, json=CAT)).json()["id"]
    refused(await http.get(f"{URL}/{video}/content"), 404)
    claim = house.ledger.claim_video("d", 600)
    assert claim is not None
    house.ledger.video_progress(claim, 0.37)
    shown = (await http.get(f"{URL}/{video}")).json()
    assert (shown["status"], shown["progress"]) == ("in_progress", 37)
    house.ledger.release_video(claim)
    house.complete_video()
    shown = (await http.get(f"{URL}/{video}")).json()
    assert (shown["status"], shown["progress"]) == ("completed", 100)
    assert shown["completed_at"] >= shown["created_at"]
    assert shown["remarks"] == ["decoded in tiles"]
    answer = await http.get(f"{URL}/{video}/content")
    assert answer.content == CLIP_BYTES
    assert answer.headers["content-type"] == "video/mp4"
    part = await http.get(f"{URL}/{video}/content", headers={"Range": "bytes=4-7"})
    assert (part.status_code, part.content) == (206, b"clip")
    refused(await http.get(f"{URL}/{video}/content?variant=spritesheet"), 400, "variant")


async def test_a_video_has_a_thumbnail(
    house: House, http: httpx.AsyncClient, tmp_path: Path
) -> None:
    video = (await http.post(URL, json=CAT)).json()["id"]
    refused(await http.get(f"{URL}/{video}/content?variant=thumbnail"), 404)
    file = tmp_path / "clip.mp4"
    with Mp4Writer(file, 1280, 720, 24, crf=18, preset="ultrafast") as clip_file:
        for index in range(48):
            clip_file.write_rgb(np.full((720, 1280, 3), 200 if index >= 24 else 0, np.uint8))
    house.complete_video(file.read_bytes())
    answers = [await http.get(f"{URL}/{video}/content?variant=thumbnail") for _ in range(2)]
    assert answers[0].content == answers[1].content
    assert answers[0].headers["content-type"] == "image/webp"
    pixels = cv2.imdecode(np.frombuffer(answers[0].content, np.uint8), cv2.IMREAD_COLOR)
    assert pixels is not None
    assert pixels.shape == (360, 640, 3)
    # Of its middle, not of the black that it opens on.
    assert abs(float(pixels.mean()) - 200) < 4


async def test_a_remix_changes_the_prompt_and_nothing_else(
    house: House, http: httpx.AsyncClient
) -> None:
    asked = CAT | {"seconds": "8", "size": "720x1280", "seed": 5}
    video = (await http.post(URL, json=asked)).json()["id"]
    said = refused(await http.post(f"{URL}/{video}/remix", json={"prompt": "a dog"}), 400)
    assert said == "a remix is of a completed video, this one is queued"
    house.complete_video()
    remix = (await http.post(f"{URL}/{video}/remix", json={"prompt": "a dog"})).json()
    assert (remix["status"], remix["remixed_from_video_id"]) == ("queued", video)
    kept = {"prompt": "a dog", "seconds": "8", "size": "720x1280", "seed": 5, "model": "animatic"}
    assert {name: remix[name] for name in kept} == kept
    refused(await http.post(f"{URL}/{video}/remix", json={}), 400, "prompt")
    refused(await http.post(f"{URL}/video_none/remix", json={"prompt": "a dog"}), 404)


async def test_a_video_that_failed_says_why(house: House, http: httpx.AsyncClient) -> None:
    video = (await http.post(URL, json=CAT)).json()["id"]
    claim = house.ledger.claim_video("d", 600)
    assert claim is not None
    house.ledger.fail_video(claim, Failure(stage="clip", reason="at most 81 frames"))
    shown = (await http.get(f"{URL}/{video}")).json()
    assert shown["status"] == "failed"
    assert shown["error"] == {"code": "render_failed", "message": "at most 81 frames"}


async def test_a_deleted_video_is_gone(house: House, http: httpx.AsyncClient) -> None:
    video = (await http.post(URL, json=CAT)).json()["id"]
    answer = (await http.delete(f"{URL}/{video}")).json()
    assert answer == {"id": video, "object": "video.deleted", "deleted": True}
    for again in (http.get(f"{URL}/{video}"), http.delete(f"{URL}/{video}")):
        refused(await again, 404)
    assert house.ledger.claim_video("d", 600) is None


async def test_the_files_of_a_deleted_video_go_with_it_and_no_others(
    house: House, http: httpx.AsyncClient
) -> None:
    alike = [(await http.post(URL, json=CAT | {"seed": 5})).json()["id"] for _ in range(2)]
    for _ in alike:
        house.complete_video()
    keys = [clip.key for video in alike if (clip := house.ledger.video(video).clip)]
    await http.delete(f"{URL}/{alike[0]}")
    assert [await house.vault.has(key) for key in keys] == [False, True]
    assert (await http.get(f"{URL}/{alike[1]}/content")).content == CLIP_BYTES


async def test_pages_follow_one_another(http: httpx.AsyncClient) -> None:
    ids = [(await http.post(URL, json={"prompt": f"{i}"})).json()["id"] for i in range(3)]
    page = (await http.get(URL, params={"limit": 2, "order": "asc"})).json()
    assert [video["id"] for video in page["data"]] == ids[:2]
    assert (page["first_id"], page["last_id"], page["has_more"]) == (ids[0], ids[1], True)
    rest = (await http.get(URL, params={"after": ids[1], "order": "asc"})).json()
    assert ([video["id"] for video in rest["data"]], rest["has_more"]) == (ids[2:], False)
    refused(await http.get(URL, params={"after": "video_none"}), 400, "after")
    refused(await http.get(URL, params={"limit": 0}), 400, "limit")


async def test_one_idempotency_key_makes_one_video(http: httpx.AsyncClient) -> None:
    headers = {"Idempotency-Key": "order-1"}
    first, again = [(await http.post(URL, json=CAT, headers=headers)).json() for _ in range(2)]
    assert first == again
    other = await http.post(URL, json={"prompt": "a dog"}, headers=headers)
    assert "Idempotency-Key" in refused(other, 400)


async def test_a_full_queue_says_when_to_come_back(tmp_path: Path) -> None:
    async with House(tmp_path, max_queued=1).client() as http:
        await http.post(URL, json=CAT)
        answer = await http.post(URL, json=CAT)
    refused(answer, 429)
    assert int(answer.headers["Retry-After"]) > 0


async def test_tenants_do_not_see_one_another_s_videos(tmp_path: Path) -> None:
    house = House(tmp_path, api_keys=TENANTS)
    async with house.client() as http:
        refused(await http.get(URL), 401)
        video = (await http.post(URL, json=CAT, headers=KEYS[0])).json()["id"]
        for path in (f"{URL}/{video}", f"{URL}/{video}/content"):
            refused(await http.get(path, headers=KEYS[1]), 404)
        refused(await http.delete(f"{URL}/{video}", headers=KEYS[1]), 404)
        assert (await http.get(URL, headers=KEYS[1])).json()["data"] == []
        assert (await http.get(f"{URL}/{video}", headers=KEYS[0])).json()["id"] == video


async def test_a_picture_given_with_the_prompt_is_where_it_starts(
    house: House, http: httpx.AsyncClient
) -> None:
    files = {"prompt": (None, "a cat"), "input_reference": ("cat.jpg", picture(".jpg"))}
    video = (await http.post(URL, files=files)).json()["id"]
    order = house.ledger.video(video).order
    assert order is not None
    reference = order.reference
    assert reference is not None
    assert house.ledger.owns_image("local", reference)
    assert await house.vault.has(reference)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (picture(".png"), "image/png"),
        (picture(".jpg"), "image/jpeg"),
        (picture(".webp"), "image/webp"),
    ],
)
async def test_a_picture_is_kept_as_png(
    house: House, http: httpx.AsyncClient, data: bytes, kind: str
) -> None:
    raw = await http.post("/v1/images", content=data, headers={"Content-Type": kind})
    assert raw.status_code == 201, raw.text
    assert (raw.json()["width"], raw.json()["height"]) == (60, 40)
    form = await http.post("/v1/images", files={"image": ("x", data)})
    assert form.json() == raw.json()
    async with house.vault.local(raw.json()["image"]) as path:
        assert path.read_bytes()[:4] == b"\x89PNG"


async def test_a_large_photo_is_kept_at_a_size_that_films_have(
    house: House, http: httpx.AsyncClient
) -> None:
    for suffix, kind in ((".jpg", "image/jpeg"), (".png", "image/png")):
        data = picture(suffix, 8000, 4000)
        told = (await http.post("/v1/images", content=data, headers={"Content-Type": kind})).json()
        assert (told["width"], told["height"]) == (3840, 1920)
        async with house.vault.local(told["image"]) as path:
            pixels = cv2.imread(str(path))
        assert pixels is not None
        assert pixels.shape == (1920, 3840, 3)


async def test_what_is_cut_out_stands_on_white(house: House, http: httpx.AsyncClient) -> None:
    headers = {"Content-Type": "image/png"}
    told = await http.post("/v1/images", content=picture(channels=4), headers=headers)
    async with house.vault.local(told.json()["image"]) as path:
        pixels = cv2.imread(str(path))
    assert pixels is not None
    assert pixels.min() == 255


def bomb() -> bytes:
    """A PNG whose header promises 100,000 x 100,000 pixels."""
    return picture()[:16] + (100_000).to_bytes(4, "big") * 2 + picture()[24:]


@pytest.mark.parametrize(
    "data",
    [b"", b"GIF89a", b"<svg/>", bomb(), picture()[:60], b"\xff\xd8\xff", b"RIFF\0\0\0\0WEBPVP8 "],
)
async def test_what_is_no_picture_is_refused(http: httpx.AsyncClient, data: bytes) -> None:
    answer = await http.post("/v1/images", content=data, headers={"Content-Type": "image/png"})
    assert "PNG, JPEG or WebP" in refused(answer, 400, "image")
    files = {"prompt": (None, "a cat"), "input_reference": ("cat.png", data)}
    refused(await http.post(URL, files=files), 400, "input_reference")


@pytest.mark.parametrize("field", ["product.image", "characters[1].image"])
async def test_a_brief_names_pictures_that_its_tenant_uploaded(tmp_path: Path, field: str) -> None:
    house = House(tmp_path, api_keys=TENANTS)
    async with house.client() as http:
        files = {"image": ("photo.jpg", picture(".jpg"))}
        image = (await http.post("/v1/images", files=files, headers=KEYS[0])).json()["image"]
        named = Brief.model_validate(BRIEF | {"characters": [{"name": "민아"}, {"name": "준호"}]})
        brief = named.with_images({field: image}).model_dump(mode="json")
        mine = await http.post("/v1/productions", json={"brief": brief}, headers=KEYS[0])
        assert mine.status_code == 202, mine.text
        theirs = await http.post("/v1/productions", json={"brief": brief}, headers=KEYS[1])
    assert theirs.status_code == 422
    assert theirs.headers["content-type"] == "application/problem+json"
    assert [one["field"] for one in theirs.json()["errors"]] == [f"brief.{field}"]


async def test_openai_s_routes_tell_their_errors_openai_s_way(http: httpx.AsyncClient) -> None:
    refused(await http.get("/v1/videos/nothing"), 404)
    refused(await http.get("/v1/models/nothing"), 404, "model")
    answer = await http.get("/v1/productions/nothing")
    assert answer.headers["content-type"] == "application/problem+json"
    assert VideoState.QUEUED == "queued"
