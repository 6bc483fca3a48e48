"""What guests of a share link can do: look, comment, ask for changes, approve.

Files are in `guest_media.py`.

Nothing here names the tenant, the production or another version, and internal comments are not
shown. A link to one version shows the comments made on it; one that follows the review shows open
ones of earlier rounds as well.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import AfterValidator, StringConstraints

from conte.brief import Name
from conte.frozen import Frozen, Text, visible
from conte.production import Production, Version
from conte.revision.approval import Approver
from conte.revision.review import ReviewState
from conte.revision.share import Guest, Right
from serve.ingress import approving
from serve.ingress.approvals import GuestConfirmBody
from serve.ingress.bodies import body_of, documented_body
from serve.ingress.comments import After, Limit, SaidBody
from serve.ingress.guest_access import GuestAccess, Token, Visit
from serve.ingress.long_answers import LongAnswers
from serve.ingress.problems import UNREADABLE, Problem, documented
from serve.ingress.productions import root_of
from serve.ingress.review_views import (
    SHARED,
    CommentPage,
    CommentView,
    GuestView,
    OfferView,
    SharedApprovalView,
    SharedClipView,
    SharedConteView,
    SharedReviewView,
    SharedView,
)
from serve.ingress.shared_conte import SharedTreatmentView, for_clients
from serve.ingress.views import Paths, film_view, poster_url, time_of
from serve.ledger.comments import NewComment
from serve.ledger.ledger import Ledger
from serve.ledger.shares import Shared
from serve.vault import Vault

_LINK = SHARED + "/{token}"


class NameBody(Frozen):
    name: Name


class MessageBody(Frozen):
    message: Annotated[
        Text, StringConstraints(min_length=1, max_length=1000), AfterValidator(visible)
    ]
    """What should change, in words; comments are for details."""


class SharedPaths(Paths):
    """URLs below a link, in place of the production's."""

    def __init__(self, token: str, root: str = "") -> None:
        super().__init__("", root)
        self._link = f"{root}{SHARED}/{token}"

    def version(self, number: int) -> str:
        return self._link


