"""The typed client: what the ingress answers, as values. Knows HTTP, not how films are made.

with Client("http://127.0.0.1:8000") as client:
    production = client.create({"product": {"name": "윈터그립"}})
    for event in client.events(production.id):
        print(event.event)
    client.download(production.id, 1, "film", Path("film.mp4"))
"""

import contextlib
import os
import re
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx
from pydantic import BaseModel, Field, ValidationError

from conte.brief import Brief
from conte.production import State
from serve.event_stream import lines_of, messages
from serve.ingress.fields import FieldError
from serve.ingress.views import (
    IMAGES,
    PRODUCTIONS,
    EventView,
    ImageView,
    ProductionPage,
    ProductionView,
    VersionView,
)

_V = TypeVar("_V", bound=BaseModel)
_T = TypeVar("_T")

_WORTH_A_RETRY = (502, 503, 504)
_FIRST_PAUSE_S = 0.2
_LONGEST_PAUSE_S = 5.0

SILENCE_S = 60.0
"""The server's heart beats every 15 s; a stream silent for longer than this is dead."""


class Problem(Exception):
    """The server's answer to what it could not do, in its words."""

    def __init__(self, status: int, title: str, detail: str, **more: Any) -> None:
        super().__init__(f"{title}: {detail}" if detail else title)
        self.status, self.title, self.detail = status, title, detail
        self.kind: str = more.get("type", "about:blank")
        self.errors: tuple[FieldError, ...] = more.get("errors", ())
        self.retry_after_s: float | None = more.get("retry_after_s")


class NotReachable(Exception):
    """Nobody answers at the address, after all attempts."""


class _ToldByOpenAI(BaseModel):
    message: str = ""


class _Told(BaseModel):
    """A problem document as it is read: other servers on the way may leave anything out."""

    type: str = "about:blank"
    title: str = ""
    detail: str = ""
    errors: tuple[FieldError, ...] = Field(default=())
    error: _ToldByOpenAI | None = None


