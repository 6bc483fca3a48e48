"""Authentication: an API key or a session -> its tenant. Without keys everyone is `local`."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyCookie, APIKeyHeader, HTTPBearer
from starlette.concurrency import run_in_threadpool

from serve.ingress.problems import UNAUTHORIZED, Problem
from serve.ingress.session_cookie import COOKIE, check_origin, token_in
from serve.ingress.session_token import NoSession, Session, SessionTokens
from serve.keys import tenant_of_key
from serve.telemetry import tenant_id

LOCAL_TENANT = "local"

TenantOf = Callable[..., Awaitable[str]]
SessionOf = Callable[..., Awaitable[Session]]
Authenticate = Callable[[Request], Awaitable[Session]]
ReaderOf = Callable[..., Awaitable[str | None]]
"""Dependency that returns the tenant whose figures the request may read; None: all tenants'."""

# The schemes are declared for the OpenAPI document; `key_in` and `token_in` read the headers.
BEARER = HTTPBearer(auto_error=False, scheme_name="bearer", description="An API key")
HEADER = APIKeyHeader(name="X-API-Key", auto_error=False, scheme_name="api_key")
COOKIE_SCHEME = APIKeyCookie(
    name=COOKIE,
    auto_error=False,
    scheme_name="session",
    description="The cookie of `POST /v1/session`; it writes from this server's own pages only",
)


def by_key_or_cookie(tenants: Mapping[str, str], tokens: SessionTokens) -> Authenticate:
    """Return a function that finds a request's session. `tenants`: SHA-256 of a key -> tenant.

    The session of a key does not expire, nor one where no key is needed.
    """

    async def authenticate(request: Request) -> Session:
        if not tenants or _has_key(request) or (token := token_in(request)) is None:
            return Session(_tenant(request, tenants), expires_at=None)
        try:
            # In a thread: the first one asks the ledger for the secret.
            found = await run_in_threadpool(tokens.read, token)
        except NoSession as error:
            detail = f"{error}; POST /v1/session begins another"
            raise unauthorized(detail, "invalid_token") from error
        check_origin(request)
        return found

    return authenticate


def session_of(authenticate: Authenticate) -> SessionOf:
    """Return a dependency for a request's session."""

    async def session(
        request: Request,
        _bearer: Annotated[object, Security(BEARER)],
        _header: Annotated[object, Security(HEADER)],
        _cookie: Annotated[object, Security(COOKIE_SCHEME)],
    ) -> Session:
        found = await authenticate(request)
        tenant_id.set(found.tenant)
        return found

    return session


def tenant_of(authenticate: Authenticate) -> TenantOf:
    """Return a dependency for a request's tenant."""

    async def tenant(session: Annotated[Session, Depends(session_of(authenticate))]) -> str:
        return session.tenant

    return tenant


def reader_by_key(tenants: Mapping[str, str], operator: str) -> ReaderOf:
    """Return a dependency for the tenant whose figures a request may read; None: all tenants'.

    `operator`: SHA-256 of the key that reads all. Without any keys, every request is the
    operator's.
    """

    async def reader(
        request: Request,
        _bearer: Annotated[object, Security(BEARER)],
        _header: Annotated[object, Security(HEADER)],
    ) -> str | None:
        if not tenants and not operator:
            return None
        key = key_in(request)
        if operator and key is not None and tenant_of_key(key, {operator: "all"}):
            return None
        return _tenant(request, tenants, keys_wanted=True)

    return reader


def key_in(request: Request) -> str | None:
    """Return the API key in a request's headers; None if there is none."""
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and credentials.strip():
        return credentials.strip()
    return request.headers.get("x-api-key") or None


def unauthorized(detail: str, error: str = "") -> Problem:
    """The problem of a request without a valid key; `error` as in RFC 6750."""
    challenge = 'Bearer realm="sian"' + (f', error="{error}"' if error else "")
    return Problem(UNAUTHORIZED, detail, headers={"WWW-Authenticate": challenge})


def _has_key(request: Request) -> bool:
    # An Authorization header that this server cannot read is no reason to look at the cookie.
    return "authorization" in request.headers or bool(request.headers.get("x-api-key"))


def _tenant(request: Request, tenants: Mapping[str, str], *, keys_wanted: bool = False) -> str:
    if not tenants and not keys_wanted:
        return LOCAL_TENANT
    key = key_in(request)
    if key is None:
        raise unauthorized("send a key as `Authorization: Bearer KEY` or `X-API-Key: KEY`")
    found = tenant_of_key(key, tenants)
    if found is None:
        raise unauthorized("the key is not known", "invalid_token")
    return found
