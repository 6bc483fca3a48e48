"""Films, sheets, posters and clips for guests of a share link.

Shown in the browser they take the right to view; with `download=true` they are attachments and take
the right to download instead. A person who can view can record: the right says what is offered.
"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from starlette.concurrency import run_in_threadpool

from conte.clip import Clip, Film
from conte.production import Production
from conte.revision.share import Right
from serve.ingress.cut_poster import CutPosters
from serve.ingress.file_names import What, file_name
from serve.ingress.file_response import FileRequest, Kind, Ticket, heads, send
from serve.ingress.guest_access import GuestAccess, Visit, visit_of
from serve.ingress.long_answers import LongAnswers
from serve.ingress.media import asked, documented_file
from serve.ingress.problems import NOT_FOUND, NOT_YET, Problem
from serve.ingress.productions import CutNumber
from serve.ingress.review_views import SHARED
from serve.ingress.views import poster_tag
from serve.ledger.ledger import Ledger
from serve.ledger.shares import Shared
from serve.vault import Vault

_LINK = SHARED + "/{token}"


@dataclass(frozen=True)
class _Look:
    """A guest's request for a file that the link allows."""

    production: Production
    visit: Visit
    asked: FileRequest
    download: bool

    @property
    def film(self) -> Film | None:
        return self.production.film


def guest_media(
    ledger: Ledger, vault: Vault, access: GuestAccess, posters: CutPosters, answers: LongAnswers
) -> APIRouter:
    place = answers.place(access.tenant())
    routes = APIRouter(tags=["guests"], dependencies=[Depends(place)])

    def look(
        shared: Annotated[Shared, Depends(access.shared)],
        asked: Annotated[FileRequest, Depends(asked)],
        download: Annotated[
            bool, Query(description="As an attachment, by the right to download")
        ] = False,
    ) -> _Look:
        visit = visit_of(shared, Right.DOWNLOAD if download else Right.VIEW)
        return _Look(ledger.get(visit.production, version=visit.version), visit, asked, download)

    def clip_of(look: _Look, k: int) -> Clip | None:
        cut = next((cut for cut in look.production.cuts if cut.cut == k), None)
        if cut is None:
            raise Problem(NOT_FOUND, f"there is no cut {k}")
        return cut.clip

    async def answer(
        look: _Look, what: What, key: str | None, kind: Kind, k: int = 0, tag: str = ""
    ) -> Response:
        if key is None:
            raise Problem(NOT_YET, f"the {what} is not made yet")
        name = file_name(look.production.brief, "sian", look.visit.version, what, kind, k)
        # No link to the bucket: it would outlive the share link's end.
        return await send(vault, Ticket(key, kind, name, tag, attached=look.download), look.asked)

    @routes.api_route(_LINK + "/film", **documented_file("The film", "video/mp4", shared=True))
    async def film(look: Annotated[_Look, Depends(look)]) -> Response:
        key = look.film.key if look.film else None
        return await answer(look, "film", key, "video/mp4")

    @routes.api_route(
        _LINK + "/sheet.png", **documented_file("The contact sheet", "image/png", shared=True)
    )
    async def sheet(look: Annotated[_Look, Depends(look)]) -> Response:
        key = look.film.sheet_key if look.film else None
        return await answer(look, "sheet", key, "image/png")

    @routes.api_route(
        _LINK + "/poster.png", **documented_file("The poster frame", "image/png", shared=True)
    )
    async def poster(look: Annotated[_Look, Depends(look)]) -> Response:
        key = look.film.poster_key if look.film else None
        return await answer(look, "poster", key, "image/png")

    @routes.api_route(
        _LINK + "/cuts/{k}/clip",
        **documented_file("The clip of a cut", "video/mp4", shared=True),
    )
    async def clip(look: Annotated[_Look, Depends(look)], k: CutNumber) -> Response:
        made = clip_of(look, k)
        return await answer(look, "clip", made.key if made else None, "video/mp4", k)

    @routes.api_route(
        _LINK + "/cuts/{k}/poster.png",
        **documented_file("A still of a cut's clip", "image/png", shared=True),
    )
    async def cut_poster(look: Annotated[_Look, Depends(look)], k: CutNumber) -> Response:
        made, of = clip_of(look, k), look.production
        if made is None:
            return await answer(look, "cut poster", None, "image/png", k)
        conte = await run_in_threadpool(ledger.version, of.id, look.visit.version, of.tenant)
        key = await posters.key_of(made, conte.conte.cuts[k - 1], of.tenant)
        tag = poster_tag(made, look.visit.version)
        return await answer(look, "cut poster", key, "image/png", k, tag)

    routes.routes.extend(heads(routes.routes))
    return routes
