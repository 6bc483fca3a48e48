"""A connection to a server: requests that are repeated, errors as values, whole downloads."""

import contextlib
import re
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx
from pydantic import BaseModel, Field, ValidationError

from conte.export import ExportOptions
from serve.ingress.fields import FieldError
from serve.stored import value_of
from serve.whole import whole_file

_V = TypeVar("_V", bound=BaseModel)
_T = TypeVar("_T")

_WORTH_A_RETRY = (502, 503, 504)
_NO_PLACE = "urn:sian:too-many-answers"  # a 429 that lasts only until a stream or a download ends
_FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 5.0

SILENCE_S = 60.0
"""Seconds without data after which a stream is dead: the server sends a heartbeat every 15 s."""


class Problem(Exception):
    """The server's error response."""

    def __init__(self, status: int, title: str, detail: str, **more: Any) -> None:
        super().__init__(f"{title}: {detail}" if detail else title)
        self.status, self.title, self.detail = status, title, detail
        self.kind: str = more.get("type", "about:blank")
        self.errors: tuple[FieldError, ...] = more.get("errors", ())
        self.retry_after_s: float | None = more.get("retry_after_s")


class NotReachable(Exception):
    """No server answers at the address, after all attempts."""


class AnswerLost(NotReachable):
    """The answer to something that must not be done twice was lost; it may have been done."""


_NO_ANSWER = "the answer was lost; look whether it was done before you send it again"


def _never_arrived(error: httpx.TransportError | Problem) -> bool:
    if isinstance(error, Problem):
        # A replica that is full or whose ledger is away has done nothing.
        return error.status == 503
    return isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)


class _OpenAIError(BaseModel):
    message: str = ""


class _ProblemDocument(BaseModel):
    """A problem document (RFC 9457). Lenient: proxies may leave out any field."""

    type: str = "about:blank"
    title: str = ""
    detail: str = ""
    errors: tuple[FieldError, ...] = Field(default=())
    error: _OpenAIError | None = None


