"""Purse: a job's budget, which other jobs may share, and its own stored answers."""

import asyncio
from typing import Protocol

from deployments.engines.paid.answers import Answer, Answers, Removed
from deployments.engines.paid.budget import Budget
from deployments.engines.paid.prices import BudgetLimits, Cost, limits_of
from deployments.engines.paid.tables import open_purses
from serve.database.engine import Database
from serve.settings import PaidSettings


class Purse(Protocol):
    async def check(self) -> None:
        """Raise BudgetSpent if nothing is left."""
        ...

    async def answered(self, request: str) -> str | None:
        """Return the stored answer to the request with this hash, or None."""
        ...

    async def reserve(self, most: Cost) -> float:
        """Reserve a request's maximum cost; return the seconds to wait before sending it.

        Raises:
            BudgetSpent: if less is left, with the amount.
        """
        ...

    async def settle(self, reserved: Cost, paid: Cost, answer: Answer | None = None) -> None:
        """Record the payment, release the rest of the reserve and store the answer, all at once."""
        ...


class RecordedPurse:
    """A persistent `Purse`. Purses of one budget, in any number of processes, share it."""

    def __init__(self, budget: Budget, answers: Answers) -> None:
        self._budget, self._answers = budget, answers

    def spent(self) -> Cost:
        """Return the cost as `Budget.spent` does. Blocking."""
        return self._budget.spent()

    async def check(self) -> None:
        await asyncio.to_thread(self._budget.check)

    async def answered(self, request: str) -> str | None:
        return await asyncio.to_thread(self._answers.known, request)

    async def reserve(self, most: Cost) -> float:
        return await asyncio.to_thread(self._budget.reserve, most)

    async def settle(self, reserved: Cost, paid: Cost, answer: Answer | None = None) -> None:
        # Shielded: if it were cancelled between an answer and its record, the job would pay again.
        await asyncio.shield(asyncio.to_thread(self._settle, reserved, paid, answer))

    def _settle(self, reserved: Cost, paid: Cost, answer: Answer | None) -> None:
        # One transaction if both are in one database. Otherwise the answer is stored first: a
        # process that dies in between leaves too high a count, and pays for nothing twice.
        with self._budget.together():
            if answer is not None:
                self._answers.keep(answer, paid)
            self._budget.settle(reserved, paid)


def purse_for(
    settings: PaidSettings,
    records: Database,
    setting: str,
    limits: BudgetLimits | None = None,
    removed: Removed = lambda *_: False,
) -> RecordedPurse:
    """Return the purse of the settings, with its answers in the job's `records`.

    Args:
        setting: the setting that an error says to raise.
        limits: override those of the settings.

    Raises:
        ValueError: naming the setting that is missing or wrong.
        DatabaseUnavailable: if the budget's database cannot be opened.
    """
    database = open_purses(settings.purse_url) if settings.purse_url else records
    budget = Budget(database, settings.purse, limits or limits_of(settings), setting)
    return RecordedPurse(budget, Answers(records, removed))
