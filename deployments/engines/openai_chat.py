"""A language model behind any server of OpenAI's chat completions: HyperCLOVA X, vLLM, SGLang.

Knows HTTP and server-sent events, not contes. httpx rather than OpenAI's client: a default install
has it, and retries are then controlled here alone.
"""

import asyncio
import json
import random
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlsplit

import httpx

from conte.clip import EngineId
from deployments.engines.chat import ChatRefused, ChatRequest, CutOff, ModelAway
from deployments.engines.protocols import ConteError
from deployments.engines.retry_after import retry_after_s
from serve.settings import ChatServerSettings

_WORTH_RETRYING = (
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.CONFLICT,
    HTTPStatus.TOO_MANY_REQUESTS,
)
_MAY_HAVE_BEGUN = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.GATEWAY_TIMEOUT)
"""Statuses of a proxy that gave up; the model may still be writing, and may charge for it."""
_FIRST_WAIT_S, _LONGEST_WAIT_S = 0.5, 8.0
_CONNECT_S = 10.0
_MOST_TOLD = 400
MAX_ANSWER = 1 << 18
"""Most characters of an answer; a longer one is taken for endless."""
_NEWER = "max_completion_tokens"


@dataclass(frozen=True)
class Usage:
    """Tokens charged for an answer. `tokens_out` includes hidden reasoning."""

    tokens_in: int
    tokens_out: int


