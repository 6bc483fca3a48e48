"""When a recording was last wanted: those that nobody places are removed after a time."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.add_column("sounds", sa.Column("wanted_at", sa.Double, nullable=False, server_default="0"))
    op.execute("UPDATE sounds SET wanted_at = created_at")
    op.create_index("sounds_wanted", "sounds", ["wanted_at"])
