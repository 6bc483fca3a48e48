"""OpenAI's chat in front of the conte model: passed on as it is, refused in OpenAI's own face."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import httpx
import pytest

from serve.ingress.app import create_app
from serve.ingress.chat import ChatBackend, UpstreamChat, conte_models
from serve.keys import key_digest
from serve.settings import (
    Adapter,
    ClipSettings,
    ConteSettings,
    IngressSettings,
    OpenAISettings,
    Settings,
)
from tests.front_door import House
from tests.openai_server import Act, openai_server

URL = "/v1/chat/completions"
ASKED = {"model": "conte", "messages": [{"role": "user", "content": "안녕"}]}


class Backend:
    """Answers with its parts, and notes whether the answer was read to its end."""

    def __init__(self, *parts: Any) -> None:
        self.parts, self.asked, self.closed = parts, list[Any](), asyncio.Event()

    async def answer(self, body: dict[str, Any]) -> AsyncGenerator[Any]:
        self.asked.append(body)
        try:
            for part in self.parts:
                yield part
        finally:
            self.closed.set()


def client(home: Path, backend: ChatBackend | None, conte: ConteSettings | None = None,
           **ingress: Any) -> httpx.AsyncClient:  # fmt: skip
    house = House(home)
    adapters = {"tires": Adapter(path="tires")}
    settings = Settings(
        home=home,
        conte=conte or ConteSettings(engine="vllm", adapters=adapters),
        ingress=IngressSettings.model_validate(ingress),
    )
    models = conte_models(settings.conte, backend)
    app = create_app(settings, house.ledger, house.vault, models)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://sian")


async def test_the_body_is_passed_on_and_the_answer_comes_back_as_it_is(tmp_path: Path) -> None:
    backend = Backend({"object": "chat.completion", "choices": []})
    asked = ASKED | {"temperature": 0.1, "whatever": [1]}
    async with client(tmp_path, backend) as http:
        answer = await http.post(URL, json=asked)
    assert answer.status_code == 200
    assert answer.json() == {"object": "chat.completion", "choices": []}
    assert backend.asked == [asked]


async def test_a_stream_is_passed_on_event_by_event(tmp_path: Path) -> None:
    parts = 'data: {"a": 1}\n\n', 'data: {"a": 2}\n\ndata: [DONE]\n\n'
    backend = Backend(*parts)
    async with client(tmp_path, backend) as http:
        answer = await http.post(URL, json=ASKED | {"stream": True})
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.text == "".join(parts)
    assert backend.closed.is_set()


async def test_an_error_in_the_middle_of_a_stream_is_an_event(tmp_path: Path) -> None:
    backend = Backend("data: {}\n\n", {"error": {"message": "it died", "code": 503}})
    async with client(tmp_path, backend) as http:
        answer = await http.post(URL, json=ASKED | {"stream": True})
    assert '"it died"' in answer.text


@pytest.mark.parametrize(
    ("code", "status"),
    [(404, 404), (503, 503), (500, 503), (401, 503), (418, 400), ("odd", 400), (None, 400)],
)
async def test_an_error_of_the_model_has_its_status(tmp_path: Path, code: Any, status: int) -> None:
    async with client(tmp_path, Backend({"error": {"message": "no", "code": code}})) as http:
        answer = await http.post(URL, json=ASKED)
    assert (answer.status_code, answer.json()["error"]["message"]) == (status, "no")


async def test_without_a_language_model_it_says_what_to_set(tmp_path: Path) -> None:
    async with client(tmp_path, None, ConteSettings()) as http:
        answer = await http.post(URL, json=ASKED)
        listed = (await http.get("/v1/models")).json()["data"]
        assert [model["id"] for model in listed] == ["animatic"]  # which makes videos
    assert answer.status_code == 404
    assert "conte.engine is composer" in answer.json()["error"]["message"]


async def test_models_and_adapters_have_names(tmp_path: Path) -> None:
    async with client(tmp_path, Backend({})) as http:
        listed = (await http.get("/v1/models")).json()["data"]
        assert [model["id"] for model in listed] == ["conte", "conte:tires", "animatic"]
        assert (await http.get("/v1/models/conte:tires")).status_code == 200
        assert (await http.post(URL, json=ASKED | {"model": "conte:tires"})).status_code == 200
        answer = await http.post(URL, json=ASKED | {"model": "gpt"})
    assert answer.status_code == 404
    assert "conte, conte:tires" in answer.json()["error"]["message"]


@pytest.mark.parametrize("tiers", [("draft",), ("draft", "final"), ("final",)])
async def test_every_model_that_makes_videos_is_listed_and_shown(
    tmp_path: Path, tiers: tuple[str, ...]
) -> None:
    engines = {"draft": "animatic", "final": "videos"}
    clips = {
        tier: ClipSettings(enabled=tier in tiers, engine=engine) for tier, engine in engines.items()
    }
    house = House(tmp_path)
    app = create_app(house.settings.model_copy(update=dict(clips)), house.ledger, house.vault)
    async with house.client(app=app) as http:
        page = (await http.get("/v1/models")).json()
        assert page["object"] == "list"
        assert [model["id"] for model in page["data"]] == [engines[tier] for tier in tiers]
        for model in page["data"]:
            assert model == {**model, "object": "model", "owned_by": "sian", "created": 0}
            assert (await http.get(f"/v1/models/{model['id']}")).json() == model
            asked = {"prompt": "a road", "model": model["id"]}
            assert (await http.post("/v1/videos", json=asked)).status_code == 200


async def test_a_model_whose_name_has_a_slash_is_shown(tmp_path: Path) -> None:
    told = OpenAISettings.model_validate({"url": "http://there", "model": "naver/HyperCLOVAX"})
    conte = ConteSettings(engine="openai", openai=told)
    async with client(tmp_path, Backend({}), conte) as http:
        for name in ("naver/HyperCLOVAX", "naver%2FHyperCLOVAX"):
            assert (await http.get(f"/v1/models/{name}")).json()["id"] == "naver/HyperCLOVAX"


@pytest.mark.parametrize(
    ("more", "param"),
    [
        ({"n": 9}, "n"),
        ({"n": "2"}, "n"),
        (
            {"response_format": {"type": "json_schema", "json_schema": "k" * 40_000}},
            "response_format",
        ),
        ({"structured_outputs": {"regex": "a" * 40_000}}, "structured_outputs"),
    ],
)
async def test_what_would_hold_up_everybody_s_answers_is_refused(
    tmp_path: Path, more: dict[str, Any], param: str
) -> None:
    backend = Backend({})
    async with client(tmp_path, backend) as http:
        answer = await http.post(URL, json=ASKED | more)
        assert (await http.post(URL, json=ASKED | {"n": 8})).status_code == 200
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, param)
    assert len(backend.asked) == 1


class Waiting:
    """Answers when it is let."""

    def __init__(self) -> None:
        self.let, self.asked = asyncio.Event(), asyncio.Semaphore(0)

    async def answer(self, body: dict[str, Any]) -> AsyncGenerator[Any]:
        self.asked.release()
        await self.let.wait()
        yield {"object": "chat.completion"}


async def test_a_tenant_has_so_many_chats_at_once_and_others_have_theirs(tmp_path: Path) -> None:
    keys = {key_digest("one"): "a", key_digest("other"): "b"}
    backend = Waiting()
    async with client(tmp_path, backend, api_keys=keys, chats_at_once=2) as http:

        async def asks(key: str) -> httpx.Response:
            return await http.post(URL, json=ASKED, headers={"Authorization": f"Bearer {key}"})

        under_way = [asyncio.create_task(asks(key)) for key in ("one", "one", "other")]
        for _ in under_way:
            await backend.asked.acquire()
        refused = await asks("one")
        backend.let.set()
        assert [(await task).status_code for task in under_way] == [200, 200, 200]
        assert (await asks("one")).status_code == 200
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "2")


@pytest.mark.parametrize(
    ("body", "status"), [(b"{", 400), (b"[]", 400), (b"\xff", 400), (b" " * (2 << 20), 413)]
)
async def test_a_body_that_is_no_object_is_refused(
    tmp_path: Path, body: bytes, status: int
) -> None:
    headers = {"Content-Type": "application/json"}
    async with client(tmp_path, Backend({})) as http:
        answer = await http.post(URL, content=body, headers=headers)
    assert answer.status_code == status
    assert answer.json()["error"]["message"]


async def test_a_key_is_asked_for_where_keys_are_set(tmp_path: Path) -> None:
    keys = {key_digest("mine"): "a"}
    async with client(tmp_path, Backend({"ok": 1}), api_keys=keys) as http:
        refused = await http.post(URL, json=ASKED)
        taken = await http.post(URL, json=ASKED, headers={"Authorization": "Bearer mine"})
    assert refused.status_code == 401
    assert "error" in refused.json()
    assert taken.status_code == 200


async def test_the_openai_engine_s_server_is_asked_with_the_operator_s_key(
    tmp_path: Path,
) -> None:
    with openai_server(Act(text="안녕하세요")) as server:
        told = OpenAISettings.model_validate(
            {"url": server.url, "model": "hcx", "api_key": "theirs"}
        )
        conte = ConteSettings(engine="openai", openai=told)
        async with client(tmp_path, UpstreamChat(told), conte) as http:
            answer = await http.post(URL, json=ASKED | {"model": "hcx", "stream": True})
    assert "data: [DONE]" in answer.text
    assert server.headers[0]["authorization"] == "Bearer theirs"
    assert server.asked[0]["messages"] == ASKED["messages"]


async def test_what_that_server_refuses_is_passed_on_without_the_key(tmp_path: Path) -> None:
    refusal = Act(status=429, body='{"error": {"message": "slow down"}}')
    with openai_server(refusal) as server:
        told = OpenAISettings.model_validate(
            {"url": server.url, "model": "hcx", "api_key": "theirs"}
        )
        conte = ConteSettings(engine="openai", openai=told)
        async with client(tmp_path, UpstreamChat(told), conte) as http:
            answer = await http.post(URL, json=ASKED | {"model": "hcx"})
    assert (answer.status_code, answer.json()["error"]["message"]) == (429, "slow down")
    async with client(tmp_path / "2", UpstreamChat(told), conte) as http:
        away = await http.post(URL, json=ASKED | {"model": "hcx"})
    assert away.status_code == 503
    assert "theirs" not in away.text
