"""Reports the contes that are still to be written, for the autoscaling policy of the conte
model."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from serve.ledger.ledger import Ledger
from serve.telemetry import log

LOOK_EVERY_S = 2.0


class WritingLeft:
    """Reports all unwritten contes; every director has one, and the board counts the contes
    once."""

    def __init__(
        self, ledger: Ledger, write: Callable[[float], Awaitable[None]], conte_s: float
    ) -> None:
        """Prepare the report. `write`: writes the seconds of work left on the board. `conte_s`:
        seconds per conte."""
        self._ledger, self._write, self._conte_s = ledger, write, conte_s
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="writing-left")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def look(self) -> None:
        contes = await asyncio.to_thread(self._ledger.contes_left)
        await self._write(contes * self._conte_s)

    async def _run(self) -> None:
        while True:
            try:
                await self.look()
            except Exception as error:
                # The policy keeps its number until the next look.
                log("writing_left.failed", level=logging.WARNING, error=error)
            await asyncio.sleep(LOOK_EVERY_S)
