"""Errors as RFC 9457 problem documents, for every response of 400 and above.

Paths of OpenAI's API have OpenAI's error format instead.
"""

import math
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

from conte.revision.comments import Misplaced
from conte.revision.refusals import Conflict, NotApplied, Refusal
from conte.vocabulary import Language
from serve.database.errors import DatabaseUnavailable
from serve.ingress.fields import FieldError, field_errors
from serve.ingress.language import LanguageOf, language_of
from serve.ingress.openai_face import error as openai_error
from serve.ingress.openai_face import speaks_openai
from serve.ingress.waiting import Outage
from serve.ledger.errors import (
    IdempotencyConflict,
    IllegalStep,
    LimitReached,
    NoDraft,
    NotAsQuoted,
    NotCancellable,
    NotFound,
    NotRetryable,
    NotSealable,
    NotTakable,
    OfferLapsed,
    QueueFull,
    TooManyOperations,
)
from serve.stored import Unreadable
from serve.vault import Missing, VaultFull, VaultUnavailable

MEDIA_TYPE = "application/problem+json"


class ProblemView(BaseModel):
    """A problem document of RFC 9457."""

    type: str = Field(examples=["urn:sian:invalid"])
    """Stable name of the kind of problem, for programs."""
    title: str = Field(examples=["The request is not valid"])
    status: int = Field(examples=[422])
    detail: str = Field(examples=["brief.product.name: required"])
    instance: str = Field(examples=["/v1/productions"])
    errors: tuple[FieldError, ...] = ()
    """Fields to correct (422): each with what is wanted and what was received."""


@dataclass(frozen=True)
class Kind:
    """A kind of problem: its stable name, status and title."""

    name: str
    status: int
    title: str
    title_ko: str = ""
    """For a refusal, which is said in the language of the request."""

    def titled(self, language: Language) -> str:
        return self.title_ko if language == "ko" and self.title_ko else self.title


MALFORMED = Kind("malformed", 400, "The request cannot be read")
UNAUTHORIZED = Kind("unauthorized", 401, "An API key is required")
CROSS_ORIGIN = Kind("cross-origin", 403, "The request comes from another origin")
NOT_SECURE = Kind("not-secure", 403, "The connection is not secure")
BAD_SIGNATURE = Kind("bad-signature", 403, "The link is not valid")
LINK_EXPIRED = Kind("link-expired", 403, "The link has expired")
NOT_PERMITTED = Kind("not-permitted", 403, "The link does not allow this")
NOT_FOUND = Kind("not-found", 404, "There is no such thing")
NOT_YET = Kind("not-yet", 404, "It is not there yet")
NOT_INSTALLED = Kind("not-installed", 404, "This server cannot make the format")
TOO_SLOW = Kind("too-slow", 408, "The body did not come in time")
TOO_LARGE = Kind("too-large", 413, "The request is too large")
UNSUPPORTED = Kind("unsupported-media-type", 415, "The media type is not supported")
BAD_RANGE = Kind("range-not-satisfiable", 416, "The range cannot be satisfied")
INVALID = Kind("invalid", 422, "The request is not valid", "요청을 받아들일 수 없습니다")
KEY_REUSED = Kind("idempotency-key-reused", 422, "The Idempotency-Key was used for another body")
BAD_FIELD = Kind("bad-field", 400, "A field is not valid")
NOT_CANCELLABLE = Kind("not-cancellable", 409, "The production has ended", "이미 끝난 제작입니다")
NOT_RETRYABLE = Kind("not-retryable", 409, "The cut cannot be retried", "다시 만들 컷이 아닙니다")
ILLEGAL_STEP = Kind(
    "illegal-step",
    409,
    "The version's review is not in a state for this",
    "지금 검토 상태에서는 할 수 없습니다",
)
OFFER_LAPSED = Kind(
    "offer-lapsed",
    409,
    "What was shown for approval no longer stands",
    "승인하려던 내용이 아닙니다",
)
LIMIT_REACHED = Kind(
    "limit-reached", 409, "There are as many of these as may be kept", "더 둘 수 없습니다"
)
CONFLICT = Kind("conflict", 409, "It was changed since you saw it", "그사이 바뀌었습니다")
NO_DRAFT = Kind("no-draft", 409, "There is nothing to go on with", "이어서 할 것이 없습니다")
NOT_SEALABLE = Kind("not-sealable", 409, "The draft cannot be sealed", "아직 확정할 수 없습니다")
NOT_TAKABLE = Kind("not-takable", 409, "No take can be made yet", "아직 테이크를 만들 수 없습니다")
NOT_AS_QUOTED = Kind("not-as-quoted", 409, "The draft is not what was quoted", "견적과 다릅니다")
QUEUE_FULL = Kind("queue-full", 429, "The queue is full", "대기열이 가득 찼습니다")
TOO_OFTEN = Kind("too-often", 429, "The link is used too often")
TOO_MANY = Kind("too-many-answers", 429, "Too many answers are under way")
UNREADABLE = Kind("unreadable", 500, "This release cannot read what is stored")
INTERNAL = Kind("internal", 500, "Something went wrong here")
UNAVAILABLE = Kind("unavailable", 503, "A part of the service cannot be reached")


