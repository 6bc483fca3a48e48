"""A language model that is paid for: looked up first, reserved, then asked at the common pace."""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable

from conte.clip import EngineId
from conte.frozen import digest
from deployments.engines.chat import ChatRequest, ModelAway, Refused
from deployments.engines.openai_chat import OpenAIChat
from deployments.engines.protocols import ConteError
from deployments.engines.refine.purse import Answer, Cost, Purse, limits_of, most_for, priced
from serve.settings import RefineSettings

Ask = Callable[[ChatRequest], Awaitable[str]]
"""One question to a model: its whole answer."""
FIRST_WAIT_S, LONGEST_WAIT_S = 1.0, 30.0


class PaidChat:
    """Any server of OpenAI's chat completions. `ask` is what jobs are given."""

    def __init__(
        self,
        settings: RefineSettings,
        purse: Purse,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """
        Raises:
            ValueError: naming the setting that is missing or wrong.
        """
        limits_of(settings)
        # Each try is reserved and paced anew, so the chat itself tries once.
        self._chat = OpenAIChat(settings.model_copy(update={"max_retries": 0}), sleep, "model")
        self._settings, self._purse, self._sleep = settings, purse, sleep

    @property
    def id(self) -> EngineId:
        return self._chat.id

    async def ask(self, request: ChatRequest) -> str:
        """
        Raises:
            BudgetSpent: if there is not enough left for the request; nothing was asked.
            ModelAway: if the model cannot be reached, or died.
            ConteError: if it refuses, or its answer was cut off.
        """
        key = self._hash(request)
        if (known := await self._purse.answered(key)) is not None:
            return known
        most = most_for(request, json.dumps(request.schema, ensure_ascii=False), self._settings)
        attempt = 0
        while True:
            await self._sleep(await self._purse.reserve(most))
            try:
                text, usage = await self._chat.answer(request)
                paid = priced(usage, self._settings) if usage else most
                await self._purse.settle(most, paid, Answer(request=key, clip="", text=text))
                return text
            except ModelAway as away:
                await self._purse.settle(most, most if away.began else Cost())
                if attempt == self._settings.max_retries:
                    raise ModelAway(f"{away} ({attempt + 1} attempts)") from None
                wait_s = away.wait_s
            except Refused:
                # Before it wrote a word: a wrong key must not use up the budget.
                await self._purse.settle(most, Cost())
                raise
            except ConteError:
                await self._purse.settle(most, most)
                raise
            # Full jitter: who failed together does not come back together.
            backoff_s = random.uniform(0, min(LONGEST_WAIT_S, FIRST_WAIT_S * 2**attempt))
            await self._sleep(wait_s + backoff_s)
            attempt += 1

    async def aclose(self) -> None:
        await self._chat.aclose()

    def _hash(self, request: ChatRequest) -> str:
        """Of all that shapes an answer: another address of the same model is the same question."""
        return digest(
            {
                "model": self._settings.model,
                "messages": [message.as_openai() for message in request.messages],
                "schema": request.schema,
                "guidance": self._settings.guidance,
                "extra": self._settings.extra,
                "sampling": [
                    request.seed, request.temperature, request.top_p, request.max_tokens,
                ],
            }
        )  # fmt: skip
