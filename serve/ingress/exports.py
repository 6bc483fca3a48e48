"""Exports over HTTP: a version as a file, made on request, and the list of what was handed out."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import StringConstraints
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, StreamingResponse

from conte.edition import Edition
from conte.export import Captions, Document, ExportOptions, Layout
from conte.sound import Loudness
from serve.exporting import Exporting, Made, Making, NotMade, Refusal
from serve.ingress.auth import TenantOf
from serve.ingress.export_views import ExportFormatView, ExportPage, ExportView, MakingView
from serve.ingress.fields import FieldError
from serve.ingress.file_names import TITLES
from serve.ingress.file_response import FileRequest, Ticket, send
from serve.ingress.integers import TextInteger
from serve.ingress.long_answers import Place
from serve.ingress.media import Wanted
from serve.ingress.problems import (
    INTERNAL,
    INVALID,
    NOT_FOUND,
    NOT_INSTALLED,
    UNAVAILABLE,
    Kind,
    Problem,
    documented,
)
from serve.ingress.productions import ProductionId, VersionNumber
from serve.ingress.views import PRODUCTIONS
from serve.ledger.exports import HandedOut
from serve.ledger.ledger import Ledger
from serve.vault import Vault

EXPORTS = PRODUCTIONS + "/{id}/versions/{n}/exports"
RETRY_AFTER_S = 2
_BUSY_S = 5

FormatName = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9]{2,10}$"),
    Path(description="Such as `pdf`; `GET .../exports` lists them"),
]


def options_of(
    layout: Annotated[Layout, Query(description="Of a PDF's pages")] = "landscape",
    document: Annotated[
        Document,
        Query(description="Of a PDF: the conte, the change table, or the approval page"),
    ] = "sheet",
    captions: Annotated[
        Captions,
        Query(description="Of an MP4: captions and legal lines in the picture, or none (클린본)"),
    ] = "burned",
    loudness: Annotated[
        Loudness | None,
        Query(
            description="Of an MP4 and of stems: -24 LKFS for Korean broadcasts, or -14 LUFS for"
            " the web; what the server is set to if left out"
        ),
    ] = None,
) -> ExportOptions:
    return ExportOptions(layout=layout, document=document, captions=captions, loudness=loudness)


Options = Annotated[ExportOptions, Depends(options_of)]


def exports(
    ledger: Ledger,
    vault: Vault,
    tenant: TenantOf,
    exporting: Exporting | None,
    place: Place,
) -> APIRouter:
    """Return the routes. `place`: a dependency that holds a place among the long answers."""
    routes = APIRouter(tags=["exports"])

    @routes.get(
        EXPORTS,
        response_model=ExportPage,
        responses=documented(401, 404, 422, 503),
        summary="List what was exported of a version, and the formats that there are",
    )
    def listed(
        tenant: Annotated[str, Depends(tenant)],
        production: ProductionId,
        n: VersionNumber,
        limit: Annotated[TextInteger, Query(ge=1, le=500)] = 100,
        after: Annotated[
            TextInteger, Query(ge=0, le=1_000_000_000, description="`next` of the page before")
        ] = 0,
    ) -> ExportPage:
        found, following = ledger.exporting.page(production, n, tenant, after, limit)
        lines = exporting.formats if exporting else ()
        return ExportPage(
            exports=tuple(map(ExportView.of, found)),
            next=following,
            formats=tuple(map(ExportFormatView.of, lines)),
        )

    @routes.get(
        EXPORTS + "/{format}",
        dependencies=[Depends(place)],
        **documented_export(401),
    )
    async def exported(
        tenant: Annotated[str, Depends(tenant)],
        production: ProductionId,
        n: VersionNumber,
        format: FormatName,  # noqa: A002
        options: Options,
        asked: Wanted,
    ) -> Response:
        edition = await run_in_threadpool(ledger.exporting.edition, production, n, tenant)
        made = await made_of(exporting, tenant, edition, format, options)
        if isinstance(made, Making):
            return still_making(format)
        out = HandedOut(
            format, options, made.key, made.sha256, made.size, tenant, levels=made.levels
        )
        await run_in_threadpool(ledger.exporting.record, production, n, out, tenant)
        return await handed_out(vault, edition, made, options, asked)

    return routes


async def made_of(
    exporting: Exporting | None,
    tenant: str,
    edition: Edition,
    format: str,  # noqa: A002
    options: ExportOptions,
) -> Made | Making:
    """Return the file, or `Making` while it is being made.

    Raises:
        Problem: if it cannot be made.
    """
    if exporting is None:
        raise Problem(NOT_FOUND, "this server makes no exports")
    found = await exporting.make(tenant, edition, format, options)
    if isinstance(found, NotMade):
        raise _problem(found)
    return found


def still_making(format: str) -> Response:  # noqa: A002
    view = MakingView(format=format)
    after = {"Retry-After": str(RETRY_AFTER_S)}
    return JSONResponse(view.model_dump(mode="json"), 202, headers=after)


async def handed_out(
    vault: Vault, edition: Edition, made: Made, options: ExportOptions, asked: FileRequest
) -> Response:
    # No link to the bucket: its answer would not carry the file's name.
    name = _name(edition, options) + made.suffix
    return await send(vault, Ticket(made.key, made.media_type, name, attached=True), asked)


_DOCUMENTS: Mapping[Document, tuple[str, str]] = {
    "sheet": ("", ""),
    "changes": (" 수정대조표", " changes"),
    "approval": (" 승인서", " approval"),
}

_CAPTIONS: Mapping[Captions, tuple[str, str]] = {
    "burned": ("", ""),
    "clean": (" 클린본", " clean"),
}

_LOUDNESS: Mapping[Loudness, tuple[str, str]] = {
    "broadcast_kr": (" 방송용", " broadcast"),
    "web": (" 웹용", " web"),
}


def _name(edition: Edition, options: ExportOptions) -> str:
    brief = edition.brief
    title = TITLES[brief.language].format(product=brief.product.name, n=edition.version)
    english = brief.language == "en"
    levels = options.loudness and _LOUDNESS[options.loudness]
    return title + "".join(
        named[english]
        for named in (_DOCUMENTS[options.document], _CAPTIONS[options.captions], levels)
        if named
    )


_KINDS: Mapping[Refusal, Kind] = {
    "unknown": NOT_FOUND,
    "not_installed": NOT_INSTALLED,
    "option": INVALID,
    "nothing": NOT_FOUND,
    "missing": NOT_FOUND,
    "busy": UNAVAILABLE,
    "failed": INTERNAL,
}


def _problem(refused: NotMade) -> Problem:
    kind = _KINDS[refused.why]
    headers = {"Retry-After": str(_BUSY_S)} if kind is UNAVAILABLE else {}
    errors: list[FieldError] = []
    if refused.why == "option":
        field, _, wanted = refused.detail.partition(": ")
        errors = [FieldError(field=field, wanted=wanted)]
    return Problem(kind, refused.detail, errors=errors, headers=headers)


def documented_export(*statuses: int) -> dict[str, Any]:
    binary = {"schema": {"type": "string", "format": "binary"}}
    text: dict[str, Any] = {"schema": {"type": "string"}}
    headers = {"ETag": text, "Content-Disposition": text}
    content = {"*/*": binary}
    # An OTIO is JSON, of a form that OpenTimelineIO documents.
    whole = {"application/json": {"schema": {}}, **content}
    return {
        "response_class": StreamingResponse,
        "summary": "Export a version as a file, made on the first request",
        "responses": {
            200: {"description": "The file.", "content": whole, "headers": headers},
            202: {
                "description": "It is still being made: ask again.",
                "model": MakingView,
                "headers": {"Retry-After": text | {"required": True}},
            },
            206: {
                "description": "The range asked for.",
                "content": content,
                "headers": headers | {"Content-Range": text | {"required": True}},
            },
            304: {"description": "It is what you have (`If-None-Match`)."},
            **documented(*statuses, 404, 416, 422, 429, 503),
        },
    }
