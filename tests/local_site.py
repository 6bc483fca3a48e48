"""A scripted site on loopback that records its requests."""

import gzip
import threading
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Page:
    """One answer. Where `etag` or `last_modified` is given, conditions are honoured."""

    body: bytes = b""
    type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    etag: str = ""
    last_modified: str = ""
    breaks_after: int | None = None
    """The connection is closed after so many bytes, though more were announced."""
    endless: bool = False
    """The body is sent again and again, without an end and without a length."""

    @classmethod
    def redirect(cls, to: str, status: int = 302) -> "Page":
        return cls(status=status, headers={"Location": to})

    @classmethod
    def packed(cls, body: bytes, media_type: str = "text/html") -> "Page":
        return cls(gzip.compress(body), media_type, headers={"Content-Encoding": "gzip"})


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    headers: dict[str, str]
    """Names in lower case."""
    body: bytes = b""


Answers = Page | list[Page] | Callable[[Asked], Page]


@dataclass
class Site:
    """Pages by path; anything else is 404. A path's list is answered in order, its last for ever."""

    url: str
    pages: dict[str, Answers]
    log: list[Asked] = field(default_factory=list)

    def paths(self) -> list[str]:
        return [asked.path for asked in self.log]

    def times(self, path: str) -> int:
        return self.paths().count(path)

    def answer(self, asked: Asked) -> Page:
        self.log.append(asked)
        page = self.pages.get(asked.path, Page(status=404))
        if isinstance(page, list):
            return page.pop(0) if len(page) > 1 else page[0]
        return page if isinstance(page, Page) else page(asked)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    site: Site

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(self.command, self.path, headers, self.rfile.read(length))
        page = self.site.answer(asked)
        same = page.etag and headers.get("if-none-match") == page.etag
        if not headers.get("if-none-match"):
            same = page.last_modified and headers.get("if-modified-since") == page.last_modified
        try:
            self._send(page, 304 if same else page.status)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    do_POST = do_GET  # noqa: N815  # http.server's names

    def _send(self, page: Page, status: int) -> None:
        body = b"" if status == 304 else page.body
        self.send_response(status)
        for name, value in {"Content-Type": page.type, "ETag": page.etag,
                            "Last-Modified": page.last_modified, **page.headers}.items():  # fmt: skip
            if value:
                # A header that comes several times is told line by line.
                for line in value.split("\n"):
                    self.send_header(name, line)
        if page.endless:
            self.send_header("Connection", "close")
            self.end_headers()
            while True:
                self.wfile.write(body)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if page.breaks_after is not None:
            self.wfile.write(body[: page.breaks_after])
            self.close_connection = True
        else:
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Says nothing: the site keeps its own log."""


@contextmanager
def local_site(
    pages: Mapping[str, Answers] | None = None,
) -> Generator[Site]:
    """The site on 127.0.0.1, by default with a robots.txt that allows everything."""
    handler = type("Handler", (_Handler,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    site = Site(f"http://127.0.0.1:{server.server_port}", dict(pages or {}))
    handler.site = site
    threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
    ).start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
