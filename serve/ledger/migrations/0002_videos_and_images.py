"""Videos asked for by their prompts alone, and the pictures that tenants have uploaded."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "videos",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("tenant", sa.String(200), sa.ForeignKey("tenants.name"), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("asked", sa.Text, nullable=False),
        sa.Column("tier", sa.String(20), nullable=False),
        sa.Column("idempotency_key", sa.String(255)),
        sa.Column("body_hash", sa.String(64), nullable=False),
        sa.Column("created_at", sa.Double, nullable=False),
        sa.Column("ended_at", sa.Double),
        sa.Column("progress", sa.Double, nullable=False),
        sa.Column("clip", sa.Text),
        sa.Column("failure", sa.Text),
        sa.Column("gone", sa.Boolean, nullable=False),
        sa.Column("owner", sa.String(200)),
        sa.Column("fence", sa.Integer, nullable=False),
        sa.Column("lease_until", sa.Double, nullable=False),
        sa.Column("takeovers", sa.Integer, nullable=False),
        sa.UniqueConstraint("tenant", "idempotency_key", name="videos_once_per_key"),
    )
    op.create_index("videos_newest", "videos", ["tenant", "created_at", "id"])
    only = sa.text("ended_at IS NULL")
    op.create_index(
        "videos_open",
        "videos",
        ["tenant", "lease_until", "created_at", "id"],
        sqlite_where=only,
        postgresql_where=only,
    )
    op.create_table(
        "images",
        sa.Column("tenant", sa.String(200), sa.ForeignKey("tenants.name"), primary_key=True),
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("created_at", sa.Double, nullable=False),
        sqlite_with_rowid=False,
    )
