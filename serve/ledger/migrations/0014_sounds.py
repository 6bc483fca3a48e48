"""Recordings that tenants have uploaded, and the levels of exported sound."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "sounds",
        sa.Column("key", sa.String(200), primary_key=True, nullable=False),
        sa.Column("tenant", sa.String(200), sa.ForeignKey("tenants.name"), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("num_samples", sa.BigInteger, nullable=False),
        sa.Column("created_at", sa.Double, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("sounds_newest", "sounds", ["tenant", "created_at", "key"])
    op.add_column("exports", sa.Column("levels", sa.Text))
