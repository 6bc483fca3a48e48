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


class RemarkView(View):
    """What became of a comment's place since the version that it was made on."""

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
    """The version that it was made on: of an earlier one it is "from 콘티 1"."""
    cut: str | None
    """Null with `frame`: its cut is gone."""
    frame: int | None
    """Within the cut, from 0."""
    last: int | None
    """The last frame of a range."""
    x: float | None
    y: float | None
    take: str | None
    """The take that was seen when it was written."""
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
    """The states that may follow. `approved` is reached by the version's approval alone."""
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
    """Null: the newest version that was put into review."""
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
    """A new link. The token is in this answer alone; it cannot be read again."""

    share: ShareView
    token: str
    url: str
    """From the root of the server."""


class SharePage(View):
    shares: tuple[ShareView, ...]


class OfferView(View):
    """What is to be approved. Confirm it with both `hash` and `confirm`, within `valid_s`."""

    version: int
    hash: str
    """Hash of everything that is approved: conte, brief, takes, film, findings."""
    confirm: str
    valid_s: float
    title: str
    num_files: int
    open_findings: int


class ApprovalView(View):
    version: int
    number: int
    """Counts the approvals of the production, from 1."""
    hash: str
    """SHA-256 of the manifest. The next approval of the production contains it."""
    content_hash: str
    """What was shown and confirmed."""
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
    """SHA-256 of the manifest as it is stored now; null: there is none."""
    manifest: dict[str, Any] | None
    """Null: it cannot be read any more."""
    checks: tuple[Check, ...]


class SharedClipView(View):
    cut: str
    number: int
    url: str
    num_frames: int
    tier: Tier
    """A draft is drawn, a final is rendered."""


class SharedView(View):
    """What a link leads to and allows."""

    version: int | None
    """Null: nothing was put into review yet."""
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
    """What differs between two rounds, without what is for makers only."""

    base: int
    """The version that was in review before."""
    version: int
    changes: ChangeTable
    num_left_out: int
    """Rows that are for makers only."""


class SharedReviewView(View):
    """Where the review of what a link leads to stands."""

    version: int
    state: ReviewState


class GuestView(View):
    """A guest. Send `guest` as `X-Guest` with what the guest writes."""

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
