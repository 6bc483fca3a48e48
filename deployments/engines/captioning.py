"""Captioning: settings -> the chain of caption engines: vision or measured, then refine."""

from contextlib import AsyncExitStack

from conte.clip_caption import CaptionProvenance, ClipCaption
from conte.vocabulary import Language
from deployments.engines.paid import Purse
from deployments.engines.protocols import CaptionEngine, Footage
from deployments.engines.refine import Refine
from serve.settings import CaptionSettings


class Captioning:
    """The caption chain of a job. Handles concurrent calls; create it in the event loop that uses
    it.
    """

    def __init__(self, first: CaptionEngine, refine: Refine | None, opened: AsyncExitStack) -> None:
        self._first, self._refine, self._opened = first, refine, opened

    async def caption(
        self, footage: Footage, language: Language
    ) -> tuple[ClipCaption, CaptionProvenance]:
        """Return the caption of a clip and its provenance.

        Raises:
            CaptionError: if this clip could not be captioned; the message says why.
            ModelAway: if a model cannot be reached: the clip is worth another try, later.
            BudgetSpent: if the budget is spent: no clip can be captioned until it is raised.
        """
        if self._refine is not None:
            await self._refine.check()
        caption = await self._first.caption(footage, language)
        made_by = [(self._first.id, self._first.prompt_version(language))]
        if self._refine is not None:
            caption = await self._refine.refined(caption, footage)
            made_by.append((self._refine.id, self._refine.prompt_version(language)))
        engines, versions = zip(*made_by, strict=True)
        return caption, CaptionProvenance(engines=engines, prompt_versions=versions)

    async def aclose(self) -> None:
        await self._opened.aclose()


def captioning(settings: CaptionSettings, purse: Purse | None = None) -> Captioning:
    """Return the caption chain of the settings. `purse` pays for `refine`; a job's workers share
    it.

    Raises:
        ValueError: naming the setting that is missing or wrong.
    """
    opened = AsyncExitStack()
    match settings.engine:
        case "measured":
            from deployments.engines.measured import MeasuredCaptions

            first: CaptionEngine = MeasuredCaptions()
        case "vision":
            from deployments.engines.openai_chat import OpenAIChat
            from deployments.engines.vision import Vision

            chat = OpenAIChat(settings.vision, setting="caption.vision")
            opened.push_async_callback(chat.aclose)
            first = Vision(chat, settings, chat.identify)
    refine = None
    if settings.refine is not None:
        if purse is None:
            raise ValueError("caption.refine: wants a purse that all workers share")
        refine = Refine(settings.refine, purse)
        opened.push_async_callback(refine.aclose)
    return Captioning(first, refine, opened)
