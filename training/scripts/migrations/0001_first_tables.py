"""Jobs, and the scripts that they wrote."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "scripts_jobs",
        sa.Column("name", sa.String(100), primary_key=True),
        sa.Column("settings", sa.Text, nullable=False),
    )
    op.create_table(
        "scripts_written",
        sa.Column("job", sa.String(100), primary_key=True),
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("order", sa.Text, nullable=False),
        sa.Column("written", sa.Text, nullable=False),
    )
