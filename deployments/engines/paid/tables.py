"""Tables of budgets and of paid answers. Times are seconds since the epoch, by the database."""

from pathlib import Path

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

from serve.database.engine import Database
from serve.database.schema import Schema, open_database

metadata = MetaData()
PAID = Schema(
    "budgets' database", Path(__file__).parent / "migrations", "paid_schema", "paid_revision"
)

# Money and tokens spent from a budget, and when the next request may be sent.
purses = Table(
    "purses",
    metadata,
    Column("name", String(100), primary_key=True),
    # Paid, reserved, or possibly paid by a worker that died: never less than the cost.
    Column("tokens_in", BigInteger, nullable=False, default=0),
    Column("tokens_out", BigInteger, nullable=False, default=0),
    Column("cost", Double, nullable=False, default=0.0),
    Column("next_at", Double, nullable=False, default=0.0),
)

# Answers of paid models by the hash of the request: paid once, even if a process dies.
answers = Table(
    "answers",
    metadata,
    Column("request", String(64), primary_key=True),
    # The clip of the request, so that its removal finds the answer.
    Column("clip", String(240), nullable=False, default=""),
    Column("answer", Text, nullable=False),
    Column("tokens_in", Integer, nullable=False, default=0),
    Column("tokens_out", Integer, nullable=False, default=0),
    Column("cost", Double, nullable=False, default=0.0),
    Column("at", Double, nullable=False),
)
Index("answers_by_clip", answers.c.clip)


def open_purses(url: str) -> Database:
    """Open a database of budgets by its SQLAlchemy URL: SQLite (one machine) or PostgreSQL.

    Raises:
        DatabaseUnavailable: if it cannot be opened, or a newer release has migrated it.
    """
    return open_database(url, PAID)
