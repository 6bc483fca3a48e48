"""Configures the HTTP proxy's connections, to clients and to replicas. Runs in the proxy.

It closes connections to clients that are gone or have stopped reading: they look the same as
clients that wait, and only the kernel knows what has been acknowledged. It closes connections whose
request's head does not come, for which uvicorn has no limit. And it reads at most `AHEAD_BYTES`
ahead from a replica. Ray Serve calls `middlewares` when it starts a proxy, because
`RAY_SERVE_HTTP_PROXY_CALLBACK_IMPORT_PATH` names it.
"""

import asyncio
import socket
from collections.abc import Callable, Iterable
from functools import partial, wraps
from typing import Any

from starlette.middleware import Middleware
from starlette.types import ASGIApp, Receive, Scope, Send

from serve.ingress.pacing import STALLED_S

AHEAD_BYTES = 1 << 20
"""Bytes of a response that may wait between a replica and the proxy."""

_IDLE_S, _PROBE_S, _PROBES = 30, 10, 3
# Otherwise gRPC adapts its window to the bandwidth, and tens of MiB a response wait in the proxy.
_WINDOW = [("grpc.http2.bdp_probe", 0), ("grpc.http2.lookahead_bytes", AHEAD_BYTES)]


class CutsDead:
    """ASGI middleware for uvicorn that makes the kernel watch each request's connection."""

    def __init__(self, app: ASGIApp, gone_s: float = STALLED_S) -> None:
        self._app, self._gone_s = app, gone_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            watch(send, self._gone_s)
        await self._app(scope, receive, send)


def watch(send: Send, gone_s: float) -> bool:
    """Set the timeouts of the connection behind uvicorn's `send`; False if it was not found."""
    transport: Any = getattr(getattr(send, "__self__", None), "transport", None)
    connection: Any = transport.get_extra_info("socket") if transport is not None else None
    if connection is None or connection.family not in (socket.AF_INET, socket.AF_INET6):
        return False
    options = [
        (socket.SOL_SOCKET, "SO_KEEPALIVE", 1),
        # Linux closes a connection if sent data stays unacknowledged, or finds no room at the
        # client, for this long. Without it a heartbeat is repeated for a quarter of an hour.
        (socket.IPPROTO_TCP, "TCP_USER_TIMEOUT", int(1000 * gone_s)),
        (socket.IPPROTO_TCP, "TCP_KEEPIDLE", _IDLE_S),
        (socket.IPPROTO_TCP, "TCP_KEEPINTVL", _PROBE_S),
        (socket.IPPROTO_TCP, "TCP_KEEPCNT", _PROBES),
    ]
    for level, name, value in options:
        if (option := getattr(socket, name, None)) is not None:
            connection.setsockopt(level, option, value)
    return True


def bound_heads(head_s: float = STALLED_S) -> None:
    """Limit how long a connection may take to send the head of a request, the first or a later one.

    uvicorn's own limit ends with the first byte of a request, and begins with the first answer.
    """
    from uvicorn.protocols.http.h11_impl import H11Protocol
    from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

    for protocol in (HttpToolsProtocol, H11Protocol):
        heads = _Heads(head_s)
        for name in ("connection_made", "data_received", "connection_lost"):
            method = getattr(protocol, name)
            # Unwrapped first: a process may be configured twice.
            setattr(protocol, name, heads.watched(getattr(method, "__wrapped__", method)))


class _Heads:
    """Timers of the connections that owe the head of a request."""

    def __init__(self, head_s: float) -> None:
        self._head_s = head_s
        self._owing: dict[Any, asyncio.TimerHandle] = {}

    def watched(self, method: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(method)
        def watched(connection: Any, *args: Any) -> None:
            method(connection, *args)
            self._look(connection)

        return watched

    def _look(self, connection: Any) -> None:
        cycle, transport = connection.cycle, connection.transport
        owes = cycle is None or cycle.response_complete
        if transport.is_closing() or not owes:
            if (timer := self._owing.pop(connection, None)) is not None:
                timer.cancel()
        elif connection not in self._owing:
            cut = partial(self._cut, connection)
            self._owing[connection] = connection.loop.call_later(self._head_s, cut)

    def _cut(self, connection: Any) -> None:
        del self._owing[connection]
        # Otherwise it has become a WebSocket.
        if connection.transport.get_protocol() is connection:
            connection.transport.close()


def bound_windows() -> None:
    """Limit how much of each response this process's gRPC channels buffer."""
    # Imported here because the command line does not need it.
    from grpc import aio

    for name in ("insecure_channel", "secure_channel"):
        setattr(aio, name, _bounded(getattr(aio, name)))


def _bounded(channel: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(channel)
    def bounded(*args: Any, options: Iterable[tuple[str, Any]] | None = None, **more: Any) -> Any:
        return channel(*args, options=[*_WINDOW, *(options or ())], **more)

    return bounded


def middlewares() -> list[Middleware]:
    bound_windows()
    bound_heads()
    return [Middleware(CutsDead)]