class Connection:
    """Requests to one server with the same headers, repeated on a lost connection."""

    def __init__(
        self,
        base_url: str = "http://127.0.0.1:8000",
        api_key: str | None = None,
        *,
        timeout_s: float = 30,
        attempts: int = 5,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._http = httpx.Client(
            base_url=base_url,
            headers=headers,
            timeout=httpx.Timeout(timeout_s, read=max(timeout_s, SILENCE_S)),
            transport=transport,
            follow_redirects=True,
        )
        self._attempts = attempts

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    def _saved(
        self, path: str, to: Path, on_bytes: Callable[[int, int], None] | None = None
    ) -> Path:
        """Save what is at the path as the file `to`, which appears when it is complete."""
        to.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(to) as part, part.open("xb") as file:
            self._fetch(path, _Part(file.write, file.seek, file.truncate), on_bytes)
        return to

    def _exported(self, path: str, options: ExportOptions, to: Path) -> Path:
        """Wait while the server makes an export, and save it as the file `to`."""
        chosen = options.chosen
        path += f"?{httpx.QueryParams(chosen)}" if chosen else ""
        while (pause_s := self._tried(lambda: self._making(path))) is not None:
            time.sleep(min(pause_s, LONGEST_PAUSE_S))
        return self._saved(path, to)

    def _making(self, path: str) -> float | None:
        """Return the seconds to wait until the next request; None: the file is ready."""
        with self._http.stream("GET", path, headers={"Range": "bytes=0-0"}) as answer:
            self._check(answer)
            return float(answer.headers["retry-after"]) if answer.status_code == 202 else None

    def _fetch(self, path: str, part: "_Part", on_bytes: Callable[[int, int], None] | None) -> None:
        failed = 0
        while True:
            try:
                with self._http.stream("GET", path, headers=part.asked) as answer:
                    self._check(answer)
                    part.begin(answer)
                    for chunk in answer.iter_raw():
                        part.take(chunk)
                        failed = 0
                        if on_bytes:
                            on_bytes(part.have, part.wanted)
                if part.have < part.wanted:
                    raise httpx.RemoteProtocolError("the answer ended early")
                return
            except (httpx.TransportError, Problem) as error:
                failed = self._pause(error, failed)

    def _view(
        self, view: type[_V], method: str, path: str, *, once: bool = False, **request: Any
    ) -> _V:
        """Send a request and return its answer.

        `once`: it must not be done twice, so it is repeated only if it cannot have arrived.
        """

        def send() -> _V:
            answer = self._http.request(method, path, **request)
            self._check(answer)
            try:
                # Without input rules: one production accepted by an older release must not hide the
                # others.
                return value_of(view, answer.json())
            except ValueError as error:
                raise Problem(
                    answer.status_code, "not Sian's answer", f"{answer.url} answers something else"
                ) from error

        return self._tried(send, once=once)

    def _tried(self, send: Callable[[], _T], *, once: bool = False) -> _T:
        failed = 0
        while True:
            try:
                return send()
            except (httpx.TransportError, Problem) as error:
                if once and not _never_arrived(error):
                    if isinstance(error, Problem):
                        raise
                    raise AnswerLost(f"{self._http.base_url}: {_NO_ANSWER}: {error}") from error
                failed = self._pause(error, failed)

    def _pause(self, error: httpx.TransportError | Problem, failed: int) -> int:
        """Wait before the next attempt and return its number; raise errors that a retry cannot
        mend.
        """
        if isinstance(error, Problem) and not (
            error.status in _WORTH_A_RETRY or error.kind == _NO_PLACE
        ):
            raise error
        failed += 1
        if failed >= self._attempts:
            if isinstance(error, Problem):
                raise error
            raise NotReachable(f"no answer from {self._http.base_url}: {error}") from error
        pause_s = min(_FIRST_PAUSE_S * 2 ** (failed - 1), LONGEST_PAUSE_S)
        if isinstance(error, Problem) and error.retry_after_s is not None:
            pause_s = min(error.retry_after_s, LONGEST_PAUSE_S)
        time.sleep(pause_s)
        return failed

    def _check(self, answer: httpx.Response) -> None:
        if answer.is_success:
            return
        answer.read()
        told = _ProblemDocument()
        with contextlib.suppress(ValidationError):
            told = _ProblemDocument.model_validate_json(answer.content)
            if told.error is not None:
                # Routes of OpenAI's API.
                told.title, told.detail = "The request is not valid", told.error.message
        retry_after = answer.headers.get("retry-after", "")
        raise Problem(
            answer.status_code,
            told.title or f"{answer.status_code} {answer.reason_phrase}",
            told.detail,
            type=told.type,
            errors=told.errors,
            retry_after_s=float(retry_after) if retry_after.isdecimal() else None,
        )


class _Part:
    """A partial download: the bytes received, and the ETag of their file."""

    def __init__(
        self,
        write: Callable[[bytes], int],
        seek: Callable[[int], int],
        truncate: Callable[[int], int],
    ) -> None:
        self._write, self._seek, self._truncate = write, seek, truncate
        self._etag: str | None = None
        self.have = self.wanted = 0

    @property
    def asked(self) -> dict[str, str]:
        headers = {"Accept-Encoding": "identity"}
        if self.have and self._etag:
            # If the file has changed (a final clip in place of a draft), the server sends it from
            # the start.
            headers |= {"Range": f"bytes={self.have}-", "If-Range": self._etag}
        return headers

    def begin(self, answer: httpx.Response) -> None:
        self._etag = answer.headers.get("etag")
        told = re.fullmatch(r"bytes (\d+)-\d+/(\d+)", answer.headers.get("content-range", ""))
        if answer.status_code == 206 and told and int(told[1]) == self.have:
            self.wanted = int(told[2])
            return
        self._seek(0)
        self._truncate(0)
        self.have, self.wanted = 0, int(answer.headers.get("content-length", 0))

    def take(self, chunk: bytes) -> None:
        self._write(chunk)
        self.have += len(chunk)
