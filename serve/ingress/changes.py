"""Two versions over HTTP: the change table (수정대조표), as JSON and as a page to print."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import HTMLResponse, Response

from conte.production import Version
from conte.revision.causes import causes_between
from conte.revision.changes import changes
from conte.revision.findings import compare
from conte.revision.origins import origins_between
from conte.revision.working import Working
from serve.ingress.auth import TenantOf
from serve.ingress.change_page import change_page
from serve.ingress.fields import FieldError
from serve.ingress.integers import TextInteger
from serve.ingress.problems import INVALID, NOT_FOUND, Problem, documented
from serve.ingress.productions import ProductionId, VersionNumber, root_of
from serve.ingress.revision_views import ChangesView
from serve.ingress.views import PRODUCTIONS
from serve.ledger.ledger import Ledger
from serve.pages.fonts import FONTS, font_bytes

CHANGES = PRODUCTIONS + "/{id}/versions/{n}/changes"
_CSP = "default-src 'none'; style-src 'unsafe-inline'; font-src 'self'; frame-ancestors 'none'"

From = Annotated[
    TextInteger | None,
    Query(
        alias="from", ge=1, le=10_000, description="The earlier version; the one before, if none"
    ),
]


def change_tables(ledger: Ledger, tenant: TenantOf) -> APIRouter:
    routes = APIRouter(tags=["versions"])

    def compared(
        tenant: Annotated[str, Depends(tenant)],
        production: ProductionId,
        n: VersionNumber,
        earlier: From = None,
    ) -> tuple[Version, Version, ChangesView]:
        base = n - 1 if earlier is None else earlier
        if not 1 <= base < n:
            wanted = FieldError(field="from", wanted=f"a version before {n}", got=str(base))
            raise Problem(INVALID, f"from: wanted a version before {n}", errors=[wanted])
        between = [ledger.version(production, number, tenant) for number in range(base, n + 1)]
        first, last = between[0], between[-1]
        table = changes(
            _working(first),
            _working(last),
            causes_between(between),
            origins=origins_between(between),
        )
        found = compare(first.findings, first.conte, last.findings, last.conte)
        view = ChangesView(
            production=production, base=base, version=n, changes=table, findings=found
        )
        return first, last, view

    @routes.get(
        CHANGES,
        response_model=ChangesView,
        responses=documented(401, 404, 422, 503),
        summary="Show what a version changed: the change table",
    )
    def table(
        found: Annotated[tuple[Version, Version, ChangesView], Depends(compared)],
    ) -> ChangesView:
        return found[2]

    @routes.get(
        CHANGES + ".html",
        response_class=HTMLResponse,
        responses=documented(401, 404, 422, 503),
        summary="The change table as a page to print",
    )
    def printed(
        request: Request, found: Annotated[tuple[Version, Version, ChangesView], Depends(compared)]
    ) -> HTMLResponse:
        _, last, view = found
        brief = _working(last).brief
        text = change_page(
            view.changes,
            product=brief.product.name,
            advertiser=brief.advertiser,
            title=last.conte.title,
            base=view.base,
            new=view.version,
            at=last.created_at,
            fonts=f"{root_of(request)}/fonts",
        )
        return HTMLResponse(text, headers={"Content-Security-Policy": _CSP})

    @routes.get("/fonts/{name}", include_in_schema=False)
    def font(name: Annotated[str, Path(max_length=100)]) -> Response:
        if f"fonts/{name}" not in FONTS:
            raise Problem(NOT_FOUND, f"there is no font {name}")
        kind = "font/otf" if name.endswith(".otf") else "text/plain; charset=utf-8"
        headers = {"Cache-Control": "public, max-age=86400"}
        return Response(font_bytes(f"fonts/{name}"), media_type=kind, headers=headers)

    return routes


def _working(version: Version) -> Working:
    if version.brief is None:
        raise Problem(NOT_FOUND, f"the brief of version {version.number} cannot be read")
    return Working(conte=version.conte, brief=version.brief)
