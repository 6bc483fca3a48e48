"""`/v1/models` and `/v1/chat/completions`: OpenAI's API in front of the chat models.

The request body goes unchanged to the model that it names, and the response comes back unchanged.
Errors have OpenAI's format, so that its clients can show them.
"""

import json
import time
from collections import Counter
from collections.abc import AsyncGenerator, Collection, Iterable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Annotated, Any, Protocol

import httpx
from fastapi import APIRouter, Depends, Request, Response
from starlette.responses import JSONResponse

from conte.clip import EngineId
from serve.ingress.auth import TenantOf
from serve.ingress.chat_limits import Sees, refused
from serve.ingress.closing_stream import ClosingStream
from serve.ingress.long_answers import Place
from serve.ingress.openai_face import documented, error
from serve.ingress.order import json_object, read_json_bytes
from serve.ingress.waiting import Outage, Pace
from serve.settings import ConteSettings, OpenAISettings, VisionSettings

MAX_BYTES = 1 << 20
"""Bytes of a body without pictures: enough for a conversation with a schema."""

Part = dict[str, Any] | str
"""A whole response, an error as `{"error": {...}}`, or text of a server-sent event stream."""


class ChatBackend(Protocol):
    def answer(self, body: dict[str, Any]) -> AsyncGenerator[Part]:
        """Stream the response to a `POST /v1/chat/completions` body. Closing it stops the model."""
        ...


@dataclass(frozen=True)
class ChatModel:
    """The model behind a name of `/v1/models`."""

    backend: ChatBackend
    engine: EngineId | None = None
    """The checkpoint, if known."""
    sees: Sees | None = None
    """None: the model accepts no pictures."""
    own: bool = True
    """False: an external server, which validates requests itself."""


def conte_models(
    settings: ConteSettings, backend: ChatBackend | None, engine: EngineId | None = None
) -> dict[str, ChatModel]:
    """Return the models that write contes, by name: the served one and its adapters, or one
    outside.
    """
    if backend is None:
        return {}
    if settings.engine == "openai":
        return {settings.openai.model: ChatModel(backend, own=False)}
    name, model = settings.vllm.model, ChatModel(backend, engine)
    return {name: model} | {f"{name}:{adapter}": model for adapter in settings.adapters}


def vision_models(
    settings: VisionSettings, backend: ChatBackend | None, engine: EngineId | None = None
) -> dict[str, ChatModel]:
    if backend is None:
        return {}
    sees = Sees(settings.max_pictures, settings.max_body_bytes)
    return {settings.model: ChatModel(backend, engine, sees)}


def chat(
    settings: ConteSettings,
    models: Mapping[str, ChatModel],
    tenant: TenantOf,
    place: Place,
    at_once: int,
    video_models: Collection[str] = (),
) -> APIRouter:
    """Return the routes. `video_models`: names that `/v1/videos` accepts, listed as well."""
    routes = APIRouter(tags=["models"], dependencies=[Depends(place)])
    # Keyed by name, so that the list has each model once.
    cards = {name: _card(name, models.get(name)) for name in (*models, *video_models)}
    under_way = Counter[str]()
    pace, away = Pace(), Outage()
    seeing = [model.sees.max_body_bytes for model in models.values() if model.sees]
    max_bytes = max(MAX_BYTES, *seeing, 0)

    @routes.get("/v1/models", summary="List the models", responses=_ANSWERS | {200: _LIST})
    def listed() -> dict[str, Any]:
        return {"object": "list", "data": list(cards.values())}

    # A path: model names may contain slashes.
    @routes.get("/v1/models/{model:path}", summary="Show a model", responses=_ANSWERS)
    def shown(model: str) -> Response:
        if model not in cards:
            return error(404, _unknown(model, cards), "model", "model_not_found")
        return JSONResponse(cards[model])

    async def body_of(request: Request) -> bytes:
        return await read_json_bytes(request, max_bytes)

    @routes.post(
        "/v1/chat/completions",
        summary="Talk to a language model",
        responses=_ANSWERS | {200: _COMPLETION},
        openapi_extra=_BODY,
    )
    async def completions(
        content: Annotated[bytes, Depends(body_of)], tenant: Annotated[str, Depends(tenant)]
    ) -> Response:
        body = json_object(content)
        if not models:
            return error(
                404,
                f"conte.engine is {settings.engine}: no language model is served; set it to vllm"
                " or openai",
                "model",
                "model_not_found",
            )
        asked = body.get("model")
        model = models.get(asked) if isinstance(asked, str) else None
        if model is None:
            return error(404, _unknown(asked, models), "model", "model_not_found")
        most = model.sees.max_body_bytes if model.sees else MAX_BYTES
        if len(content) > most:
            return error(413, f"a body for this model may have {most} bytes", None, "too_large")
        if model.own and (no := refused(body, model.sees)):
            return error(400, no.message, no.param, "invalid_value")
        if model.sees is None and under_way[tenant] >= at_once:
            told = f"{at_once} chats of yours are under way; wait for one of them to end"
            after = {"Retry-After": str(pace.next_place_s(at_once))}
            return error(429, told, None, "rate_limit_exceeded", after)
        parts = _counted(model.backend.answer(body), under_way, tenant, pace)
        try:
            first = await anext(parts, None)
        except BaseException:
            await parts.aclose()
            raise
        if isinstance(first, str):
            return ClosingStream(_streamed(first, parts), media_type="text/event-stream")
        await parts.aclose()
        if first is None:
            after = {"Retry-After": str(away.seen())}
            told = "the language model gave no answer; try again"
            return error(503, told, None, "unavailable", after)
        status = _status(first)
        wait = {429: lambda: pace.next_place_s(1), 503: away.seen}.get(status)
        headers = {"Retry-After": str(wait())} if wait else {}
        return JSONResponse(first, status_code=status, headers=headers)

    return routes


