"""Fetches a URL politely: checks it, obeys robots.txt, waits for a turn, requests, reads the
answer."""

import asyncio
import hashlib
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import httpx

from crawl.polite.addresses import Doorkeeper, Resolver, checked_url, system_resolver
from crawl.polite.answer import HttpAnswer
from crawl.polite.bot_check import bot_check
from crawl.polite.cache import Cache
from crawl.polite.conditions import conditions as conditions_of
from crawl.polite.courteous import REDIRECTS, Courteous
from crawl.polite.directives import Directives, of_headers, of_html
from crawl.polite.hashed_file import HashedFile
from crawl.polite.manners import Manners
from crawl.polite.outcome import (
    Document,
    Downloaded,
    Failed,
    Failure,
    Fetched,
    FetchRefused,
    NotModified,
    Outcome,
    Refusal,
    Why,
)
from crawl.polite.pace import Pace
from crawl.polite.server_times import fresh_for_s, may_be_kept
from crawl.polite.site_rules import SiteRules
from crawl.polite.wire import Wire
from serve.database.engine import Database

_HTML = frozenset({"text/html", "application/xhtml+xml"})
_NOT_THE_CALLERS = frozenset(
    {"host", "user-agent", "accept-encoding", "cookie", "authorization", "content-length",
     "connection", "transfer-encoding"}
)  # fmt: skip
"""Headers that callers may not set: the crawler's identity, credentials and cookies."""
_T = TypeVar("_T")


