"""The purse in the jobs' database: answers by request, and what has been spent, for all workers.

Money is reserved in one statement with its condition, so that workers together cannot spend more
than there is; the next request's time is claimed in the same one, by the database's clock.
"""

import asyncio
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from crawl.records.tables import answers, purses, tombstones
from deployments.engines.refine import Answer, BudgetSpent, Cost, Limits
from serve.ledger.clock import db_now
from serve.ledger.engine import Database

_p, _t = purses.c, tombstones.c


class DurablePurse:
    """A `Purse` that lasts: all who name the same one share its budget and its pace."""

    def __init__(self, database: Database, name: str, limits: Limits) -> None:
        """`name` is at most 100 characters."""
        self._database, self._name, self._limits = database, name, limits
        with database.writing() as connection:
            made = {"name": name, "tokens_in": 0, "tokens_out": 0, "cost": 0.0, "next_at": 0.0}
            connection.execute(_insert(connection).values(made).on_conflict_do_nothing())

    def spent(self) -> Cost:
        """Paid, reserved, or possibly paid for by a worker that died. Blocking."""
        with self._database.asking() as connection:
            return self._spent(connection)

    async def check(self) -> None:
        spent = await asyncio.to_thread(self.spent)
        limits = self._limits
        used_up = limits.money and spent.money >= limits.money
        if used_up or (limits.tokens and spent.tokens >= limits.tokens):
            raise BudgetSpent(self._told(spent))

    async def answered(self, request: str) -> str | None:
        return await asyncio.to_thread(self._answered, request)

    async def reserve(self, most: Cost) -> float:
        return await asyncio.to_thread(self._reserve, most)

    async def settle(self, reserved: Cost, paid: Cost, answer: Answer | None = None) -> None:
        # Shielded: who is stopped between an answer and its record would pay for it once more.
        await asyncio.shield(asyncio.to_thread(self._settle, reserved, paid, answer))

    def _answered(self, request: str) -> str | None:
        known = select(answers.c.answer).where(answers.c.request == request)
        with self._database.asking() as connection:
            return connection.execute(known).scalar_one_or_none()

    def _reserve(self, most: Cost) -> float:
        limits = self._limits
        affordable: list[ColumnElement[bool]] = [_p.name == self._name]
        if limits.money:
            affordable.append(_p.cost + most.money <= limits.money)
        if limits.tokens:
            affordable.append(_p.tokens_in + _p.tokens_out + most.tokens <= limits.tokens)
        lasts_s = self._lasts_s(most)
        start = case((_p.next_at > db_now(), _p.next_at), else_=db_now())
        claim = (
            update(purses)
            .where(*affordable)
            .values(**_plus(most), next_at=start + lasts_s)
            .returning(_p.next_at - db_now())
        )
        with self._database.writing() as connection:
            left_s = connection.execute(claim).scalar_one_or_none()
            if left_s is None:
                raise BudgetSpent(self._told(self._spent(connection)))
        return max(0.0, left_s - lasts_s)

    def _settle(self, reserved: Cost, paid: Cost, answer: Answer | None) -> None:
        rest = Cost(
            paid.tokens_in - reserved.tokens_in,
            paid.tokens_out - reserved.tokens_out,
            paid.money - reserved.money,
        )
        # The pace is kept by what was really read and written.
        early_s = self._lasts_s(reserved) - self._lasts_s(paid)
        pay = update(purses).where(_p.name == self._name)
        with self._database.writing() as connection:
            connection.execute(pay.values(**_plus(rest), next_at=_p.next_at - early_s))
            if answer is not None and not _is_removed(connection, answer.clip):
                # Asked twice at once, which two workers can: the first answer stands.
                told = _insert(connection, answers).values(
                    request=answer.request,
                    clip=answer.clip,
                    answer=answer.text,
                    tokens_in=paid.tokens_in,
                    tokens_out=paid.tokens_out,
                    cost=paid.money,
                    at=db_now(),
                )
                connection.execute(told.on_conflict_do_nothing())

    def _lasts_s(self, cost: Cost) -> float:
        """How long nobody else sends anything, to keep to requests and tokens a minute."""
        limits = self._limits
        by_tokens = cost.tokens / limits.tokens_per_minute
        return 60 * max(1 / limits.requests_per_minute, by_tokens)

    def _spent(self, connection: Connection) -> Cost:
        columns = select(_p.tokens_in, _p.tokens_out, _p.cost).where(_p.name == self._name)
        return Cost(*connection.execute(columns).one())

    def _told(self, spent: Cost) -> str:
        limits = self._limits
        of = f"{spent.money:.4f} of {limits.money:g}" if limits.money else f"{spent.money:.4f}"
        tokens = f"{spent.tokens} tokens"
        if limits.tokens:
            tokens = f"{spent.tokens} of {limits.tokens} tokens"
        return (
            f"the purse {self._name!r} has not enough left for another request: spent {of},"
            f" {tokens}; raise caption.refine.budget to go on"
        )


def _is_removed(connection: Connection, clip: str) -> bool:
    video = clip.rpartition("#")[0]
    return connection.execute(select(_t.id).where(_t.id == video)).first() is not None


def forget_answers(connection: Connection, video: str) -> int:
    """Remove what was answered about a video's clips; how many answers that were."""
    # Not LIKE, to which an id's letters may have a meaning, and in SQLite no case.
    prefix = f"{video}#"
    clips = func.substr(answers.c.clip, 1, len(prefix)) == prefix
    return connection.execute(delete(answers).where(clips)).rowcount


def _plus(cost: Cost) -> dict[str, Any]:
    return {
        "tokens_in": _p.tokens_in + cost.tokens_in,
        "tokens_out": _p.tokens_out + cost.tokens_out,
        "cost": _p.cost + cost.money,
    }


def _insert(connection: Connection, table: Any = purses) -> Any:
    """`INSERT`, in the dialect that knows `ON CONFLICT`."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    return dialect.insert(table)
