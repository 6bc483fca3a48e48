"""Writes contes with a served model over HTTP, with the requests of the scriptwriter."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from conte.brief import Brief
from conte.manuscript import manuscript_schema
from deployments.engines.chat import ChatRequest, CutOff, Message
from deployments.engines.openai_chat import OpenAIChat
from serve.settings import ChatServerSettings
from training.conte_model.chats import ChatMessage
from training.conte_model.writing import SERVED_TOKENS

_PATIENCE_S = 600.0


class ServerWriter:
    """Writer with `model` on a server of OpenAI's chat completions. `temperature` 0: greedy
    decoding.

    Raises:
        ValueError: if the URL or the model is missing or wrong.
    """

    def __init__(
        self, url: str, model: str, temperature: float = 0.0, top_p: float = 1.0,
        max_tokens: int = SERVED_TOKENS, at_once: int = 12, seed: int = 0,
    ) -> None:  # fmt: skip
        self._server = ChatServerSettings(url=url, model=model, timeout_s=_PATIENCE_S)
        OpenAIChat(self._server, setting="server")
        self._temperature, self._top_p, self._max_tokens = temperature, top_p, max_tokens
        self._at_once, self._seed = at_once, seed

    def write(self, asked: Sequence[Sequence[ChatMessage]], briefs: Sequence[Brief]) -> list[str]:
        """Return one conte per question, guided by the schema of its brief.

        Raises:
            ConteError: if the server refuses or is unavailable.
        """
        return asyncio.run(self._write_all(asked, briefs))

    def close(self) -> None:
        """Do nothing, because the connection is closed after each `write`."""

    async def _write_all(
        self, asked: Sequence[Sequence[ChatMessage]], briefs: Sequence[Brief]
    ) -> list[str]:
        chat = OpenAIChat(self._server, setting="server")
        turn = asyncio.Semaphore(self._at_once)

        async def one(at: int) -> str:
            async with turn:
                return await self._written(chat, asked[at], briefs[at], self._seed + at)

        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(one(at)) for at in range(len(asked))]
        finally:
            await chat.aclose()
        return [task.result() for task in tasks]

    async def _written(
        self, chat: OpenAIChat, asked: Sequence[ChatMessage], brief: Brief, seed: int
    ) -> str:
        system, user = asked
        request = ChatRequest(
            messages=(Message("system", system["content"]), Message("user", user["content"])),
            schema=manuscript_schema(brief),
            seed=seed,
            temperature=self._temperature,
            top_p=self._top_p,
            max_tokens=self._max_tokens,
        )
        text = ""
        with suppress(CutOff):
            async for piece in chat.stream(request):
                text += piece
        return text