class Fetcher:
    """Fetcher for one process; any number of its tasks may use it concurrently."""

    def __init__(
        self,
        manners: Manners,
        database: Database,
        *,
        resolve: Resolver = system_resolver,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.manners, self.pace = manners, Pace(database, manners)
        self._clock = clock
        self._cache = Cache(manners.cache, manners.max_cache_bytes)
        self._doorkeeper = Doorkeeper(manners.private_networks, resolve)
        self._wire = Wire(manners, self._doorkeeper)
        self._courteous = Courteous(manners, self.pace, self._wire)
        self._rules = SiteRules(self._courteous, self._cache, manners.agent, clock)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        await self._wire.aclose()

    async def fetch(
        self,
        url: str,
        *,
        media_types: Collection[str] = (),
        max_bytes: int | None = None,
        fresh_s: float | None = None,
    ) -> Outcome:
        """Return the document at a URL, from the cache while it is fresh. Web errors are returned,
        not raised.

        Args:
            media_types: accepted types, in lower case; empty accepts all.
            max_bytes: limit of the body; default: that of the manners.
            fresh_s: seconds for which a cached document is used without a request; default: as the
                server said, but at least the manners' `fresh_s`.
        """

        async def fetch() -> Outcome:
            asked = str(checked_url(url))
            kept = await asyncio.to_thread(self._cache.get, asked)
            if kept is not None and self._is_fresh(kept, fresh_s):
                _heed(kept.directives, asked, self._clock())
                return NotModified(kept, asked=False)
            limit = max_bytes or self.manners.max_bytes
            return await self._again(lambda: self._fetch(asked, kept, media_types, limit))

        return await _told(fetch())

    async def download(
        self,
        url: str,
        into: Path,
        *,
        media_types: Collection[str] = (),
        max_bytes: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Downloaded | FetchRefused | Failed:
        """Download a large file without the cache. `into` appears only when the file is
        complete."""
        limit = max_bytes or self.manners.max_bytes
        return await _told(
            self._again(lambda: self._download(url, into, media_types, limit, headers))
        )

    @asynccontextmanager
    async def open(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        method: str = "GET",
        content: bytes = b"",
        may_follow: Callable[[str], bool] = lambda _: True,
    ) -> AsyncGenerator[HttpAnswer]:
        """Yield the answer to one request after redirects; the caller reads its body.

        Every hop is checked anew: scheme, address, robots.txt, pace, and `may_follow`. The status
        is below 300, or 304. Meant for libraries that make their own requests; otherwise use
        `fetch` and `download`.

        Raises:
            Refusal, Failure: for the reasons of `FetchRefused` and `Failed`; also while the body is
                read.
        """
        ours = _of_caller(headers)
        async with self._hops(url, lambda _: ours, method, content, may_follow) as answer:
            yield answer

    @asynccontextmanager
    async def _hops(
        self,
        url: str,
        headers: Callable[[str], Mapping[str, str]],
        method: str = "GET",
        content: bytes = b"",
        may_follow: Callable[[str], bool] = lambda _: True,
    ) -> AsyncGenerator[HttpAnswer]:
        target = checked_url(url)
        for _ in range(self.manners.max_hops + 1):
            self._doorkeeper.look_at(target)
            rules = await self._rules.of(target)
            if not rules.allow(target):
                raise Refusal(Why.ROBOTS, f"robots.txt of {target.host} disallows {target.path}")
            async with self._courteous.ask(
                target,
                delay_s=rules.delay_s,
                headers=headers(str(target)),
                method=method,
                content=content,
            ) as answer:
                if answer.status not in REDIRECTS:
                    if answer.status >= 300 and answer.status != 304:
                        reason = f"{target} answered {answer.status}"
                        raise Refusal(Why.STATUS, reason, answer.status)
                    yield answer
                    return
                # The directives of a redirect bind although the page has moved.
                await self._heed(self._directives(answer), url)
                if answer.status == 303 or (answer.status in (301, 302) and method == "POST"):
                    method, content = "GET", b""
                target = _next(target, answer)
                if not may_follow(str(target)):
                    raise Refusal(Why.REDIRECT, f"{url} leads to {target}, which was not asked for")
        raise Refusal(Why.REDIRECT, f"{url} is redirected more than {self.manners.max_hops} times")

    async def _fetch(
        self, asked: str, kept: Document | None, media_types: Collection[str], limit: int
    ) -> Outcome:
        def conditions(hop: str) -> Mapping[str, str]:
            if kept is None or kept.final_url != hop:
                return {}
            return conditions_of(kept.etag, kept.last_modified)

        async with self._hops(asked, conditions) as answer:
            now, headers = self._clock(), answer.headers
            fresh_until = now + fresh_for_s(headers, now, self.manners.fresh_s)
            directives = self._directives(answer)
            if answer.status == 304:
                if kept is None:
                    raise Refusal(
                        Why.STATUS, f"{asked} answered 304, and was asked for the first time"
                    )
                document = replace(
                    kept,
                    checked_at=now,
                    fresh_until=fresh_until,
                    directives=kept.directives | directives,
                )
            else:
                if answer.status not in (200, 203):
                    raise Refusal(Why.STATUS, f"{asked} answered {answer.status}, wanted 200")
                await self._heed(directives, asked)
                _wanted(answer, media_types)
                body = await answer.read(limit)
                if answer.media_type in _HTML:
                    if (sign := bot_check(answer, body)) is not None:
                        await self._courteous.stop(answer, sign)
                    directives |= of_html(body, self.manners.agent)
                document = Document(
                    url=asked,
                    final_url=str(answer.url),
                    media_type=answer.media_type,
                    charset=answer.charset,
                    body=body,
                    sha256=hashlib.sha256(body).hexdigest(),
                    etag=headers.get("etag", ""),
                    last_modified=headers.get("last-modified", ""),
                    fetched_at=now,
                    checked_at=now,
                    fresh_until=fresh_until,
                    directives=directives,
                )
        await self._heed(document.directives, asked)
        keep = document.directives.may_be_kept and may_be_kept(headers)
        if keep:
            await asyncio.to_thread(self._cache.put, document)
        else:
            await asyncio.to_thread(self._cache.drop, asked)
        return NotModified(document, asked=True) if answer.status == 304 else Fetched(document)

    async def _download(
        self,
        url: str,
        into: Path,
        media_types: Collection[str],
        limit: int,
        headers: Mapping[str, str] | None,
    ) -> Downloaded:
        async with self.open(url, headers=headers) as answer:
            if answer.status != 200:
                raise Refusal(Why.STATUS, f"{url} answered {answer.status}, wanted 200")
            _heed(self._directives(answer), url, self._clock())
            _wanted(answer, media_types)
            async with HashedFile.beside(into) as file:
                async with aclosing(answer.chunks(limit)) as chunks:
                    async for chunk in chunks:
                        await file.write(chunk)
                await file.publish()
            return Downloaded(into, str(answer.url), answer.media_type, file.num_bytes, file.sha256)

    async def _again(self, attempt: Callable[[], Awaitable[_T]]) -> _T:
        """Try up to `attempts` times; before each, the pace waits until the host's back-off is
        over."""
        for _ in range(self.manners.attempts - 1):
            try:
                return await attempt()
            except Failure:
                continue
        return await attempt()

    def _directives(self, answer: HttpAnswer) -> Directives:
        tags = answer.headers.get_list("x-robots-tag")
        return of_headers(tags, answer.headers.get("tdm-reservation", ""), self.manners.agent)

    async def _heed(self, directives: Directives, asked: str) -> None:
        """Obey the directives of an answer; a document that is forbidden now is deleted from the
        cache."""
        try:
            _heed(directives, asked, self._clock())
        except Refusal:
            await asyncio.to_thread(self._cache.drop, asked)
            raise

    def _is_fresh(self, kept: Document, fresh_s: float | None) -> bool:
        until = kept.fresh_until if fresh_s is None else kept.checked_at + fresh_s
        return self._clock() < until


async def _told(outcome: Awaitable[_T]) -> "_T | FetchRefused | Failed":
    try:
        return await outcome
    except Refusal as refusal:
        return FetchRefused(refusal.why, refusal.reason)
    except Failure as failure:
        return Failed(failure.reason, failure.retry_at)


def _heed(directives: Directives, url: str, now: float) -> None:
    if (word := directives.forbids(now)) is not None:
        raise Refusal(Why.DIRECTIVE, f"{url} forbids its use: {word}")


def _wanted(answer: HttpAnswer, media_types: Collection[str]) -> None:
    if media_types and answer.media_type not in media_types:
        found, wanted = answer.media_type or "of no type", ", ".join(sorted(media_types))
        raise Refusal(Why.MEDIA_TYPE, f"{answer.url} is {found}, wanted {wanted}")


def _of_caller(headers: Mapping[str, str] | None) -> Mapping[str, str]:
    given = (headers or {}).items()
    return {name: value for name, value in given if name.lower() not in _NOT_THE_CALLERS}


def _next(url: httpx.URL, answer: HttpAnswer) -> httpx.URL:
    """Return the target of a redirect."""
    location = answer.headers.get("location", "")
    if not location:
        raise Refusal(Why.REDIRECT, f"{url} is redirected, and does not say where")
    try:
        target = checked_url(str(url.join(location)))
    except httpx.InvalidURL as error:
        raise Refusal(Why.REDIRECT, f"{url} is redirected to {location[:200]!r}") from error
    if url.scheme == "https" and target.scheme != "https":
        raise Refusal(Why.REDIRECT, f"{url} is redirected from https to {target}")
    return target
