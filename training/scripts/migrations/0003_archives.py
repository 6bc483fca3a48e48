"""Files of archives: their origin, their owner, and the scripts made from them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "scripts_sources",
        sa.Column("job", sa.String(100), primary_key=True),
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("owner", sa.String(200), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("script", sa.String(16)),
        sa.Column("sheet", sa.Text),
    )
    op.create_index("scripts_sources_by_file", "scripts_sources", ["sha256"])
