"""`GET /v1/shared/{token}/events`: names the part of a link's view that has changed, not the
change.

Messages have no ids, because from an event's number guests could infer how many events they are not
shown. After a lost connection a reader reads everything again.
"""

import asyncio
from collections.abc import AsyncGenerator
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Response
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from conte.events import (
    ClipReady,
    CommentAdded,
    CommentChanged,
    FilmReady,
    ProductionDone,
    VersionReviewed,
)
from conte.production import Event
from conte.revision.share import Right
from serve.ingress.event_answer import event_answer
from serve.ingress.event_tail import EventTail
from serve.ingress.guest_access import GuestAccess, Token
from serve.ingress.long_answers import LongAnswers
from serve.ingress.problems import documented
from serve.ingress.review_views import SHARED
from serve.ledger.errors import NotFound
from serve.ledger.ledger import Ledger
from serve.ledger.shares import Shared

Part = Literal["conte", "comments"]
PARTS: tuple[Part, ...] = ("conte", "comments")
"""`conte`: the version that the link leads to, its review, its clips or its film."""


class Watch:
    """The stream of one guest: events of the production -> changed parts of this link's view."""

    def __init__(self, ledger: Ledger, tail: EventTail[Event], token: str, look_s: float) -> None:
        self._ledger, self._tail, self._token, self._look_s = ledger, tail, token, look_s
        self._known = 0
        """Latest event that the guest's view had when everything of it was called for."""

    async def parts(self, shared: Shared, seen: int) -> AsyncGenerator[tuple[Part, ...]]:
        """Yield the changed parts until the link has ended, which is checked every `look_s`
        seconds."""
        story = self._events(shared.share.production, seen)
        upcoming: asyncio.Future[tuple[Event, ...]] | None = None
        try:
            while True:
                upcoming = upcoming or asyncio.ensure_future(anext(story))
                await asyncio.wait((upcoming,), timeout=self._look_s)
                events: tuple[Event, ...] = ()
                if upcoming.done():
                    events, upcoming = upcoming.result(), None
                before = shared
                try:
                    shared, changed = await run_in_threadpool(self.look, before, events)
                except NotFound:
                    return
                if changed:
                    yield changed
        finally:
            if upcoming is not None:
                upcoming.cancel()
                await asyncio.gather(upcoming, return_exceptions=True)
            await story.aclose()

    async def _events(self, production: str, seen: int) -> AsyncGenerator[tuple[Event, ...]]:
        while True:  # a production that has ended is still reviewed
            async for events in self._tail.follow(production, seen):
                seen = events[-1].id
                yield events

    def look(self, before: Shared, events: tuple[Event, ...]) -> tuple[Shared, tuple[Part, ...]]:
        """Read the link's view again, and compare.

        Raises:
            NotFound: if the link has ended.
        """
        now = self._ledger.reviewing.shared(self._token)
        if now.version != before.version:
            # Often seen before its event comes, which must not call the guest again.
            production = now.share.production
            self._known = self._ledger.last_events((production,)).get(production, 0)
            now = self._ledger.reviewing.shared(self._token)
            return now, PARTS if Right.COMMENT in now.share.rights else ("conte",)
        found = {self._part(event, now) for event in events if event.id > self._known}
        return now, tuple(part for part in PARTS if part in found)

    def _part(self, event: Event, shared: Shared) -> Part | None:
        match event.data:
            case CommentAdded(version=version) | CommentChanged(version=version):
                listed = event.data.audience == "client" and self._lists(shared, version)
                return "comments" if listed else None
            case (
                ClipReady(version=version)
                | FilmReady(version=version)
                | ProductionDone(version=version)
                | VersionReviewed(version=version)
            ):
                shows = Right.VIEW in shared.share.rights and version == shared.version
                return "conte" if shows else None
            case _:
                return None

    def _lists(self, shared: Shared, version: int) -> bool:
        """Return whether the link shows the comments of this version."""
        share, shown = shared.share, shared.version
        if shown is None or Right.COMMENT not in share.rights:
            return False
        if share.version is not None:
            return version == shown
        return version in self._ledger.reviewing.line(share.production, shown)


def guest_stream(
    ledger: Ledger,
    tail: EventTail[Event],
    access: GuestAccess,
    answers: LongAnswers,
    heartbeat_s: float,
) -> APIRouter:
    # Open streams have places of their own: they keep no guest from the film.
    place = Depends(answers.place(access.tenant("watching guests")))
    routes = APIRouter(tags=["guests"], dependencies=[place])

    @routes.get(
        SHARED + "/{token}/events",
        response_class=EventSourceResponse,
        responses={
            200: {
                "description": "`event` of each message: the part that changed and is to be read "
                "again. `data` is empty JSON. Ends when the link is over.",
                "content": {"text/event-stream": {"schema": _SCHEMA}},
            },
            **documented(404, 422, 429, 503),
        },
        summary="Watch what a link shows",
    )
    async def story(token: Token, shared: Annotated[Shared, Depends(access.shared)]) -> Response:
        production = shared.share.production
        last = (await run_in_threadpool(ledger.last_events, (production,))).get(production, 0)
        watch = Watch(ledger, tail, token, heartbeat_s)
        return event_answer(watch.parts(shared, last), _message, heartbeat_s)

    return routes


_SCHEMA = {
    "type": "object",
    "properties": {"event": {"enum": list(PARTS)}, "data": {"const": "{}"}},
    "required": ["event", "data"],
}


def _message(part: Part) -> ServerSentEvent:
    return ServerSentEvent(event=part, data="{}", sep="\n")
