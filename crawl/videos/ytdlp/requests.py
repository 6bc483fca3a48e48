"""yt-dlp's requests, sent politely: address checks, robots.txt, pace, back-off, size limits.

yt-dlp is synchronous and may read at any time, so each request is a task of an event loop in
another thread, which reads on demand.
"""

import asyncio
import io
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

import httpx
from yt_dlp.networking.common import Request, Response
from yt_dlp.networking.exceptions import HTTPError
from yt_dlp.utils import DownloadCancelled

from crawl.polite import Fetcher
from crawl.polite.answer import HttpAnswer
from crawl.polite.bot_check import bot_check
from crawl.polite.conditions import etag_of, last_modified_of
from crawl.polite.courteous import host_of
from crawl.polite.directives import of_headers, of_html
from crawl.polite.outcome import Failure, Refusal, Why

_HTML = frozenset({"text/html", "application/xhtml+xml"})
_T = TypeVar("_T")


class RequestsEnded(DownloadCancelled):
    """No further request may be sent. yt-dlp does not catch this exception in any extractor."""

    def __init__(self, cause: Refusal | Failure) -> None:
        super().__init__(str(cause))
        self.cause = cause


class LoopThread:
    """An event loop that runs in a thread."""

    def __init__(self, name: str) -> None:
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name=name, daemon=True).start()

    def start(self, work: Coroutine[Any, Any, _T]) -> "Future[_T]":
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def run(self, work: Coroutine[Any, Any, _T]) -> _T:
        return self.start(work).result()

    def soon(self, call: Callable[[], object]) -> None:
        self._loop.call_soon_threadsafe(call)


class Guard:
    """Limits of one run of yt-dlp: what it may request, and how many bytes."""

    def __init__(
        self,
        fetcher: Fetcher,
        max_bytes: int,
        may_ask: Callable[[str], bool],
        may_follow: Callable[[str, str], bool],
    ) -> None:
        """Set the limits.

        Args:
            may_ask: whether a URL may be requested at all.
            may_follow: whether a request of the first URL may be redirected to the second.
        """
        self.fetcher, self._left, self._may_ask = fetcher, max_bytes, may_ask
        self.may_follow = may_follow
        self._max_bytes = max_bytes
        self.media = False
        """Whether large answers are allowed: True once media is downloaded; pages are small."""
        self.ended: Refusal | Failure | None = None
        """Why requests ended; kept here, because an extractor may swallow the exception."""

    def look_at(self, url: str) -> None:
        if not self._may_ask(url):
            raise Refusal(Why.URL, f"{url} is not to be asked for here")

    @property
    def limit(self) -> int:
        return self._left if self.media else min(self._left, self.fetcher.manners.max_bytes)

    def count(self, num_bytes: int) -> None:
        self._left -= num_bytes
        if self._left < 0:
            raise Refusal(Why.TOO_LARGE, f"more than {self._max_bytes} bytes in all")

    def heed(self, answer: HttpAnswer, page: bytes) -> None:
        """Obey the answer's directives on its use and the signs of a bot check."""
        agent = self.fetcher.manners.agent
        tags = answer.headers.get_list("x-robots-tag")
        directives = of_headers(tags, answer.headers.get("tdm-reservation", ""), agent)
        if page:
            if (sign := bot_check(answer, page)) is not None:
                host = host_of(answer.url)
                self.fetcher.pace.stop(host, f"bot check at {answer.url}, known by {sign}")
                raise Refusal(Why.STOPPED, f"{host} is not asked any more: bot check ({sign})")
            directives |= of_html(page, agent)
        if (word := directives.forbids(self.fetcher.pace.now())) is not None:
            raise Refusal(Why.DIRECTIVE, f"{answer.url} forbids its use: {word}")


class OpenRequest:
    """One open request, with a synchronous interface for yt-dlp."""

    def __init__(
        self, loop: LoopThread, guard: Guard, request: Request, headers: dict[str, str]
    ) -> None:
        self._loop, self._guard = loop, guard
        self._request, self._headers = request, headers
        self._opened: Future[HttpAnswer] = Future()
        self._wanted = asyncio.Event()
        self._pieces: asyncio.Queue[bytes | Exception] = asyncio.Queue(maxsize=1)
        self._task = loop.start(self._work())

    def opened(self) -> HttpAnswer:
        """Wait for the headers. Raises Refusal and Failure."""
        return self._opened.result()

    def next(self) -> bytes:
        """Return the next piece of the body; empty at its end. Raises Refusal and Failure."""
        self._loop.soon(self._wanted.set)
        piece = self._loop.run(self._pieces.get())
        if isinstance(piece, Exception):
            raise piece
        return piece

    def close(self) -> None:
        self._task.cancel()

    async def _work(self) -> None:
        guard, request = self._guard, self._request
        try:
            guard.look_at(request.url)
            async with guard.fetcher.open(
                request.url,
                headers=self._headers,
                method=request.method,
                content=_body(request),
                may_follow=lambda url: guard.may_follow(request.url, url),
            ) as answer:
                page = b""
                if answer.media_type in _HTML:
                    page = await answer.read(guard.limit)
                    guard.count(len(page))
                await asyncio.to_thread(guard.heed, answer, page)
                self._opened.set_result(answer)
                # Only on demand, because an extractor reads only the headers of a video.
                await self._wanted.wait()
                if answer.media_type in _HTML:
                    await self._pieces.put(page)
                else:
                    async for piece in answer.chunks(guard.limit):
                        guard.count(len(piece))
                        if piece:
                            await self._pieces.put(piece)
            await self._pieces.put(b"")
        except (Refusal, Failure) as error:
            await self._fail(error)
        except Exception as error:
            await self._fail(Failure(f"{request.url}: {error!r}", 0.0))

    async def _fail(self, error: Exception) -> None:
        if not self._opened.done():
            self._opened.set_exception(error)
        else:
            await self._pieces.put(error)


