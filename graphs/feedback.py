"""The feedback engine as the ingress calls it: an unreachable model is a 503, not a 500."""

from collections.abc import Sequence

from conte.clip import EngineId
from conte.revision.feedback import FeedbackItem, Proposal
from conte.revision.working import Working
from deployments.engines.chat import ModelAway
from deployments.engines.protocols import FeedbackEngine
from serve.ingress.feedback import EngineAway


class FeedbackDesk:
    def __init__(self, engine: FeedbackEngine) -> None:
        self._engine = engine

    @property
    def id(self) -> EngineId:
        return self._engine.id

    async def propose(
        self, working: Working, items: Sequence[FeedbackItem]
    ) -> tuple[Proposal, ...]:
        """Return the engine's proposals for the feedback items.

        Raises:
            EngineAway: if the language model cannot be reached.
        """
        try:
            return await self._engine.propose(working, items)
        except ModelAway as error:
            raise EngineAway(f"the language model cannot be reached; try again: {error}") from error
