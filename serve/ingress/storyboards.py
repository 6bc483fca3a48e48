"""`POST /v1/productions/import`: an agency's own storyboard becomes version 1 of a production.

The first request reads and reports it, and writes nothing; sent again with the report's `accept`,
the production is made. A bounded child reads the file; its panels are decoded as uploads are.
"""

import asyncio
import hashlib
import secrets
import uuid
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from typing import Annotated, Any, get_args

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from pydantic import ValidationError

from conte.brief import AspectRatio
from conte.frozen import digest, seed_of
from conte.production import Production, Provenance
from conte.revision.working import Working
from conte.storyboards.adopting import IMPORTED, Adopted, Adopting, NotLawful, adopt
from conte.storyboards.lawful import Settle
from conte.storyboards.sheet import StoryboardSheet
from serve.bounded import Unusable
from serve.ingress.auth import TenantOf
from serve.ingress.decoding import Decoding
from serve.ingress.fields import FieldError
from serve.ingress.integers import TextInteger
from serve.ingress.long_answers import Place
from serve.ingress.order import MAX_SEED
from serve.ingress.problems import CONFLICT, INVALID, Problem, documented, invalid
from serve.ingress.productions import IdempotencyKey, root_of
from serve.ingress.revising import Revising
from serve.ingress.sent_file import FIELD, file_body, sent_file
from serve.ingress.storyboard_views import StoryboardView
from serve.ingress.upload_files import kept_if_ordered
from serve.ingress.views import PRODUCTIONS, ProductionView
from serve.ledger.adopting import OwnStoryboard
from serve.ledger.ledger import Ledger
from serve.pictures.header import taken
from serve.pictures.reading import as_png
from serve.storyboards.door import MAX_BYTES, WANTED, read_storyboard
from serve.telemetry import log, production_id
from serve.vault import Vault
from serve.vault.keys import key_of

_OFFICE = "application/vnd.openxmlformats-officedocument"
_KINDS = (
    "application/octet-stream", "application/pdf", "text/csv", f"{_OFFICE}.spreadsheetml.sheet",
    f"{_OFFICE}.presentationml.presentation", f"{_OFFICE}.wordprocessingml.document",
)  # fmt: skip


async def _sent(request: Request) -> bytes:
    return await sent_file(request, dict.fromkeys(_KINDS, MAX_BYTES), MAX_BYTES)


@dataclass(frozen=True)
class _Read:
    """A storyboard as it was read, with its panels undecoded."""

    sheet: StoryboardSheet
    pictures: tuple[bytes, ...]
    content: str
    """SHA-256 of the file."""


def _said(
    product: Annotated[str, Query(description="Its name, if the sheet gives none")] = "",
    advertiser: str = "",
    title: str = "",
    fps: Annotated[TextInteger | None, Query(description="24, 25 or 30")] = None,
    aspect_ratio: Annotated[str | None, Query(description=", ".join(get_args(AspectRatio)))] = None,
    duration_s: Annotated[float | None, Query(description="Of the film")] = None,
    cuts: Annotated[str, Query(description="Which cuts of the sheet, such as `1-6`")] = "",
    settle: Annotated[
        Settle | None,
        Query(
            description="How lengths are settled that make no whole film: `cuts`, each to its "
            "nearest frame; `total`, shared in proportion to the film's length"
        ),
    ] = None,
) -> Adopting:
    told = {
        "product": product, "advertiser": advertiser, "title": title, "fps": fps,
        "aspect_ratio": aspect_ratio, "duration_s": duration_s, "cuts": cuts, "settle": settle,
    }  # fmt: skip
    try:
        return Adopting.model_validate(told)
    except ValidationError as error:
        errors: list[Any] = list(error.errors(include_url=False))
        raise invalid(errors, Adopting) from error