class Client:
    """One server, one key. A request whose connection is lost is sent again, and does no harm."""

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

    @property
    def ready(self) -> bool:
        """Whether a Sian that can film a brief answers at the address."""
        try:
            answer = self._http.get("/readyz", timeout=5)
            return answer.is_success and "directors" in answer.json()
        except (httpx.TransportError, ValueError):
            return False

    def create(
        self,
        brief: Brief | Mapping[str, Any],
        seed: int | None = None,
        idempotency_key: str | None = None,
    ) -> ProductionView:
        """Have a brief filmed. The same `idempotency_key` again gives the same production."""
        if isinstance(brief, Brief):
            brief = brief.model_dump(mode="json")
        body: dict[str, Any] = {"brief": dict(brief)}
        if seed is not None:
            body["seed"] = seed
        # Without a key of the caller's, one for this call: sent twice, it films once.
        headers = {"Idempotency-Key": idempotency_key or uuid.uuid4().hex}
        return self._view(ProductionView, "POST", PRODUCTIONS, json=body, headers=headers)

    def upload_image(self, path: Path) -> str:
        """Keep a picture on the server; what an `image` of a brief names it by."""
        form = {"image": (path.name, path.read_bytes())}
        return self._view(ImageView, "POST", IMAGES, files=form).image

    def get(self, production: str) -> ProductionView:
        return self._view(ProductionView, "GET", f"{PRODUCTIONS}/{production}")

    def list(
        self, *, limit: int = 20, after: str | None = None, state: State | None = None
    ) -> ProductionPage:
        """One page, newest first; its `next` is the `after` of the page that follows."""
        asked = {"limit": limit, "after": after, "state": state.value if state else None}
        params = {name: value for name, value in asked.items() if value is not None}
        return self._view(ProductionPage, "GET", PRODUCTIONS, params=params)

    def cancel(self, production: str) -> ProductionView:
        return self._view(ProductionView, "DELETE", f"{PRODUCTIONS}/{production}")

    def conte(self, production: str, number: int) -> VersionView:
        return self._view(VersionView, "GET", f"{PRODUCTIONS}/{production}/versions/{number}")

    def retry_cut(self, production: str, number: int, cut: int) -> ProductionView:
        path = f"{PRODUCTIONS}/{production}/versions/{number}/cuts/{cut}/retry"
        return self._view(ProductionView, "POST", path)

    def events(self, production: str, after: int = 0) -> Iterator[EventView]:
        """Every event above `after`, in order and once, until the production has ended.

        A stream that breaks is taken up where it was, by whichever replica answers.
        """
        path = f"{PRODUCTIONS}/{production}/events"
        failed, ended = 0, False
        while True:
            began = time.monotonic()
            try:
                headers = {"Last-Event-ID": str(after), "Accept": "text/event-stream"}
                with self._http.stream("GET", path, headers=headers) as answer:
                    if answer.status_code == 204:
                        return
                    self._check(answer)
                    for message in messages(lines_of(answer.iter_bytes())):
                        event = EventView.model_validate_json(message)
                        if event.id > after:
                            after, failed, ended = event.id, 0, event.event.ends
                            yield event
                if ended:
                    return
                raise httpx.RemoteProtocolError("the stream ended early")
            except (httpx.TransportError, Problem) as error:
                # A stream that held for a while broke for another reason than the one before it.
                lasted = time.monotonic() - began > _LONGEST_PAUSE_S
                failed = self._pause(error, 0 if lasted else failed)

    def wait(self, production: str) -> ProductionView:
        """The production, when it has ended: done, failed or cancelled."""
        for _ in self.events(production):
            pass
        return self.get(production)

    def download(
        self,
        production: str,
        number: int,
        what: str,
        to: Path,
        on_bytes: Callable[[int, int], None] | None = None,
    ) -> Path:
        """Save `film`, `sheet.png`, `poster.png` or `cuts/3/clip` as the file `to`.

        The file appears when it is whole. A broken connection is taken up where it was, if the
        server's file is still the same. `on_bytes` is told how many bytes are there, of how many.
        """
        path = f"{PRODUCTIONS}/{production}/versions/{number}/{what}"
        to.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=to.parent, prefix=f".{to.name}.", suffix=".part")
        part = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                self._fetch(path, _Part(file.write, file.seek, file.truncate), on_bytes)
                file.flush()
                os.fsync(file.fileno())
            part.chmod(0o644)
            part.replace(to)
        finally:
            part.unlink(missing_ok=True)
        return to

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

    def _view(self, view: type[_V], method: str, path: str, **request: Any) -> _V:
        def send() -> _V:
            answer = self._http.request(method, path, **request)
            self._check(answer)
            try:
                return view.model_validate_json(answer.content)
            except ValidationError as error:
                raise Problem(
                    answer.status_code, "not Sian's answer", f"{answer.url} answers something else"
                ) from error

        return self._tried(send)

    def _tried(self, send: Callable[[], _T]) -> _T:
        failed = 0
        while True:
            try:
                return send()
            except (httpx.TransportError, Problem) as error:
                failed = self._pause(error, failed)

    def _pause(self, error: httpx.TransportError | Problem, failed: int) -> int:
        """Wait before the next attempt and count it; raise what is not worth one."""
        if isinstance(error, Problem) and error.status not in _WORTH_A_RETRY:
            raise error
        failed += 1
        if failed >= self._attempts:
            if isinstance(error, Problem):
                raise error
            raise NotReachable(f"no answer from {self._http.base_url}: {error}") from error
        pause_s = min(_FIRST_PAUSE_S * 2 ** (failed - 1), _LONGEST_PAUSE_S)
        if isinstance(error, Problem) and error.retry_after_s is not None:
            pause_s = min(error.retry_after_s, _LONGEST_PAUSE_S)
        time.sleep(pause_s)
        return failed

    def _check(self, answer: httpx.Response) -> None:
        if answer.is_success:
            return
        answer.read()
        told = _Told()
        with contextlib.suppress(ValidationError):
            told = _Told.model_validate_json(answer.content)
            if told.error is not None:
                # The routes that speak OpenAI's API.
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
    """A file on its way: how much of it is there, and which file it is a part of."""

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
            # Another file by now (a final clip in place of a draft) is sent from its beginning.
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
