"""Writes orders with a language model; an answer with faults is requested once more, naming
them."""

from http import HTTPStatus

from conte.clip import EngineId
from deployments.engines.chat import ChatRefused, ChatRequest, CutOff, ModelAway
from deployments.engines.paid import Ask
from deployments.engines.protocols import ConteError
from training.scoring import Score, Scorer
from training.scoring.reading import read_manuscript
from training.scripts.order import Order
from training.scripts.requests import ScriptRequests, versions
from training.scripts.written import Dropped, WrittenScript, judged

_NO_ORDERS_FAULT = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)
"""Statuses for a wrong key or a missing model: every further order would fail, too."""


class ModelWriter:
    def __init__(
        self, ask: Ask, engine: EngineId, questions: ScriptRequests, scorer: Scorer
    ) -> None:
        self._ask, self._engine = ask, engine
        self._questions, self._scorer = questions, scorer

    async def write(self, order: Order) -> WrittenScript:
        """Write an order.

        Raises:
            BudgetSpent: if too little is left for the request.
            ModelAway: if the model cannot be reached.
            ChatRefused: if the server refuses all such requests, as with a wrong key.
        """
        written = await self._tried(order, self._questions.first(order), repaired=False)
        if written.kept or written.dropped == "refused":
            return written
        again = self._questions.again(order, written.manuscript, written.reasons)
        return await self._tried(order, again, repaired=True)

    async def _tried(self, order: Order, request: ChatRequest, repaired: bool) -> WrittenScript:
        try:
            manuscript = (await self._ask(request)).strip()
        except ModelAway:
            raise
        except ChatRefused as error:
            if error.status in _NO_ORDERS_FAULT:
                raise
            return self._written(order, request, repaired, "", None, "refused", (str(error),))
        except CutOff as error:
            return self._written(order, request, repaired, "", None, "cut off", (str(error),))
        except ConteError as error:
            return self._written(order, request, repaired, "", None, "refused", (str(error),))
        score = self._scorer.score(manuscript, order.brief)
        conte = read_manuscript(manuscript, order.brief).conte
        num_cuts = len(conte.cuts) if conte is not None else None
        dropped, reasons = judged(num_cuts, order.cuts, score)
        return self._written(order, request, repaired, manuscript, score, dropped, reasons)

    def _written(
        self,
        order: Order,
        request: ChatRequest,
        repaired: bool,
        manuscript: str,
        score: Score | None,
        dropped: Dropped | None,
        reasons: tuple[str, ...],
    ) -> WrittenScript:
        return WrittenScript(
            order=order.id,
            engine=self._engine,
            prompt_version=" + ".join(versions(order.brief.language)),
            seed=request.seed,
            repaired=repaired,
            manuscript=manuscript,
            score=score,
            dropped=dropped,
            reasons=reasons,
        )
