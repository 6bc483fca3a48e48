"""A production's events as server-sent events, resumable from any replica."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from conte.production import Event, Production
from serve.ingress.auth import TenantOf
from serve.ingress.event_answer import AFTER, LastEventId, event_answer, event_schema
from serve.ingress.event_tail import EventTail
from serve.ingress.event_views import EventView
from serve.ingress.integers import TextInteger
from serve.ingress.long_answers import Place
from serve.ingress.problems import INVALID, Problem, documented
from serve.ingress.productions import ProductionId, root_of
from serve.ingress.views import PRODUCTIONS
from serve.ledger.ledger import Ledger

_MAX_ID = 2**31 - 1

EventId = Annotated[TextInteger, Field(ge=0, le=_MAX_ID)]


def events(
    ledger: Ledger, tail: EventTail[Event], tenant: TenantOf, heartbeat_s: float, place: Place
) -> APIRouter:
    routes = APIRouter(tags=["events"], dependencies=[Depends(place)])

    def found(tenant: Annotated[str, Depends(tenant)], production: ProductionId) -> Production:
        return ledger.get(production, tenant)

    @routes.get(
        PRODUCTIONS + "/{id}/events",
        response_class=EventSourceResponse,
        responses={
            200: {
                "description": "`id`, `event` and `data` (an EventView) of each event. Ends after "
                "`production.done`, `production.failed` or `production.cancelled`.",
                "content": {"text/event-stream": {"schema": event_schema()}},
            },
            204: {"description": "The production has ended and every event was seen."},
            **documented(401, 404, 422, 429, 503),
        },
        summary="Watch a production",
    )
    async def story(
        request: Request,
        production: Annotated[Production, Depends(found)],
        last_event_id: LastEventId[EventId] = None,
        after: Annotated[EventId, Query(description=AFTER)] = 0,
    ) -> Response:
        seen = after if last_event_id is None else last_event_id
        last = (await run_in_threadpool(ledger.last_events, (production.id,))).get(production.id, 0)
        if seen > last:
            raise Problem(INVALID, f"event {seen} has not happened yet, the last one is {last}")
        if seen == last and await run_in_threadpool(_ended, ledger, production.id, last):
            # 204 makes an EventSource stop reconnecting.
            return Response(status_code=204)

        def told(event: Event) -> ServerSentEvent:
            view = EventView.of(event, production.id, root_of(request))
            return ServerSentEvent(
                id=str(event.id), event=str(event.kind), data=view.text(), sep="\n"
            )

        return event_answer(tail.follow(production.id, seen), told, heartbeat_s)

    return routes


def _ended(ledger: Ledger, production: str, last: int) -> bool:
    return any(event.ends for event in ledger.events(production, last - 1, 1))
