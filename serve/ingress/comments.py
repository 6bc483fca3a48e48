"""Comments on a version over HTTP, for its owner."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import StringConstraints

from conte.brief import Name
from conte.cut import MaybeCutId
from conte.frozen import Frozen
from conte.revision.comments import Audience, CommentId, Mark, MaybeCommentId, Placed, Words
from serve.ingress.auth import TenantOf
from serve.ingress.bodies import body_of, documented_body
from serve.ingress.integers import TextInteger
from serve.ingress.problems import documented
from serve.ingress.productions import ProductionId, VersionNumber
from serve.ingress.review_views import CommentPage, CommentView
from serve.ingress.views import PRODUCTIONS
from serve.ledger.comments import NewComment
from serve.ledger.ledger import Ledger

_COMMENTS = PRODUCTIONS + "/{id}/versions/{n}/comments"

After = Annotated[
    str,
    StringConstraints(pattern=r"^(cmt_[0-9a-z]{26})?$"),
    Query(description="`next` of the page before"),
]
Limit = Annotated[TextInteger, Query(ge=1, le=200)]


class SaidBody(Mark):
    """A comment and its place; a reply has the place of the comment that it replies to."""

    text: Words
    cut: MaybeCutId = ""
    """Id of the cut; required unless it is a reply."""
    reply_to: MaybeCommentId = ""
    """Id of the first comment of the thread that it replies to; empty: a new thread."""

    @property
    def place(self) -> Placed | None:
        if not self.cut:
            return None
        return Placed(cut=self.cut, **self.model_dump(include=set(Mark.model_fields)))


class CommentBody(SaidBody):
    author: Name
    audience: Audience = "internal"
    """`client`: guests of share links see it too. `internal`: only the tenant does."""


class ResolveBody(Frozen):
    resolved: bool


def comments(ledger: Ledger, tenant: TenantOf) -> APIRouter:
    routes = APIRouter(tags=["reviews"])

    @routes.get(
        _COMMENTS,
        response_model=CommentPage,
        responses=documented(401, 404, 422, 503),
        summary="List a version's comments, and open ones of the versions before",
    )
    def listed(
        tenant: Annotated[str, Depends(tenant)],
        production: ProductionId,
        n: VersionNumber,
        limit: Limit = 100,
        after: After = "",
    ) -> CommentPage:
        found, following = ledger.reviewing.threads(production, n, tenant, after=after, limit=limit)
        return CommentPage(comments=tuple(map(CommentView.of_thread, found)), next=following)

    @routes.post(
        _COMMENTS,
        status_code=201,
        response_model=CommentView,
        responses=documented(400, 401, 404, 409, 413, 415, 422, 503),
        openapi_extra=documented_body(CommentBody),
        summary="Comment on a frame of a cut",
    )
    def added(
        tenant: Annotated[str, Depends(tenant)],
        production: ProductionId,
        n: VersionNumber,
        said: Annotated[CommentBody, Depends(body_of(CommentBody))],
    ) -> CommentView:
        new = NewComment(said.text, said.author, said.audience, said.place, said.reply_to)
        return CommentView.of_comment(ledger.reviewing.comment(production, n, new, tenant))

    @routes.patch(
        PRODUCTIONS + "/{id}/comments/{comment}",
        response_model=CommentView,
        responses=documented(400, 401, 404, 413, 415, 422, 503),
        openapi_extra=documented_body(ResolveBody),
        summary="Resolve a comment, or open it again",
    )
    def resolved(
        tenant: Annotated[str, Depends(tenant)],
        production: ProductionId,
        comment: CommentId,
        body: Annotated[ResolveBody, Depends(body_of(ResolveBody))],
    ) -> CommentView:
        found = ledger.reviewing.resolve(production, comment, body.resolved, tenant)
        return CommentView.of_comment(found)

    return routes
