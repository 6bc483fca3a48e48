"""`POST .../takes/upload`: an uploaded video or picture becomes a take of a cut.

A bounded child checks the file before it is stored; the director makes the clip from it.
"""

import asyncio
import hashlib
import uuid
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request, Response

from conte.clip import Tier
from conte.frozen import digest
from conte.upload import Moving, kept_frames
from serve.bounded import Unusable
from serve.ingress.auth import TenantOf
from serve.ingress.decoding import Decoding
from serve.ingress.fields import FieldError
from serve.ingress.long_answers import Place
from serve.ingress.problems import INVALID, Problem, documented
from serve.ingress.productions import IdempotencyKey, ProductionId, root_of
from serve.ingress.revising import Revising
from serve.ingress.sent_file import FIELD, file_body, sent_file
from serve.ingress.take_views import TakeOrderView, UploadedView
from serve.ingress.takes import OF_CUT, CutPath, FoundCut, cut_of, frames_of, tier_of
from serve.ingress.upload_files import kept_if_ordered
from serve.ingress.views import Paths
from serve.ledger.ledger import Ledger
from serve.ledger.taking import Wanted
from serve.pictures.header import MAX_BYTES as MAX_PICTURE_BYTES
from serve.pictures.header import WANTED as WANTED_PICTURE
from serve.pictures.header import taken
from serve.pictures.reading import as_png
from serve.scratch import scratch
from serve.settings import Settings
from serve.telemetry import log
from serve.uploads.bounds import UploadBounds, bounds_of
from serve.uploads.probing import probe, suffix_of
from serve.vault import Vault
from serve.vault.keys import key_of

_VIDEOS = ("video/mp4", "video/quicktime", "video/webm", "application/octet-stream")
_PICTURES = ("image/png", "image/jpeg", "image/webp")


@dataclass(frozen=True)
class Looked:
    """A usable file and its kind; `moving` is None for a still picture."""

    data: bytes
    suffix: str
    moving: Moving | None


def uploads(
    ledger: Ledger,
    vault: Vault,
    tenant: TenantOf,
    settings: Settings,
    revising: Revising,
    decoding: Decoding,
    place: Place,
) -> APIRouter:
    routes = APIRouter(tags=["takes"], dependencies=[Depends(place)])
    limits = settings.upload

    async def file(request: Request) -> bytes:
        most: dict[str, int] = {
            **dict.fromkeys(_VIDEOS, limits.max_bytes),
            **dict.fromkeys(_PICTURES, min(limits.max_bytes, MAX_PICTURE_BYTES)),
        }
        return await sent_file(request, most, limits.max_bytes)

    @routes.post(
        OF_CUT + "/upload",
        status_code=202,
        response_model=UploadedView,
        responses={
            202: {
                "description": "It can be used, and its take is being made.",
                "headers": {"Location": {"schema": {"type": "string"}, "required": True}},
            },
            **documented(400, 401, 404, 409, 413, 415, 422, 429, 503),
        },
        openapi_extra=file_body((*_VIDEOS, *_PICTURES)),
        summary="Bring your own video or picture for a cut",
    )
    async def uploaded(
        request: Request,
        response: Response,
        tenant: Annotated[str, Depends(tenant)],
        production: ProductionId,
        cut: CutPath,
        data: Annotated[bytes, Depends(file)],
        tier: Annotated[
            Tier | None, Query(description="Of the take; by default the best one that is on")
        ] = None,
        idempotency_key: Annotated[
            IdempotencyKey | None,
            Header(description="1 to 200 printable ASCII characters; repeats make one take"),
        ] = None,
    ) -> UploadedView:
        of_tier = tier_of(tier, revising)
        # All that the answer says is read before the order: it stands once it is written.
        found = await asyncio.to_thread(cut_of, ledger, tenant, production, cut)
        still = await asyncio.to_thread(frames_of, ledger, production, found, of_tier)
        looked = await look(decoding, tenant, data, bounds_of(limits))
        content = hashlib.sha256(looked.data).hexdigest()
        # A name of its own, so that nobody else has the file if the order is refused.
        key = key_of("uploads", uuid.uuid4().bytes + content.encode(), looked.suffix)
        order = Wanted(
            cut=cut,
            tier=of_tier,
            source="uploaded",
            upload=key,
            idempotency_key=idempotency_key,
            body_hash=digest([cut, of_tier, content]),
            max_queued=settings.ingress.max_queued,
        )
        async with kept_if_ordered(ledger, vault, key, looked.data) as kept:
            orders, kept.ordered = await asyncio.to_thread(
                ledger.order_takes, production, order, tenant
            )
        log("take.uploaded" if kept.ordered else "take.repeated", cut=cut, bytes=len(data))
        response.headers["Location"] = f"{Paths(production, root_of(request)).production}/takes"
        if not kept.ordered:
            response.headers["Idempotency-Replayed"] = "true"
        return _view(TakeOrderView.of(orders[0]), looked.moving, found, still)

    return routes


async def look(decoding: Decoding, tenant: str, data: bytes, bounds: UploadBounds) -> Looked:
    """Check a file before anything of it is stored.

    Raises:
        Problem: 422 naming what is wanted; 429 or 503 if it was not tried.
    """
    suffix = suffix_of(data[:12])
    try:
        if suffix is None:
            taken(data)
            if len(data) > MAX_PICTURE_BYTES:
                raise Unusable(f"a picture may have {MAX_PICTURE_BYTES} bytes")
            [png] = (await decoding.call(tenant, as_png, data)).blobs
            return Looked(png, ".png", None)
        with scratch("sian-upload-") as folder:
            path = folder / f"upload{suffix}"
            await asyncio.to_thread(path.write_bytes, data)
            answer = await decoding.call(tenant, probe, str(path), bounds)
        return Looked(data, suffix, Moving.model_validate_json(answer.text))
    except Unusable as error:
        wanted = f"{bounds.wanted}, or {WANTED_PICTURE}"
        said = str(error).removesuffix(f"; wanted {WANTED_PICTURE}")
        errors = [FieldError(field=FIELD, wanted=wanted, got=None)]
        raise Problem(INVALID, f"{FIELD}: {said}; wanted {wanted}", errors=errors) from error


def _view(
    order: TakeOrderView, moving: Moving | None, found: FoundCut, still_frames: int
) -> UploadedView:
    num_frames = found.cut.num_frames
    if moving is None:
        return UploadedView(
            order=order,
            num_frames=still_frames,
            duration_s=round(still_frames / found.fps, 3),
            cut_frames=num_frames,
            covers=True,
            remarks=("a still picture",),
        )
    kept = kept_frames(moving, num_frames, found.fps)
    remarks = ["its sound is left out"] if moving.sound else []
    if kept < num_frames:
        remarks.append(f"it is shorter than the cut, by {num_frames - kept} frames")
    return UploadedView(
        order=order,
        num_frames=kept,
        duration_s=moving.duration_s,
        cut_frames=num_frames,
        covers=kept >= num_frames,
        remarks=tuple(remarks),
    )