class OpenAIChat:
    """A `Chat` over HTTP. An adapter is addressed as a model name, as vLLM serves it."""

    def __init__(
        self,
        settings: ChatServerSettings,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        setting: str = "conte.openai",
    ) -> None:
        """Prepare the client; connect on the first request. `setting`: prefix of error messages.

        Raises:
            ValueError: if the URL or the model is missing or wrong.
        """
        url = urlsplit(settings.url)
        if url.scheme not in ("http", "https") or not url.hostname:
            raise ValueError(
                f"{setting}.url: wanted the server's URL up to and with /v1, such as"
                " https://clovastudio.stream.ntruss.com/v1/openai"
            )
        if not settings.model:
            raise ValueError(f"{setting}.model: wanted the name of a model that the server has")
        self.id = EngineId(
            name="openai",
            revision=settings.model,
            label=f"{settings.model} at {url.hostname} (language model)",
        )
        key = settings.api_key.get_secret_value()
        if not (key.isascii() and key.isprintable()) or " " in key:
            raise ValueError(f"{setting}.api_key: has a character that no key has")
        self._host = url.hostname
        self._settings = settings
        self._sleep = sleep
        self._client: httpx.AsyncClient | None = None
        self._limit = "max_tokens"
        """Name of the token limit's parameter: OpenAI's newer models and HCX-007 use another."""

    async def stream(self, request: ChatRequest) -> AsyncGenerator[str]:
        """Yield the answer in pieces. Temporary errors before the first piece are retried.

        Raises:
            CutOff: if the answer reached its length limit.
            ModelAway: if the server cannot be reached, is silent, or breaks off.
            ConteError: if it refuses, in its own words.
        """
        async with aclosing(self._tried(request, counted=False)) as pieces:
            async for piece in pieces:
                if isinstance(piece, str):
                    yield piece

    async def answer(self, request: ChatRequest) -> tuple[str, Usage | None]:
        """Return the whole answer, and the server's token counts if it sends them.

        Raises:
            The same as `stream`. After the first word the request may have been charged.
        """
        text, usage = "", None
        async with aclosing(self._tried(request, counted=True)) as pieces:
            async for piece in pieces:
                if isinstance(piece, Usage):
                    usage = piece
                elif len(text) > MAX_ANSWER:
                    raise ConteError(f"{self._host} wrote more than {MAX_ANSWER} characters")
                else:
                    text += piece
        return text, usage

    async def _tried(self, request: ChatRequest, counted: bool) -> AsyncGenerator[str | Usage]:
        attempt = 0
        while True:
            said = False
            try:
                async with aclosing(self._answer(request, counted)) as pieces:
                    async for piece in pieces:
                        said = True
                        yield piece
                return
            except _OtherWord:
                continue
            except _AwayForNow as away:
                if said or attempt == self._settings.max_retries:
                    tries = "" if said or not attempt else f" ({attempt + 1} attempts)"
                    told = f"{self._host} {away}{tries}"
                    raise ModelAway(told, away.wait_s, said or away.began) from None
                wait_s = away.wait_s
            # Full jitter: clients that failed together do not retry together.
            backoff_s = random.uniform(0, min(_LONGEST_WAIT_S, _FIRST_WAIT_S * 2**attempt))
            await self._sleep(wait_s + backoff_s)
            attempt += 1

    async def identify(self) -> EngineId | None:
        """Return the checkpoint if the server's model list names it, as Sian's does.

        None if it does not, or the server cannot be reached now.
        """
        try:
            answer = await self._opened().get(f"models/{quote(self._settings.model, safe='')}")
        except httpx.HTTPError:
            return None
        if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return None
        try:
            return EngineId.model_validate(answer.json()["engine"])
        except (ValueError, LookupError, TypeError):
            return self.id

    async def aclose(self) -> None:
        if self._client is not None:
            await self._client.aclose()

    async def _answer(self, request: ChatRequest, counted: bool) -> AsyncGenerator[str | Usage]:
        body = _body(request, self._settings, self._limit)
        if counted:
            body["stream_options"] = {"include_usage": True}
        try:
            async with self._opened().stream("POST", "chat/completions", json=body) as response:
                if response.status_code != HTTPStatus.OK:
                    await response.aread()
                    raise self._refused(response)
                async with aclosing(self._pieces(response)) as pieces:
                    async for piece in pieces:
                        yield piece
        except httpx.TimeoutException:
            raise _AwayForNow(f"was silent for {self._settings.timeout_s:g} s") from None
        except httpx.ConnectError as error:
            told = self._told(str(error))
            raise _AwayForNow(f"cannot be reached: {told}", began=False) from None
        except httpx.RequestError as error:
            told = self._told(str(error) or type(error).__name__)
            raise _AwayForNow(f"broke off: {told}") from None

    async def _pieces(self, response: httpx.Response) -> AsyncGenerator[str | Usage]:
        ended, refusal = "", ""
        async for data in _events(response.aiter_bytes()):  # `_answer` closes the response
            if data.strip() == "[DONE]":
                ended = ended or "stop"
                break
            try:
                event = json.loads(data)
                if error := event.get("error"):
                    raise self._broke(error)
                choices = event.get("choices") or [{}]
                delta = choices[0].get("delta") or {}
                ended = choices[0].get("finish_reason") or ended
                refusal += delta.get("refusal") or ""
                piece = delta.get("content") or ""
                usage = _usage(event.get("usage"))
            except (ValueError, AttributeError, LookupError, TypeError):
                told = self._told(data)[:80]
                raise _AwayForNow(f"sent what is no chat completion: {told!r}") from None
            if piece:
                yield piece
            if usage:
                yield usage
        if refusal:
            raise ConteError(f"{self.id.revision} refused: {self._told(refusal)}")
        match ended:
            case "":
                raise _AwayForNow("broke off in the middle of its answer")
            case "length":
                raise CutOff(f"{self.id.revision} used up its tokens")
            case "content_filter":
                raise ConteError(f"{self._host} withheld the answer: its content filter stopped it")
            case _:
                return

    def _opened(self) -> httpx.AsyncClient:
        """Return the client; created in its event loop, and reused for its connections."""
        if self._client is None:
            key = self._settings.api_key.get_secret_value()
            self._client = httpx.AsyncClient(
                base_url=self._settings.url.rstrip("/") + "/",
                headers={"Authorization": f"Bearer {key}"} if key else {},
                timeout=httpx.Timeout(
                    self._settings.timeout_s, connect=min(_CONNECT_S, self._settings.timeout_s)
                ),
                limits=httpx.Limits(max_connections=None),
            )
        return self._client

    def _refused(self, response: httpx.Response) -> Exception:
        status = response.status_code
        told = f"answered {status}: {self._message(response.text)}"
        if status == HTTPStatus.BAD_REQUEST and self._limit == "max_tokens" and _NEWER in told:
            self._limit = _NEWER
            return _OtherWord()
        if status in _WORTH_RETRYING or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            wait_s = retry_after_s(response.headers.get("Retry-After", ""))
            return _AwayForNow(told, wait_s, began=status in _MAY_HAVE_BEGUN)
        return ChatRefused(f"{self._host} {told}", status)

    def _broke(self, error: Any) -> Exception:
        """Return the exception for an error in the middle of a stream."""
        code = error.get("code") if isinstance(error, dict) else None
        told = self._message(json.dumps({"error": error}))
        passes = not isinstance(code, int) or code in _WORTH_RETRYING or code >= 500
        return _AwayForNow(f"failed: {told}") if passes else ConteError(f"{self._host}: {told}")

    def _message(self, body: str) -> str:
        """Return the server's own error message, from any of the fields that servers of this API
        use.
        """
        try:
            told: Any = json.loads(body)
            for step in ("error", "message"):
                if isinstance(told, dict):
                    told = told.get(step, told.get("status", told.get("detail", told)))
        except ValueError:
            told = body
        text = told if isinstance(told, str) else json.dumps(told, ensure_ascii=False)
        return self._told(text) or "nothing more"

    def _told(self, text: str) -> str:
        """Return a server's text for an error: short, one line, and without the key."""
        key = self._settings.api_key.get_secret_value()
        line = " ".join((text.replace(key, "***") if key else text).split())
        return "".join(c if c.isprintable() else "\ufffd" for c in line[:_MOST_TOLD])


