"""Rewriting: wraps a conte engine; another model improves its cuts' prompts for the video model.

It runs before the conte is stored, so that people see and edit the video model's text, and the same
conte is always filmed with it. A cut that cannot be rewritten keeps its own prompt, which the rules
of `diffusion/prompting.py` complete as usual; the log says so. Knows a `Chat`.
"""

import asyncio
import logging
import math
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace

from conte.brief import Brief
from conte.conte import Treatment
from conte.cut import Cut
from conte.production import Provenance
from conte.variant import VariantOf
from deployments.engines.chat import Chat, ChatRequest, Message
from deployments.engines.directed import Directed
from deployments.engines.prompt_file import Prompt
from deployments.engines.protocols import ConteEngine, ConteError
from deployments.engines.rewriter.kept import kept
from deployments.engines.rewriter.requests import (
    BrokenPrompt,
    again,
    for_cut,
    read_answer,
    served_prompt,
)

_LOG = logging.getLogger(__name__)


class Rewriting:
    """Rewrites the cuts of an engine. `prompt` replaces the bundled one, such as an optimised one.

    `patience_s`: total time that a conte may wait for the other model. A silent model costs that
    time, but not the conte.
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

    async def write(self, brief: Brief, seed: int) -> AsyncGenerator[Provenance | Treatment | Cut]:
        """Yield the engine's parts, each cut rewritten; the provenance names the prompt.

        Raises:
            ConteError: if the engine cannot write.
        """
        treatment, told, left_s = None, False, self._patience_s
        clock = asyncio.get_running_loop().time
        parts = self._engine.write(brief, seed)
        try:
            async for part in parts:
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
        finally:
            # Close at once, not when it is garbage-collected: a model goes on writing while its
            # stream is open.
            if isinstance(parts, AsyncGenerator):
                await parts.aclose()

    def write_direction(
        self,
        brief: Brief,
        seed: int,
        index: int,
        before: Sequence[Treatment],
        variant_of: VariantOf | None = None,
    ) -> AsyncGenerator[Provenance | Treatment | Cut]:
        """Yield a direction of the engine, rewritten as `write` does."""
        engine = Directed(self._engine, index, before, variant_of)
        return Rewriting(engine, self._chat, self._prompt, self._patience_s).write(brief, seed)

    async def rewritten(self, cut: Cut, treatment: Treatment, brief: Brief, seed: int) -> Cut:
        """Return the cut with the model's prompt, or unchanged if there is none."""
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
