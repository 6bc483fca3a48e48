"""Decides who may see a production's films and pictures: its tenant, and holders of a signed
link."""

from typing import Annotated

from fastapi import Query, Request, Security
from starlette.concurrency import run_in_threadpool

from serve.ingress.auth import BEARER, COOKIE_SCHEME, HEADER, Authenticate, TenantOf
from serve.ingress.productions import ProductionId, root_of
from serve.ingress.signed_urls import SignedUrls
from serve.ledger.ledger import Ledger
from serve.telemetry import tenant_id

_EXPIRES = "Of a signed link: when it ends, in seconds since the epoch"
_SIGNATURE = "Of a signed link: opens exactly this path, in place of a key"


def viewer_of(authenticate: Authenticate, ledger: Ledger, urls: SignedUrls) -> TenantOf:
    """Return a dependency for the owner of the production that the request may see.

    An invalid signed link is refused even if the request also has a valid key.
    """

    async def viewer(
        request: Request,
        production: ProductionId,
        _bearer: Annotated[object, Security(BEARER)],
        _header: Annotated[object, Security(HEADER)],
        _cookie: Annotated[object, Security(COOKIE_SCHEME)],
        expires: Annotated[str | None, Query(description=_EXPIRES, max_length=20)] = None,
        signature: Annotated[str | None, Query(description=_SIGNATURE, max_length=100)] = None,
    ) -> str:
        if expires is None and signature is None:
            found = (await authenticate(request)).tenant
        else:
            found = await run_in_threadpool(ledger.tenant_of, production) or ""
            # In a thread: the first one asks the ledger for the secret.
            await run_in_threadpool(urls.check, _path(request), expires, signature, found)
        tenant_id.set(found)
        return found

    return viewer


def _path(request: Request) -> str:
    """Return the path as views have it: from the root of the server, without the mount point."""
    path, root = str(request.scope["path"]), root_of(request)
    return path if path.startswith(f"{root}/") else root + path
