"""Refine: a caption and measurements -> the final caption, by a paid model.

The measured camera move is kept whatever the model says.
"""

import asyncio
from collections.abc import Awaitable, Callable

from conte.camera import measured_move
from conte.clip import EngineId
from conte.clip_caption import ClipCaption
from conte.vocabulary import Language
from deployments.engines.caption_answer import (
    BrokenCaption,
    answered,
    keeping,
    read_caption,
    settled,
)
from deployments.engines.chat import ChatRequest
from deployments.engines.paid import PaidChat, Purse
from deployments.engines.protocols import CaptionError, Footage
from deployments.engines.refine.requests import again, for_caption, prompt_in
from serve.settings import RefineSettings


class Refine:
    def __init__(
        self,
        settings: RefineSettings,
        purse: Purse,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Prepare the paid chat.

        Raises:
            ValueError: naming the setting that is missing or wrong.
        """
        self._chat = PaidChat(settings, purse, sleep, "caption.refine")
        self._settings, self._purse = settings, purse

    @property
    def id(self) -> EngineId:
        return self._chat.id

    def prompt_version(self, language: Language) -> str:
        return prompt_in(language).version

    async def check(self) -> None:
        """Raise BudgetSpent if nothing is left.

        Called before a GPU captions a clip whose refinement could not be paid for.
        """
        await self._purse.check()

    async def refined(self, seen: ClipCaption, footage: Footage) -> ClipCaption:
        """Return the final caption of a clip.

        Raises:
            BudgetSpent: if too little is left for the request; nothing was sent.
            CaptionError: if there was no valid caption, or the model refuses.
            ModelAway: if the model cannot be reached.
        """
        measured = measured_move(footage.measures.camera, footage.width / footage.height)
        try:
            seen = keeping(seen, measured)
        except BrokenCaption as error:
            raise CaptionError(str(error)) from None

        def read(text: str, last: bool) -> ClipCaption:
            # The editing model has not seen the clip: size and move are fixed.
            caption = read_caption(text, seen.language)
            given = {"size": seen.size, "move": seen.move}
            return settled(caption.model_copy(update=given), seen.move, last)

        request = for_caption(seen, footage, self._settings)

        async def ask(request: ChatRequest) -> str:
            return await self._chat.ask(request, footage.clip)

        return await answered(ask, request, read, lambda wrong: again(seen.language, wrong))

    async def aclose(self) -> None:
        await self._chat.aclose()