class _OtherWord(Exception):
    """The server wants another name for the limit parameter."""


class _AwayForNow(Exception):
    """A temporary error. `wait_s` and `began` are those of `ModelAway`."""

    def __init__(self, reason: str, wait_s: float = 0, began: bool = True) -> None:
        super().__init__(reason)
        self.wait_s, self.began = wait_s, began


def _usage(told: Any) -> Usage | None:
    match told:
        case {"prompt_tokens": int(tokens_in), "completion_tokens": int(tokens_out)}:
            return Usage(max(0, tokens_in), max(0, tokens_out))
        case _:
            return None


def _body(request: ChatRequest, settings: ChatServerSettings, limit: str) -> dict[str, Any]:
    messages = [said.as_openai() for said in request.messages]
    body: dict[str, Any] = {
        "model": request.adapter or settings.model,
        "messages": messages,
        "stream": True,
        "seed": request.seed,
        "temperature": request.temperature,
        "top_p": request.top_p,
        limit: request.max_tokens,
        **settings.extra,
    }
    body = {name: value for name, value in body.items() if value is not None}
    if settings.guidance == "json_schema":
        schema = {"name": request.name, "strict": True, "schema": request.schema}
        return body | {"response_format": {"type": "json_schema", "json_schema": schema}}
    told = json.dumps(request.schema, ensure_ascii=False, separators=(",", ":"))
    messages[0] |= {"content": f"{messages[0]['content']}\n\nJSON Schema:\n{told}"}
    if settings.guidance == "json_object":
        body["response_format"] = {"type": "json_object"}
    return body


async def _events(chunks: AsyncIterator[bytes]) -> AsyncIterator[str]:
    """Yield the data of each server-sent event; `serve.event_stream` does so synchronously."""
    data: list[str] = []
    rest = b""
    async for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        for raw in lines:
            line = raw.removesuffix(b"\r").decode(errors="replace")
            if line.startswith("data:"):
                data.append(line[5:].removeprefix(" "))
            elif not line and data:
                yield "\n".join(data)
                data = []