class Problem(Exception):
    """Raised anywhere below a route; sent as a problem document."""

    def __init__(
        self,
        kind: Kind,
        detail: str,
        *,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
        language: Language = "en",
        **more: Any,
    ) -> None:
        super().__init__(detail)
        self.language: Language = language
        self.kind, self.detail, self.errors = kind, detail, tuple(errors)
        self.headers, self.more = dict(headers or {}), more

    def answer(self, path: str) -> Response:
        if speaks_openai(path):
            # OpenAI's API answers invalid input with 400.
            status = 400 if self.kind.status == 422 else self.kind.status
            param = self.errors[0].field if self.errors else self.more.get("param")
            code = self.kind.name.replace("-", "_")
            return openai_error(status, self.detail, param, code, self.headers)
        view = ProblemView(
            type=f"urn:sian:{self.kind.name}",
            title=self.kind.titled(self.language),
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
    """Return the problem of an invalid body, query or header; `errors` are pydantic's."""
    found = field_errors(errors, model, prefix)
    first = found[0]
    detail = f"{first.field}: {first.wanted}"
    if first.got is not None:
        detail += f" (got {first.got})"
    if len(errors) > 1:
        detail += f"; and {len(errors) - 1} more"
    return Problem(INVALID, detail, errors=found)


_REFUSALS: Mapping[type[Refusal], Kind] = {
    NotApplied: INVALID,
    Misplaced: INVALID,
    Conflict: CONFLICT,
    NotCancellable: NOT_CANCELLABLE,
    NotRetryable: NOT_RETRYABLE,
    IllegalStep: ILLEGAL_STEP,
    OfferLapsed: OFFER_LAPSED,
    LimitReached: LIMIT_REACHED,
    TooManyOperations: NO_DRAFT,
    NoDraft: NO_DRAFT,
    NotSealable: NOT_SEALABLE,
    NotTakable: NOT_TAKABLE,
    NotAsQuoted: NOT_AS_QUOTED,
    QueueFull: QUEUE_FULL,
}


def refused(error: Refusal, language: Language) -> Problem:
    """Return the problem of a refusal, in a language."""
    told = error.of(language)
    kind = next(_REFUSALS[kind] for kind in type(error).__mro__ if kind in _REFUSALS)
    headers = {"Content-Language": language}
    match error:
        case Conflict():
            return Problem(
                kind,
                told,
                headers=headers,
                language=language,
                expected=error.expected,
                stands=error.stands,
                operation=error.index,
            )
        case NotApplied():
            place = f"operations[{error.index or 0}].{error.field}"
            errors = [FieldError(field=place, wanted=told)]
        case Misplaced():
            errors = [FieldError(field=error.field, wanted=told)]
        case QueueFull():
            errors = []
            headers["Retry-After"] = str(max(1, math.ceil(error.retry_after_s)))
        case _:
            errors = []
    return Problem(kind, told, errors=errors, headers=headers, language=language)


def problem_of(error: Exception, away: Outage | None = None) -> Problem:
    """Map a known exception to a Problem. Any other is internal, and its text stays private.

    `away`: tracks how long the ledger or the vault has been unavailable.
    """
    match error:
        case Problem():
            return error
        case NotFound():
            return Problem(NOT_FOUND, str(error))
        case IdempotencyConflict():
            return Problem(KEY_REUSED, str(error))
        case Refusal():
            return refused(error, "en")
        case Unreadable():
            return Problem(UNREADABLE, str(error))
        case Missing():
            return Problem(NOT_FOUND, "the vault no longer has this file")
        case DatabaseUnavailable() | VaultUnavailable():
            part = "ledger" if isinstance(error, DatabaseUnavailable) else "vault"
            after = {"Retry-After": str((away or Outage()).seen())}
            full = "disk is full" in str(error) or isinstance(error, VaultFull)
            what = "has no room left" if full else "cannot be reached"
            return Problem(UNAVAILABLE, f"the {part} {what}; try again", headers=after)
        case RequestValidationError():
            # "query", "path" and "header" are locations, not field names.
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
    Unreadable,
    Missing,
    DatabaseUnavailable,
    VaultUnavailable,
    RequestValidationError,
    HTTPException,
)


