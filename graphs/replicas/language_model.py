"""A language model behind Ray Serve LLM on vLLM, called by OpenAI's API.

Callers send and receive plain JSON, so that no other replica has to import vLLM.
"""

import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from pydantic import ValidationError
from ray.serve.llm import LLMConfig
from ray.serve.llm.deployment import LLMServer

from deployments.engines import system_role
from deployments.engines.chat import Message
from serve.telemetry import log

Part = dict[str, Any] | str
"""A whole response, an error as `{"error": {...}}`, or text of a server-sent event stream."""


class LanguageModel(LLMServer):
    _knows_system = True

    async def load(self, llm_config: LLMConfig, **more: Any) -> None:
        """Start the engine. Called by the constructor, which Ray awaits."""
        from graphs.replicas.engine import Engine  # imports vLLM

        await super().__init__(llm_config, engine_cls=Engine, **more)

    async def warm_up(self, model: str, asked: Message, name: str, schema: dict[str, Any]) -> None:
        """Compile the kernels and the grammar of the usual request: takes seconds, once per
        process.

        Also checks whether the model's chat template supports the system role: Mistral's first ones
        refuse it.

        Raises:
            RuntimeError: if the model answers neither with nor without a system message.
        """
        body: dict[str, Any] = {
            "model": model,
            "messages": [message.as_openai() for message in (Message("system", name), asked)],
            "max_tokens": 8,
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": name, "schema": schema},
            },
        }
        if await self._refusal(body):
            self._knows_system = False
            if refusal := await self._refusal(body):
                raise RuntimeError(f"the model does not write: {refusal}")

    async def answer(self, body: dict[str, Any]) -> AsyncGenerator[Part]:
        """Stream the response of `POST /v1/chat/completions` to this body."""
        from ray.serve.llm.openai_api_models import ChatCompletionRequest

        try:
            told = body if self._knows_system else without_system(body)
            request = ChatCompletionRequest.model_validate(told)
        except ValidationError as error:
            yield _invalid(error)
            return
        try:
            async with aclosing(await self.chat(request)) as parts:
                async for part in parts:
                    for piece in part if isinstance(part, list) else [part]:
                        if isinstance(piece, str):
                            yield piece
                        else:
                            yield piece.model_dump(mode="json", exclude_none=True)
        except UnknownAdapter as error:
            yield _error(str(error), "model", 404)
        except Exception as error:
            # As text: unpickling one of vLLM's exceptions imports vLLM.
            log("language_model.failed", level=logging.ERROR, error=error)
            yield _error(f"the language model failed: {type(error).__name__}", None, 503)

    async def _refusal(self, body: dict[str, Any]) -> str:
        refusal = ""
        async for part in self.answer(body):
            if isinstance(part, dict) and "error" in part:
                refusal = str(part["error"]["message"])
        return refusal


class UnknownAdapter(Exception):
    pass


def without_system(body: dict[str, Any]) -> dict[str, Any]:
    """Return the body with its system message moved to the head of the first user message."""
    if "messages" not in body:
        return body
    return body | {"messages": system_role.without_system(body["messages"])}


def _invalid(error: ValidationError) -> dict[str, Any]:
    first = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"])
    return _error(f"{field}: {first['msg']}" if field else first["msg"], field or None, 400)


def _error(message: str, param: str | None, code: int) -> dict[str, Any]:
    return {
        "error": {
            "message": message,
            "type": "invalid_request_error" if code < 500 else "server_error",
            "param": param,
            "code": code,
        }
    }
