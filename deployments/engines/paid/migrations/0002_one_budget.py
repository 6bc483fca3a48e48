"""One pair of tables for captions and training, in the form of captions' unnumbered tables."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "purses",
        sa.Column("name", sa.String(100), primary_key=True),
        sa.Column("tokens_in", sa.BigInteger, nullable=False),
        sa.Column("tokens_out", sa.BigInteger, nullable=False),
        sa.Column("cost", sa.Double, nullable=False),
        sa.Column("next_at", sa.Double, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "answers",
        sa.Column("request", sa.String(64), primary_key=True),
        sa.Column("clip", sa.String(240), nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("tokens_in", sa.Integer, nullable=False),
        sa.Column("tokens_out", sa.Integer, nullable=False),
        sa.Column("cost", sa.Double, nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        if_not_exists=True,
    )
    op.create_index("answers_by_clip", "answers", ["clip"], if_not_exists=True)
    # WHERE true: otherwise SQLite would parse ON CONFLICT as the condition of a join.
    op.execute(
        """
        INSERT INTO purses (name, tokens_in, tokens_out, cost, next_at)
        SELECT name, tokens_in, tokens_out, money, next_at FROM paid_purses WHERE true
        ON CONFLICT (name) DO UPDATE SET
            tokens_in = purses.tokens_in + excluded.tokens_in,
            tokens_out = purses.tokens_out + excluded.tokens_out,
            cost = purses.cost + excluded.cost
        """
    )
    op.execute(
        """
        INSERT INTO answers (request, clip, answer, tokens_in, tokens_out, cost, at)
        SELECT request, '', answer, tokens_in, tokens_out, money, at FROM paid_answers WHERE true
        ON CONFLICT (request) DO NOTHING
        """
    )
    op.drop_table("paid_purses")
    op.drop_table("paid_answers")
