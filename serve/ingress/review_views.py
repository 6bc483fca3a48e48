"""Comments, reviews, share links and approvals as JSON. No HTTP here."""

from datetime import datetime
from typing import Any, Self

from conte.checks.finding import Finding
from conte.clip import Tier
from conte.revision.approval import Approval, Approver, Check
from conte.revision.carrying import REMARKS, Carried, Remark
from conte.revision.change import ChangeTable
from conte.revision.comments import Audience, Comment
from conte.revision.review import Review, ReviewState
from conte.revision.share import Right, Share
from conte.vocabulary import Language
from serve.ingress.shared_conte import SharedTreatmentView
from serve.ingress.views import FilmView, View, time_of
from serve.ledger.comments import Thread

SHARED = "/v1/shared"
GUEST_PAGE = "/s"
"""Where the page of a link is: `/s/<token>`."""


class RemarkView(View):
    """What happened to a comment's place since the version that it was made on."""

    remark: Remark
    ko: str
    en: str

    @classmethod
    def of(cls, remark: Remark) -> Self:
        said = REMARKS[remark]
        return cls(remark=remark, ko=said.ko, en=said.en)


class ReplyView(View):
    id: str
    text: str
    author: str
    by_guest: bool
    audience: Audience
    at: datetime

    @classmethod
    def of(cls, reply: Comment) -> Self:
        return cls(
            id=reply.id,
            text=reply.text,
            author=reply.author,
            by_guest=bool(reply.guest),
            audience=reply.audience,
            at=time_of(reply.at),
        )


class CommentView(ReplyView):
    """A comment with its place in the version that is shown."""

    version: int
    """Version that it was made on; an earlier one is shown as "from 콘티 1"."""
    cut: str | None
    """Id of the cut; null, as `frame` is, if the cut is gone."""
    frame: int | None
    """Frame within the cut, from 0."""
    last: int | None
    """Last frame of a range; null for a single frame."""
    x: float | None
    y: float | None
    take: str | None
    """Id of the take that its author saw."""
    reply_to: str | None
    resolved: bool
    remarks: tuple[RemarkView, ...] = ()
    replies: tuple[ReplyView, ...] = ()

    @classmethod
    def of_comment(cls, comment: Comment) -> Self:
        return cls.of_thread(Thread(comment, Carried(comment=comment)))

    @classmethod
    def of_thread(cls, thread: Thread) -> Self:
        first, there = thread.comment, thread.carried.comment
        return cls(
            **dict(ReplyView.of(first)),
            version=first.version,
            cut=there.cut if there else None,
            frame=there.frame if there else None,
            last=there.last if there else None,
            x=first.x,
            y=first.y,
            take=first.take or None,
            reply_to=first.reply_to or None,
            resolved=first.resolved,
            remarks=tuple(RemarkView.of(remark) for remark in thread.carried.remarks),
            replies=tuple(ReplyView.of(reply) for reply in thread.replies),
        )


class CommentPage(View):
    """Oldest first. Pass `next` as `?after=` for the following page; null on the last."""

    comments: tuple[CommentView, ...]
    next: str | None


class StepView(View):
    state: ReviewState
    by: str
    note: str
    at: datetime


class ReviewView(View):
    version: int
    state: ReviewState
    allowed: tuple[ReviewState, ...]
    """States that may follow. `approved` is reached only by approving the version."""
    history: tuple[StepView, ...]

    @classmethod
    def of(cls, review: Review, version: int) -> Self:
        return cls(
            version=version,
            state=review.state,
            allowed=review.allowed,
            history=tuple(
                StepView(state=step.state, by=step.by, note=step.note, at=time_of(step.at))
                for step in review.history
            ),
        )


class ShareView(View):
    id: str
    version: int | None
    """Version that the link leads to; null: the newest one that was put into review."""
    rights: tuple[Right, ...]
    label: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None

    @classmethod
    def of(cls, share: Share) -> Self:
        return cls(
            id=share.id,
            version=share.version,
            rights=share.rights,
            label=share.label,
            created_at=time_of(share.created_at),
            expires_at=time_of(share.expires_at),
            revoked_at=None if share.revoked_at is None else time_of(share.revoked_at),
        )


class NewShareView(View):
    """A new link. Only this response has its token; it cannot be read again."""

    share: ShareView
    token: str
    url: str
    """URL from the root of the server."""


class SharePage(View):
    shares: tuple[ShareView, ...]


class OfferView(View):
    """An offer of approval. Confirm it with both `hash` and `confirm`, within `valid_s` seconds."""

    version: int
    hash: str
    """SHA-256 of everything that is approved: conte, brief, takes, film, findings."""
    confirm: str
    valid_s: float
    title: str
    num_files: int
    open_findings: int


class ApprovalView(View):
    version: int
    number: int
    """Number of the approval within the production, from 1."""
    hash: str
    """SHA-256 of the manifest. The next approval of the production contains it."""
    content_hash: str
    """SHA-256 of the content that was shown and confirmed."""
    previous: str | None
    approver: Approver
    at: datetime

    @classmethod
    def of(cls, approval: Approval) -> Self:
        return cls(
            version=approval.version,
            number=approval.number,
            hash=approval.hash,
            content_hash=approval.content_hash,
            previous=approval.previous or None,
            approver=approval.approver,
            at=time_of(approval.at),
        )


class ApprovalPage(View):
    approvals: tuple[ApprovalView, ...]


class ProofView(View):
    """An approval compared with the vault and the ledger as they are now."""

    intact: bool
    hash: str | None
    """SHA-256 of the manifest as it is stored now; null if it is missing."""
    manifest: dict[str, Any] | None
    """The manifest; null if it cannot be read any more."""
    checks: tuple[Check, ...]


class SharedClipView(View):
    cut: str
    number: int
    url: str
    poster_url: str
    """A still of it as PNG, made on the first request."""
    num_frames: int
    tier: Tier
    """`draft` is drawn, `final` is rendered by a model."""


class SharedView(View):
    """What a share link leads to and allows."""

    version: int | None
    """Version that is shown; null: nothing was put into review yet."""
    rights: tuple[Right, ...]
    expires_at: datetime


class SharedConteView(View):
    version: int
    state: ReviewState
    product: str
    language: Language
    fps: int
    aspect_ratio: str
    conte: SharedTreatmentView
    findings: tuple[Finding, ...]
    clips: tuple[SharedClipView, ...]
    film: FilmView | None


class SharedChangesView(View):
    """Differences between two rounds, without rows for makers only."""

    base: int
    """Version that was in review before."""
    version: int
    changes: ChangeTable
    num_left_out: int
    """Number of omitted rows, which are for makers only."""


class SharedReviewView(View):
    """Review state of the version that a link leads to."""

    version: int
    state: ReviewState


class GuestView(View):
    """A guest. Send `guest` as the header `X-Guest` with everything the guest writes."""

    guest: str
    name: str


class SharedApprovalView(View):
    version: int
    hash: str
    content_hash: str
    name: str
    at: datetime

    @classmethod
    def of(cls, approval: Approval) -> Self:
        return cls(
            version=approval.version,
            hash=approval.hash,
            content_hash=approval.content_hash,
            name=approval.approver.name,
            at=time_of(approval.at),
        )
