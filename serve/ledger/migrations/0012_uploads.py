"""Files that are being uploaded, and the newest takes without a sort of all of them."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "uploads",
        sa.Column("key", sa.String(200), primary_key=True, nullable=False),
        sa.Column("begun_at", sa.Double, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("takes_newest", "takes", ["made_at"])
