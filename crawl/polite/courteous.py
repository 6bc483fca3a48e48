"""Sends one request in its turn: waits for the host's pace, and reports the result to it."""

import asyncio
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager, suppress

import httpx

from crawl.polite.answer import HttpAnswer, WireError
from crawl.polite.bot_check import LOOK_AT_BYTES, REFUSALS, bot_check
from crawl.polite.manners import Manners
from crawl.polite.outcome import Failure, Refusal, Why
from crawl.polite.pace import HostTurn, Pace
from crawl.polite.server_times import retry_after_s
from crawl.polite.wire import Wire

_THROTTLED = frozenset({429, 503})
_TRANSIENT = frozenset({408, 425})
_FORBIDDEN = frozenset({403})
REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Courteous:
    def __init__(self, manners: Manners, pace: Pace, wire: Wire) -> None:
        self._manners, self._pace, self._wire = manners, pace, wire

    @asynccontextmanager
    async def ask(
        self,
        url: httpx.URL,
        *,
        delay_s: float = 0.0,
        headers: Mapping[str, str] | None = None,
        method: str = "GET",
        content: bytes = b"",
    ) -> AsyncGenerator[HttpAnswer]:
        """Yield an answer below 500 that is neither "too many requests" nor a bot check.

        Raises:
            Refusal: if the host is stopped, or its address is not public.
            Failure: if the host did not answer, or asked for a pause.
        """
        turn = await self._pace.turn(host_of(url), delay_s)
        began = time.monotonic()
        try:
            async with (
                asyncio.timeout(self._manners.total_timeout_s),
                self._wire.ask(url, headers or {}, method, content) as answer,
            ):
                await self._heed(turn, answer)
                yield answer
        except (WireError, TimeoutError) as error:
            reason = str(error) or f"{url.host} took too long"
            raise Failure(
                reason, await asyncio.to_thread(self._pace.failed, turn, reason)
            ) from error
        except Refusal as refusal:
            # The host did answer; refusing the answer does not count as a failure of the host.
            if refusal.why not in (Why.STOPPED, Why.ADDRESS):
                await asyncio.to_thread(self._pace.went_well, turn, time.monotonic() - began)
            raise
        else:
            await asyncio.to_thread(self._pace.went_well, turn, time.monotonic() - began)

    async def _heed(self, turn: HostTurn, answer: HttpAnswer) -> None:
        """Apply the answer's consequences for further requests: a back-off, or a stop of the
        host."""
        body = b""
        if answer.status in REFUSALS:
            with suppress(Refusal):  # a body that cannot be decompressed does not change the 429
                body = await answer.read_some(LOOK_AT_BYTES)
        if (sign := bot_check(answer, body)) is not None:
            await self.stop(answer, sign)
        if answer.status >= 500 or answer.status in _THROTTLED | _TRANSIENT:
            reason = f"{turn.host} answered {answer.status}"
            at = await asyncio.to_thread(
                self._pace.failed,
                turn,
                reason,
                retry_after_s=retry_after_s(answer.headers, time.time()),
                throttled=answer.status == 429,
            )
            raise Failure(reason, at)
        if answer.status in _FORBIDDEN:
            # One refusal may concern the URL; repeated ones concern the crawler.
            reason = f"{turn.host} answered {answer.status}"
            await asyncio.to_thread(self._pace.failed, turn, reason, throttled=True)

    async def stop(self, answer: HttpAnswer, sign: str) -> None:
        """Stop requests to a host that checks for bots. Always raises Refusal."""
        host = host_of(answer.url)
        reason = f"bot check at {answer.url}, known by {sign}"
        await asyncio.to_thread(self._pace.stop, host, reason)
        raise Refusal(Why.STOPPED, f"{host} is not asked any more: {reason}")


def host_of(url: httpx.URL) -> str:
    """Return the key of a host's pace: its name, whatever the port."""
    return url.raw_host.decode("ascii")
