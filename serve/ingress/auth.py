"""Who asks: an API key -> its tenant. Without keys in the settings everyone is `local`."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated

from fastapi import Request, Security
from fastapi.security import APIKeyHeader, HTTPBearer

from serve.ingress.problems import UNAUTHORIZED, Problem
from serve.keys import tenant_of_key
from serve.telemetry import tenant_id

LOCAL_TENANT = "local"

TenantOf = Callable[..., Awaitable[str]]

# The schemes are declared for the OpenAPI; the headers are read below, in one place.
_bearer = HTTPBearer(auto_error=False, scheme_name="bearer", description="An API key")
_header = APIKeyHeader(name="X-API-Key", auto_error=False, scheme_name="api_key")


def tenant_by_key(tenants: Mapping[str, str]) -> TenantOf:
    """A dependency that names the tenant of a request. `tenants`: SHA-256 of a key -> tenant."""

    async def tenant(
        request: Request,
        _bearer: Annotated[object, Security(_bearer)],
        _header: Annotated[object, Security(_header)],
    ) -> str:
        found = _tenant(request, tenants)
        tenant_id.set(found)
        return found

    return tenant


def _tenant(request: Request, tenants: Mapping[str, str]) -> str:
    if not tenants:
        return LOCAL_TENANT
    key = _key(request)
    challenge = 'Bearer realm="sian"'
    if key is None:
        detail = "send a key as `Authorization: Bearer KEY` or `X-API-Key: KEY`"
        raise Problem(UNAUTHORIZED, detail, headers={"WWW-Authenticate": challenge})
    found = tenant_of_key(key, tenants)
    if found is None:
        challenge += ', error="invalid_token"'
        raise Problem(UNAUTHORIZED, "the key is not known", headers={"WWW-Authenticate": challenge})
    return found


def _key(request: Request) -> str | None:
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and credentials.strip():
        return credentials.strip()
    return request.headers.get("x-api-key") or None
