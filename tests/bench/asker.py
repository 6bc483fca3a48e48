"""Requests contes through the model's handle, as the conte writer does, and measures the speed."""

import asyncio
import json
import time
from collections.abc import Iterator
from typing import Any

from ray import serve
from ray.serve import Application
from starlette.requests import Request

from graphs.chat_handle import RayModel


class Asker:
    async def __call__(self, request: Request) -> dict[str, float]:
        """In: bodies of `/v1/chat/completions`, all asked at once. Out: tokens and seconds."""
        bodies: list[dict[str, Any]] = await request.json()
        # Looked up here: the graph that films may come up after this one.
        handle = serve.get_deployment_handle("ConteModel:ConteModel", "film")
        model = RayModel(handle, "conte")
        began = time.perf_counter()
        tokens = sum(await asyncio.gather(*(_written(model, body) for body in bodies)))
        return {"tokens": tokens, "seconds": time.perf_counter() - began}


async def _written(model: RayModel, body: dict[str, Any]) -> int:
    tokens = 0
    async for part in model.answer(body):
        if isinstance(part, dict):
            raise RuntimeError(f"the model did not stream: {part}")
        for counted in tokens_told(part.splitlines()):
            tokens = counted
    return tokens


def tokens_told(lines: Iterator[str] | list[str]) -> Iterator[int]:
    """What the events of a stream say that was written, which the last of them does."""
    for line in lines:
        if line.startswith("data: {") and (usage := json.loads(line[6:]).get("usage")):
            yield usage["completion_tokens"]


def build(_: dict[str, str]) -> Application:
    return serve.deployment(name="Asker", ray_actor_options={"num_cpus": 0})(Asker).bind()
