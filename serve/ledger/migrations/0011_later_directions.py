"""Directions that are asked for later, and the one that is picked."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("productions", sa.Column("variation", sa.Text))
    op.add_column("productions", sa.Column("picked_at", sa.Double))
