"""Checks the vault: puts a file, reads a range of it, signs a link, deletes it. Never lists."""

import asyncio
import secrets
from contextlib import aclosing
from pathlib import Path

import httpx

from serve.doctor.ledger import not_made_yet
from serve.doctor.line import Line, ok, wrong
from serve.opened import open_vault
from serve.settings import Settings
from serve.vault import Vault, VaultUnavailable
from serve.vault.keys import key_of

PART = "vault"
_BYTES = 64 * 1024
_LINK_S = 60
_TODO = (
    "check vault.url, vault.endpoint, vault.region, SIAN_VAULT__ACCESS_KEY and"
    " SIAN_VAULT__SECRET_KEY, and the rights to read, write and delete"
)


class _NotAsItShould(Exception):
    pass


def vault_lines(settings: Settings) -> list[Line]:
    url = settings.vault_url
    remote = url.startswith("s3://")
    if not remote and not (folder := Path(url.removeprefix("file://"))).exists():
        return [not_made_yet(PART, folder, "vault.url or --home")]
    done: list[str] = []
    try:
        asyncio.run(_tried(open_vault(settings), remote, done))
    except (VaultUnavailable, LookupError, httpx.HTTPError, _NotAsItShould) as error:
        so_far = f" (done before: {', '.join(done)})" if done else ""
        why = str(error).removeprefix(f"{url}: ") or type(error).__name__
        return [wrong(PART, f"{url}: {why}{so_far}", _TODO)]
    return [ok(PART, f"{url}: {', '.join(done)}")]


async def _tried(vault: Vault, remote: bool, done: list[str]) -> None:
    data = secrets.token_bytes(_BYTES)
    key = key_of("checks", data, ".txt")
    if not await vault.publish_bytes(key, data):
        raise _NotAsItShould("a file that was never put is there")
    done.append("put")
    try:
        if await vault.publish_bytes(key, b"another"):
            raise _NotAsItShould("a second put of the same key replaced the first")
        async with aclosing(vault.stream(key, 1000, 3000)) as chunks:
            if b"".join([chunk async for chunk in chunks]) != data[1000:3000]:
                raise _NotAsItShould("a range of a file has other bytes than were put")
        done.append("read a range")
        if remote:
            await _linked(vault, key, data)
            done.append("signed a link")
    finally:
        await vault.remove(key)
    if await vault.has(key):
        raise _NotAsItShould(f"{key} is still there after it was deleted")
    done.append("deleted")


async def _linked(vault: Vault, key: str, data: bytes) -> None:
    link = await vault.link(key, _LINK_S)
    if link is None:
        raise _NotAsItShould("a bucket signs no links")
    async with httpx.AsyncClient(timeout=20) as http:
        response = await http.get(link)
    if not response.is_success or response.content != data:
        raise _NotAsItShould(f"a signed link answers {response.status_code}, wanted the file")
