"""Connections whose client is gone, or reads nothing, are closed by the kernel."""

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncGenerator
from urllib.parse import urlsplit

import grpc
import httpx
import pytest
from fastapi import FastAPI
from grpc import aio
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from serve.ingress.connections import CutsDead, bound_heads, bound_windows, middlewares, watch
from tests.front_door import eventually, served


def test_every_connection_is_watched(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("insecure_channel", "secure_channel"):  # put back after the test
        monkeypatch.setattr(aio, name, getattr(aio, name))
    found: list[int] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            connection = send.__self__.transport.get_extra_info("socket")  # type: ignore[attr-defined]
            found.append(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT))
            found.append(connection.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE))
            await Response()(scope, receive, send)

    with served(_with(app, middlewares())) as url:
        assert httpx.get(url, timeout=300).status_code == 200
    assert found == [60_000, 1]


def test_a_reader_that_takes_nothing_is_cut_off() -> None:
    gone: list[bool] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        await send({"type": "http.response.start", "status": 200, "headers": []})
        left = asyncio.create_task(_left(receive))
        while not left.done():
            part = bytes(1 << 20)
            await send({"type": "http.response.body", "body": part, "more_body": True})
        gone.append(True)

    with served(_with(app, [Middleware(CutsDead, gone_s=0.3)])) as url, socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16 * 1024)
        address = urlsplit(url)
        client.connect((address.hostname, address.port))
        client.sendall(b"GET / HTTP/1.1\r\nHost: sian\r\n\r\n")
        eventually(lambda: gone)


HEAD = b"GET / HTTP/1.1\r\nHost: sian\r\n"
UNFINISHED = {
    "nothing": b"",
    "a byte": b"G",
    "half a head": HEAD,
    "half of a second head": HEAD + b"\r\n" + HEAD,
}


@pytest.fixture
def heads_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a second for the head of a request; put back after the test."""
    for protocol in (HttpToolsProtocol, H11Protocol):
        for name in ("connection_made", "data_received", "connection_lost"):
            monkeypatch.setattr(protocol, name, getattr(protocol, name))
    bound_heads(0.5)


@pytest.mark.usefixtures("heads_in_time")
@pytest.mark.parametrize("what", UNFINISHED)
def test_a_client_that_sends_no_whole_request_is_cut_off(what: str) -> None:
    with served(_with(answering, [])) as url, _connected(url) as client:
        client.sendall(UNFINISHED[what])
        heard = b""
        while part := client.recv(1 << 16):
            heard += part
        assert heard.count(b"HTTP/1.1 200") == (what == "half of a second head")


@pytest.mark.usefixtures("heads_in_time")
def test_a_client_that_drips_its_head_is_cut_off_and_one_that_waits_for_its_answer_is_not() -> None:
    with served(_with(answering, [])) as url, _connected(url) as slow, _connected(url) as good:
        good.sendall(HEAD + b"X-Slow: 1\r\n\r\n")
        with contextlib.suppress(ConnectionError):
            for _ in range(600):
                slow.sendall(b"a")
                time.sleep(0.05)
            raise AssertionError("a head of 600 bytes in 30 s was waited for")
        assert good.recv(1 << 16).startswith(b"HTTP/1.1 200")


def _connected(url: str) -> socket.socket:
    address = urlsplit(url)
    client = socket.create_connection((address.hostname, address.port), timeout=300)
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return client


async def answering(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "http":
        if (b"x-slow", b"1") in scope["headers"]:
            await asyncio.sleep(1)  # longer than a head may take
        await Response()(scope, receive, send)


async def test_an_answer_of_a_replica_is_read_little_ahead(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As gRPC answers: a server that gives 64 MiB, and a client that takes one part of them."""
    for name in ("insecure_channel", "secure_channel"):  # put back after the test
        monkeypatch.setattr(aio, name, getattr(aio, name))
    bound_windows()
    given = 0

    async def film(request: bytes, context: object) -> AsyncGenerator[bytes]:
        nonlocal given
        for _ in range(256):
            yield bytes(256 * 1024)
            given += 256 * 1024

    server = aio.server()
    method = grpc.unary_stream_rpc_method_handler(film)
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("s", {"m": method}),))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        # Reading fast first is what makes a window grow.
        assert len([part async for part in channel.unary_stream("/s/m")(b"")]) == 256
        given = 0
        answer = channel.unary_stream("/s/m")(b"")
        parts = aiter(answer)
        await anext(parts)
        for _ in range(20):
            await asyncio.sleep(0.02)
            assert given < 3 << 20
        answer.cancel()
    await server.stop(None)


def test_a_server_that_shows_no_connection_serves_all_the_same() -> None:
    async def send(_: object) -> None: ...

    assert not watch(send, 60)


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _with(app: ASGIApp, around: list[Middleware]) -> FastAPI:
    for middleware in around:
        app = middleware.cls(app, *middleware.args, **middleware.kwargs)  # type: ignore[assignment]
    return app  # type: ignore[return-value]
