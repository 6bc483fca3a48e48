"""Feedback over HTTP: words about cuts -> operations to choose from. Changes nothing."""

from collections.abc import Sequence
from typing import Annotated, Protocol

from fastapi import APIRouter, Depends
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from conte.clip import EngineId
from conte.frozen import Frozen
from conte.revision.feedback import FeedbackItem, Proposal
from conte.revision.working import Working
from serve.ingress.auth import TenantOf
from serve.ingress.bodies import body_of, referenced_body
from serve.ingress.drafts import DRAFT
from serve.ingress.fields import FieldError
from serve.ingress.long_answers import Place
from serve.ingress.problems import INVALID, UNAVAILABLE, Problem, documented
from serve.ingress.productions import ProductionId
from serve.ingress.revision_views import ProposalsView, ProposalView
from serve.ledger.ledger import Ledger

MAX_BYTES = 64 * 1024


class EngineAway(Exception):
    """The engine cannot be reached; the message may be shown."""


class Proposing(Protocol):
    """Turns feedback into operations, one proposal an item."""

    @property
    def id(self) -> EngineId: ...

    async def propose(
        self, working: Working, items: Sequence[FeedbackItem]
    ) -> tuple[Proposal, ...]:
        """Return a proposal for each item. Raises EngineAway."""
        ...


class Feedback(Frozen):
    """What should change, item by item. Each answer assumes that those before it were applied."""

    items: Annotated[tuple[FeedbackItem, ...], Field(min_length=1, max_length=20)]


def feedback(ledger: Ledger, tenant: TenantOf, engine: Proposing | None, place: Place) -> APIRouter:
    routes = APIRouter(tags=["drafts"], dependencies=[Depends(place)])

    @routes.post(
        DRAFT + "/feedback",
        response_model=ProposalsView,
        responses=documented(400, 401, 404, 409, 413, 415, 422, 429, 503),
        openapi_extra=referenced_body(Feedback),
        summary="Propose operations for feedback in words",
    )
    async def proposed(
        tenant: Annotated[str, Depends(tenant)],
        production: ProductionId,
        said: Annotated[Feedback, Depends(body_of(Feedback, MAX_BYTES))],
    ) -> ProposalsView:
        if engine is None:
            raise Problem(
                UNAVAILABLE, "no engine here reads feedback", headers={"Retry-After": "60"}
            )
        draft = await run_in_threadpool(ledger.draft, production, tenant)
        known = {cut.id for cut in draft.working.conte.cuts}
        for at, item in enumerate(said.items):
            if item.cut is not None and item.cut not in known:
                place = f"items[{at}].cut"
                wanted = FieldError(
                    field=place, wanted="the id of a cut of the draft", got=item.cut
                )
                raise Problem(INVALID, f"{place}: there is no cut {item.cut}", errors=[wanted])
        try:
            proposals = await engine.propose(draft.working, said.items)
        except EngineAway as error:
            raise Problem(UNAVAILABLE, str(error), headers={"Retry-After": "5"}) from error
        return ProposalsView(
            engine=engine.id,
            revision=draft.revision,
            proposals=tuple(ProposalView.of(proposal) for proposal in proposals),
        )

    return routes
