"""RulesIfAway: rules read the feedback while the model cannot be reached. Knows no model."""

from collections.abc import Sequence

from conte.clip import EngineId
from conte.revision.feedback import FeedbackItem, Proposal
from conte.revision.working import Working
from conte.vocabulary import Language
from deployments.engines.chat import ModelAway
from deployments.engines.protocols import FeedbackEngine


class RulesIfAway:
    """Proposes with `first`; if `first` cannot be reached, proposes everything with `second`."""

    def __init__(self, first: FeedbackEngine, second: FeedbackEngine) -> None:
        self._first, self._second = first, second

    @property
    def id(self) -> EngineId:
        return self._first.id

    def prompt_version(self, language: Language) -> str | None:
        return self._first.prompt_version(language)

    async def propose(
        self, working: Working, items: Sequence[FeedbackItem]
    ) -> tuple[Proposal, ...]:
        try:
            return await self._first.propose(working, items)
        except ModelAway:
            return await self._second.propose(working, items)
