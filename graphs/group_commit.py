"""Group commit: what a director's jobs write at the same time becomes one transaction."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextvars import Context
from dataclasses import dataclass
from typing import Any

from serve.database.errors import DatabaseUnavailable
from serve.ledger.ledger import Ledger
from serve.telemetry import log

Calls = Sequence[Callable[[], Any]]


@dataclass(frozen=True)
class _Part:
    """The calls of one job: all of them are written, or none."""

    calls: Calls
    written: asyncio.Future[list[Any]]


class GroupCommit:
    """Commits parts that wait for the same transaction together. A part that fails fails alone.

    A commit costs a disk's or a server's round trip, however much is in it. While one transaction
    runs, the parts of other jobs come together for the next. Parts lock the row of their own
    production, and nothing else before the transaction's end: see `serve/database/put_off.py`.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._waiting: list[_Part] = []
        self._sending: asyncio.Task[None] | None = None

    async def write(self, calls: Calls) -> list[Any]:
        """Return the calls' results when they are committed.

        Raises:
            DatabaseUnavailable: nothing was written. Another try should be `alone`: the others'
                writes must not wait for a call that the database cannot take.
        """
        written: asyncio.Future[list[Any]] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Part(calls, written))
        if self._sending is None:
            # Without the context of the job that happens to be the first: its log lines name it.
            self._sending = asyncio.create_task(self._send(), context=Context())
        return await written

    def alone(self, calls: Calls) -> list[Any]:
        """Commit the calls in a transaction of their own. Blocking."""
        with self._ledger.together():
            return [call() for call in calls]

    async def _send(self) -> None:
        try:
            while self._waiting:
                waiting, self._waiting = self._waiting, []
                # A job that has ended has cancelled its part.
                parts = [part for part in waiting if not part.written.done()]
                ends = await asyncio.to_thread(self._commit, [part.calls for part in parts])
                for part, end in zip(parts, ends, strict=True):
                    _settle(part.written, end)
        finally:
            self._sending = None

    def _commit(self, parts: Sequence[Calls]) -> list[list[Any] | Exception]:
        if len(parts) > 1:
            try:
                with self._ledger.together():
                    return [[call() for call in calls] for calls in parts]
            except DatabaseUnavailable as error:
                return [error for _ in parts]
            except Exception as error:
                # Nothing was written, and one of them is at fault: each by itself.
                log("ledger.group_apart", level=logging.DEBUG, error=error)
        return [self._end(calls) for calls in parts]

    def _end(self, calls: Calls) -> list[Any] | Exception:
        try:
            return self.alone(calls)
        except Exception as error:
            return error


def _settle(written: asyncio.Future[list[Any]], end: list[Any] | Exception) -> None:
    if written.done():
        return
    if isinstance(end, Exception):
        written.set_exception(end)
    else:
        written.set_result(end)
