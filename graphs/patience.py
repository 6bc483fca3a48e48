"""Repeats a call until the ledger is available again, so that no finished work is lost."""

import asyncio
import logging
from collections.abc import Callable
from typing import TypeVar

from serve.database.errors import DatabaseUnavailable
from serve.telemetry import log

_T = TypeVar("_T")

PAUSE_S = 1.0
"""Seconds between two attempts. Neither a full disk nor a held lock signals its end."""


async def patiently(call: Callable[[], _T]) -> _T:
    """Return the call's result as soon as the ledger is available.

    Raises:
        LeaseLost: if another director has taken over meanwhile.
    """
    while True:
        try:
            return await asyncio.to_thread(call)
        except DatabaseUnavailable as error:
            log("ledger.waited_for", level=logging.WARNING, reason=str(error))
            await asyncio.sleep(PAUSE_S)
