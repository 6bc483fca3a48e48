"""Errors as RFC 9457 problem documents: every answer of 400 and above has this face.

But for the paths that speak OpenAI's API: there the same errors have OpenAI's.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.routing import Match

from serve.ingress.fields import FieldError, field_errors
from serve.ingress.openai_face import error as openai_error
from serve.ingress.openai_face import speaks_openai
from serve.ledger.errors import (
    IdempotencyConflict,
    LedgerUnavailable,
    NotCancellable,
    NotFound,
    NotRetryable,
    QueueFull,
)
from serve.vault import Missing, VaultUnavailable

MEDIA_TYPE = "application/problem+json"


class ProblemView(BaseModel):
    """What went wrong, as RFC 9457 says it."""

    type: str = Field(examples=["urn:sian:invalid"])
    """Stable: what a program switches on."""
    title: str = Field(examples=["The request is not valid"])
    status: int = Field(examples=[422])
    detail: str = Field(examples=["brief.product.name: required"])
    instance: str = Field(examples=["/v1/productions"])
    errors: tuple[FieldError, ...] = ()
    """For 422: each field, what is wanted and what was got."""


@dataclass(frozen=True)
class Kind:
    """A sort of problem: its stable name, its status, its title."""

    name: str
    status: int
    title: str


MALFORMED = Kind("malformed", 400, "The request cannot be read")
UNAUTHORIZED = Kind("unauthorized", 401, "An API key is required")
NOT_FOUND = Kind("not-found", 404, "There is no such thing")
NOT_YET = Kind("not-yet", 404, "It is not there yet")
TOO_LARGE = Kind("too-large", 413, "The request is too large")
UNSUPPORTED = Kind("unsupported-media-type", 415, "The media type is not supported")
BAD_RANGE = Kind("range-not-satisfiable", 416, "The range cannot be satisfied")
INVALID = Kind("invalid", 422, "The request is not valid")
KEY_REUSED = Kind("idempotency-key-reused", 422, "The Idempotency-Key was used for another body")
NOT_READY = Kind("not-ready", 409, "It is not made yet")
BAD_FIELD = Kind("bad-field", 400, "A field is not valid")
NOT_CANCELLABLE = Kind("not-cancellable", 409, "The production has ended")
NOT_RETRYABLE = Kind("not-retryable", 409, "The cut cannot be retried")
QUEUE_FULL = Kind("queue-full", 429, "The queue is full")
INTERNAL = Kind("internal", 500, "Something went wrong here")
UNAVAILABLE = Kind("unavailable", 503, "A part of the service cannot be reached")

RETRY_AFTER_S = 2
"""When to come back to a ledger or vault that could not be reached."""


class Problem(Exception):
    """Raised anywhere below a route; answered as a problem document."""

    def __init__(
        self,
        kind: Kind,
        detail: str,
        *,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(detail)
        self.kind, self.detail, self.errors = kind, detail, tuple(errors)
        self.headers, self.more = dict(headers or {}), more

    def answer(self, path: str) -> Response:
        if speaks_openai(path):
            # OpenAI's API says 400 of what is not valid.
            status = 400 if self.kind.status == 422 else self.kind.status
            param = self.errors[0].field if self.errors else self.more.get("param")
            code = self.kind.name.replace("-", "_")
            return openai_error(status, self.detail, param, code, self.headers)
        view = ProblemView(
            type=f"urn:sian:{self.kind.name}",
            title=self.kind.title,
            status=self.kind.status,
            detail=self.detail,
            instance=path,
            errors=self.errors,
        )
        return JSONResponse(
            {**view.model_dump(mode="json"), **self.more},
            status_code=self.kind.status,
            headers=self.headers,
            media_type=MEDIA_TYPE,
        )


def invalid(
    errors: Sequence[Mapping[str, Any]], model: type[BaseModel] | None = None, prefix: str = ""
) -> Problem:
    """The problem of a body, query or header that breaks the rules; `errors` are pydantic's."""
    found = field_errors(errors, model, prefix)
    first = found[0]
    detail = f"{first.field}: {first.wanted}"
    if first.got is not None:
        detail += f" (got {first.got})"
    if len(errors) > 1:
        detail += f"; and {len(errors) - 1} more"
    return Problem(INVALID, detail, errors=found)


