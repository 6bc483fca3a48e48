"""A budget in SQLite or PostgreSQL: money reserved before each request, at one pace for all.

One conditional statement reserves money, so that workers together cannot spend more than there is,
and claims the next request's turn by the database's clock. Reserves that a killed process never
settled stay spent: they may have been paid.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, literal, select, update

from deployments.engines.paid.prices import BudgetLimits, Cost
from deployments.engines.paid.tables import purses
from serve.database.clock import db_now
from serve.database.engine import Database
from serve.database.upsert import insert_into

ROUNDING = 1e-9
"""Share by which rounding may exceed a budget: ten prices need not sum to ten times one."""
_p = purses.c


class BudgetSpent(Exception):
    """Too little is left for another request. Nothing was sent, and no stored work is lost."""


class Budget:
    """A budget shared by all jobs that name it, in any number of processes. Synchronous,
    thread-safe.
    """

    def __init__(
        self,
        database: Database,
        name: str,
        limits: BudgetLimits,
        setting: str = "",
        clock: Callable[[], float] | None = None,
    ) -> None:
        """Create the budget's row if it is missing.

        `name`: at most 100 characters. `setting`: the setting that an error says to raise. `clock`:
        replaces the database's.
        """
        self._database, self._name, self._limits = database, name, limits
        self._setting, self._clock = setting, clock
        with database.writing() as connection:
            connection.execute(
                insert_into(connection, purses).values(name=name).on_conflict_do_nothing()
            )

    def spent(self) -> Cost:
        """Return the cost that was paid, reserved, or possibly paid by a worker that died."""
        with self._database.asking() as connection:
            return self._spent(connection)

    def check(self) -> None:
        """Raise BudgetSpent if nothing is left."""
        spent, limits = self.spent(), self._limits
        used_up = limits.money and spent.money >= limits.money
        if used_up or (limits.tokens and spent.tokens >= limits.tokens):
            raise self._refusal(spent)

    def reserve(self, most: Cost) -> float:
        """Reserve a request's maximum cost; return the seconds to wait before sending it.

        Raises:
            BudgetSpent: if less is left.
        """
        limits, now, lasts_s = self._limits, self._now(), self._limits.lasts_s(most)
        affordable: list[ColumnElement[bool]] = [_p.name == self._name]
        if limits.money:
            affordable.append(_p.cost + most.money <= limits.money * (1 + ROUNDING))
        if limits.tokens:
            affordable.append(_p.tokens_in + _p.tokens_out + most.tokens <= limits.tokens)
        claim = (
            update(purses)
            .where(*affordable)
            .values(
                **_plus(most), next_at=case((_p.next_at > now, _p.next_at), else_=now) + lasts_s
            )
            .returning(_p.next_at - now)
        )
        with self._database.writing() as connection:
            left_s = connection.execute(claim).scalar_one_or_none()
            if left_s is None:
                raise self._refusal(self._spent(connection), most)
        return max(0.0, left_s - lasts_s)

    def settle(self, reserved: Cost, paid: Cost) -> None:
        """Record the payment, and release the rest of the reserve: its money and its time."""
        rest = Cost(
            paid.tokens_in - reserved.tokens_in,
            paid.tokens_out - reserved.tokens_out,
            paid.money - reserved.money,
        )
        # The pace counts real tokens; with reserved ones it would never be reached.
        early_s = self._limits.lasts_s(reserved) - self._limits.lasts_s(paid)
        pay = update(purses).where(_p.name == self._name)
        with self._database.writing() as connection:
            connection.execute(pay.values(**_plus(rest), next_at=_p.next_at - early_s))

    def together(self) -> AbstractContextManager[None]:
        """Put this thread's writes to the budget's database in the block into one transaction."""
        return self._database.together()

    def _now(self) -> ColumnElement[float]:
        return db_now() if self._clock is None else literal(self._clock())

    def _spent(self, connection: Connection) -> Cost:
        columns = select(_p.tokens_in, _p.tokens_out, _p.cost).where(_p.name == self._name)
        return Cost(*connection.execute(columns).one())

    def _refusal(self, spent: Cost, most: Cost | None = None) -> BudgetSpent:
        limits, said = self._limits, list[str]()
        if limits.money:
            left, all_ = limits.money - spent.money, f"{limits.money:g}"
            wanted = f", the next request may cost {most.money:.4f}" if most else ""
            said.append(
                f"{left:.4f} of {all_} is left{wanted}, {spent.money:.4f} of {all_} is spent"
            )
        if limits.tokens:
            left, whole = limits.tokens - spent.tokens, f"{limits.tokens} tokens"
            wanted = f", the next request may take {most.tokens}" if most else ""
            said.append(f"{left} of {whole} are left{wanted}, {spent.tokens} of {whole} are spent")
        more = f"; raise {self._setting} to go on" if self._setting else ""
        return BudgetSpent(f"{'; '.join(said)} (budget {self._name!r}){more}")


def _plus(cost: Cost) -> dict[str, Any]:
    return {
        "tokens_in": _p.tokens_in + cost.tokens_in,
        "tokens_out": _p.tokens_out + cost.tokens_out,
        "cost": _p.cost + cost.money,
    }
