"""Adds the file of all key frames of a video. A file per frame made most of the requests."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column(
        "caption_rows",
        sa.Column("frames_key", sa.String(120), nullable=False, server_default=""),
    )
