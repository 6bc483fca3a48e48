"""Budgets and answers of training. Captions' tables had the form of 0002, without a revision
number.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "paid_purses",
        sa.Column("name", sa.String(100), primary_key=True),
        sa.Column("tokens_in", sa.BigInteger, nullable=False),
        sa.Column("tokens_out", sa.BigInteger, nullable=False),
        sa.Column("money", sa.Double, nullable=False),
        sa.Column("next_at", sa.Double, nullable=False),
    )
    op.create_table(
        "paid_answers",
        sa.Column("request", sa.String(64), primary_key=True),
        sa.Column("purse", sa.String(100), nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("tokens_in", sa.Integer, nullable=False),
        sa.Column("tokens_out", sa.Integer, nullable=False),
        sa.Column("money", sa.Double, nullable=False),
        sa.Column("at", sa.Double, nullable=False),
    )
