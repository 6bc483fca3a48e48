"""A videos server over HTTP, with retries over its restarts. Knows no shots. Blocking.

Temporary errors (a refused or broken connection, silence, 429, 5xx) are retried until the server
has been silent for too long; others are reported in the server's own words, without the key.
"""

import json
import random
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from http import HTTPStatus
from typing import IO, Any, TypeVar
from urllib.parse import quote, urlsplit

import httpx

from deployments.engines.protocols import Cancelled, RenderError
from deployments.engines.retry_after import retry_after_s
from serve.settings import VideosSettings

LONGEST_PAUSE_S = 10.0
READ_S = 10.0
"""Longest wait for a response, in seconds: a request does no work. A cancel waits no longer."""
SLICE_S = 0.02
"""Seconds between two calls of `should_stop` during a pause."""
MAX_ANSWER = 1 << 20
MAX_VIDEO = 1 << 29
MOST_TOLD = 400
PASSING = (
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.TOO_EARLY,
    HTTPStatus.TOO_MANY_REQUESTS,
)

ShouldStop = Callable[[], bool]
T = TypeVar("T")


class VideoRefused(Exception):
    """The server refuses, and would refuse again. The message is its own."""

    def __init__(self, status: int, words: str, param: str = "") -> None:
        super().__init__(words)
        self.status, self.param = status, param


class Forgotten(Exception):
    """The server does not know the video (any more)."""


class _Passing(Exception):
    """A temporary error: worth another attempt."""

    def __init__(self, why: str, wait_s: float = 0.0) -> None:
        super().__init__(why)
        self.wait_s = wait_s


