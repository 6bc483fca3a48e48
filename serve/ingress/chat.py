"""`/v1/models` and `/v1/chat/completions`: OpenAI's API in front of the models that chat.

The body goes to the model that it names as it is, and the answer comes back as it is; errors have
OpenAI's face, so that its clients can show them.
"""

import json
from collections import Counter
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Annotated, Any, Protocol

import httpx
from fastapi import APIRouter, Depends, Request, Response
from starlette.responses import JSONResponse, StreamingResponse

from conte.clip import EngineId
from serve.ingress.auth import TenantOf
from serve.ingress.openai_face import documented, error
from serve.ingress.order import json_object, read_json_bytes
from serve.ingress.shown import Sees, refused
from serve.settings import ConteSettings, OpenAISettings, VisionSettings

MAX_BYTES = 1 << 20
"""A conversation with a schema in it and no pictures; a brief needs far less."""

Part = dict[str, Any] | str
"""A whole answer, an error as `{"error": {...}}`, or text of a server-sent event stream."""


class ChatBackend(Protocol):
    def answer(self, body: dict[str, Any]) -> AsyncGenerator[Part]:
        """The answer to a body of `POST /v1/chat/completions`. Closing it stops the model."""
        ...


@dataclass(frozen=True)
class ChatModel:
    """Who answers under a name of `/v1/models`."""

    backend: ChatBackend
    engine: EngineId | None = None
    """The checkpoint, where it is known."""
    sees: Sees | None = None
    """None: no pictures."""
    own: bool = True
    """False: a server elsewhere, which looks after itself."""


def conte_models(
    settings: ConteSettings, backend: ChatBackend | None, engine: EngineId | None = None
) -> dict[str, ChatModel]:
    """Name -> what writes contes: the served model and its adapters, or a server elsewhere."""
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
    settings: ConteSettings, models: Mapping[str, ChatModel], tenant: TenantOf, at_once: int
) -> APIRouter:
    routes = APIRouter(tags=["models"], dependencies=[Depends(tenant)])
    under_way = Counter[str]()
    seeing = [model.sees.max_body_bytes for model in models.values() if model.sees]
    max_bytes = max(MAX_BYTES, *seeing, 0)

    @routes.get("/v1/models", summary="List the language models", responses=_ANSWERS | {200: _LIST})
    def listed() -> dict[str, Any]:
        return {"object": "list", "data": [_card(name, model) for name, model in models.items()]}

    # A path: names of models may have slashes.
    @routes.get("/v1/models/{model:path}", summary="Show a language model", responses=_ANSWERS)
    def shown(model: str) -> Response:
        if model not in models:
            return error(404, _unknown(model, models), "model", "model_not_found")
        return JSONResponse(_card(model, models[model]))

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
            return error(429, told, None, "rate_limit_exceeded", {"Retry-After": "2"})
        parts = _counted(model.backend.answer(body), under_way, tenant)
        try:
            first = await anext(parts, None)
        except BaseException:
            await parts.aclose()
            raise
        if isinstance(first, str):
            return StreamingResponse(_streamed(first, parts), media_type="text/event-stream")
        await parts.aclose()
        if first is None:
            return error(503, "the language model gave no answer; try again", None, "unavailable")
        return JSONResponse(first, status_code=_status(first))

    return routes


async def _counted(
    parts: AsyncGenerator[Part], under_way: Counter[str], tenant: str
) -> AsyncGenerator[Part]:
    """The parts, and one more chat of the tenant's for as long as they come."""
    under_way[tenant] += 1
    try:
        async with aclosing(parts):
            async for part in parts:
                yield part
    finally:
        under_way[tenant] -= 1


async def _streamed(first: str, rest: AsyncGenerator[Part]) -> AsyncGenerator[str]:
    async with aclosing(rest):
        yield first
        async for part in rest:
            yield part if isinstance(part, str) else f"data: {json.dumps(part)}\n\n"


def _status(answer: dict[str, Any]) -> int:
    if "error" not in answer:
        return 200
    code = answer["error"].get("code")
    return code if isinstance(code, int) and 400 <= code <= 599 else 400


def _unknown(model: object, models: Mapping[str, ChatModel]) -> str:
    there = ", ".join(models) or "none, as no language model is served"
    return f"model: there is no {model!r}; there is {there}"


def _card(name: str, model: ChatModel) -> dict[str, Any]:
    card: dict[str, Any] = {"id": name, "object": "model", "created": 0, "owned_by": "sian"}
    # Beside OpenAI's fields: which checkpoint answers, for whoever keeps what it says.
    return card | ({"engine": model.engine.model_dump(mode="json")} if model.engine else {})


class UpstreamChat:
    """The server that the `openai` engine writes with, asked with the operator's own key."""

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
            # Its message may name the URL, never the key.
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
_LIST = {"description": "The models, and the adapters as `model:adapter`; `engine` tells which."}
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
