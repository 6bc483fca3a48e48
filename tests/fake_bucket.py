"""A bucket on loopback that counts its requests, and answers some with 503 as a busy one does."""

import random
import re
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.loopback import answering

BUCKET = "frames"
_SLOW_DOWN = (
    b"<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>"
)


class FakeBucket:
    def __init__(self, share_503: float = 0.0, seed: int = 3) -> None:
        """`share_503`: share of the requests that are answered with 503."""
        self.files: dict[str, bytes] = {}
        self.requests, self.refused = Counter[str](), 0
        """(method and kind of key) -> number of those that were answered as asked."""
        self.share_503, self._lots = share_503, random.Random(seed)

    @contextmanager
    def served(self) -> Generator[str]:
        with answering(self._handler()) as url:
            yield url

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        bucket = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: Any, **__: Any) -> None:
                """Write nothing."""

            def do_HEAD(self) -> None:
                self._answered(b"")

            def do_GET(self) -> None:
                self._answered(b"")

            def do_PUT(self) -> None:
                self._answered(self.rfile.read(int(self.headers["Content-Length"])))

            def _answered(self, body: bytes) -> None:
                status, headers, data = bucket.answer(
                    self.command, self.path, self.headers.get("Range", ""), body
                )
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(data)

        return Handler

    def answer(
        self, method: str, path: str, wanted: str, body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        key = path.partition("?")[0].removeprefix(f"/{BUCKET}/")
        if self._lots.random() < self.share_503:
            self.refused += 1
            return 503, {"Content-Length": str(len(_SLOW_DOWN))}, _SLOW_DOWN
        self.requests[f"{method} {key.partition('/')[0]}"] += 1
        if method == "PUT":
            status = 412 if key in self.files else 200
            self.files.setdefault(key, body)
            return status, {"Content-Length": "0", "ETag": '"a"'}, b""
        if key not in self.files:
            return 404, {"Content-Length": "0"}, b""
        data, status = self.files[key], 200
        headers = {"ETag": '"a"', "Last-Modified": "Mon, 30 Nov 2026 00:00:00 GMT"}
        if span := re.fullmatch(r"bytes=(\d+)-(\d+)", wanted):
            first, last = int(span[1]), min(int(span[2]), len(data) - 1)
            headers["Content-Range"] = f"bytes {first}-{last}/{len(data)}"
            data, status = data[first : last + 1], 206
        return status, headers | {"Content-Length": str(len(data))}, data
