"""Pictures shown in a chat: within the request and bounded; never an address that is fetched."""

import base64
import json
import struct
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import cv2
import httpx
import numpy as np
import pytest

from conte.clip import EngineId
from deployments.engines.openai_chat import OpenAIChat
from graphs.shapes import vision_model
from serve.ingress.app import create_app
from serve.ingress.chat import MAX_BYTES, conte_models, vision_models
from serve.pictures.header import NoPicture, header_of
from serve.settings import ChatServerSettings, ConteSettings, Settings, VisionSettings
from tests.front_door import House, served

URL = "/v1/chat/completions"
SEER = EngineId(name="vllm", revision="eye@1", label="eye (vision model on vLLM)")


def encoded(kind: str, width: int = 64, height: int = 36) -> bytes:
    found, data = cv2.imencode(f".{kind}", np.full((height, width, 3), 90, np.uint8))
    assert found
    return data.tobytes()


def as_data(data: bytes, kind: str = "jpeg") -> str:
    return f"data:image/{kind};base64," + base64.b64encode(data).decode()


JPEG = encoded("jpg")


def shown(*urls: Any) -> dict[str, Any]:
    parts: list[Any] = [{"type": "image_url", "image_url": {"url": url}} for url in urls]
    return asks([*parts, {"type": "text", "text": "무엇이 보입니까?"}])


def asks(content: Any, **more: Any) -> dict[str, Any]:
    return {"model": "eye", "messages": [{"role": "user", "content": content}], **more}


class Backend:
    """Answers anything, and remembers what reached it."""

    def __init__(self) -> None:
        self.asked: list[Any] = []

    async def answer(self, body: dict[str, Any]) -> AsyncGenerator[Any]:
        self.asked.append(body)
        yield {"object": "chat.completion", "choices": []}


class Asked:
    """A front door with a model that writes and one that sees, and what it answered."""

    def __init__(self, home: Path, **vision: Any) -> None:
        house = House(home)
        self.writer, self.seer = Backend(), Backend()
        conte = ConteSettings(engine="vllm")
        seeing = VisionSettings.model_validate({"model": "eye", "max_pictures": 3} | vision)
        models = conte_models(conte, self.writer) | vision_models(seeing, self.seer, SEER)
        self.app = create_app(Settings(home=home), house.ledger, house.vault, models)

    async def post(self, body: Any) -> httpx.Response:
        transport = httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://sian") as http:
            return await http.post(URL, json=body)


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp"])
async def test_a_picture_within_the_request_reaches_the_model_as_it_is(
    tmp_path: Path, kind: str
) -> None:
    door = Asked(tmp_path)
    body = shown(as_data(encoded(kind.replace("jpeg", "jpg")), kind))
    answer = await door.post(body)
    assert answer.status_code == 200
    assert door.seer.asked == [body] and door.writer.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/a.jpg",
        "https://example.com/a.jpg",
        "HTTP://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "/etc/passwd",
        " data:image/jpeg;base64,/9j/",
        "data:text/html;base64,PGI+",
        "data:image/svg+xml;base64,PHN2Zz4=",
        "data:image/jpeg,rawdata",
        "data:image/jpeg;base64,not base64!",
        as_data(b""),
        as_data(b"GIF89a" + bytes(20)),
        as_data(b"%!PS-Adobe-3.0 EPSF-3.0"),
        "",
    ],
)
async def test_an_address_or_what_is_no_picture_is_refused_with_its_place(
    tmp_path: Path, url: str
) -> None:
    door = Asked(tmp_path)
    answer = await door.post(shown(as_data(JPEG), url))
    error = answer.json()["error"]
    assert (answer.status_code, error["param"]) == (400, "messages.0.content.1.image_url.url")
    assert "data:image/jpeg;base64" in error["message"]
    assert door.seer.asked == []


@pytest.mark.parametrize(
    "part",
    [
        # What vLLM takes beside OpenAI's own words, each of them a way to an address.
        {"image_url": "http://127.0.0.1/a.jpg"},
        {"image_url": {"url": as_data(JPEG)}},
        {"type": "image_url", "image_url": as_data(JPEG)},
        {"type": "image_url", "image_url": {"url": as_data(JPEG)}, "uuid": "a"},
        {"type": "image_url", "image_url": {"url": as_data(JPEG), "path": "/etc/passwd"}},
        {"type": "input_image", "image_url": "http://127.0.0.1/a.jpg"},
        {"type": "video_url", "video_url": {"url": "http://127.0.0.1/a.mp4"}},
        {"type": "audio_url", "audio_url": {"url": "http://127.0.0.1/a.wav"}},
        {"type": "input_audio", "input_audio": {"data": "", "format": "wav"}},
        {"type": "image_embeds", "image_embeds": "gASVAA=="},
        {"type": "image_pil", "image_pil": "x"},
        {"type": "text", "text": "a", "image_url": "http://127.0.0.1/"},
        {"type": "text", "text": 3},
        "text",
        None,
    ],
)
async def test_only_text_and_pictures_in_openai_s_words_are_passed_on(
    tmp_path: Path, part: Any
) -> None:
    door = Asked(tmp_path)
    answer = await door.post(asks([{"type": "text", "text": "a"}, part]))
    assert answer.status_code == 400
    assert answer.json()["error"]["param"].startswith("messages.0.content.1")
    assert door.seer.asked == []


