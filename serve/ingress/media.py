"""Films, sheets, posters and clips: which file of the vault a URL stands for."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from starlette.responses import StreamingResponse

from conte.production import Production
from conte.vocabulary import Language
from serve.ingress.auth import TenantOf
from serve.ingress.problems import NOT_FOUND, NOT_YET, Problem, documented
from serve.ingress.productions import CutNumber, ProductionId, VersionNumber
from serve.ingress.sending import Asked, Kind, Ticket, send
from serve.ingress.views import PRODUCTIONS
from serve.ledger.ledger import Ledger
from serve.vault import Vault

_VERSION = PRODUCTIONS + "/{id}/versions/{n}"
_NAMES: dict[Language, dict[str, str]] = {
    "ko": {"film": "", "sheet": " 시트", "poster": " 포스터", "clip": " 컷 {k}"},
    "en": {"film": "", "sheet": " sheet", "poster": " poster", "clip": " cut {k}"},
}
_TITLES: dict[Language, str] = {"ko": "{product} 콘티 {n}", "en": "{product} conte {n}"}


def asked(
    request: Request,
    range_: Annotated[
        str | None, Header(alias="Range", description="One range of bytes, such as `bytes=0-99`")
    ] = None,
    if_none_match: Annotated[str | None, Header()] = None,
    if_range: Annotated[str | None, Header()] = None,
    tag: Annotated[
        str | None,
        Query(description="As the links carry it: lets the answer be kept for ever", max_length=64),
    ] = None,
) -> Asked:
    return Asked(request, range_, if_none_match, if_range, tag)


Wanted = Annotated[Asked, Depends(asked)]


def media(ledger: Ledger, vault: Vault, tenant: TenantOf) -> APIRouter:
    routes = APIRouter(tags=["media"])

    def found(
        tenant: Annotated[str, Depends(tenant)], production: ProductionId, n: VersionNumber
    ) -> Production:
        found = ledger.get(production, tenant)
        # While version 1 is being written its first clips are there already.
        if n != max(found.version, 1):
            raise Problem(NOT_FOUND, f"the production has no version {n}")
        return found

    async def answer(production: Production, key: str | None, what: str, kind: Kind, asked: Asked,
                     k: int = 0) -> Response:  # fmt: skip
        if key is None:
            raise Problem(
                NOT_YET, f"the {what} is not made yet, the production is {production.state}"
            )
        brief = production.brief
        name = (_TITLES[brief.language] + _NAMES[brief.language][what]).format(
            product=brief.product.name, n=max(production.version, 1), k=k
        )
        extension = ".mp4" if kind == "video/mp4" else ".png"
        return await send(vault, Ticket(key, kind, name + extension), asked)

    @routes.api_route(_VERSION + "/film", **_documented("The film", "video/mp4"))
    async def film(production: Annotated[Production, Depends(found)], asked: Wanted) -> Response:
        key = production.film.key if production.film else None
        return await answer(production, key, "film", "video/mp4", asked)

    @routes.api_route(_VERSION + "/sheet.png", **_documented("The contact sheet", "image/png"))
    async def sheet(production: Annotated[Production, Depends(found)], asked: Wanted) -> Response:
        key = production.film.sheet_key if production.film else None
        return await answer(production, key, "sheet", "image/png", asked)

    @routes.api_route(_VERSION + "/poster.png", **_documented("The poster frame", "image/png"))
    async def poster(production: Annotated[Production, Depends(found)], asked: Wanted) -> Response:
        key = production.film.poster_key if production.film else None
        return await answer(production, key, "poster", "image/png", asked)

    @routes.api_route(_VERSION + "/cuts/{k}/clip", **_documented("The clip of a cut", "video/mp4"))
    async def clip(
        production: Annotated[Production, Depends(found)], k: CutNumber, asked: Wanted
    ) -> Response:
        cut = next((cut for cut in production.cuts if cut.cut == k), None)
        if cut is None and production.version:
            raise Problem(NOT_FOUND, f"the conte has {len(production.cuts)} cuts, no cut {k}")
        key = cut.clip.key if cut and cut.clip else None
        return await answer(production, key, "clip", "video/mp4", asked, k)

    # HEAD by its own routes: FastAPI gives one route one operation id.
    for route in list(routes.routes):
        path, endpoint = getattr(route, "path"), getattr(route, "endpoint")  # noqa: B009
        routes.add_api_route(path, endpoint, methods=["HEAD"], include_in_schema=False)
    return routes


def _documented(what: str, kind: Kind) -> dict[str, Any]:
    binary: Mapping[str, Any] = {kind: {"schema": {"type": "string", "format": "binary"}}}
    text = {"schema": {"type": "string"}}
    headers = {"ETag": text, "Content-Disposition": text}
    return {
        "methods": ["GET"],
        "response_class": StreamingResponse,
        "summary": what,
        "responses": {
            200: {"description": f"{what}.", "content": binary, "headers": headers},
            206: {
                "description": "The range asked for.",
                "content": binary,
                "headers": headers | {"Content-Range": text | {"required": True}},
            },
            304: {"description": "It is what you have (`If-None-Match`)."},
            **documented(401, 404, 416, 422, 503),
        },
    }
