"""Exports for guests of a share link, by the right to download.

They show what the link shows: only comments for the client, and of other versions only what a link
that follows the review has shown before.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from starlette.concurrency import run_in_threadpool

from conte.revision.share import Guest, Right
from serve.exporting import Exporting, Making
from serve.ingress.exports import (
    FormatName,
    Options,
    documented_export,
    handed_out,
    made_of,
    still_making,
)
from serve.ingress.guest_access import GuestAccess, Visit
from serve.ingress.long_answers import LongAnswers
from serve.ingress.media import Wanted
from serve.ingress.review_views import SHARED
from serve.ledger.exports import HandedOut
from serve.ledger.ledger import Ledger
from serve.vault import Vault


def guest_exports(
    ledger: Ledger,
    vault: Vault,
    access: GuestAccess,
    answers: LongAnswers,
    exporting: Exporting | None,
) -> APIRouter:
    routes = APIRouter(tags=["guests"])
    downloading = access.visit(Right.DOWNLOAD)

    @routes.get(
        SHARED + "/{token}/exports/{format}",
        dependencies=[Depends(answers.place(access.tenant())), Depends(access.writes())],
        **documented_export(403),
    )
    async def exported(
        visit: Annotated[Visit, Depends(downloading)],
        guest: Annotated[Guest | None, Depends(access.guest_if_any())],
        format: FormatName,  # noqa: A002
        options: Options,
        asked: Wanted,
    ) -> Response:
        edition = await run_in_threadpool(
            ledger.exporting.edition_for_client,
            visit.production,
            visit.version,
            follows=visit.follows,
        )
        made = await made_of(exporting, f"guests of {visit.tenant}", edition, format, options)
        if isinstance(made, Making):
            return still_making(format)
        by = guest.name if guest else ""
        out = HandedOut(
            format, options, made.key, made.sha256, made.size, by, visit.share.id, made.levels
        )
        await run_in_threadpool(ledger.exporting.record, visit.production, visit.version, out)
        return await handed_out(vault, edition, made, options, asked)

    return routes
