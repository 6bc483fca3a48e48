"""A paid language model: uses a stored answer, else reserves money and asks at the common pace."""

import asyncio
import random
from collections.abc import Awaitable, Callable

from conte.clip import EngineId
from deployments.engines.chat import ChatRefused, ChatRequest, ModelAway
from deployments.engines.openai_chat import OpenAIChat
from deployments.engines.paid.answers import Answer, hash_of
from deployments.engines.paid.prices import Cost, limits_of, most_for, priced
from deployments.engines.paid.purse import Purse
from serve.settings import PaidSettings

Ask = Callable[[ChatRequest], Awaitable[str]]
"""Function that sends one request to a model and returns its whole answer."""
FIRST_WAIT_S, LONGEST_WAIT_S = 1.0, 30.0


class PaidChat:
    """Pays for requests to any server of OpenAI's chat completions. Callers receive `ask`."""

    def __init__(
        self,
        settings: PaidSettings,
        purse: Purse,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        setting: str = "model",
    ) -> None:
        """Prepare the client. `setting`: prefix of error messages.

        Raises:
            ValueError: naming the setting that is missing or wrong.
        """
        limits_of(settings, f"{setting}.")
        # Each attempt is reserved and paced separately, so the chat itself does not retry.
        self._chat = OpenAIChat(settings.model_copy(update={"max_retries": 0}), sleep, setting)
        self._settings, self._purse, self._sleep = settings, purse, sleep

    @property
    def id(self) -> EngineId:
        return self._chat.id

    async def ask(self, request: ChatRequest, clip: str = "") -> str:
        """Return the whole answer. `clip`: the clip in question, whose removal deletes the answer.

        Raises:
            BudgetSpent: if too little is left for the request; nothing was sent.
            ModelAway: if the model cannot be reached, or died.
            ConteError: if it refuses, or its answer was cut off.
        """
        key = hash_of(request, self._settings)
        if (known := await self._purse.answered(key)) is not None:
            return known
        most = most_for(request, self._settings)
        attempt = 0
        while True:
            await self._sleep(await self._purse.reserve(most))
            # A request that is stopped from here on may have been charged: its reserve stays spent.
            try:
                text, usage = await self._chat.answer(request)
            except ChatRefused:
                # Refused before its first word, so nothing was charged: a wrong key must not use up
                # the budget.
                await self._purse.settle(most, Cost())
                raise
            except ModelAway as away:
                await self._purse.settle(most, most if away.began else Cost())
                if attempt == self._settings.max_retries:
                    told = f"{away} ({attempt + 1} attempts)" if attempt else str(away)
                    raise ModelAway(told) from None
                wait_s = away.wait_s
            else:
                paid = priced(usage, self._settings) if usage else most
                await self._purse.settle(most, paid, Answer(key, clip, text))
                return text
            # Full jitter: clients that failed together do not retry together.
            backoff_s = random.uniform(0, min(LONGEST_WAIT_S, FIRST_WAIT_S * 2**attempt))
            await self._sleep(wait_s + backoff_s)
            attempt += 1

    async def aclose(self) -> None:
        await self._chat.aclose()
