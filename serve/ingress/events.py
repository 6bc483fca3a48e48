"""A production's story as server-sent events, resumable from any replica."""

import logging
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from conte.production import Production
from serve.ingress.auth import TenantOf
from serve.ingress.problems import INVALID, Problem, documented
from serve.ingress.productions import ProductionId, root_of
from serve.ingress.tail import Tail
from serve.ingress.views import PRODUCTIONS, EventView
from serve.ledger.errors import LedgerUnavailable
from serve.ledger.ledger import Ledger
from serve.telemetry import log

RETRY_MS = 1000
"""How long a browser waits before it connects again."""

SEND_TIMEOUT_S = 30
"""A reader that takes nothing for so long is cut off; it resumes where it was."""

_EVENT = {
    "type": "object",
    "properties": {
        "id": {"type": "string", "pattern": "^[0-9]+$"},
        "event": {"$ref": "#/components/schemas/EventKind"},
        "data": {
            "type": "string",
            "contentMediaType": "application/json",
            "contentSchema": {"$ref": "#/components/schemas/EventView"},
        },
    },
    "required": ["id", "event", "data"],
}
_MAX_ID = 2**31 - 1
_AFTER = "The id of the last event seen"


def events(ledger: Ledger, tail: Tail, tenant: TenantOf, heartbeat_s: float) -> APIRouter:
    routes = APIRouter(tags=["events"])

    def found(tenant: Annotated[str, Depends(tenant)], production: ProductionId) -> Production:
        return ledger.get(production, tenant)

    @routes.get(
        PRODUCTIONS + "/{id}/events",
        response_class=EventSourceResponse,
        responses={
            200: {
                "description": "`id`, `event` and `data` (an EventView) of each event. Ends after "
                "`production.done`, `production.failed` or `production.cancelled`.",
                "content": {"text/event-stream": {"schema": _EVENT}},
            },
            204: {"description": "The production has ended and every event was seen."},
            **documented(401, 404, 422, 503),
        },
        summary="Watch a production",
    )
    async def story(
        request: Request,
        production: Annotated[Production, Depends(found)],
        last_event_id: Annotated[
            int | None, Header(ge=0, le=_MAX_ID, description=_AFTER + "; wins over `after`")
        ] = None,
        after: Annotated[int, Query(ge=0, le=_MAX_ID, description=_AFTER)] = 0,
    ) -> Response:
        seen = after if last_event_id is None else last_event_id
        last = (await run_in_threadpool(ledger.last_events, (production.id,))).get(production.id, 0)
        if seen > last:
            raise Problem(INVALID, f"event {seen} has not happened yet, the last one is {last}")
        if seen == last and await run_in_threadpool(_ended, ledger, production.id, last):
            # 204 is how a server tells an EventSource not to connect again.
            return Response(status_code=204)
        return EventSourceResponse(
            _told(tail, production.id, seen, root_of(request)),
            ping=heartbeat_s,
            ping_message_factory=lambda: ServerSentEvent(comment="heartbeat", sep="\n"),
            sep="\n",
            send_timeout=SEND_TIMEOUT_S,
            headers={"Cache-Control": "no-store"},
        )

    return routes


def _ended(ledger: Ledger, production: str, last: int) -> bool:
    return any(event.kind.ends for event in ledger.events(production, last - 1, 1))


async def _told(
    tail: Tail, production: str, seen: int, root: str
) -> AsyncIterator[ServerSentEvent]:
    yield ServerSentEvent(retry=RETRY_MS, comment="events of a production", sep="\n")
    story = tail.follow(production, seen)
    try:
        async for event in story:
            view = EventView.of(event, production, root)
            yield ServerSentEvent(
                id=str(event.id), event=event.kind.value, data=view.model_dump_json(), sep="\n"
            )
    except LedgerUnavailable:
        # The reader connects again with its Last-Event-ID, and misses nothing.
        log("events.ledger_unavailable", level=logging.WARNING)
    finally:
        await story.aclose()