def storyboards(
    ledger: Ledger,
    vault: Vault,
    tenant: TenantOf,
    revising: Revising,
    max_queued: int,
    documents: Decoding,
    decoding: Decoding,
    place: Place,
) -> APIRouter:
    """Return the routes. `documents` reads the files, `decoding` their pictures."""
    routes = APIRouter(tags=["productions"], dependencies=[Depends(place)])

    @routes.post(
        PRODUCTIONS + "/import",
        response_model=StoryboardView,
        responses={
            200: {"description": "What was read. Nothing is written."},
            202: {"description": "Accepted: the production's version 1 is the storyboard."},
            **documented(400, 401, 409, 413, 415, 422, 429, 503),
        },
        openapi_extra=file_body(_KINDS),
        summary="Bring your own storyboard: a report first, then a production",
    )
    async def imported(
        request: Request,
        response: Response,
        tenant: Annotated[str, Depends(tenant)],
        data: Annotated[bytes, Depends(_sent)],
        said: Annotated[Adopting, Depends(_said)],
        accept: Annotated[
            str, Query(pattern=r"^([0-9a-f]{64})?$", description="`accept` of the report")
        ] = "",
        seed: Annotated[TextInteger | None, Query(ge=0, le=MAX_SEED)] = None,
        idempotency_key: Annotated[
            IdempotencyKey | None,
            Header(description="1 to 200 printable ASCII characters; repeats make one production"),
        ] = None,
    ) -> StoryboardView:
        read = await _read(documents, tenant, data)
        usable = sum(_is_picture(one) for one in read.pictures)
        try:
            adopted = adopt(read.sheet, said)
        except NotLawful as error:
            if not accept:
                return StoryboardView.of(read.sheet, said, usable, None, error.obstacles)
            raise _not_lawful(error) from error
        view = StoryboardView.of(read.sheet, said, usable, adopted)
        if not accept:
            return view
        if accept != view.accept:
            detail = "accept: it names another report; look at this file's and accept that"
            raise Problem(CONFLICT, detail)
        if seed is None:
            seed = (
                secrets.randbelow(MAX_SEED + 1)
                if idempotency_key is None
                else seed_of(["seed", tenant, idempotency_key])
            )
        panels, remarks = await _panels(decoding, tenant, read, adopted)
        own = OwnStoryboard(
            brief=adopted.brief,
            conte=adopted.conte,
            findings=revising.findings(Working(conte=adopted.conte, brief=adopted.brief)),
            provenance=Provenance(engine=IMPORTED, seed=seed, remarks=remarks),
            # A draft shows what was drawn; a final is what is filmed of it.
            tier=revising.tiers[0],
            idempotency_key=idempotency_key,
            body_hash=digest([read.content, said.model_dump(mode="json"), accept]),
            max_queued=max_queued,
        )
        made, created = await _made(ledger, vault, tenant, own, panels)
        production_id.set(made.id)
        log("production.imported" if created else "production.repeated", panels=len(panels))
        production = ProductionView.of(made, root_of(request))
        response.status_code = 202
        response.headers["Location"] = production.links.production
        if not created:
            response.headers["Idempotency-Replayed"] = "true"
        return view.model_copy(update={"production": production})

    return routes


async def _read(documents: Decoding, tenant: str, data: bytes) -> _Read:
    try:
        answer = await documents.call(tenant, read_storyboard, data)
    except Unusable as error:
        errors = [FieldError(field=FIELD, wanted=WANTED)]
        raise Problem(INVALID, f"{FIELD}: {error}; wanted {WANTED}", errors=errors) from error
    sheet = StoryboardSheet.model_validate_json(answer.text)
    return _Read(sheet, answer.blobs, hashlib.sha256(data).hexdigest())


def _not_lawful(error: NotLawful) -> Problem:
    errors = [
        FieldError(field=one.field, wanted=one.wanted, got=one.got) for one in error.obstacles
    ]
    return Problem(INVALID, f"{FIELD}: it makes no conte: {error}", errors=errors)


def _is_picture(data: bytes) -> bool:
    try:
        taken(data)
    except Unusable:
        return False
    return True


async def _panels(
    decoding: Decoding, tenant: str, read: _Read, adopted: Adopted
) -> tuple[dict[int, bytes], tuple[str, ...]]:
    """Return the panels as PNG by the numbers of their cuts, and remarks about unusable ones."""
    panels: dict[int, bytes] = {}
    remarks: list[str] = []
    for number, index in enumerate(adopted.panels, 1):
        if index is None:
            continue
        try:
            data = read.pictures[index]
            # A picture that its header disqualifies is refused without waiting.
            taken(data)
            [panels[number]] = (await decoding.call(tenant, as_png, data)).blobs
        except Unusable as error:
            remarks.append(f"the panel of cut {number} is not kept: {error}"[:300])
    remarks += [f"{one.place}: {one.reason}" for one in adopted.assumed]
    return panels, tuple(remarks)


async def _made(
    ledger: Ledger, vault: Vault, tenant: str, own: OwnStoryboard, panels: Mapping[int, bytes]
) -> tuple[Production, bool]:
    """Store the panels and make the production, or leave nothing behind."""
    keys = {
        # Names of their own, so that nobody else has the files if the order is refused.
        number: key_of("uploads", uuid.uuid4().bytes + hashlib.sha256(png).digest(), ".png")
        for number, png in panels.items()
    }
    async with AsyncExitStack() as stack:
        kept = [
            await stack.enter_async_context(kept_if_ordered(ledger, vault, key, panels[number]))
            for number, key in keys.items()
        ]
        made, created = await asyncio.to_thread(ledger.adopt, tenant, replace(own, panels=keys))
        for one in kept:
            one.ordered = created
    return made, created
