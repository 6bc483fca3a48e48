"""ReviewRecords: comments, review states, share links and approvals, as a part of the ledger."""

from collections.abc import Iterable

from conte.revision.approval import Approval, Approver, Content
from conte.revision.comments import Comment
from conte.revision.review import Review, ReviewState
from conte.revision.share import Guest, Right, Share
from serve.database.engine import Database
from serve.ledger import approvals, comments, lineage, proving, reviews, shares
from serve.ledger.approvals import Subject
from serve.ledger.comments import NewComment, Thread
from serve.ledger.proving import Standing
from serve.ledger.shares import Shared


class ReviewRecords:
    """One transaction a call, as in the ledger. Raises NotFound for another tenant's production."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def comment(
        self, production_id: str, version: int, new: NewComment, tenant: str | None = None
    ) -> Comment:
        """Keep a comment.

        Raises:
            LimitReached: if there are too many.
            Misplaced: if the version has no such place.
        """
        with self._database.writing() as conn:
            return comments.add(conn, production_id, version, new, tenant)

    def threads(
        self,
        production_id: str,
        version: int,
        tenant: str | None = None,
        *,
        client_only: bool = False,
        earlier: bool = True,
        after: str = "",
        limit: int = 100,
    ) -> tuple[tuple[Thread, ...], str | None]:
        """Return a page of comments, and the cursor of the following page."""
        with self._database.reading() as conn:
            return comments.threads(
                conn,
                production_id,
                version,
                tenant,
                client_only=client_only,
                earlier=earlier,
                after=after,
                limit=limit,
            )

    def resolve(
        self, production_id: str, comment: str, resolved: bool, tenant: str | None = None
    ) -> Comment:
        with self._database.writing() as conn:
            return comments.resolve(conn, production_id, comment, resolved, tenant)

    def review(self, production_id: str, version: int, tenant: str | None = None) -> Review:
        with self._database.reading() as conn:
            return reviews.review(conn, production_id, version, tenant)

    def step(
        self,
        production_id: str,
        version: int,
        to: ReviewState,
        by: str = "",
        note: str = "",
        tenant: str | None = None,
    ) -> Review:
        """Take a review step. Raises IllegalStep, naming the allowed ones."""
        with self._database.writing() as conn:
            return reviews.take_step(conn, production_id, version, to, by, note, tenant)

    def line(self, production_id: str, version: int) -> tuple[int, ...]:
        """Return the version, the one it was made from, and so on to the first."""
        with self._database.asking() as conn:
            return lineage.line_of(conn, production_id, version)

    def seen_before(self, production_id: str, version: int) -> int | None:
        """Return the version of the round before, as guests have seen it; None: there is none."""
        with self._database.reading() as conn:
            return reviews.seen_before(conn, production_id, version)

    def share(
        self,
        production_id: str,
        version: int | None,
        rights: Iterable[Right],
        label: str,
        valid_s: float,
        tenant: str | None = None,
    ) -> tuple[Share, str]:
        """Return a new link and its token. `version` None: the newest that is in review."""
        with self._database.writing() as conn:
            return shares.create(conn, production_id, version, rights, label, valid_s, tenant)

    def shares(self, production_id: str, tenant: str | None = None) -> tuple[Share, ...]:
        with self._database.reading() as conn:
            return shares.of_production(conn, production_id, tenant)

    def revoke(self, production_id: str, share: str, tenant: str | None = None) -> Share:
        with self._database.writing() as conn:
            return shares.revoke(conn, production_id, share, tenant)

    def shared(self, token: str) -> Shared:
        """Return what a link's token leads to. Raises NotFound if the link is over."""
        with self._database.reading() as conn:
            return shares.shared(conn, token)

    def enter(self, share: str, name: str) -> tuple[Guest, str]:
        """Return a new guest of a link, and the guest's token."""
        with self._database.writing() as conn:
            return shares.enter(conn, share, name)

    def guest(self, share: str, token: str) -> Guest | None:
        with self._database.asking() as conn:
            return shares.guest(conn, share, token)

    def subject(self, production_id: str, version: int, tenant: str | None = None) -> Subject:
        """Return the version as it can be approved. Raises IllegalStep if it cannot be."""
        with self._database.reading() as conn:
            return approvals.subject(conn, production_id, version, tenant)

    def offer(
        self, production_id: str, version: int, content: Content, tenant: str | None = None
    ) -> str:
        """Store what is shown for approval, and return the token that confirms it."""
        with self._database.writing() as conn:
            return approvals.offer(conn, production_id, version, content, tenant)

    def confirm(
        self,
        production_id: str,
        version: int,
        content_hash: str,
        token: str,
        approver: Approver,
        tenant: str | None = None,
    ) -> Approval:
        """Approve a version as it was offered. Raises OfferLapsed, IllegalStep."""
        with self._database.writing() as conn:
            return approvals.confirm(
                conn, production_id, version, content_hash, token, approver, tenant
            )

    def approvals(self, production_id: str, tenant: str | None = None) -> tuple[Approval, ...]:
        with self._database.reading() as conn:
            return approvals.of_production(conn, production_id, tenant)

    def manifest(self, production_id: str, version: int, tenant: str | None = None) -> bytes:
        """Return an approved version's manifest as it is stored."""
        with self._database.reading() as conn:
            return approvals.frozen_text(conn, production_id, version, tenant)

    def prove(self, production_id: str, version: int, tenant: str | None = None) -> Standing:
        """Compare an approval with what the ledger holds now."""
        with self._database.reading() as conn:
            return proving.standing(conn, production_id, version, tenant)
