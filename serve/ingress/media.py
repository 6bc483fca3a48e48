"""Films, sheets, posters and clips, straight from the vault: ranges, ETags, HEAD."""

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from conte.production import Production
from conte.vocabulary import Language
from serve.ingress.auth import TenantOf
from serve.ingress.problems import BAD_RANGE, NOT_FOUND, NOT_YET, Problem, documented
from serve.ingress.productions import CutNumber, ProductionId, VersionNumber
from serve.ingress.ranges import NotSatisfiable, Span, span_of
from serve.ingress.views import PRODUCTIONS, tag_of
from serve.ledger.ledger import Ledger
from serve.vault import Vault

Kind = Literal["video/mp4", "image/png"]

_VERSION = PRODUCTIONS + "/{id}/versions/{n}"
_FOR_EVER = "private, max-age=31536000, immutable"
_ASK_AGAIN = "private, no-cache"
_NAMES: dict[Language, dict[str, str]] = {
    "ko": {"film": "", "sheet": " 시트", "poster": " 포스터", "clip": " 컷 {k}"},
    "en": {"film": "", "sheet": " sheet", "poster": " poster", "clip": " cut {k}"},
}
_TITLES: dict[Language, str] = {"ko": "{title} 콘티 {n}", "en": "{title} conte {n}"}


@dataclass(frozen=True)
class Ticket:
    """What a route has found out: which file, of what kind, called what when saved."""

    key: str
    kind: Kind
    name: str


@dataclass(frozen=True)
class Asked:
    """The headers and the query that shape the answer."""

    request: Request
    range: str | None
    if_none_match: str | None
    if_range: str | None
    tag: str | None


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
        if found.version == 0 and n == 1 and not found.state.ended:
            raise Problem(NOT_YET, "the conte is still being written; its events tell when it is")
        if n != found.version:
            raise Problem(NOT_FOUND, f"the production has no version {n}")
        return found

    async def answer(production: Production, key: str | None, what: str, kind: Kind, asked: Asked,
                     k: int = 0) -> Response:  # fmt: skip
        if key is None:
            raise Problem(
                NOT_YET, f"the {what} is not made yet, the production is {production.state}"
            )
        version = await run_in_threadpool(ledger.version, production.id, production.version)
        language = production.brief.language
        name = (_TITLES[language] + _NAMES[language][what]).format(
            title=version.conte.title, n=version.number, k=k
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
        if cut is None:
            raise Problem(NOT_FOUND, f"the conte has {len(production.cuts)} cuts, no cut {k}")
        key = cut.clip.key if cut.clip else None
        return await answer(production, key, "clip", "video/mp4", asked, k)

    # HEAD by its own routes: FastAPI gives one route one operation id.
    for route in list(routes.routes):
        path, endpoint = getattr(route, "path"), getattr(route, "endpoint")  # noqa: B009
        routes.add_api_route(path, endpoint, methods=["HEAD"], include_in_schema=False)
    return routes


async def send(vault: Vault, ticket: Ticket, asked: Asked) -> Response:
    """The file, a part of it, or the word that the asker has it already."""
    size = (await vault.stat(ticket.key)).size
    tag = tag_of(ticket.key)
    etag = f'"{tag}"'
    headers = {
        "ETag": etag,
        "Accept-Ranges": "bytes",
        # Without its tag a URL shows what is newest: the draft now, the final clip later.
        "Cache-Control": _FOR_EVER if asked.tag == tag else _ASK_AGAIN,
        "Content-Disposition": disposition(ticket.name),
    }
    if asked.if_none_match and _matches(asked.if_none_match, etag):
        return Response(status_code=304, headers=headers)
    span = _span(asked, etag, size)
    headers["Content-Length"] = str(span.size if span else size)
    if span:
        headers["Content-Range"] = f"bytes {span.start}-{span.end - 1}/{size}"
    if asked.request.method == "HEAD":
        return Response(headers=headers, media_type=ticket.kind)
    part = span or Span(0, size)
    return StreamingResponse(
        _exactly(vault.stream(ticket.key, part.start, part.end), part.size),
        status_code=206 if span else 200,
        headers=headers,
        media_type=ticket.kind,
    )


def _span(asked: Asked, etag: str, size: int) -> Span | None:
    if asked.request.method != "GET" or (asked.if_range and asked.if_range != etag):
        return None
    try:
        return span_of(asked.range, size)
    except NotSatisfiable as error:
        detail = f"the file has {size} bytes, asked was {str(asked.range)[:80]}"
        headers = {"Content-Range": f"bytes */{size}", "Accept-Ranges": "bytes"}
        raise Problem(BAD_RANGE, detail, headers=headers) from error


async def _exactly(chunks: AsyncIterator[bytes], size: int) -> AsyncIterator[bytes]:
    # The length was promised: a file that ends early must break the connection, not look whole.
    async for chunk in chunks:
        size -= len(chunk)
        yield chunk
    if size:
        raise OSError(f"the vault's file ended {size} bytes early")


def _matches(header: str, etag: str) -> bool:
    if header.strip() == "*":
        return True
    return etag in {part.strip().removeprefix("W/") for part in header.split(",")}


def disposition(name: str) -> str:
    """Shown in the browser, and saved under its own name (RFC 6266; RFC 8187 for 한글)."""
    name = re.sub(r'[\x00-\x1f\x7f/\\:*?"<>|]+', " ", name).strip(" .") or "sian"
    plain = re.sub(r"[^A-Za-z0-9._ -]+", "", name).strip(" .") or "sian"
    return f"inline; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


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
