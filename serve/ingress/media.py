"""Films, sheets, posters and clips: maps URLs to files of the vault."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from conte.clip import Clip
from conte.cut import Cut
from conte.production import Production
from serve.ingress.auth import TenantOf
from serve.ingress.cut_poster import CutPosters
from serve.ingress.file_names import What, file_name
from serve.ingress.file_response import LINKED, FileRequest, Kind, Ticket, heads, send
from serve.ingress.long_answers import Place
from serve.ingress.problems import NOT_FOUND, NOT_YET, Problem, documented
from serve.ingress.productions import CutNumber, ProductionId, VersionNumber
from serve.ingress.views import PRODUCTIONS, poster_tag
from serve.ledger.errors import NotFound
from serve.ledger.ledger import Ledger
from serve.stored import Unreadable
from serve.vault import Vault

_VERSION = PRODUCTIONS + "/{id}/versions/{n}"


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
) -> FileRequest:
    return FileRequest(request, range_, if_none_match, if_range, tag)


Wanted = Annotated[FileRequest, Depends(asked)]


def media(
    ledger: Ledger,
    vault: Vault,
    viewer: TenantOf,
    posters: CutPosters,
    place: Place,
    links_s: int = 0,
) -> APIRouter:
    """Return the routes. `viewer`: a dependency for the tenant whose production is shown.

    `links_s`: seconds for which a link to the bucket is valid; 0: the bytes come from here.
    """
    routes = APIRouter(tags=["media"], dependencies=[Depends(place)])

    def found(
        tenant: Annotated[str, Depends(viewer)], production: ProductionId, n: VersionNumber
    ) -> Production:
        return ledger.get(production, tenant, n)

    def clip_of(production: Production, k: int) -> Clip | None:
        cut = next((cut for cut in production.cuts if cut.cut == k), None)
        if cut is None and production.version:
            raise Problem(NOT_FOUND, f"the conte has {len(production.cuts)} cuts, no cut {k}")
        return cut.clip if cut else None

    def cut_of(production: Production, n: int, k: int) -> Cut | None:
        """Return the cut; None while its conte is being written, or if that cannot be read."""
        try:
            cuts = ledger.version(production.id, n, production.tenant).conte.cuts
        except (NotFound, Unreadable):
            return None
        return cuts[k - 1] if k <= len(cuts) else None

    async def answer(production: Production, n: int, key: str | None, what: What, kind: Kind,
                     asked: FileRequest, k: int = 0, tag: str = "") -> Response:  # fmt: skip
        if key is None:
            raise Problem(
                NOT_YET, f"the {what} is not made yet, the production is {production.state}"
            )
        name = file_name(production.brief, production.id, n, what, kind, k)
        return await send(vault, Ticket(key, kind, name, tag), asked, links_s)

    @routes.api_route(_VERSION + "/film", **documented_file("The film", "video/mp4"))
    async def film(
        production: Annotated[Production, Depends(found)], n: VersionNumber, asked: Wanted
    ) -> Response:
        key = production.film.key if production.film else None
        return await answer(production, n, key, "film", "video/mp4", asked)

    @routes.api_route(_VERSION + "/sheet.png", **documented_file("The contact sheet", "image/png"))
    async def sheet(
        production: Annotated[Production, Depends(found)], n: VersionNumber, asked: Wanted
    ) -> Response:
        key = production.film.sheet_key if production.film else None
        return await answer(production, n, key, "sheet", "image/png", asked)

    @routes.api_route(_VERSION + "/poster.png", **documented_file("The poster frame", "image/png"))
    async def poster(
        production: Annotated[Production, Depends(found)], n: VersionNumber, asked: Wanted
    ) -> Response:
        key = production.film.poster_key if production.film else None
        return await answer(production, n, key, "poster", "image/png", asked)

    @routes.api_route(
        _VERSION + "/cuts/{k}/clip", **documented_file("The clip of a cut", "video/mp4")
    )
    async def clip(
        production: Annotated[Production, Depends(found)],
        n: VersionNumber,
        k: CutNumber,
        asked: Wanted,
    ) -> Response:
        clip = clip_of(production, k)
        key = clip.key if clip else None
        return await answer(production, n, key, "clip", "video/mp4", asked, k)

    @routes.api_route(
        _VERSION + "/cuts/{k}/poster.png", **documented_file("A still of a cut's clip", "image/png")
    )
    async def cut_poster(
        production: Annotated[Production, Depends(found)],
        n: VersionNumber,
        k: CutNumber,
        asked: Wanted,
    ) -> Response:
        if (clip := clip_of(production, k)) is None:
            return await answer(production, n, None, "cut poster", "image/png", asked, k)
        cut = await run_in_threadpool(cut_of, production, n, k)
        key = await posters.key_of(clip, cut, production.tenant)
        tag = poster_tag(clip, n)
        return await answer(production, n, key, "cut poster", "image/png", asked, k, tag)

    routes.routes.extend(heads(routes.routes))
    return routes


def documented_file(what: str, kind: Kind, *, shared: bool = False) -> dict[str, Any]:
    """Return the OpenAPI response of a file. `shared`: by a share link, without a key."""
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
            **({} if shared else {307: LINKED, **documented(401)}),
            **documented(403, 404, 416, 422, 429, 503),
        },
    }