def install(app: FastAPI, brief_language: LanguageOf) -> None:
    """Convert every known error of the app to a problem document.

    A refusal is said in the language of its request; see `language_of`.
    """

    away = {DatabaseUnavailable: Outage(), VaultUnavailable: Outage()}

    async def answer(request: Request, error: Exception) -> Response:
        if isinstance(error, HTTPException) and error.status_code == 404:
            error = Problem(NOT_FOUND, f"there is nothing at {request.url.path}")
        if isinstance(error, HTTPException) and error.status_code == 405:
            allowed = ", ".join(sorted(_methods(app, request)))
            detail = f"{request.url.path} answers {allowed}, not {request.method}"
            error = HTTPException(405, detail, {"Allow": allowed})
        outage = next((away[kind] for kind in away if isinstance(error, kind)), None)
        return problem_of(error, outage).answer(request.url.path)

    handler: Callable[[Request, Exception], Awaitable[Response]] = answer
    for kind in _HANDLED:
        app.add_exception_handler(kind, handler)

    # Not a coroutine: it reads the ledger, and so runs in a thread.
    def no(request: Request, error: Exception) -> Response:
        assert isinstance(error, Refusal)
        return refused(error, language_of(request, brief_language)).answer(request.url.path)

    app.add_exception_handler(Refusal, no)


def _methods(app: FastAPI, request: Request) -> set[str]:
    # Starlette lists only the methods of the first route at a path; a path may have several.
    found: set[str] = set()
    for route in app.routes:
        if route.matches(request.scope)[0] is not Match.NONE:
            found |= set(getattr(route, "methods", None) or ())
    return found


_DESCRIPTIONS = {
    400: "The body is not JSON, or cannot be read.",
    401: "An API key is required, or the one given is not known.",
    403: "Another origin's page sent it with the session's cookie; or the link is not valid, has "
    "expired or does not allow this.",
    404: "There is no such production, version or cut here, or not yet.",
    408: "The body did not come in time.",
    409: "The production is not in a state for this.",
    413: "The body is larger than allowed.",
    415: "Only `application/json` in UTF-8 is taken.",
    416: "The range lies outside of the file.",
    422: "A field is not valid; `errors` names each.",
    429: "The queue is full, or too many of your answers are under way; `Retry-After` says when to "
    "come back.",
    503: "The ledger or the vault cannot be reached, or this replica is full; try again.",
}


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the problem responses of a route, for the OpenAPI document."""
    # Every route that reads a body may time out waiting for it.
    slow = (TOO_SLOW.status,) if TOO_LARGE.status in statuses else ()
    return {status: _documented(status) for status in (*statuses, *slow)}


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
