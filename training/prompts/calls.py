"""A purse that counts calls besides money and tokens, stored under a name and shared by its
users."""

import asyncio

from deployments.engines.paid import Answer, Budget, BudgetLimits, BudgetSpent, Cost, RecordedPurse
from serve.database.engine import Database

_ONE = Cost(tokens_in=1)


class CountedPurse:
    """Purse that reserves one call of the job `name` per request, from a budget in calls.

    A call whose process was killed stays counted, like its money.
    """

    def __init__(self, purse: RecordedPurse, database: Database, name: str, calls: int) -> None:
        no_pace = BudgetLimits(money=0, tokens=calls, requests_per_minute=0, tokens_per_minute=0)
        self._purse, self._most = purse, calls
        self._calls = Budget(database, f"{name}/calls", no_pace)

    @property
    def spent(self) -> tuple[int, int, float]:
        """Calls, tokens and money spent so far."""
        paid = self._purse.spent()
        return self._calls.spent().tokens_in, paid.tokens, paid.money

    async def check(self) -> None:
        await self._purse.check()

    async def answered(self, request: str) -> str | None:
        return await self._purse.answered(request)

    async def reserve(self, most: Cost) -> float:
        try:
            await asyncio.to_thread(self._calls.reserve, _ONE)
        except BudgetSpent:
            raise BudgetSpent(f"all of {self._most} calls are made") from None
        try:
            return await self._purse.reserve(most)
        except BudgetSpent:
            await self._count(Cost())
            raise

    async def settle(self, reserved: Cost, paid: Cost, answer: Answer | None = None) -> None:
        await self._purse.settle(reserved, paid, answer)
        # If nothing was paid, the server was not reached or had not begun.
        await self._count(Cost() if paid == Cost() and answer is None else _ONE)

    async def _count(self, made: Cost) -> None:
        await asyncio.shield(asyncio.to_thread(self._calls.settle, _ONE, made))
