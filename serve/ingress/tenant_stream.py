"""`GET /v1/events`: the events of all of a tenant's productions as one stream, resumable."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from conte.production import TenantEvent
from serve.database.wakes import Ring
from serve.ingress.auth import TenantOf
from serve.ingress.event_answer import AFTER, LastEventId, event_answer, event_schema
from serve.ingress.event_tail import EventTail
from serve.ingress.event_views import EventView
from serve.ingress.integers import TextInteger
from serve.ingress.long_answers import Place
from serve.ingress.problems import INVALID, Problem, documented
from serve.ingress.productions import root_of
from serve.ledger.ledger import Ledger

EVENTS = "/v1/events"
_MAX_NUMBER = 2**53 - 1

Number = Annotated[TextInteger, Field(ge=0, le=_MAX_NUMBER)]


class TenantLogs:
    """Event logs by tenant, for an `EventTail`."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def events(self, of: str, after: int, limit: int) -> tuple[TenantEvent, ...]:
        return self._ledger.tenant_events(of, after, limit)

    def last_events(self, of: Iterable[str]) -> dict[str, int]:
        return self._ledger.last_tenant_events(of)

    def waiting_for_events(self, of: str, call: Ring) -> AbstractContextManager[None]:
        return self._ledger.waiting_for_tenant_events(of, call)


def tenant_stream(
    ledger: Ledger, tail: EventTail[TenantEvent], tenant: TenantOf, heartbeat_s: float, place: Place
) -> APIRouter:
    routes = APIRouter(tags=["events"], dependencies=[Depends(place)])

    @routes.get(
        EVENTS,
        response_class=EventSourceResponse,
        responses={
            200: {
                "description": "`id`, `event` and `data` (an EventView) of each event of all "
                "productions, in one order. It begins with an `id` alone and does not end.",
                "content": {"text/event-stream": {"schema": event_schema()}},
            },
            **documented(401, 422, 429, 503),
        },
        summary="Watch all productions",
    )
    async def story(
        request: Request,
        tenant: Annotated[str, Depends(tenant)],
        last_event_id: LastEventId[Number] = None,
        after: Annotated[
            Number | None,
            Query(description=AFTER + ", or `last_event` of a list of productions. None: from now"),
        ] = None,
    ) -> Response:
        last = (await run_in_threadpool(ledger.last_tenant_events, (tenant,)))[tenant]
        asked = after if last_event_id is None else last_event_id
        seen = last if asked is None else asked
        if seen > last:
            raise Problem(INVALID, f"event {seen} has not happened yet, the last one is {last}")

        def told(placed: TenantEvent) -> ServerSentEvent:
            event, number = placed.event, placed.number
            view = EventView.of(event, placed.production, root_of(request), number=number)
            return ServerSentEvent(
                id=str(number), event=str(event.kind), data=view.text(), sep="\n"
            )

        return event_answer(tail.follow(tenant, seen), told, heartbeat_s, begins_at=seen)

    return routes
