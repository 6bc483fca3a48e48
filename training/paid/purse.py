"""A purse in SQLite or PostgreSQL: money put aside before each request, and every answer kept.

What was reserved and never settled, because whoever asked was killed, stays spent: it may have been
paid for. So a budget holds over any number of restarts.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Double,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    insert,
    select,
    update,
)

from deployments.engines.refine.purse import Answer, BudgetSpent, Cost, Limits
from serve.ledger.engine import Database, one_at_a_time
from serve.ledger.errors import LedgerUnavailable

REVISION = 1

metadata = MetaData()

revision = Table("paid_revision", metadata, Column("number", Integer, primary_key=True))

purses = Table(
    "paid_purses",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("tokens_in", BigInteger, nullable=False, default=0),
    Column("tokens_out", BigInteger, nullable=False, default=0),
    Column("money", Double, nullable=False, default=0.0),
    # Seconds since the epoch: when the next request may leave.
    Column("next_at", Double, nullable=False, default=0.0),
)

answers = Table(
    "paid_answers",
    metadata,
    Column("request", String(64), primary_key=True),
    Column("purse", String(100), nullable=False),
    Column("answer", Text, nullable=False),
    Column("tokens_in", Integer, nullable=False),
    Column("tokens_out", Integer, nullable=False),
    Column("money", Double, nullable=False),
    Column("at", Double, nullable=False),
)


class Spent(NamedTuple):
    """What a purse has paid or put aside."""

    tokens_in: int
    tokens_out: int
    money: float


def open_purses(url: str) -> Database:
    """SQLAlchemy URL of SQLite (one machine) or PostgreSQL.

    Raises:
        LedgerUnavailable: if it cannot be opened, or was written by another version.
    """
    return Database.open(url, _migrate)


def _migrate(connection: Connection) -> None:
    one_at_a_time(connection)
    metadata.create_all(connection)
    found = connection.execute(select(revision.c.number)).scalars().all()
    if not found:
        connection.execute(insert(revision).values(number=REVISION))
    elif found != [REVISION]:
        raise LedgerUnavailable(f"the purses are of revision {found[0]}, this is {REVISION}")


class RecordedPurse:
    """A `Purse`. Several of one name, in any number of processes, spend one budget."""

    def __init__(
        self,
        database: Database,
        name: str,
        limits: Limits,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database, self._name, self._limits, self._clock = database, name, limits, clock

    def spent(self) -> Spent:
        with self._database.asking() as connection:
            return self._spent(connection)

    async def check(self) -> None:
        spent = await asyncio.to_thread(self.spent)
        self._refuse_beyond(spent, Cost())
        if self._limits.money and spent.money >= self._limits.money:
            raise BudgetSpent(f"all of {self._limits.money:g} is spent")

    async def answered(self, request: str) -> str | None:
        return await asyncio.to_thread(self._answered, request)

    async def reserve(self, most: Cost) -> float:
        return await asyncio.to_thread(self._reserve, most)

    async def settle(self, reserved: Cost, paid: Cost, answer: Answer | None = None) -> None:
        # Shielded: a job that is stopped between the two still gives back what it did not use.
        await asyncio.shield(asyncio.to_thread(self._settle, reserved, paid, answer))

    def _answered(self, request: str) -> str | None:
        with self._database.asking() as connection:
            known = select(answers.c.answer).where(answers.c.request == request)
            return connection.execute(known).scalar_one_or_none()

    def _spent(self, connection: Connection) -> Spent:
        columns = purses.c.tokens_in, purses.c.tokens_out, purses.c.money
        found = connection.execute(select(*columns).where(purses.c.name == self._name)).first()
        return Spent(*found) if found is not None else Spent(0, 0, 0.0)

    def _refuse_beyond(self, spent: Spent, most: Cost) -> None:
        limits = self._limits
        if limits.money and spent.money + most.money > limits.money:
            raise BudgetSpent(
                f"{limits.money - spent.money:.4f} of {limits.money:g} is left, the next request"
                f" may cost {most.money:.4f}"
            )
        tokens = spent.tokens_in + spent.tokens_out
        if limits.tokens and tokens + most.tokens > limits.tokens:
            raise BudgetSpent(
                f"{limits.tokens - tokens} of {limits.tokens} tokens are left, the next request may"
                f" take {most.tokens}"
            )

    def _reserve(self, most: Cost) -> float:
        now = self._clock()
        with self._database.writing() as connection:
            one_at_a_time(connection)
            spent = self._spent(connection)
            self._refuse_beyond(spent, most)
            next_at = connection.execute(
                select(purses.c.next_at).where(purses.c.name == self._name)
            ).scalar_one_or_none()
            if next_at is None:
                connection.execute(insert(purses).values(name=self._name))
            leaves = max(now, next_at or 0.0)
            self._add(connection, most, 1, leaves + self._gap_s(most))
        return leaves - now

    def _gap_s(self, most: Cost) -> float:
        """Until the next one: the longer of what the two rates ask for."""
        rates = self._limits
        by_number = 60 / rates.requests_per_minute if rates.requests_per_minute else 0.0
        by_tokens = 60 * most.tokens / rates.tokens_per_minute if rates.tokens_per_minute else 0.0
        return max(by_number, by_tokens)

    def _settle(self, reserved: Cost, paid: Cost, answer: Answer | None) -> None:
        with self._database.writing() as connection:
            self._add(connection, reserved, -1)
            self._add(connection, paid, 1)
            if answer is not None and self._unknown(connection, answer.request):
                connection.execute(
                    insert(answers).values(
                        request=answer.request,
                        purse=self._name,
                        answer=answer.text,
                        tokens_in=paid.tokens_in,
                        tokens_out=paid.tokens_out,
                        money=paid.money,
                        at=self._clock(),
                    )
                )

    def _unknown(self, connection: Connection, request: str) -> bool:
        known = select(answers.c.request).where(answers.c.request == request)
        return connection.execute(known).first() is None

    def _add(
        self, connection: Connection, cost: Cost, sign: int, next_at: float | None = None
    ) -> None:
        changed: dict[str, Any] = {
            "tokens_in": purses.c.tokens_in + sign * cost.tokens_in,
            "tokens_out": purses.c.tokens_out + sign * cost.tokens_out,
            "money": purses.c.money + sign * cost.money,
        }
        if next_at is not None:
            changed["next_at"] = next_at
        connection.execute(update(purses).where(purses.c.name == self._name).values(changed))
