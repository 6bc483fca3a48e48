"""Holds a response back until the server has sent what came before. Knows no server.

An ASGI server may accept every part of a response at once, however slowly the client reads. A large
file, or an event stream that nobody reads, would then be in memory as a whole.
"""

import asyncio
import time
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

PIECE_BYTES = 64 * 1024
"""Largest part of a response that is passed on at once, in bytes."""
AHEAD_BYTES = 256 * 1024
"""Bytes in progress beyond which the application waits for the server."""
STALLED_S = 60.0
"""Seconds after which a client that has read nothing is disconnected; it can resume."""
_MESSAGE_BYTES = 512  # memory that a part takes besides its bytes
_LONGEST_PAUSE_S = 0.05

Waiting = Callable[[], int]
"""Counts the parts of a response that the server has accepted and not yet sent."""
WaitingOf = Callable[[Send], Waiting | None]
"""The `send` of a request -> its `Waiting`; None if the server does not expose it."""


class Stalled(Exception):
    """The client stopped reading."""


class Paced:
    """ASGI middleware. Splits large parts, and waits while `AHEAD_BYTES` are in progress."""

    def __init__(self, app: ASGIApp, waiting_of: WaitingOf, stalled_s: float = STALLED_S) -> None:
        self._app, self._waiting_of, self._stalled_s = app, waiting_of, stalled_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        waiting = self._waiting_of(send) if scope["type"] == "http" else None
        under_way = 0

        async def sent(message: Message) -> None:
            nonlocal under_way
            if message["type"] != "http.response.body":
                await send(message)
                return
            body: bytes = message.get("body", b"")
            more: bool = message.get("more_body", False)
            for start in range(0, max(len(body), 1), PIECE_BYTES):
                if under_way >= AHEAD_BYTES:
                    if waiting is not None:
                        await self._sent_on(waiting)
                    under_way = 0
                piece = body[start : start + PIECE_BYTES]
                ends = start + PIECE_BYTES >= len(body)
                await send({**message, "body": piece, "more_body": more or not ends})
                under_way += len(piece) + _MESSAGE_BYTES

        await self._app(scope, receive, sent)

    async def _sent_on(self, waiting: Waiting) -> None:
        """Wait until the server has sent every part.

        Raises:
            Stalled: if nothing was sent for `stalled_s`.
        """
        pause_s, give_up = 0.0, time.monotonic() + self._stalled_s
        while waiting():
            if time.monotonic() >= give_up:
                raise Stalled(f"the client has read nothing for {self._stalled_s:g} s")
            # Polled: servers expose how much waits, but no event when it is sent.
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s + 0.001, _LONGEST_PAUSE_S)
