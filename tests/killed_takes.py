"""Orders takes and makes them in child processes that are killed at their nth step.

    python -m tests.killed_takes HOME PRODUCTION CUT FILE

A server for each step of an upload, killed there, and as many directors; then the same requests
again, to a server that lives, and directors until one comes to its end. All are forked from one
process that has done nothing yet but import. Prints the answers that clients got, a line each.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from conte.clip import Clip, Shot, Tier
from graphs.director import Director
from serve.bounded import CallResult, FunctionResult
from serve.database.engine import Database
from serve.ingress import app as application
from serve.settings import DirectorSettings
from serve.vault.folder import Folder
from tests.fake_crew import FakeCrew
from tests.front_door import House, eventually
from tests.on_ledger import let_lease_end
from tests.test_produce import gates
from tests.test_revision_rounds import PLAN

SETTINGS = DirectorSettings(lease_s=600, poll_s=0.01, max_takeovers=1000)
NUM = 2
"""Takes that are ordered at once, with each upload."""
HALF = 6
"""Requests whose takes a production may have waiting."""
STRIDE = 5
"""Steps that a director comes further than the one before: they differ from run to run anyway."""


class Mortal:
    """Dies before and after every transaction and every file, when its steps are used up."""

    left = -1
    """Steps; below 0: it lives."""

    @classmethod
    def step(cls) -> None:
        if cls.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        cls.left -= 1


writing, publish = Database.writing, Folder._publish  # pyright: ignore[reportPrivateUsage]


@contextmanager
def mortal_writing(self: Database) -> Generator[Connection]:
    with writing(self) as connection:
        yield connection
        Mortal.step()  # all of it is written, nothing is committed
    Mortal.step()


def mortal_publish(self: Folder, key: str, source: Path | bytes) -> bool:
    new = publish(self, key, source)
    Mortal.step()
    return new


class Decoding:
    """Looks at files in its own process."""

    async def call(
        self, tenant: str, function: Callable[..., FunctionResult], *args: Any
    ) -> CallResult:
        Mortal.step()  # the file is on the disk by now
        found = function(*args)
        return CallResult(found.text, tuple(found.blobs), 0, 0)


class Publishing(FakeCrew):
    """Publishes a file for every clip that is rendered."""

    house: House

    async def render(self, shot: Shot, cut: int, tier: Tier) -> AsyncGenerator[float | Clip]:
        async for step in super().render(shot, cut, tier):
            if isinstance(step, Clip):
                new = await self.house.vault.publish_bytes(step.key, step.key.encode())
                step = step.model_copy(update={"reused": not new})
            yield step


def forked(left: int, work: Callable[[], Coroutine[Any, Any, None]]) -> bool:
    """Do the work in a child; return False if it was killed."""
    child = os.fork()
    if not child:
        Mortal.left = left
        asyncio.run(work())
        sys.stdout.flush()
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code not in (0, -signal.SIGKILL):
        sys.exit(f"step {left} ended with {code}")
    return code == 0


async def ask(home: Path, production: str, cut: str, file: Path, keys: Sequence[int]) -> None:
    """Upload a file and order other takes for each key, as a client does that may ask again."""
    house = House(home)
    url = f"/v1/productions/{production}/cuts/{cut}/takes"
    async with house.client() as client:
        for key in keys:
            headers = {"Content-Type": "video/mp4", "Idempotency-Key": f"file-{key}"}
            sent = await client.post(f"{url}/upload", content=file.read_bytes(), headers=headers)
            headers = {"Idempotency-Key": f"others-{key}"}
            others = await client.post(url, json={"num": NUM}, headers=headers)
            print(json.dumps([(one.status_code, one.json()) for one in (sent, others)]))
    house.ledger.close()


async def direct(home: Path, production: str) -> None:
    house = House(home)
    let_lease_end(house.settings.ledger_url, production)
    crew = Publishing()
    crew.house = house
    director = Director(house.ledger, crew, PLAN, SETTINGS, gates(4))
    director.start()
    await asyncio.to_thread(eventually, lambda: house.ledger.get(production).state.ended)
    await director.stop()
    house.ledger.close()


def main(home: Path, production: str, cut: str, file: Path) -> None:
    Database.writing, Folder._publish = mortal_writing, mortal_publish  # pyright: ignore
    application.decoding_of_process = lambda *_: Decoding()  # pyright: ignore
    asked = partial(ask, home, production, cut, file)
    directed = partial(direct, home, production)
    steps = count()
    while not forked(step := next(steps), partial(asked, [step])):
        # Directors come and go meanwhile.
        forked(step, directed)
    # Clients that got no answer ask again, some before and some after takes were made.
    for keys in (range(HALF), range(HALF, step + 1)):
        assert forked(-1, partial(asked, keys))
        steps = count(0, STRIDE)
        while not forked(next(steps), directed):
            pass


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], Path(sys.argv[4]))
