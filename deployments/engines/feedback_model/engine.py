"""FeedbackModel: feedback -> proposals, by a language model. Knows a `Chat`, not its server.

One request per item: an item's words cannot affect another item's answer. A schema bounds the
answer, which is then checked again.
"""

from collections.abc import Sequence
from contextlib import aclosing

from conte.clip import EngineId
from conte.revision.allowed import allowed
from conte.revision.applying import apply_all
from conte.revision.feedback import FeedbackItem, Proposal
from conte.revision.working import Working
from conte.vocabulary import Language
from deployments.engines.chat import Chat, ChatRefused, ChatRequest, CutOff, ModelAway
from deployments.engines.feedback_model.answer import not_understood, read_answer
from deployments.engines.feedback_model.requests import for_item, prompt_in, system_of
from deployments.engines.protocols import ConteError
from serve.settings import ConteSettings

_NOT_LET_IN = (401, 402, 403, 404)
_LONGEST = 1 << 16
"""Most characters of an answer; a longer one is taken for endless."""


class FeedbackModel:
    def __init__(self, chat: Chat, settings: ConteSettings) -> None:
        self._chat, self._settings = chat, settings

    @property
    def id(self) -> EngineId:
        return self._chat.id

    def prompt_version(self, language: Language) -> str:
        return prompt_in(language).version

    async def propose(
        self, working: Working, items: Sequence[FeedbackItem]
    ) -> tuple[Proposal, ...]:
        """Return a proposal for each item. An answer that is cut off or invalid counts as not
        understood.

        Raises:
            ModelAway: if the model cannot be reached, or denies access: worth waiting for.
        """
        made: list[Proposal] = []
        for item in items:
            (proposal,) = allowed([await self._proposal(working, item)], [item], working)
            working = apply_all(working, proposal.operations)
            made.append(proposal)
        return tuple(made)

    async def _proposal(self, working: Working, item: FeedbackItem) -> Proposal:
        request = for_item(working, item, self._settings)
        try:
            text = await self._answer(request)
        except ModelAway:
            raise
        except ChatRefused as error:
            if error.status in _NOT_LET_IN:
                raise ModelAway(str(error), began=False) from None
            return not_understood(working)
        except (CutOff, ConteError):
            return not_understood(working)
        return read_answer(text, item, working, system_of(working.brief.language))

    async def _answer(self, request: ChatRequest) -> str:
        pieces: list[str] = []
        length = 0
        async with aclosing(self._chat.stream(request)) as deltas:
            async for delta in deltas:
                pieces.append(delta)
                length += len(delta)
                if length > _LONGEST:
                    raise CutOff("the answer does not end")
        return "".join(pieces)
