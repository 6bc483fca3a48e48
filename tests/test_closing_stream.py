"""An interrupted response closes its file at once, even while its exception is referenced."""

import asyncio
import os
from contextlib import suppress
from pathlib import Path

import pytest
from starlette.types import Message, Scope

from serve.ingress.file_response import FileRequest, Ticket, send
from serve.vault import Vault
from tests.front_door import eventually

SIZE = 8 << 20
KEY = f"films/{0:064x}.mp4"


def open_files(path: Path) -> int:
    found = 0
    for descriptor in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            found += os.readlink(descriptor) == str(path)
    return found


async def _answer(vault: Vault, key: str, scope: Scope) -> tuple[asyncio.Task[None], asyncio.Event]:
    from fastapi import Request

    asked = FileRequest(Request(scope), None, None, None, None)
    response = await send(vault, Ticket(key, "video/mp4", "film.mp4"), asked)
    begun, never = asyncio.Event(), asyncio.Event()

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.body":
            begun.set()
            await never.wait()

    async def receive() -> Message:
        await never.wait()
        raise AssertionError

    return asyncio.create_task(response(scope, receive, sent)), begun


@pytest.mark.parametrize("spec_version", ["2.3", "2.4"])
def test_a_response_that_is_cut_off_closes_its_file_while_its_exception_is_kept(
    tmp_path: Path, spec_version: str
) -> None:
    folder = tmp_path / "vault"
    vault = Vault.open(str(folder))
    (tmp_path / "film.mp4").write_bytes(os.urandom(SIZE))
    scope: Scope = {
        "type": "http", "method": "GET", "path": "/", "headers": [],
        "asgi": {"spec_version": spec_version},
    }  # fmt: skip

    async def cut_off() -> None:
        await vault.publish(KEY, tmp_path / "film.mp4")
        task, begun = await _answer(vault, KEY, scope)
        await begun.wait()
        assert open_files(folder / KEY) == 1
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            # With the exception, every frame it came through is kept, and what they refer to.
            await task
        await asyncio.to_thread(eventually, lambda: open_files(folder / KEY) == 0)

    asyncio.run(cut_off())
