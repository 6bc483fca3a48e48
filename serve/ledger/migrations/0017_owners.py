"""Adds the owner of what is served, by lease, and who has asked directors to drain."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "owners",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("owner", sa.String(200)),
        sa.Column("fence", sa.Integer, nullable=False, server_default="0"),
        sa.Column("lease_until", sa.Double, nullable=False, server_default="0"),
        sqlite_with_rowid=False,
    )
    op.add_column("notices", sa.Column("by", sa.String(200)))
