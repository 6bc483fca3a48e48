"""`POST /v1/briefs/propose`: a creator's sentence -> the brief that it means. Knows no engine."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import AfterValidator, StringConstraints

from conte.frozen import Frozen, Paragraph, visible
from conte.proposed import BriefEngine, ProposedBrief
from serve.ingress.auth import TenantOf
from serve.ingress.bodies import body_of, referenced_body
from serve.ingress.problems import NOT_FOUND, Problem, documented

PROPOSE = "/v1/briefs/propose"


class BriefSentence(Frozen):
    """What a creator wants, in one sentence or a few words."""

    text: Annotated[
        Paragraph, StringConstraints(min_length=1, max_length=1000), AfterValidator(visible)
    ]


def briefs(engine: BriefEngine | None, tenant: TenantOf, max_bytes: int) -> APIRouter:
    routes = APIRouter(tags=["briefs"])

    @routes.post(
        PROPOSE,
        response_model=ProposedBrief,
        responses=documented(400, 401, 404, 413, 415, 422),
        openapi_extra=referenced_body(BriefSentence),
        summary="Propose a brief for a sentence",
        dependencies=[Depends(tenant)],
    )
    def proposed(
        sentence: Annotated[BriefSentence, Depends(body_of(BriefSentence, max_bytes))],
    ) -> ProposedBrief:
        if engine is None:
            raise Problem(NOT_FOUND, "this server has no engine that proposes briefs")
        return engine.propose(sentence.text)

    return routes
