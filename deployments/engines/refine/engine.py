"""Refine: what was seen and measured -> the final caption, by a model that is paid for.

Every request is looked up first, then reserved in the purse that all workers share, then sent at
the pace that all keep together. What was measured of the camera stands whatever the model says.
"""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable

from conte.camera import measured_move
from conte.caption import Caption
from conte.clip import EngineId
from conte.vocabulary import Language
from deployments.engines.caption_answer import (
    BrokenCaption,
    answered,
    keeping,
    read_caption,
    settled,
)
from deployments.engines.chat import ChatRequest, ModelAway, Refused
from deployments.engines.openai_chat import OpenAIChat
from deployments.engines.protocols import CaptionError, Footage
from deployments.engines.refine.asking import again, for_caption, hash_of, prompt_in
from deployments.engines.refine.purse import Answer, Cost, Purse, limits_of, most_for, priced
from serve.settings import RefineSettings

FIRST_WAIT_S, LONGEST_WAIT_S = 1.0, 30.0


class Refine:
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
        once = settings.model_copy(update={"max_retries": 0})
        self._chat = OpenAIChat(once, sleep, "caption.refine")
        self._settings, self._purse, self._sleep = settings, purse, sleep

    @property
    def id(self) -> EngineId:
        return self._chat.id

    def prompt_version(self, language: Language) -> str:
        return prompt_in(language).version

    async def check(self) -> None:
        """Before a GPU looks at a clip whose caption nobody could pay for.

        Raises:
            BudgetSpent: if nothing is left.
        """
        await self._purse.check()

    async def refined(self, seen: Caption, footage: Footage) -> Caption:
        """The final caption of a clip.

        Raises:
            BudgetSpent: if there is not enough left for the request; nothing was asked.
            CaptionError: if no caption that keeps the rules came, or the model refuses.
            ModelAway: if the model cannot be reached.
        """
        measured = measured_move(footage.measures.camera, footage.width / footage.height)
        try:
            seen = keeping(seen, measured)
        except BrokenCaption as error:
            raise CaptionError(str(error)) from None

        def read(text: str, last: bool) -> Caption:
            # It has not seen the clip: size and move are given, and stay.
            caption = read_caption(text, seen.language)
            given = {"size": seen.size, "move": seen.move}
            return settled(caption.model_copy(update=given), seen.move, last)

        request = for_caption(seen, footage, self._settings)

        async def ask(request: ChatRequest) -> str:
            return await self._asked(request, footage.clip)

        return await answered(ask, request, read, lambda wrong: again(seen.language, wrong))

    async def aclose(self) -> None:
        await self._chat.aclose()

    async def _asked(self, request: ChatRequest, clip: str) -> str:
        key = hash_of(request, self._settings)
        if (known := await self._purse.answered(key)) is not None:
            return known
        most = most_for(request, json.dumps(request.schema, ensure_ascii=False), self._settings)
        attempt = 0
        while True:
            await self._sleep(await self._purse.reserve(most))
            # Whoever is stopped from here on may have been paid for: the reserve stays spent.
            try:
                text, usage = await self._chat.answer(request)
            except Refused:
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
            # Full jitter: who failed together does not come back together.
            backoff_s = random.uniform(0, min(LONGEST_WAIT_S, FIRST_WAIT_S * 2**attempt))
            await self._sleep(wait_s + backoff_s)
            attempt += 1
