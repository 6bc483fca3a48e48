"""Long answers are handed on in pieces, and no faster than the server sends them."""

import asyncio
from collections import deque
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ray.serve._private.replica import UserCallableWrapper
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from graphs.replicas.answer_queue import waiting_of
from graphs.replicas.ingress import Ingress
from serve.ingress.pacing import AHEAD_BYTES, PIECE_BYTES, Paced, Stalled, Waiting
from tests.front_door import FILM_BYTES, House, accept

SCOPE: Scope = {"type": "http", "path": "/"}
FILM = bytes(range(256)) * 16384  # 4 MiB


class Server:
    """Takes whatever it is given, as Ray Serve does, and sends it on when the test says so."""

    def __init__(self) -> None:
        self.waiting: deque[Message] = deque()
        self.sent: list[Message] = []

    async def send(self, message: Message) -> None:
        self.waiting.append(message)

    def waiting_of(self, send: Send) -> Waiting:
        return self.waiting.__len__

    @property
    def waiting_bytes(self) -> int:
        return sum(len(message.get("body", b"")) for message in self.waiting)

    def send_on(self) -> None:
        self.sent += self.waiting
        self.waiting.clear()

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.sent)


async def forever() -> Message:
    await asyncio.Event().wait()
    return {}


async def nothing() -> Message:
    return {"type": "http.request", "body": b""}


async def film(scope: Scope, receive: Receive, send: Send) -> None:
    """A file, in the vault's chunks."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    for start in range(0, len(FILM), 262144):
        body = FILM[start : start + 262144]
        await send({"type": "http.response.body", "body": body, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def document(scope: Scope, receive: Receive, send: Send) -> None:
    """One large part."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": FILM})


async def beats(scope: Scope, receive: Receive, send: Send) -> None:
    """A stream of very many small events."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    for _ in range(10_000):
        await send({"type": "http.response.body", "body": b": beat\n\n", "more_body": True})


@pytest.mark.parametrize("app", [film, document])
async def test_what_nobody_reads_stays_small_and_what_is_read_is_whole(app: Paced) -> None:
    server = Server()
    answer = asyncio.create_task(Paced(app, server.waiting_of)(SCOPE, nothing, server.send))
    while not answer.done():
        for _ in range(3):
            await asyncio.sleep(0)
        assert server.waiting_bytes <= AHEAD_BYTES + PIECE_BYTES
        server.send_on()
    server.send_on()
    assert server.body == FILM
    assert all(len(message.get("body", b"")) <= PIECE_BYTES for message in server.sent)
    more = [message.get("more_body") for message in server.sent[1:]]
    assert more == [True] * (len(more) - 1) + [False]


async def test_small_events_that_nobody_reads_stay_few() -> None:
    server = Server()
    paced = Paced(beats, server.waiting_of, stalled_s=0.05)
    with pytest.raises(Stalled, match=r"nothing for 0\.05 s"):
        await paced(SCOPE, nothing, server.send)
    assert len(server.waiting) < 1000


async def test_an_answer_without_a_body_ends_as_it_is() -> None:
    async def empty(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 304, "headers": []})
        await send({"type": "http.response.body"})

    server = Server()
    await Paced(empty, server.waiting_of)(SCOPE, nothing, server.send)
    assert list(server.waiting)[1] == {
        "type": "http.response.body",
        "body": b"",
        "more_body": False,
    }


async def test_a_server_that_does_not_say_what_waits_gets_everything() -> None:
    server = Server()
    await Paced(film, lambda _: None)(SCOPE, nothing, server.send)
    server.send_on()
    assert server.body == FILM


class Replica:
    """What Ray Serve's own code needs to answer one request."""

    _run_user_code_in_separate_thread = False

    def __init__(self) -> None:
        self.waited: list[int] = []

    def get_user_method_info(self, name: str) -> str:
        return name

    async def _call_http_entrypoint(
        self, info: str, scope: Scope, receive: Any, send: Send
    ) -> None:
        waiting = waiting_of(send)
        assert waiting is not None
        for status in (103, 200):
            await send({"type": "http.response.start", "status": status})
            self.waited.append(waiting())
        while waiting():
            await asyncio.sleep(0)
        self.waited.append(waiting())


async def test_the_queue_of_ray_serve_is_found_in_its_send() -> None:
    replica: Any = Replica()
    request: Any = SimpleNamespace(call_method="__call__")
    answer_of: Any = UserCallableWrapper.call_http_entrypoint
    answer = answer_of(replica, request, str, SCOPE, nothing)
    assert [len(messages) async for messages in answer] == [2]
    assert replica.waited == [1, 2, 0]


class FilmReplica(Replica):
    """Answers with the front door, as it is built for Ray Serve."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__()
        self._app = app
        self.waiting: Waiting | None = None

    async def _call_http_entrypoint(
        self, info: str, scope: Scope, receive: Any, send: Send
    ) -> None:
        self.waiting = waiting_of(send)
        await self._app(scope, receive, send)


async def test_the_front_door_reads_a_film_no_faster_than_ray_serve_sends_it(
    tmp_path: Path,
) -> None:
    house = House(tmp_path)
    production = accept(house)
    house.film(production)
    nobody: Any = None
    replica: Any = FilmReplica(Ingress(house.settings, nobody).__serve_build_asgi_app__())
    scope = {
        "type": "http",
        "method": "GET",
        "path": f"/v1/productions/{production}/versions/1/film",
        "query_string": b"",
        "headers": [],
    }
    request: Any = SimpleNamespace(call_method="__call__")
    answer_of: Any = UserCallableWrapper.call_http_entrypoint
    body = b""
    async for messages in answer_of(replica, request, str, scope, forever):
        body += b"".join(message.get("body", b"") for message in messages)
        for _ in range(5):  # the proxy takes its time
            await asyncio.sleep(0.01)
            assert replica.waiting() <= 1 + AHEAD_BYTES // PIECE_BYTES
    assert body == FILM_BYTES


async def test_the_send_of_another_server_has_no_queue() -> None:
    assert waiting_of(Server().send) is None
    assert waiting_of(nothing) is None  # type: ignore[arg-type]
