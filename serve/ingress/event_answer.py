"""Events of a log -> a response of server-sent events. The caller converts each event."""

import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from typing import Annotated, Any, TypeVar

from fastapi import Header
from pydantic import BeforeValidator
from sse_starlette import EventSourceResponse, ServerSentEvent

from serve.database.errors import DatabaseUnavailable
from serve.telemetry import log

RETRY_MS = 1000
"""Milliseconds that a browser waits before it reconnects."""
AFTER = "The id of the last event seen"

_T = TypeVar("_T")
_Id = TypeVar("_Id")


def _said(header: str | None) -> str | None:
    """Return the header's value; None if it is empty, as EventSources and proxies may send it."""
    said = header.strip() if header else ""
    if said and not (said.isascii() and said.isdecimal()):
        raise ValueError(f"{said[:40]!r} is no id of an event, wanted digits")
    return said or None


LastEventId = Annotated[
    _Id | None,
    BeforeValidator(_said),
    Header(alias="Last-Event-ID", description=AFTER + "; wins over `after`. Empty: none was seen"),
]


def event_schema() -> dict[str, Any]:
    """Return the OpenAPI schema of one message."""
    return {
        "type": "object",
        "properties": {
            "id": {"type": "string", "pattern": "^[0-9]+$"},
            "event": {"anyOf": [{"$ref": "#/components/schemas/EventKind"}, {"type": "string"}]},
            "data": {
                "type": "string",
                "contentMediaType": "application/json",
                "contentSchema": {"$ref": "#/components/schemas/EventView"},
            },
        },
        "required": ["id", "event", "data"],
    }


def event_answer(
    story: AsyncGenerator[Sequence[_T]],
    told: Callable[[_T], ServerSentEvent],
    heartbeat_s: float,
    begins_at: int | None = None,
) -> EventSourceResponse:
    """Stream events as server-sent events.

    `begins_at`: an id that is sent at once, so that a reader who loses the connection before the
    first event comes back to where it began.
    """
    return EventSourceResponse(
        _messages(story, told, begins_at),
        ping=heartbeat_s,
        ping_message_factory=lambda: ServerSentEvent(comment="heartbeat", sep="\n"),
        sep="\n",
        headers={"Cache-Control": "no-store"},
    )


async def _messages(
    story: AsyncGenerator[Sequence[_T]],
    told: Callable[[_T], ServerSentEvent],
    begins_at: int | None,
) -> AsyncIterator[ServerSentEvent | bytes]:
    at = None if begins_at is None else str(begins_at)
    of = "a production" if begins_at is None else "a tenant"
    yield ServerSentEvent(id=at, retry=RETRY_MS, comment=f"events of {of}", sep="\n")
    try:
        async for events in story:
            # One chunk: each costs the replica, the proxy and the client a message.
            yield b"".join(told(event).encode() for event in events)
    except DatabaseUnavailable:
        # The client reconnects with its Last-Event-ID and misses nothing.
        log("events.ledger_unavailable", level=logging.WARNING)
    finally:
        await story.aclose()
