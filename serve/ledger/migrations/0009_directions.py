"""Productions of one order: different ideas for one brief."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("productions", sa.Column("project", sa.String(40)))
    op.add_column(
        "productions", sa.Column("direction", sa.Integer, nullable=False, server_default="0")
    )
    op.create_index("productions_of_project", "productions", ["project", "direction"])