class Body(io.RawIOBase):
    """The answer's body as a file."""

    def __init__(self, running: OpenRequest, guard: Guard) -> None:
        super().__init__()
        self._running, self._guard = running, guard
        self._rest, self._whole = b"", False

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1) -> bytes:  # pyright: ignore[reportIncompatibleMethodOverride]
        want = -1 if size is None else size
        found: list[bytes] = []
        have = 0
        while not self._whole and (want < 0 or have + len(self._rest) < max(want, 1)):
            found.append(self._rest)
            have += len(self._rest)
            try:
                self._rest = self._running.next()
            except (Refusal, Failure) as error:
                self._guard.ended = error
                raise RequestsEnded(error) from error
            self._whole = not self._rest
        data = b"".join([*found, self._rest])
        if want < 0:
            self._rest = b""
            return data
        self._rest = data[want:]
        return data[:want]

    def close(self) -> None:
        if not self.closed:
            self._running.close()
        super().close()


class Answered(Response):
    """The response for yt-dlp. Its base class would report every exception as a network error."""

    def read(self, amt: int | None = None) -> bytes:
        return self.fp.read(-1 if amt is None else amt)


class PoliteUrlOpen:
    """yt-dlp's `urlopen`, with polite requests."""

    def __init__(self, loop: LoopThread, guard: Guard, kept: "Validators") -> None:
        self._loop, self._guard, self._kept = loop, guard, kept

    def __call__(self, request: Request) -> Response:
        """Send a request and return its response.

        Raises:
            HTTPError: if the site answers with an error status, which extractors handle.
            RequestsEnded: if the URL may not be requested, or not now.
        """
        guard = self._guard
        given = {name: value for name, value in request.headers.items() if not _disguise(name)}
        headers = self._kept.conditions(request.url, given)
        running = OpenRequest(self._loop, guard, request, headers)
        try:
            answer = running.opened()
        except Refusal as refusal:
            if refusal.status:
                empty = Response(io.BytesIO(), request.url, {}, refusal.status)
                raise HTTPError(empty) from refusal
            guard.ended = refusal
            raise RequestsEnded(refusal) from refusal
        except Failure as failure:
            guard.ended = failure
            raise RequestsEnded(failure) from failure
        self._kept.keep(request.url, answer.headers)
        body: Any = Body(running, guard)
        return Answered(body, str(answer.url), _shown(answer.headers), answer.status)


class Validators:
    """Validators of partially downloaded files, sent as `If-Range`, so that parts of two versions
    are not joined.

    If the file has changed meanwhile, the server sends it whole, from the start (RFC 9110, 13.1.5).
    """

    def __init__(self, known: dict[str, str], save: Callable[[dict[str, str]], None]) -> None:
        self._known, self._save = known, save

    def conditions(self, url: str, headers: dict[str, str]) -> dict[str, str]:
        ranged = any(name.lower() == "range" for name in headers)
        if ranged and (validator := self._known.get(url)):
            return {**headers, "If-Range": validator}
        return headers

    def keep(self, url: str, headers: httpx.Headers) -> None:
        etag = etag_of(headers.get("etag", ""))
        is_strong = etag and not etag.startswith("W/")
        validator = etag if is_strong else last_modified_of(headers.get("last-modified", ""))
        if validator and self._known.get(url) != validator:
            self._known[url] = validator
            self._save(self._known)


def _disguise(name: str) -> bool:
    """Return whether the header is one by which yt-dlp imitates a browser."""
    return name.lower().startswith("sec-") or name.lower() == "accept-language"


def _body(request: Request) -> bytes:
    data = request.data
    return b"" if data is None else data if isinstance(data, bytes) else b"".join(data)


def _shown(headers: httpx.Headers) -> dict[str, str]:
    """Return the headers that hold for the decompressed body, without cookies."""
    hidden = {"content-encoding", "transfer-encoding", "set-cookie", "connection"}
    if headers.get("content-encoding", "identity").lower() != "identity":
        hidden.add("content-length")
    return {name: value for name, value in headers.items() if name not in hidden}
