"""Takes that were ordered, and the state that a production returns to when they are made."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("productions", sa.Column("back_to", sa.String(20)))
    op.create_table(
        "take_orders",
        sa.Column("production", sa.String(40), sa.ForeignKey("productions.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("cut", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("tier", sa.String(20), nullable=False),
        sa.Column("seed", sa.BigInteger, nullable=False),
        sa.Column("source", sa.String(20), nullable=False),
        sa.Column("upload", sa.String(200)),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("take", sa.String(20)),
        sa.Column("failure", sa.Text),
        sa.Column("idempotency_key", sa.String(255)),
        sa.Column("body_hash", sa.String(64)),
        sa.Column("made_at", sa.Double, nullable=False),
        sqlite_with_rowid=False,
    )
