"""robots.txt of requested sites, fetched once and cached; without it no page is requested."""

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import replace

import httpx

from crawl.polite.addresses import checked_url
from crawl.polite.answer import HttpAnswer
from crawl.polite.cache import Cache
from crawl.polite.conditions import conditions
from crawl.polite.courteous import REDIRECTS, Courteous
from crawl.polite.directives import Directives
from crawl.polite.outcome import Document, Failure, Refusal
from crawl.polite.robots import MAX_AGE_S, MAX_BYTES, MAX_HOPS, RobotsRules, place


class SiteRules:
    def __init__(
        self, courteous: Courteous, cache: Cache, agent: str, clock: Callable[[], float]
    ) -> None:
        self._courteous, self._cache = courteous, cache
        self._agent, self._clock = agent, clock
        self._known: dict[str, tuple[RobotsRules, float]] = {}
        self._reading: dict[str, asyncio.Lock] = {}

    async def of(self, url: httpx.URL) -> RobotsRules:
        """Return the rules of a URL's site (scheme, host and port).

        Raises:
            Refusal: if its host must not be requested.
            Failure: if the rules cannot be fetched; then nothing of the site may be requested.
        """
        where = str(place(url))
        # One task fetches the file; the others wait for the result.
        async with self._reading.setdefault(where, asyncio.Lock()):
            rules, until = self._known.get(where, (None, 0.0))
            if rules is None or self._clock() >= until:
                document = await self._document(where)
                rules = RobotsRules.read(document.body, self._agent)
                self._known[where] = rules, document.fresh_until
            return rules

    async def _document(self, where: str) -> Document:
        kept = await asyncio.to_thread(self._cache.get, where)
        if kept is not None and self._clock() < kept.fresh_until:
            return kept
        try:
            document = await self._ask(where, kept)
        except Failure as failure:
            # RFC 9309, 2.4: the cached rules may be used for longer while the file is unreachable.
            if kept is not None:
                return replace(kept, fresh_until=min(failure.retry_at, self._clock() + 3600.0))
            raise Failure(
                f"no robots.txt, so nothing is asked: {failure}", failure.retry_at
            ) from failure
        await asyncio.to_thread(self._cache.put, document)
        return document

    async def _ask(self, where: str, kept: Document | None) -> Document:
        url = httpx.URL(where)
        for _ in range(MAX_HOPS + 1):
            headers = conditions(kept.etag) if kept is not None else {}
            async with self._courteous.ask(url, headers=headers) as answer:
                now = self._clock()
                if answer.status == 304 and kept is not None:
                    return replace(kept, checked_at=now, fresh_until=now + MAX_AGE_S)
                target = _next(url, answer) if answer.status in REDIRECTS else None
                if target is None:
                    body = b""
                    if answer.status < 300:
                        body = await answer.read_some(MAX_BYTES)
                    return _rules_document(where, answer.headers.get("etag", ""), body, now)
                url = target
        # Redirected too often: counts as not existing (RFC 9309, 2.3.1.2).
        return _rules_document(where, "", b"", self._clock())


def _next(url: httpx.URL, answer: HttpAnswer) -> httpx.URL | None:
    """Return a redirect's target; None if the target is invalid, as if the site had no
    robots.txt."""
    try:
        return checked_url(str(url.join(answer.headers["location"])))
    except (KeyError, Refusal, httpx.InvalidURL):
        return None


def _rules_document(where: str, etag: str, body: bytes, now: float) -> Document:
    return Document(
        url=where,
        final_url=where,
        media_type="text/plain",
        charset="utf-8",
        body=body,
        sha256=hashlib.sha256(body).hexdigest(),
        etag=etag,
        last_modified="",
        fetched_at=now,
        checked_at=now,
        fresh_until=now + MAX_AGE_S,
        directives=Directives(),
    )
