"""Exports that were handed out: of which version, to whom, when, and the hash of the file."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "exports",
        sa.Column(
            "production",
            sa.String(40),
            sa.ForeignKey("productions.id"),
            primary_key=True,
            nullable=False,
        ),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("format", sa.String(40), nullable=False),
        sa.Column("options", sa.Text, nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("share", sa.String(40), nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.UniqueConstraint("production", "key", "by", "share", name="exports_once_per_person"),
        sqlite_with_rowid=False,
    )
    op.create_index("exports_of_version", "exports", ["production", "version", "number"])