async def _counted(
    parts: AsyncGenerator[Part], under_way: Counter[str], tenant: str, pace: Pace
) -> AsyncGenerator[Part]:
    """Yield the parts, counting one more open chat of the tenant until they end."""
    under_way[tenant] += 1
    began = time.monotonic()
    try:
        async with aclosing(parts):
            async for part in parts:
                yield part
    finally:
        under_way[tenant] -= 1
        pace.ended(time.monotonic() - began)


async def _streamed(first: str, rest: AsyncGenerator[Part]) -> AsyncGenerator[str]:
    async with aclosing(rest):
        yield first
        async for part in rest:
            yield part if isinstance(part, str) else f"data: {json.dumps(part)}\n\n"


def _status(answer: dict[str, Any]) -> int:
    if "error" not in answer:
        return 200
    code = answer["error"].get("code")
    if not isinstance(code, int) or code in _PASSED_ON:
        return code if isinstance(code, int) else 400
    # 401 and 403 concern the operator's key at the external server, not the client's key.
    return 503 if code in (401, 403) or 500 <= code <= 599 else 400


_PASSED_ON = (400, 404, 413, 415, 429, 503)


def _unknown(model: object, models: Iterable[str]) -> str:
    there = ", ".join(models) or "none, as no language model is served"
    return f"model: there is no {str(model)[:100]!r}; there is {there}"


def _card(name: str, model: ChatModel | None = None) -> dict[str, Any]:
    card: dict[str, Any] = {"id": name, "object": "model", "created": 0, "owned_by": "sian"}
    # Besides OpenAI's fields, the checkpoint, for clients that store the model's output.
    engine = model.engine if model else None
    return card | ({"engine": engine.model_dump(mode="json")} if engine else {})


class UpstreamChat:
    """The external server of the `openai` engine, called with the operator's key."""

    def __init__(self, settings: OpenAISettings) -> None:
        key = settings.api_key.get_secret_value()
        self._client = httpx.AsyncClient(
            base_url=settings.url.rstrip("/") + "/",
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=settings.timeout_s,
        )

    async def answer(self, body: dict[str, Any]) -> AsyncGenerator[Part]:
        try:
            async with self._client.stream("POST", "chat/completions", json=body) as answer:
                if "text/event-stream" in answer.headers.get("content-type", ""):
                    async for text in answer.aiter_text():
                        yield text
                    return
                yield _read(answer.status_code, await answer.aread())
        except httpx.HTTPError as problem:
            # The exception's message may contain the URL; the key is in a header only.
            message = f"the server of the language model is away: {type(problem).__name__}"
            yield {"error": {"message": message, "type": "server_error", "code": 503}}


def _read(status: int, content: bytes) -> dict[str, Any]:
    try:
        found: Any = json.loads(content)
    except ValueError:
        found = None
    if status < 400 and isinstance(found, dict):
        return found
    told: Any = found.get("error") if isinstance(found, dict) else None
    face: dict[str, Any] = {"message": str(told or "its answer cannot be read")}
    if isinstance(told, dict):
        face |= told
    return {"error": {"type": "server_error", **face, "code": status if status >= 400 else 502}}


_OBJECT = {"schema": {"type": "object"}}
_ANSWERS = documented(400, 401, 404, 413, 415, 429, 503)
_LIST = {
    "description": "What chats, its adapters as `model:adapter`, and what makes videos; `engine`"
    " names the checkpoint."
}
_COMPLETION = {
    "description": "OpenAI's chat completion, or its stream of chunks.",
    "content": {"application/json": _OBJECT, "text/event-stream": {"schema": {"type": "string"}}},
}
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["model", "messages"],
                    "properties": {"model": {"type": "string"}, "messages": {"type": "array"}},
                }
            }
        },
    }
}
