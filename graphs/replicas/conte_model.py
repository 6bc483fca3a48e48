"""The language model behind the conte writer: Ray Serve LLM on vLLM, asked in OpenAI's own words.

Whoever calls it sends and gets plain JSON, so that no other replica has to load vLLM.
"""

import logging
from collections.abc import AsyncGenerator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from ray.llm._internal.serve.core.configs.llm_config import DiskMultiplexConfig
from ray.serve.llm import LLMConfig
from ray.serve.llm.deployment import LLMServer

from conte.brief import Brief, Product
from conte.manuscript import manuscript_schema
from serve.telemetry import log, log_to_files

WARM_UP = Brief(product=Product(name="시안"))

Part = dict[str, Any] | str
"""A whole answer, an error as `{"error": {...}}`, or text of a server-sent event stream."""


class ConteModel(LLMServer):
    async def __init__(  # pyright: ignore[reportGeneralTypeIssues]  # Ray awaits it
        self, llm_config: LLMConfig, *, home: Path, adapters: Mapping[str, str]
    ) -> None:
        """`adapters`: name -> folder, loaded on demand and kept while there is room."""
        log_to_files(home, "conte-model")
        self._knows_system = True
        loader: Any = partial(LocalAdapters, dict(adapters))
        await super().__init__(llm_config, model_downloader=loader)
        await self._warm_up(llm_config.model_id)

    async def _warm_up(self, model: str) -> None:
        """Compile the grammar of a conte and the kernels that apply it: seconds, once a process.

        And see whether the model's chat template knows the system role: Mistral's first ones do
        not, and refuse it.
        """
        schema = {"name": "conte", "schema": manuscript_schema(WARM_UP)}
        body: dict[str, Any] = {
            "model": model,
            "messages": [{"role": r, "content": "conte"} for r in ("system", "user")],
            "max_tokens": 8,
            "response_format": {"type": "json_schema", "json_schema": schema},
        }
        if await self._refusal(body):
            self._knows_system = False
            if refusal := await self._refusal(body):
                raise RuntimeError(f"the model does not write: {refusal}")

    async def _refusal(self, body: dict[str, Any]) -> str:
        refusal = ""
        async for part in self.answer(body):
            if isinstance(part, dict) and "error" in part:
                refusal = str(part["error"]["message"])
        return refusal

    async def answer(self, body: dict[str, Any]) -> AsyncGenerator[Part]:
        """What `POST /v1/chat/completions` answers to this body."""
        from ray.serve.llm.openai_api_models import ChatCompletionRequest

        try:
            told = body if self._knows_system else without_system(body)
            request = ChatCompletionRequest.model_validate(told)
        except ValidationError as error:
            yield _invalid(error)
            return
        try:
            async for part in await self.chat(request):
                for piece in part if isinstance(part, list) else [part]:
                    if isinstance(piece, str):
                        yield piece
                    else:
                        yield piece.model_dump(mode="json", exclude_none=True)
        except UnknownAdapter as error:
            yield _error(str(error), "model", 404)
        except Exception as error:
            # As words: whoever unpacks an exception of vLLM's has to load vLLM first.
            log("conte_model.failed", level=logging.ERROR, error=error)
            yield _error(f"the language model failed: {type(error).__name__}", None, 503)


class UnknownAdapter(Exception):
    pass


class LocalAdapters:
    """Finds the folder of an adapter by its name; Ray's own loader knows cloud paths alone."""

    def __init__(self, folders: Mapping[str, str], **_: Any) -> None:
        self._folders = folders
        self._numbers: dict[str, int] = {}

    async def load_model_from_config(
        self, lora_model_id: str, llm_config: LLMConfig
    ) -> DiskMultiplexConfig:
        name = lora_model_id.partition(":")[2]
        if name not in self._folders:
            known = ", ".join(sorted(self._folders)) or "none"
            raise UnknownAdapter(f"there is no adapter {name!r}; there is {known}")
        number = self._numbers.setdefault(name, len(self._numbers) + 1)
        return DiskMultiplexConfig(
            model_id=lora_model_id,
            max_total_tokens=None,
            local_path=self._folders[name],
            lora_assigned_int_id=number,
        )


def without_system(body: dict[str, Any]) -> dict[str, Any]:
    """The same, with what the system says at the head of the first user's message."""
    messages: Any = body.get("messages")
    if not isinstance(messages, list) or len(messages) < 2:
        return body
    first, second, *rest = messages
    both = [m for m in (first, second) if isinstance(m, dict) and isinstance(m.get("content"), str)]
    if [m.get("role") for m in both] != ["system", "user"]:
        return body
    joined = {**second, "content": f"{first['content']}\n\n{second['content']}"}
    return body | {"messages": [joined, *rest]}


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
