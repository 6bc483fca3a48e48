"""Copies files between the vault and a backup, several at once, each verified."""

import asyncio
import hashlib
import json
import tempfile
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from contextlib import aclosing
from pathlib import Path
from typing import TypeVar

from serve.backup.record import Held
from serve.vault import Missing, Vault
from serve.vault.hashing import sha256_of

AT_ONCE = 8
_T = TypeVar("_T")


async def copy(
    source: Vault, into: Vault, keys: Collection[str], known: Mapping[str, Held], journal: Path
) -> list[Held]:
    """Copy files that `into` lacks. Return the copied and existing ones; the others are absent.

    `known`: files of an earlier backup. `journal`: file in which each copied file is noted at once,
    so that an interrupted backup can be resumed.
    """
    found: list[Held] = []
    with journal.open("a", encoding="utf-8") as notes:

        async def one(key: str) -> None:
            held = await _copied(source, into, key, known.get(key))
            if held is None:
                return
            found.append(held)
            if held != known.get(key):
                notes.write(json.dumps(held._asdict()) + "\n")
                notes.flush()

        await _each(sorted(keys), one)
    return found


async def _copied(source: Vault, into: Vault, key: str, known: Held | None) -> Held | None:
    try:
        there = (await into.stat(key)).size
    except Missing:
        pass
    else:
        if known is not None and known.size == there:
            return known
        digest, size = await sha256_of(into, key)
        return Held(key, size, digest)
    with tempfile.TemporaryDirectory(prefix="sian-backup-") as folder:
        copied = Path(folder) / "copied"
        try:
            held = await _written(source, key, copied)
        except Missing:
            return None
        await into.publish(key, copied)
    digest, size = await sha256_of(into, key)
    if (digest, size) != (held.sha256, held.size):
        raise OSError(0, f"{key} was written and reads otherwise: the disk is not to be trusted")
    return held


async def _written(source: Vault, key: str, path: Path) -> Held:
    found, size = hashlib.sha256(), 0
    with path.open("wb") as file:
        async with aclosing(source.stream(key)) as chunks:
            async for chunk in chunks:
                found.update(chunk)
                size += len(chunk)
                await asyncio.to_thread(file.write, chunk)
    return Held(key, size, found.hexdigest())


async def put_back(source: Vault, into: Vault, held: Iterable[Held]) -> list[str]:
    """Publish a backup's files. Return one sentence for each file that is damaged, or that differs
    in the vault."""
    faults: list[str] = []

    async def one(wanted: Held) -> None:
        if fault := await _put_back(source, into, wanted):
            faults.append(fault)

    await _each(held, one)
    return faults


async def _put_back(source: Vault, into: Vault, wanted: Held) -> str:
    if fault := await damage(source, wanted):
        return fault
    async with source.local(wanted.key) as path:
        await into.publish(wanted.key, path)
    # Also of a file that was there before: it may be another one.
    digest, _ = await sha256_of(into, wanted.key)
    return "" if digest == wanted.sha256 else f"{wanted.key}: the vault has other bytes"


async def damage(source: Vault, wanted: Held) -> str:
    """Return what is wrong with a file of a backup; empty: nothing."""
    try:
        digest, size = await sha256_of(source, wanted.key)
    except Missing:
        return f"{wanted.key}: missing from the backup"
    if (digest, size) != (wanted.sha256, wanted.size):
        return f"{wanted.key}: the backup has other bytes than were copied"
    return ""


async def damages(source: Vault, held: Iterable[Held]) -> list[str]:
    faults: list[str] = []

    async def one(wanted: Held) -> None:
        if fault := await damage(source, wanted):
            faults.append(fault)

    await _each(held, one)
    return faults


async def _each(items: Iterable[_T], work: Callable[[_T], Awaitable[None]]) -> None:
    """Run `work` on the items, several at once. A vault may have more items than tasks fit into
    memory."""
    left = iter(items)

    async def worker() -> None:
        for item in left:
            await work(item)

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(worker())
    except BaseExceptionGroup as several:
        raise several.exceptions[0] from None
