"""What every request goes through: its log line, its figures, its last resort, its headers."""

import logging
import time
from collections.abc import Callable

from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serve.ingress.problems import problem_of
from serve.telemetry import log, production_id, tenant_id

Measured = Callable[[str, str, int, float], None]
"""method, route, status, seconds until the answer began."""

_QUIET = {"/healthz", "/readyz", "/metrics"}
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}


class Front:
    """ASGI middleware. Streams pass through it untouched."""

    def __init__(self, app: ASGIApp, measured: Measured) -> None:
        self._app, self._measured = app, measured

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        production_id.set(None)
        tenant_id.set(None)
        began = time.perf_counter()
        status = 0

        async def sent(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
                self._tell(scope, status, time.perf_counter() - began)
            await send(message)

        try:
            await self._app(scope, receive, sent)
        except Exception as error:
            log("http.failed", level=logging.ERROR, error=error, path=scope["path"])
            if status:
                # Half an answer is out: only a broken connection says that it is not whole.
                raise
            await problem_of(error).answer(Request(scope).url.path)(scope, receive, sent)

    def _tell(self, scope: Scope, status: int, seconds: float) -> None:
        # The route, not the path: a label per production would fill the memory of whoever scrapes.
        route = getattr(scope.get("route"), "path", "(none)")
        # A method is whatever a client writes, so only the known ones become a label.
        method = scope["method"] if scope["method"] in _METHODS else "(other)"
        self._measured(method, route, status, seconds)
        if route not in _QUIET:
            ms = round(1000 * seconds, 1)
            log("http.answered", method=method, path=scope["path"], status=status, ms=ms)


_METHODS = {"GET", "HEAD", "POST", "DELETE", "PUT", "PATCH", "OPTIONS"}