class VideosServer:
    def __init__(self, settings: VideosSettings) -> None:
        """Prepare the client.

        Raises:
            ValueError: if the URL is not one, or the key cannot be one.
        """
        url = urlsplit(settings.url)
        if url.scheme not in ("http", "https") or not url.hostname:
            raise ValueError(
                "videos.url: wanted a server of the OpenAI videos API up to and with /v1, such as"
                f" http://127.0.0.1:8091/v1, got {settings.url!r}"
            )
        if url.username or url.password:
            raise ValueError("videos.url: a key belongs into videos.api_key, not into the URL")
        self._key = settings.api_key.get_secret_value()
        if not (self._key.isascii() and self._key.isprintable()) or " " in self._key:
            raise ValueError("videos.api_key: has a character that no key has")
        self.host = url.hostname if url.port is None else f"{url.hostname}:{url.port}"
        self._timeout_s, self._poll_s = settings.timeout_s, settings.poll_s
        read_s = min(READ_S, settings.timeout_s)
        self._http = httpx.Client(
            base_url=settings.url,
            headers={"Authorization": f"Bearer {self._key}"} if self._key else {},
            timeout=httpx.Timeout(read_s, connect=min(5.0, read_s)),
        )

    def create(self, request: dict[str, Any], once: str, should_stop: ShouldStop) -> dict[str, Any]:
        """Create a job from httpx's arguments (`json`, or `data` and `files`).

        Repeating `once` creates no second job, if the server supports `Idempotency-Key`.

        Raises:
            VideoRefused: with the server's message.
        """
        headers = {"Idempotency-Key": once}
        return self._patiently(
            lambda: self._json("POST", "videos", headers=headers, **request), should_stop
        )

    def status(self, video: str, should_stop: ShouldStop) -> dict[str, Any]:
        """Return the job's state.

        Raises:
            Forgotten: if the server does not know the video.
        """
        return self._patiently(lambda: self._json("GET", _path(video)), should_stop)

    def fetch(self, video: str, into: IO[bytes], should_stop: ShouldStop) -> None:
        """Write the video's bytes into the file.

        Raises:
            Forgotten: if the server no longer has the video.
            RenderError: if it is larger than any clip can be.
        """
        self._patiently(lambda: self._fetch(video, into, should_stop), should_stop)

    def forget(self, video: str) -> None:
        """Stop the job and delete its data on the server, if the server can be reached."""
        with suppress(httpx.HTTPError):  # an unreachable server does no work
            self._http.delete(_path(video), timeout=2.0)

    def pause(self, should_stop: ShouldStop, seconds: float | None = None) -> None:
        """Sleep for `seconds`, by default the poll interval.

        Raises:
            Cancelled: as soon as `should_stop` returns true.
        """
        until = time.monotonic() + (self._poll_s if seconds is None else seconds)
        while (left := until - time.monotonic()) > 0:
            if should_stop():
                raise Cancelled
            time.sleep(min(SLICE_S, left))
        if should_stop():
            raise Cancelled

    def without_key(self, text: str) -> str:
        """Return a server's text as one short line without the key."""
        if self._key:
            text = text.replace(self._key, "***")
        return " ".join(text.split())[:MOST_TOLD]

    def _patiently(self, ask: Callable[[], T], should_stop: ShouldStop) -> T:
        silent_since, failed = time.monotonic(), 0
        while True:
            if should_stop():
                raise Cancelled
            try:
                return ask()
            except _Passing as why:
                if time.monotonic() - silent_since >= self._timeout_s:
                    raise RenderError(
                        f"{self.host} was silent for {self._timeout_s:g} s: {why}"
                    ) from None
                # Full jitter: renderers that lost one server do not retry together.
                pause_s = random.uniform(0, min(LONGEST_PAUSE_S, self._poll_s * 2**failed))
                failed += 1
                left = silent_since + self._timeout_s - time.monotonic()
                self.pause(should_stop, max(0.0, min(why.wait_s + pause_s, left)))

    def _json(self, method: str, path: str, **request: Any) -> dict[str, Any]:
        with self._answer(method, path, **request) as answer:
            body = _limited(answer)
        try:
            job = json.loads(body)
        except ValueError:
            job = None
        if not isinstance(job, dict):
            raise _Passing(f"sent what is no video job: {self.without_key(body.decode()[:80])!r}")
        return job

    def _fetch(self, video: str, into: IO[bytes], should_stop: ShouldStop) -> None:
        into.seek(0)
        into.truncate()
        size = 0
        with self._answer("GET", f"{_path(video)}/content") as answer:
            for chunk in answer.iter_bytes(1 << 16):
                if should_stop():
                    raise Cancelled
                size += len(chunk)
                if size > MAX_VIDEO:
                    raise RenderError(
                        f"{self.host} sent more than {MAX_VIDEO >> 20} MiB for one clip"
                    )
                into.write(chunk)

    @contextmanager
    def _answer(self, method: str, path: str, **request: Any) -> Generator[httpx.Response]:
        """Yield a response whose body is not read yet.

        Raises:
            Forgotten, VideoRefused: as the server says.
            _Passing: if it is worth another attempt.
        """
        try:
            with self._http.stream(method, path, **request) as answer:
                if not answer.is_success:
                    raise self._error(answer)
                yield answer
        except httpx.TimeoutException:
            raise _Passing("it did not answer in time") from None
        except httpx.TransportError as error:
            raise _Passing(self.without_key(str(error) or type(error).__name__)) from None

    def _error(self, answer: httpx.Response) -> Exception:
        words, param = _said(_limited(answer))
        words = self.without_key(words) or answer.reason_phrase
        status = answer.status_code
        if status == HTTPStatus.NOT_FOUND and answer.request.method == "GET":
            return Forgotten(words)
        if status in PASSING or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return _Passing(
                f"{status} {words}", retry_after_s(answer.headers.get("Retry-After", ""))
            )
        return VideoRefused(status, words, param)


def _path(video: str) -> str:
    return f"videos/{quote(video, safe='')}"


def _limited(answer: httpx.Response) -> bytes:
    body = b""
    for chunk in answer.iter_bytes():
        body += chunk
        if len(body) > MAX_ANSWER:
            raise _Passing(f"its answer is larger than {MAX_ANSWER >> 10} KiB")
    return body


def _said(body: bytes) -> tuple[str, str]:
    """Return an error's message and field, in OpenAI's form, FastAPI's, problem+json, or text."""
    try:
        said = json.loads(body)
    except ValueError:
        return body.decode(errors="replace"), ""
    if not isinstance(said, dict):
        return str(said), ""
    match said.get("error", said.get("detail", said.get("message"))):
        case {"message": message, **more}:
            return str(message), str(more.get("param") or "")
        case [{"msg": message, "loc": [*_, field]}, *_]:
            return f"{field}: {message}", str(field)
        case None:
            return json.dumps(said, ensure_ascii=False), ""
        case other:
            return str(other), ""
