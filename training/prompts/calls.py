"""A purse that counts calls besides money and tokens: durable, one for all who share its name."""

from deployments.engines.refine.purse import Answer, BudgetSpent, Cost, Limits
from serve.ledger.engine import Database
from training.paid import RecordedPurse

_ONE = Cost(tokens_in=1)


class CountedPurse:
    """A `Purse`. Each request reserves one call, from a purse whose unit is calls.

    A call whose sender was killed stays counted, as its money does.
    """

    def __init__(self, database: Database, name: str, limits: Limits, calls: int) -> None:
        self._purse = RecordedPurse(database, name, limits)
        no_pace = Limits(money=0, tokens=calls, requests_per_minute=0, tokens_per_minute=0)
        self._calls, self._most = RecordedPurse(database, f"{name}/calls", no_pace), calls

    @property
    def spent(self) -> tuple[int, int, float]:
        """Calls, tokens and money."""
        paid = self._purse.spent()
        return self._calls.spent().tokens_in, paid.tokens_in + paid.tokens_out, paid.money

    async def check(self) -> None:
        await self._purse.check()

    async def answered(self, request: str) -> str | None:
        return await self._purse.answered(request)

    async def reserve(self, most: Cost) -> float:
        try:
            await self._calls.reserve(_ONE)
        except BudgetSpent:
            raise BudgetSpent(f"all of {self._most} calls are made") from None
        try:
            return await self._purse.reserve(most)
        except BudgetSpent:
            await self._calls.settle(_ONE, Cost())
            raise

    async def settle(self, reserved: Cost, paid: Cost, answer: Answer | None = None) -> None:
        await self._purse.settle(reserved, paid, answer)
        # Nothing was paid: the server was not reached, or had not begun.
        await self._calls.settle(_ONE, Cost() if paid == Cost() and answer is None else _ONE)
