"""How long a cut lies still between its closing brace and the render call.

A server of the OpenAI API writes a conte token by token at an even pace and notes when it sends the
brace that closes each cut; the renderer notes when it is called. What lies between is ours: the
stream, the parser, the checks, the ledger, and two calls between processes.
"""

import asyncio
import json
import os
import threading
import time
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route

from conte.brief import Brief
from conte.checks.timefit import Rates
from conte.clip import EngineId, Shot
from conte.conte import Treatment
from conte.cut import Cut
from conte.manuscript import GIVEN_OF_A_CUT
from deployments.engines.composer import Composer
from deployments.engines.protocols import Frame, OnStep, RenderError, Video
from serve.client import Client
from tests.cluster import free_port

TOKEN_S = 0.02
"""50 tokens a second: one stream of a 7 B model."""
BRIEF = Brief.model_validate({"product": {"name": "시안"}, "duration_s": 8, "cuts": 8})
CALLS = "calls.jsonl"


class Renderer:
    """Notes when it is called, for which cut, and refuses: what comes after is not measured."""

    id = EngineId(name="note", revision="1", label="notes the call")

    def render(
        self,
        shot: Shot,
        on_step: OnStep,
        should_stop: Callable[[], bool],
        start: Frame | None = None,
    ) -> Video:
        called = json.dumps({"prompt": shot.video_prompt, "at": time.monotonic()})
        with (Path(os.environ["SIAN_HOME"]) / CALLS).open("a") as file:
            file.write(called + "\n")
        raise RenderError("noted")


class Model:
    """Writes the same conte every time, with a different prompt in each call."""

    def __init__(self, token_s: float = TOKEN_S) -> None:
        self._token_s = token_s
        self.closed: dict[str, float] = {}
        parts = asyncio.run(_parts())
        self._treatment = next(part for part in parts if isinstance(part, Treatment))
        self._cuts = [part for part in parts if isinstance(part, Cut)]
        self._asked = 0

    def tokens(self) -> Iterator[tuple[str, str]]:
        """Token, and the prompt of the cut that it closes."""
        self._asked += 1
        opening = self._treatment.model_dump_json()[:-1] + ',"pacing":' + json.dumps([1] * 8)
        yield from _cut_up(opening + ',"cuts":[')
        for cut in self._cuts:
            prompt = f"run {self._asked} {cut.video_prompt}"
            written = cut.model_copy(update={"video_prompt": prompt}).model_dump(
                mode="json", exclude=set(GIVEN_OF_A_CUT)
            )
            yield from _cut_up(("," if cut.number > 1 else "") + json.dumps(written)[:-1])
            yield "}", prompt
        yield "]}", ""

    async def answer(self, _: Request) -> StreamingResponse:
        async def stream() -> AsyncIterator[str]:
            for token, closes in self.tokens():
                await asyncio.sleep(self._token_s)
                if closes:
                    self.closed[closes] = time.monotonic()
                yield _chunk({"content": token}, None)
            yield _chunk({}, "stop")
            yield "data: [DONE]\n\n"

        return StreamingResponse(stream(), media_type="text/event-stream")


async def _parts() -> list[Treatment | Cut]:
    written = Composer(Rates()).write(BRIEF, 11)
    return [part async for part in written if isinstance(part, Treatment | Cut)]


def _cut_up(text: str) -> Iterator[tuple[str, str]]:
    for at in range(0, len(text), 12):
        yield text[at : at + 12], ""


def _chunk(delta: dict[str, Any], reason: str | None) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": reason}
    chunk = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "paced"}
    return f"data: {json.dumps(chunk | {'choices': [choice]})}\n\n"


@contextmanager
def served(model: Model) -> Generator[str]:
    """Its URL."""
    port = free_port()
    app = Starlette(routes=[Route("/v1/chat/completions", model.answer, methods=["POST"])])
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        server.should_exit = True
        thread.join(10)


def measure(url: str, home: Path, model: Model, repetitions: int) -> list[float]:
    """Milliseconds from each brace to its call; the first conte is the warm-up."""
    with Client(url) as client:
        for seed in range(repetitions + 1):
            client.wait(client.create(BRIEF, seed=seed).id)
    called: dict[str, float] = {}
    for line in (home / CALLS).read_text().splitlines():
        call = json.loads(line)
        called.setdefault(call["prompt"], call["at"])
    found = [
        1000 * (called[prompt] - at)
        for prompt, at in model.closed.items()
        if not prompt.startswith("run 1 ")
    ]
    assert len(found) == 8 * repetitions
    return found
