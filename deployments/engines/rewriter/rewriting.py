"""Rewriting: a conte engine whose cuts' words for the video model are put better by another model.

It stands before the conte is kept, so that a person sees and edits what the model is told, and the
same conte is filmed from the same words. A cut that cannot be rewritten keeps its own words, which
the rules of `diffusion/prompting.py` complete as ever; the log says so. Knows a `Chat`.
"""

import asyncio
import logging
import math
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace

from conte.brief import Brief
from conte.conte import Treatment
from conte.cut import Cut
from conte.production import Provenance
from deployments.engines.chat import Chat, ChatRequest, Message
from deployments.engines.prompt_file import Prompt
from deployments.engines.protocols import ConteEngine, ConteError
from deployments.engines.rewriter.asking import (
    BrokenPrompt,
    again,
    for_cut,
    read_answer,
    served_prompt,
)
from deployments.engines.rewriter.kept import kept

_LOG = logging.getLogger(__name__)


class Rewriting:
    """`prompt`: another one than is served, such as an optimised one.

    `patience_s`: how long a conte may wait for the other model in all. What is silent costs that,
    and not the conte.
    """

    def __init__(
        self,
        engine: ConteEngine,
        chat: Chat,
        prompt: Prompt | None = None,
        patience_s: float | None = None,
    ) -> None:
        self.id = engine.id
        self.prompt_version = engine.prompt_version
        self._engine, self._chat, self._prompt = engine, chat, prompt or served_prompt()
        self._patience_s = math.inf if patience_s is None else patience_s

    async def write(self, brief: Brief, seed: int) -> AsyncIterator[Provenance | Treatment | Cut]:
        """What the engine writes, each cut rewritten; the provenance says with which prompt.

        Raises:
            ConteError: if the engine cannot write.
        """
        treatment, told, left_s = None, False, self._patience_s
        clock = asyncio.get_running_loop().time
        async for part in self._engine.write(brief, seed):
            if isinstance(part, Provenance):
                part, told = self._provenance(part), True
            elif not told:
                told = True
                yield self._provenance(
                    Provenance(engine=self.id, seed=seed, prompt_version=self.prompt_version)
                )
            if isinstance(part, Treatment):
                treatment = part
            elif isinstance(part, Cut) and treatment is not None and left_s > 0:
                began = clock()
                try:
                    async with asyncio.timeout(left_s):
                        part = await self.rewritten(part, treatment, brief, seed)
                except TimeoutError:
                    _LOG.warning(
                        "the cuts from %d on keep their own words: it is too slow", part.number
                    )
                left_s -= clock() - began
            yield part

    async def rewritten(self, cut: Cut, treatment: Treatment, brief: Brief, seed: int) -> Cut:
        """The cut with the model's words, or as it was."""
        request = for_cut(self._prompt, cut, treatment, brief, seed)
        try:
            try:
                words = await self._words(request, cut, treatment, brief)
            except BrokenPrompt as broken:
                more = Message("assistant", "{}"), again(self._prompt, str(broken))
                request = replace(request, messages=(*request.messages, *more))
                words = await self._words(request, cut, treatment, brief)
        except (BrokenPrompt, ConteError) as error:
            _LOG.warning("cut %d keeps its own video prompt: %s", cut.number, error)
            return cut
        return cut.model_copy(update={"video_prompt": words})

    async def _words(
        self, request: ChatRequest, cut: Cut, treatment: Treatment, brief: Brief
    ) -> str:
        async with aclosing(self._chat.stream(request)) as pieces:
            words = read_answer("".join([piece async for piece in pieces]))
        wrong = [f"it {one.reason}" for one in kept(words, cut, treatment, brief) if one.refused]
        if wrong:
            raise BrokenPrompt("; ".join(wrong))
        return words

    def _provenance(self, said: Provenance) -> Provenance:
        versions = [one for one in (said.prompt_version, self._prompt.version) if one]
        return said.model_copy(update={"prompt_version": "+".join(versions)})
