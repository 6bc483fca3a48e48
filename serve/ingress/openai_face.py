"""Errors in OpenAI's format, for the routes of OpenAI's API."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import JSONResponse

ROUTES = ("/v1/models", "/v1/chat/", "/v1/videos", "/v1/images")


def speaks_openai(path: str) -> bool:
    """Return whether a path belongs to OpenAI's API, under any mount point."""
    return any(route in path for route in ROUTES)


def error(
    status: int,
    message: str,
    param: str | None,
    code: str,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    kind = "invalid_request_error" if status < 500 else "server_error"
    face = {"message": message, "type": kind, "param": param, "code": code}
    return JSONResponse({"error": face}, status_code=status, headers=dict(headers or {}))


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the error responses of a route, for the OpenAPI document."""
    # Every route that reads a body may time out waiting for it.
    slow = (408,) if 413 in statuses else ()
    return {status: _documented(status) for status in (*statuses, *slow)}


_ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["message", "type"],
            "properties": {"message": {"type": "string"}, "type": {"type": "string"}},
        }
    },
}
_SAID = {
    400: "The request is refused; `error.message` says why, `error.param` names the field.",
    401: "An API key is required, or the one given is not known.",
    403: "Another origin's page sent it with the session's cookie.",
    404: "There is no such thing here.",
    408: "The body did not come in time.",
    409: "It is not in a state for this.",
    413: "The body is larger than allowed.",
    415: "The media type is not supported.",
    416: "The range lies outside of the file.",
    429: "The queue is full, or as many of yours as may be are under way; see `Retry-After`.",
    503: "A part of the service cannot be reached; try again.",
}
_NAMED = {401: "WWW-Authenticate", 416: "Content-Range", 429: "Retry-After", 503: "Retry-After"}


def _documented(status: int) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "description": _SAID[status],
        "content": {"application/json": {"schema": _ERROR}},
    }
    if header := _NAMED.get(status):
        answer["headers"] = {header: {"schema": {"type": "string"}, "required": True}}
    return answer
