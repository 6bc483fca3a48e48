"""A vision model on a real cluster: OpenAI's own client and the caption job reach it alike."""

import asyncio
import base64
import contextlib
import json
from collections.abc import Iterator
from typing import Any

import cv2
import httpx
import jsonschema
import numpy as np
import openai
import pytest
from openai.types.shared_params import ResponseFormatJSONSchema

from conte.clip_caption import caption_schema
from deployments.engines.captioning import captioning
from deployments.engines.protocols import CaptionError
from serve.settings import CaptionSettings
from tests.clip_measures import footage
from tests.cluster import TestCluster

pytestmark = pytest.mark.cluster

SCHEMA = caption_schema("ko")
GUIDED: ResponseFormatJSONSchema = {
    "type": "json_schema",
    "json_schema": {"name": "caption", "schema": SCHEMA, "strict": True},
}


@pytest.fixture
def client(models: TestCluster) -> Iterator[openai.OpenAI]:
    url = f"{models.url}/v1"
    with openai.OpenAI(base_url=url, api_key="none", max_retries=0, timeout=300) as client:
        yield client


def picture(level: int = 90, width: int = 320, height: int = 180) -> bytes:
    rows = np.linspace(0, level, height, dtype=np.uint8)[:, None, None]
    found, jpeg = cv2.imencode(".jpg", np.broadcast_to(rows, (height, width, 3)).copy())
    assert found
    return jpeg.tobytes()


def asked(*pictures: bytes, text: str = "이 클립의 캡션을 쓰세요.") -> list[Any]:
    shown = [{"type": "image_url", "image_url": {"url": _as_data(jpeg)}} for jpeg in pictures]
    return [{"role": "user", "content": [*shown, {"type": "text", "text": text}]}]


def _as_data(jpeg: bytes) -> str:
    return "data:image/jpeg;base64," + base64.b64encode(jpeg).decode()


def test_no_gpu_is_held_until_somebody_asks_and_then_pictures_are_captioned(
    models: TestCluster, client: openai.OpenAI
) -> None:
    assert models.replicas("VisionModel") == []
    assert "vision" in [model.id for model in client.models.list()]
    answer = client.chat.completions.create(
        model="vision",
        messages=asked(picture(40), picture(200)),
        max_tokens=2000,
        seed=3,
        response_format=GUIDED,
    )
    assert len(models.replicas("VisionModel")) == 1
    jsonschema.validate(json.loads(answer.choices[0].message.content or ""), SCHEMA)
    assert answer.usage is not None
    # A picture is five tiles of 16 tokens and their marks: it was looked at, twice.
    assert answer.usage.prompt_tokens > 2 * 5 * 16


def test_another_picture_is_told_otherwise_and_the_same_one_alike(client: openai.OpenAI) -> None:
    def said(jpeg: bytes) -> str | None:
        answer = client.chat.completions.create(
            model="vision", messages=asked(jpeg), max_tokens=24, seed=5, temperature=1
        )
        return answer.choices[0].message.content

    assert said(picture(250)) == said(picture(250))
    assert len({said(picture(level)) for level in (10, 90, 170, 250)}) > 1


def test_a_stream_says_what_a_whole_answer_says(client: openai.OpenAI) -> None:
    told: Any = {"model": "vision", "messages": asked(picture()), "max_tokens": 24, "seed": 1}
    whole = client.chat.completions.create(**told, temperature=0)
    chunks = client.chat.completions.create(**told, temperature=0, stream=True)
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert text == whole.choices[0].message.content


def test_a_body_of_several_megabytes_arrives(client: openai.OpenAI) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (1000, 1800, 3), dtype=np.uint8)
    _, jpeg = cv2.imencode(".jpg", noise)
    assert jpeg.size > 2 << 20
    answer = client.chat.completions.create(
        model="vision", messages=asked(jpeg.tobytes(), jpeg.tobytes()), max_tokens=4
    )
    assert answer.choices


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:1/a.jpg", "https://example.com/a.jpg", "file:///etc/passwd", "/etc/passwd"],
)
def test_no_address_is_ever_fetched(client: openai.OpenAI, url: str) -> None:
    message: Any = {"role": "user", "content": [{"type": "image_url", "image_url": {"url": url}}]}
    with pytest.raises(openai.BadRequestError, match=r"messages\.0\.content\.0\.image_url\.url"):
        client.chat.completions.create(model="vision", messages=[message])


def test_a_picture_that_is_broken_inside_ends_no_engine(client: openai.OpenAI) -> None:
    broken = picture()[:400] + bytes(2000)
    with contextlib.suppress(openai.BadRequestError, openai.InternalServerError):
        client.chat.completions.create(model="vision", messages=asked(broken), max_tokens=4)
    answer = client.chat.completions.create(model="vision", messages=asked(picture()), max_tokens=4)
    assert answer.choices


@pytest.mark.parametrize("clips", [3, pytest.param(8, marks=pytest.mark.prove)])
async def test_the_caption_job_asks_it_over_http_and_says_which_checkpoint_answered(
    models: TestCluster, clips: int
) -> None:
    async with httpx.AsyncClient(base_url=models.url, timeout=300) as http:
        card = (await http.get("/v1/models/vision")).json()
    settings = CaptionSettings.model_validate(
        {
            "engine": "vision",
            "vision": {"url": f"{models.url}/v1", "model": "vision", "timeout_s": 300},
            "max_tokens": 3000,
        }
    )
    chain = captioning(settings)

    async def captioned(at: int) -> str:
        clip = footage(picture(10 * at), picture(250 - 10 * at))
        try:
            caption, made_by = await chain.caption(clip, "en")
        except CaptionError as error:
            # Random weights write nonsense within the schema: it is refused, and says why.
            return str(error)
        assert made_by.engines[0].model_dump() == card["engine"]
        return caption.short

    told = await asyncio.gather(*(captioned(at) for at in range(clips)))
    await chain.aclose()
    assert all(told)
    assert card["engine"]["name"] == "vllm" and card["engine"]["revision"].startswith("vision@")
