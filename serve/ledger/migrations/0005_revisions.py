"""What made a version of the one before, drafts of the next one, and takes.

Cuts stored before they had ids get theirs when they are read (`Cut.born`): the same on every
machine, and with the seed that their clips were rendered from.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    for column in (
        sa.Column("brief", sa.Text),
        sa.Column("base", sa.Integer),
        sa.Column("revision", sa.Text),
        sa.Column("idempotency_key", sa.String(255)),
        sa.Column("body_hash", sa.String(64)),
    ):
        op.add_column("versions", column)
    op.create_table(
        "drafts",
        sa.Column("production", sa.String(40), sa.ForeignKey("productions.id"), primary_key=True),
        sa.Column("base", sa.Integer, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("working", sa.Text, nullable=False),
        sa.Column("done", sa.Text, nullable=False),
        sa.Column("undone", sa.Text, nullable=False),
        sa.Column("updated_at", sa.Double, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "takes",
        sa.Column("production", sa.String(40), sa.ForeignKey("productions.id"), primary_key=True),
        sa.Column("id", sa.String(20), primary_key=True),
        sa.Column("cut", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("clip", sa.Text, nullable=False),
        sa.Column("made_at", sa.Double, nullable=False),
        sqlite_with_rowid=False,
    )