def guests(ledger: Ledger, vault: Vault, access: GuestAccess, answers: LongAnswers) -> APIRouter:
    routes = APIRouter(tags=["guests"])
    writes = Depends(access.writes())
    guest_of = access.guest()
    viewing = access.visit(Right.VIEW)
    commenting = access.visit(Right.COMMENT)
    approving_ = access.visit(Right.APPROVE)
    deciding = access.visit(Right.COMMENT, Right.APPROVE)

    @routes.get(
        _LINK,
        response_model=SharedView,
        responses=documented(404, 422, 429, 503),
        summary="Show what a link allows",
    )
    def shown(shared: Annotated[Shared, Depends(access.shared)]) -> SharedView:
        return SharedView(
            version=shared.version,
            rights=shared.share.rights,
            expires_at=time_of(shared.share.expires_at),
        )

    @routes.post(
        _LINK + "/guests",
        status_code=201,
        response_model=GuestView,
        responses=documented(400, 404, 409, 413, 415, 422, 429, 503),
        openapi_extra=documented_body(NameBody),
        dependencies=[writes],
        summary="Say your name, once",
    )
    def named(
        shared: Annotated[Shared, Depends(access.shared)],
        body: Annotated[NameBody, Depends(body_of(NameBody))],
    ) -> GuestView:
        guest, token = ledger.reviewing.enter(shared.share.id, body.name)
        return GuestView(guest=token, name=guest.name)

    @routes.get(
        _LINK + "/conte",
        response_model=SharedConteView,
        responses=documented(403, 404, 422, 429, 503),
        summary="Show the conte with its findings, and where its clips and film are",
    )
    def conte(
        request: Request, token: Token, visit: Annotated[Visit, Depends(viewing)]
    ) -> SharedConteView:
        version = ledger.version(visit.production, visit.version)
        production = ledger.get(visit.production, version=visit.version)
        state = ledger.reviewing.review(visit.production, visit.version).state
        return _conte_view(version, production, SharedPaths(token, root_of(request)), state)

    @routes.get(
        _LINK + "/comments",
        response_model=CommentPage,
        responses=documented(403, 404, 422, 429, 503),
        summary="List the comments that are for the client",
    )
    def listed(
        visit: Annotated[Visit, Depends(commenting)], limit: Limit = 100, after: After = ""
    ) -> CommentPage:
        found, following = ledger.reviewing.threads(
            visit.production,
            visit.version,
            client_only=True,
            earlier=visit.follows,
            after=after,
            limit=limit,
        )
        return CommentPage(comments=tuple(map(CommentView.of_thread, found)), next=following)

    @routes.post(
        _LINK + "/comments",
        status_code=201,
        response_model=CommentView,
        responses=documented(400, 403, 404, 409, 413, 415, 422, 429, 503),
        openapi_extra=documented_body(SaidBody),
        dependencies=[writes],
        summary="Comment on a frame of a cut",
    )
    def added(
        visit: Annotated[Visit, Depends(commenting)],
        guest: Annotated[Guest, Depends(guest_of)],
        said: Annotated[SaidBody, Depends(body_of(SaidBody))],
    ) -> CommentView:
        new = NewComment(
            text=said.text,
            author=guest.name,
            audience="client",
            place=said.place,
            reply_to=said.reply_to,
            guest=guest.id,
            earlier=visit.follows,
        )
        return CommentView.of_comment(
            ledger.reviewing.comment(visit.production, visit.version, new)
        )

    @routes.post(
        _LINK + "/review",
        response_model=SharedReviewView,
        responses=documented(400, 403, 404, 409, 413, 415, 422, 429, 503),
        openapi_extra=documented_body(MessageBody),
        dependencies=[writes],
        summary="Ask for changes",
    )
    def changes_requested(
        visit: Annotated[Visit, Depends(deciding)],
        guest: Annotated[Guest, Depends(guest_of)],
        body: Annotated[MessageBody, Depends(body_of(MessageBody))],
    ) -> SharedReviewView:
        to = ReviewState.CHANGES_REQUESTED
        found = ledger.reviewing.step(visit.production, visit.version, to, guest.name, body.message)
        return SharedReviewView(version=visit.version, state=found.state)

    @routes.post(
        _LINK + "/approval",
        response_model=OfferView,
        responses=documented(403, 404, 409, 422, 429, 503),
        dependencies=[writes, Depends(answers.place(access.tenant()))],
        summary="Show what is to be approved",
    )
    async def offered(visit: Annotated[Visit, Depends(approving_)]) -> OfferView:
        return await approving.offer(ledger, vault, visit.production, visit.version, visit.tenant)

    @routes.post(
        _LINK + "/approval/confirm",
        response_model=SharedApprovalView,
        responses=documented(400, 403, 404, 409, 413, 415, 422, 429, 503),
        openapi_extra=documented_body(GuestConfirmBody),
        dependencies=[writes],
        summary="Approve what was shown, for good",
    )
    def confirmed(
        visit: Annotated[Visit, Depends(approving_)],
        guest: Annotated[Guest, Depends(guest_of)],
        body: Annotated[GuestConfirmBody, Depends(body_of(GuestConfirmBody))],
    ) -> SharedApprovalView:
        by = Approver(name=guest.name, guest=guest.id, share=visit.share.id)
        found = ledger.reviewing.confirm(
            visit.production, visit.version, body.hash, body.confirm, by
        )
        return SharedApprovalView.of(found)

    return routes


def _conte_view(
    version: Version, production: Production, paths: SharedPaths, state: ReviewState
) -> SharedConteView:
    brief = version.brief
    if brief is None:
        raise Problem(UNREADABLE, "this release cannot read the version's brief")
    ids = {cut.number: cut.id for cut in version.conte.cuts}
    return SharedConteView(
        version=version.number,
        state=state,
        product=brief.product.name,
        language=brief.language,
        fps=brief.fps,
        aspect_ratio=brief.aspect_ratio,
        conte=SharedTreatmentView.of(version.conte),
        findings=for_clients(version.findings),
        clips=tuple(
            SharedClipView(
                cut=ids.get(cut.cut, ""),
                number=cut.cut,
                url=paths.media(version.number, f"cuts/{cut.cut}/clip", cut.clip.key),
                poster_url=poster_url(paths, version.number, cut.cut, cut.clip),
                num_frames=cut.clip.num_frames,
                tier=cut.clip.tier,
            )
            for cut in production.cuts
            if cut.clip
        ),
        film=film_view(production.film, paths, version.number) if production.film else None,
    )
