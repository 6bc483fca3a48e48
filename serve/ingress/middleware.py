"""Middleware of every request: log line, metrics, security headers, unknown errors."""

import logging
import re
import time
from collections.abc import Callable

from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serve.ingress.pacing import Stalled
from serve.ingress.problems import MALFORMED, Problem, problem_of
from serve.telemetry import log, production_id, tenant_id

Measured = Callable[[str, str, int, float], None]
"""Callback with method, route, status, and seconds until the response began."""

_TOKEN = re.compile(r"(/v1/shared/|^/s/)[^/]+")
_QUIET = {"/healthz", "/readyz", "/metrics"}
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}


class RequestMiddleware:
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

        if (wrong := _wrong_framing(Headers(scope=scope))) is not None:
            # Whoever stands between us and the client may have found another end of this request.
            closing = Problem(MALFORMED, wrong, headers={"Connection": "close"})
            await closing.answer(Request(scope).url.path)(scope, receive, sent)
            return
        try:
            await self._app(scope, receive, sent)
        except Stalled as error:
            log("http.stalled", level=logging.WARNING, error=error, path=_logged(scope["path"]))
            raise
        except ClientDisconnect:
            log(
                "http.left", path=_logged(scope["path"])
            )  # in the middle of its body: nobody to answer
        except Exception as error:
            log("http.failed", level=logging.ERROR, error=error, path=_logged(scope["path"]))
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
            log("http.answered", method=method, path=_logged(scope["path"]), status=status, ms=ms)


def _logged(path: str) -> str:
    """Return the path without the token of a share link, which is as good as a key."""
    return _TOKEN.sub(r"\1...", path)


def _wrong_framing(headers: Headers) -> str | None:
    """Return why the end of the body is uncertain (request smuggling; RFC 9112, 6.1 and 6.3)."""
    codings = headers.getlist("transfer-encoding")
    if not codings:
        return None
    if "content-length" in headers:
        return "send Content-Length or Transfer-Encoding, not both"
    if [coding.strip().lower() for coding in codings] != ["chunked"]:
        return f"Transfer-Encoding: wanted chunked alone, got {', '.join(codings)[:100]}"
    return None


_METHODS = {"GET", "HEAD", "POST", "DELETE", "PUT", "PATCH", "OPTIONS"}
