"""Vault files of uploads: a file stays if an order names it, and is removed if none does.

Pictures of briefs are registered and swept alike; they stay if a tenant owns them. Recordings stay
while a draft or a version places them, and for some days after that.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

from serve.database.errors import DatabaseUnavailable
from serve.ledger.errors import (
    IdempotencyConflict,
    LimitReached,
    NotFound,
    NotTakable,
    QueueFull,
)
from serve.ledger.ledger import Ledger
from serve.telemetry import log
from serve.vault import Vault, VaultUnavailable

SWEEP_EVERY_S = 1800.0
DAY_S = 86_400.0
_REFUSALS = (NotFound, NotTakable, QueueFull, IdempotencyConflict, LimitReached)


@dataclass
class Kept:
    """Yielded to the block, which sets `ordered` when an order names the file."""

    ordered: bool = False


@asynccontextmanager
async def kept_if_ordered(
    ledger: Ledger, vault: Vault, key: str, data: bytes
) -> AsyncGenerator[Kept]:
    """Publish a file; remove it if the block raises, or does not set `ordered`.

    It is entered in the ledger first. If this process is killed, or the ledger's response is lost,
    the next sweep removes the file unless an order names it.
    """
    await asyncio.to_thread(ledger.uploading.begin, key)
    await vault.publish_bytes(key, data)
    kept = Kept()
    try:
        yield kept
    except _REFUSALS:
        await _removed(ledger, vault, key)
        raise
    if not kept.ordered:
        await _removed(ledger, vault, key)


async def sweep(ledger: Ledger, vault: Vault) -> None:
    """Remove the files that killed servers left behind.

    Raises:
        DatabaseUnavailable
    """
    for key in await asyncio.to_thread(ledger.uploading.left_behind):
        try:
            if await asyncio.to_thread(ledger.uploading.sweep, key, partial(_remove, vault, key)):
                log("upload.swept", key=key)
        except VaultUnavailable as error:
            log("upload.left", level=logging.WARNING, key=key, error=error)


async def sweep_unplaced(ledger: Ledger, vault: Vault, keep_days: float) -> None:
    """Remove recordings that no draft or version has placed for `keep_days` days.

    Raises:
        DatabaseUnavailable
    """
    after_s = keep_days * DAY_S
    for key in await asyncio.to_thread(ledger.unplaced.left, after_s):
        remove = partial(_remove, vault, key)
        try:
            if await asyncio.to_thread(ledger.unplaced.sweep, key, after_s, remove):
                log("sound.swept", key=key)
        except VaultUnavailable as error:
            log("upload.left", level=logging.WARNING, key=key, error=error)


def _remove(vault: Vault, key: str) -> None:
    """Remove a file in this thread with a separate event loop: all threads of the other loop may be
    waiting for the caller's transaction.
    """
    asyncio.run(vault.remove(key))


async def sweeping(ledger: Ledger, vault: Vault, keep_sounds_days: float) -> None:
    """Sweep periodically until cancelled."""
    while True:
        try:
            await sweep(ledger, vault)
            await sweep_unplaced(ledger, vault, keep_sounds_days)
        except DatabaseUnavailable as error:
            log("upload.not_swept", level=logging.WARNING, error=error)
        except Exception as error:
            log("upload.not_swept", level=logging.ERROR, error=error)
        await asyncio.sleep(SWEEP_EVERY_S)


async def _removed(ledger: Ledger, vault: Vault, key: str) -> None:
    """Remove a file that no order names; a failure is left to the next sweep."""
    try:
        await vault.remove(key)
        # Last: an entry without a file is swept again, a file without an entry never is.
        await asyncio.to_thread(ledger.uploading.end, key)
    except (VaultUnavailable, DatabaseUnavailable) as error:
        log("upload.left", level=logging.WARNING, key=key, error=error)
