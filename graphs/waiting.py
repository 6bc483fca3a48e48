"""The wait of a render at the gate: reported once per reason, and ended if there is no money."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager

from conte.production import WaitsFor
from graphs.gate import Ahead
from graphs.outlook import Outlook, Waits, WaitsForMoney

LOOK_EVERY_S = 1.0

Tell = Callable[[Waits], Awaitable[None]]
"""Records why a render waits."""


class Waiting:
    """The wait of one render. The gate calls it, and cancels the call when it lets the render
    in."""

    def __init__(self, outlook: Outlook, tenant: str, tell: Tell | None) -> None:
        self._outlook, self._tenant, self._tell = outlook, tenant, tell
        self._told: WaitsFor | None = None

    async def __call__(self, ahead: Ahead) -> None:
        """Report the wait until the gate lets the render in.

        Raises:
            WaitsForMoney: as soon as the tenant's ceiling is reached.
        """
        clock = asyncio.get_running_loop().time
        began = clock()
        while True:
            await self._look(ahead(), clock() - began)
            await asyncio.sleep(LOOK_EVERY_S)

    async def may_begin(self) -> None:
        """Wait until the render may spend money. Raises WaitsForMoney if it may not today."""
        while not self._outlook.may_spend(self._tenant):
            await self._look(0.0, 0.0)
            await asyncio.sleep(LOOK_EVERY_S)

    def paying(self, frames: float) -> AbstractContextManager[None]:
        """Return a context manager within which the render counts as running."""
        return self._outlook.paying(self._tenant, frames)

    async def _look(self, ahead: float, waited_s: float) -> None:
        found = self._outlook.of(self._tenant, ahead, waited_s)
        if found is None:
            return
        if found.reason != self._told:
            self._told = found.reason
            if self._tell is not None:
                await self._tell(found)
        if found.reason == "budget":
            raise WaitsForMoney(self._outlook.resumes_in_s)
