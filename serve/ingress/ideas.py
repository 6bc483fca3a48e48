"""`POST /v1/ideas`: proposes further ideas for a brief. Knows no engine."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field

from conte.brief import Brief, IdeaText
from conte.frozen import Frozen
from conte.proposed import MOST_IDEAS, IdeaEngine
from serve.ingress.auth import TenantOf
from serve.ingress.bodies import body_of, referenced_body
from serve.ingress.idea_views import IDEAS, IdeasView
from serve.ingress.integers import JsonInteger
from serve.ingress.limits import check_brief
from serve.ingress.order import Seed
from serve.ingress.problems import NOT_FOUND, Problem, documented

_MOST_KNOWN = 64


class IdeasOrder(Frozen):
    """Order of ideas. The same order gets the same ideas."""

    brief: Brief
    like: Annotated[tuple[IdeaText, ...], Field(max_length=_MOST_KNOWN)] = ()
    """Texts, such as ideas that pleased: ideas nearer to them come first."""
    unlike: Annotated[tuple[IdeaText, ...], Field(max_length=_MOST_KNOWN)] = ()
    """Ideas that are known or did not please: nothing like them is proposed."""
    num: Annotated[JsonInteger, Field(ge=1, le=MOST_IDEAS)] = 8
    seed: Seed = 0
    """Seed of the order of the ideas."""


def ideas_for(engine: IdeaEngine | None, tenant: TenantOf, max_bytes: int) -> APIRouter:
    routes = APIRouter(tags=["ideas"])

    @routes.post(
        IDEAS,
        response_model=IdeasView,
        responses=documented(400, 401, 404, 413, 415, 422),
        openapi_extra=referenced_body(IdeasOrder),
        summary="Propose ideas for a brief",
        dependencies=[Depends(tenant)],
    )
    def proposed(
        order: Annotated[IdeasOrder, Depends(body_of(IdeasOrder, max_bytes))],
    ) -> IdeasView:
        if engine is None:
            raise Problem(NOT_FOUND, "this server has no engine that proposes ideas")
        check_brief(order.brief, ())
        ideas = engine.propose(order.brief, order.like, order.unlike, order.num, order.seed)
        return IdeasView(ideas=ideas, engine=engine.id)

    return routes