def problem_of(error: Exception) -> Problem:
    """The face of an exception that is known to happen; anything else is ours and tells nothing."""
    match error:
        case Problem():
            return error
        case NotFound():
            return Problem(NOT_FOUND, str(error))
        case IdempotencyConflict():
            return Problem(KEY_REUSED, str(error))
        case NotCancellable():
            return Problem(NOT_CANCELLABLE, str(error))
        case NotRetryable():
            return Problem(NOT_RETRYABLE, str(error))
        case QueueFull():
            after = {"Retry-After": str(max(1, round(error.retry_after_s)))}
            return Problem(QUEUE_FULL, str(error), headers=after)
        case Missing():
            return Problem(NOT_FOUND, "the vault no longer has this file")
        case LedgerUnavailable() | VaultUnavailable():
            part = "ledger" if isinstance(error, LedgerUnavailable) else "vault"
            after = {"Retry-After": str(RETRY_AFTER_S)}
            return Problem(UNAVAILABLE, f"the {part} cannot be reached; try again", headers=after)
        case RequestValidationError():
            # "query", "path" and "header" say where a value was, not what it is called.
            found = [{**e, "loc": e["loc"][1:] or e["loc"]} for e in error.errors()]
            return invalid(found)
        case HTTPException():
            status = HTTPStatus(error.status_code)
            kind = Kind(status.phrase.lower().replace(" ", "-"), status.value, status.phrase)
            return Problem(kind, error.detail, headers=error.headers)
        case _:
            return Problem(INTERNAL, "the error is in the log; nothing was changed by it")


_HANDLED = (
    Problem,
    NotFound,
    IdempotencyConflict,
    NotCancellable,
    NotRetryable,
    QueueFull,
    Missing,
    LedgerUnavailable,
    VaultUnavailable,
    RequestValidationError,
    HTTPException,
)


def install(app: FastAPI) -> None:
    """Every known error of the app answers as a problem."""

    async def answer(request: Request, error: Exception) -> Response:
        if isinstance(error, HTTPException) and error.status_code == 404:
            error = Problem(NOT_FOUND, f"there is nothing at {request.url.path}")
        if isinstance(error, HTTPException) and error.status_code == 405:
            allowed = ", ".join(sorted(_methods(app, request)))
            detail = f"{request.url.path} answers {allowed}, not {request.method}"
            error = HTTPException(405, detail, {"Allow": allowed})
        return problem_of(error).answer(request.url.path)

    handler: Callable[[Request, Exception], Awaitable[Response]] = answer
    for kind in _HANDLED:
        app.add_exception_handler(kind, handler)


def _methods(app: FastAPI, request: Request) -> set[str]:
    # Starlette tells only the methods of the first route at a path; a path may have several.
    found: set[str] = set()
    for route in app.routes:
        if route.matches(request.scope)[0] is not Match.NONE:
            found |= set(getattr(route, "methods", None) or ())
    return found


_DESCRIPTIONS = {
    400: "The body is not JSON, or cannot be read.",
    401: "An API key is required, or the one given is not known.",
    404: "There is no such production, version or cut here, or not yet.",
    409: "The production is not in a state for this.",
    413: "The body is larger than allowed.",
    415: "Only `application/json` in UTF-8 is taken.",
    416: "The range lies outside of the file.",
    422: "A field is not valid; `errors` names each.",
    429: "The queue is full; `Retry-After` says when to come back.",
    503: "The ledger or the vault cannot be reached; try again.",
}


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problem answers of a route, for its OpenAPI."""
    return {status: _documented(status) for status in statuses}


def _documented(status: int) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/ProblemView"}
    answer: dict[str, Any] = {
        "description": _DESCRIPTIONS[status],
        "content": {MEDIA_TYPE: {"schema": schema}},
    }
    named = {401: "WWW-Authenticate", 416: "Content-Range", 429: "Retry-After", 503: "Retry-After"}
    header = named.get(status)
    if header:
        answer["headers"] = {header: {"schema": {"type": "string"}, "required": True}}
    return answer