async def test_content_that_is_neither_text_nor_parts_is_refused(tmp_path: Path) -> None:
    door = Asked(tmp_path)
    answer = await door.post(asks({"type": "image_url"}))
    assert answer.status_code == 400 and "a list of parts" in answer.json()["error"]["message"]


@pytest.mark.parametrize("name", ["mm_processor_kwargs", "media_io_kwargs"])
async def test_nobody_decides_how_pictures_are_read(tmp_path: Path, name: str) -> None:
    door = Asked(tmp_path)
    answer = await door.post(shown(as_data(JPEG)) | {name: {"num_crops": 10**6}})
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, name)


async def test_more_pictures_than_the_model_is_shown_are_refused(tmp_path: Path) -> None:
    door = Asked(tmp_path)
    answer = await door.post(shown(*[as_data(JPEG)] * 4))
    assert answer.status_code == 400
    assert "got 4 pictures, wanted at most 3" in answer.json()["error"]["message"]


def bomb(*sizes: tuple[int, int]) -> bytes:
    """A JPEG's header that contains these sizes one after another."""
    frames = b"".join(
        b"\xff\xc0" + struct.pack(">HBHHB", 17, 8, height, width, 3) + bytes(9)
        for width, height in sizes
    )
    return b"\xff\xd8" + frames + b"\xff\xda" + bytes(20)


@pytest.mark.parametrize(
    "data",
    [
        bomb((60_000, 60_000)),
        bomb((64, 36), (60_000, 60_000)),
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 60_000, 60_000) + bytes(9),
        bomb((0, 36)),
    ],
)
async def test_a_small_file_that_grows_huge_is_refused_by_its_header(
    tmp_path: Path, data: bytes
) -> None:
    door = Asked(tmp_path)
    answer = await door.post(shown(as_data(data)))
    assert answer.status_code == 400
    assert "megapixels" in answer.json()["error"]["message"]


def test_of_several_sizes_in_a_header_the_largest_counts() -> None:
    found = header_of(bomb((64, 36), (1920, 1080), (32, 32)))
    assert (found.width, found.height) == (1920, 1080)
    assert (header_of(JPEG).width, header_of(JPEG).height) == (64, 36)
    with pytest.raises(NoPicture):
        header_of(b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"tEXt", 64, 64))


async def test_a_model_that_does_not_see_is_shown_nothing(tmp_path: Path) -> None:
    door = Asked(tmp_path)
    answer = await door.post(shown(as_data(JPEG)) | {"model": "conte"})
    assert answer.status_code == 400
    assert "sees no pictures" in answer.json()["error"]["message"]
    assert (await door.post(asks("글") | {"model": "conte"})).status_code == 200
    parts = [{"type": "text", "text": "글"}]
    assert (await door.post(asks(parts) | {"model": "conte"})).status_code == 200


async def test_each_model_has_its_own_bound_of_a_body(tmp_path: Path) -> None:
    door = Asked(tmp_path, max_body_bytes=MAX_BYTES + 100_000)
    text = "a" * MAX_BYTES
    assert (await door.post(asks(text))).status_code == 200
    assert (await door.post(asks(text) | {"model": "conte"})).status_code == 413
    assert (await door.post(asks(text + "a" * 200_000))).status_code == 413


async def test_a_model_s_card_tells_its_checkpoint_and_the_caption_job_reads_it(
    tmp_path: Path,
) -> None:
    door = Asked(tmp_path)
    with served(door.app) as url:
        told = ChatServerSettings(url=f"{url}/v1", model="eye")
        chat = OpenAIChat(told)
        assert await chat.identify() == SEER
        await chat.aclose()
        unknown = OpenAIChat(told.model_copy(update={"model": "conte"}))
        assert await unknown.identify() == unknown.id
        await unknown.aclose()
        away = OpenAIChat(told.model_copy(update={"url": "http://127.0.0.1:9/v1"}))
        assert await away.identify() is None
        await away.aclose()
        async with httpx.AsyncClient(base_url=url, timeout=300) as http:
            listed = (await http.get("/v1/models")).json()["data"]
    assert [card["id"] for card in listed] == ["conte", "eye", "animatic"]
    assert listed[1]["engine"] == json.loads(SEER.model_dump_json())


def test_replicas_come_and_go_between_their_bounds() -> None:
    def shape(**vision: Any) -> dict[str, Any]:
        return vision_model(Settings(vision=VisionSettings.model_validate(vision)))

    idle = shape(min_replicas=0, max_replicas=3, idle_s=60)
    scaling = idle["autoscaling_config"]
    assert (scaling["min_replicas"], scaling["max_replicas"]) == (0, 3)
    assert scaling["downscale_to_zero_delay_s"] == 60
    assert "num_replicas" not in idle
    kept = shape(min_replicas=4, max_replicas=1)["autoscaling_config"]
    assert (kept["min_replicas"], kept["max_replicas"]) == (4, 4)
