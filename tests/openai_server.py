"""A small scripted server of OpenAI's chat completions."""

import asyncio
import json
from collections.abc import AsyncIterator, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import StreamingResponse

from tests.front_door import served


@dataclass
class Act:
    """One answer: its status and what is streamed before it ends, hangs or breaks."""

    text: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    """For a status other than 200."""
    finish: str | None = "stop"
    """None: the stream ends without one."""
    then: str = ""
    """Sent raw after the text, such as an error event."""
    hangs: bool = False
    breaks: bool = False
    """The connection is closed in the middle of the body."""
    refusal: str = ""
    usage: dict[str, Any] = field(default_factory=lambda: {"total_tokens": 1})


@dataclass
class OpenAIServer:
    """Plays its acts in order, the last one for ever; remembers what it was asked."""

    acts: list[Act]
    url: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    closed: int = 0
    """Streams that have ended, by either side."""

    async def complete(self, request: Request) -> Response:
        self.asked.append(await request.json())
        self.headers.append(dict(request.headers))
        act = self.acts.pop(0) if len(self.acts) > 1 else self.acts[0]
        if act.status != 200:
            return Response(act.body, act.status, act.headers)
        return StreamingResponse(self._events(act), media_type="text/event-stream")

    async def _events(self, act: Act) -> AsyncIterator[str]:
        try:
            yield ": waiting\n\n"
            yield _event(_delta(role="assistant", content=""))
            for at in range(0, len(act.text), 16):
                yield _event(_delta(content=act.text[at : at + 16]))
            if act.refusal:
                yield _event(_delta(refusal=act.refusal))
            yield act.then
            if act.hangs:
                await asyncio.Event().wait()
            if act.breaks:
                raise ConnectionResetError
            if act.finish is not None:
                yield _event({"choices": [{"index": 0, "delta": {}, "finish_reason": act.finish}]})
                yield _event({"choices": [], "usage": act.usage})
                yield "data: [DONE]\n\n"
        finally:
            self.closed += 1


def _delta(**delta: str) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": delta, "finish_reason": None}]}


def _event(data: dict[str, Any]) -> str:
    return f"data: {json.dumps(data, ensure_ascii=False)}\r\n\r\n"


@contextmanager
def openai_server(*acts: Act) -> Generator[OpenAIServer]:
    """The server on loopback, under `/v1`."""
    server = OpenAIServer(list(acts))
    app = FastAPI()
    app.post("/v1/chat/completions")(server.complete)
    with served(app) as url:
        server.url = f"{url}/v1"
        yield server
