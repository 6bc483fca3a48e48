"""Comments, review states, share links with their guests, and approvals."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    _comments()
    op.create_table(
        "reviews",
        _of_production(primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sqlite_with_rowid=False,
    )
    _shares()
    _approvals()


def _of_production(*, primary_key: bool = False) -> sa.Column[str]:
    return sa.Column(
        "production",
        sa.String(40),
        sa.ForeignKey("productions.id"),
        primary_key=primary_key,
        nullable=False,
    )


def _comments() -> None:
    op.create_table(
        "comments",
        _of_production(primary_key=True),
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("tenant", sa.String(200), sa.ForeignKey("tenants.name"), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("audience", sa.String(20), nullable=False),
        sa.Column("reply_to", sa.String(40), nullable=False),
        sa.Column("resolved", sa.Boolean, nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("comments_of_version", "comments", ["production", "version", "id"])
    op.create_index("comments_of_thread", "comments", ["production", "reply_to", "id"])
    op.create_index("comments_of_tenant", "comments", ["tenant"])


def _shares() -> None:
    op.create_table(
        "shares",
        sa.Column("id", sa.String(40), primary_key=True),
        _of_production(),
        sa.Column("version", sa.Integer),
        sa.Column("rights", sa.String(200), nullable=False),
        sa.Column("label", sa.String(200), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("created_at", sa.Double, nullable=False),
        sa.Column("expires_at", sa.Double, nullable=False),
        sa.Column("revoked_at", sa.Double),
    )
    op.create_index("shares_of_production", "shares", ["production", "id"])
    op.create_table(
        "guests",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("share", sa.String(40), sa.ForeignKey("shares.id"), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("created_at", sa.Double, nullable=False),
    )
    op.create_index("guests_of_share", "guests", ["share"])


def _approvals() -> None:
    op.create_table(
        "approval_offers",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        _of_production(),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("files", sa.Text, nullable=False),
        sa.Column("offered_at", sa.Double, nullable=False),
    )
    op.create_index("approval_offers_of_version", "approval_offers", ["production", "version"])
    op.create_table(
        "approvals",
        _of_production(primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("manifest", sa.Text, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("approver", sa.String(200), nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("offer", sa.String(64), nullable=False),
        sa.UniqueConstraint("production", "version", name="approvals_once_per_version"),
        sqlite_with_rowid=False,
    )
