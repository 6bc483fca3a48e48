"""`/v1/session`: a browser's session, for what sends no Authorization header.

`<video>`, `<img>` and `EventSource` send cookies only.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field, ValidationError
from starlette.concurrency import run_in_threadpool

from conte.frozen import Frozen
from serve.ingress.auth import LOCAL_TENANT, SessionOf, key_in, unauthorized
from serve.ingress.bodies import referenced_body
from serve.ingress.fields import field_errors
from serve.ingress.order import read_json
from serve.ingress.problems import INVALID, Problem, documented
from serve.ingress.session_cookie import clear, keep, refuse_other_origins
from serve.ingress.session_token import Session, SessionTokens
from serve.ingress.views import View
from serve.keys import key_digest, tenant_of_key
from serve.telemetry import log, tenant_id

SESSION = "/v1/session"
_MOST_BYTES = 4096
_COOKIE = {"Set-Cookie": {"schema": {"type": "string"}}}


class SessionOrder(Frozen):
    """Order of a session. The key is needed only if no header contains it."""

    key: Annotated[str, Field(min_length=1, max_length=1000)]


class SessionView(View):
    tenant: str
    expires_at: datetime | None
    """End of the session; null for a key in the headers, and where no key is needed."""

    @classmethod
    def of(cls, session: Session) -> "SessionView":
        at = session.expires_at
        expires_at = None if at is None else datetime.fromtimestamp(at, UTC)
        return cls(tenant=session.tenant, expires_at=expires_at)


def sessions(
    tenants: Mapping[str, str], tokens: SessionTokens, session_of: SessionOf, lasts_s: int
) -> APIRouter:
    """Return the routes. `tenants`: SHA-256 of a key -> tenant."""
    routes = APIRouter(tags=["sessions"])

    @routes.post(
        SESSION,
        response_model=SessionView,
        responses={
            200: {"description": "The cookie is set; it is sent by itself.", "headers": _COOKIE},
            **documented(400, 401, 403, 413, 415, 422, 503),
        },
        openapi_extra=referenced_body(SessionOrder, required=False),
        summary="Begin a browser's session with a key",
    )
    async def begun(request: Request, response: Response) -> SessionView:
        refuse_other_origins(request)
        key = key_in(request) or await _key_in_body(request)
        if not tenants:
            return SessionView(tenant=LOCAL_TENANT, expires_at=None)
        if key is None:
            raise unauthorized('send the key as {"key": KEY} or `Authorization: Bearer KEY`')
        if tenant_of_key(key, tenants) is None:
            raise unauthorized("the key is not known", "invalid_token")
        # In a thread: the first one asks the ledger for the secret.
        token, session = await run_in_threadpool(tokens.new, key_digest(key))
        keep(request, response, token, lasts_s)
        tenant_id.set(session.tenant)
        log("session.begun")
        return SessionView.of(session)

    @routes.get(
        SESSION,
        response_model=SessionView,
        responses=documented(401, 503),
        summary="Show whose session it is",
    )
    async def shown(session: Annotated[Session, Depends(session_of)]) -> SessionView:
        return SessionView.of(session)

    @routes.delete(
        SESSION,
        status_code=204,
        response_class=Response,
        responses={
            204: {"description": "The browser has no cookie any more.", "headers": _COOKIE},
            **documented(403),
        },
        summary="End a browser's session",
    )
    async def ended(request: Request) -> Response:
        refuse_other_origins(request)
        response = Response(status_code=204)
        clear(request, response)
        return response

    return routes


async def _key_in_body(request: Request) -> str | None:
    empty = request.headers.get("content-length", "0") == "0"
    if empty and "transfer-encoding" not in request.headers:
        return None
    body = await read_json(request, _MOST_BYTES)
    try:
        return SessionOrder.model_validate(body, strict=True).key
    except ValidationError as error:
        found: list[Any] = list(error.errors(include_url=False))
        # What was got is not repeated: it may be a key.
        errors = [one.model_copy(update={"got": None}) for one in field_errors(found, SessionOrder)]
        detail = f"{errors[0].field}: {errors[0].wanted}"
        raise Problem(INVALID, detail, errors=errors) from error
