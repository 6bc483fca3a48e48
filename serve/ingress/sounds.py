"""`POST /v1/sounds`: uploads a narration, music or effect, to be placed on cuts of any film.

A bounded child decodes the file; it is stored in one format, without its tags.
"""

import asyncio
import uuid
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import StringConstraints

from conte.frozen import Line
from conte.sound import Recording
from serve.bounded import Unusable
from serve.ingress.auth import TenantOf
from serve.ingress.decoding import Decoding
from serve.ingress.fields import FieldError
from serve.ingress.long_answers import Place
from serve.ingress.problems import INVALID, Problem, documented
from serve.ingress.sent_file import FIELD, file_body, sent_file
from serve.ingress.sound_views import SOUNDS, SoundsView, SoundView, UploadedSoundView
from serve.ingress.upload_files import kept_if_ordered
from serve.ledger.ledger import Ledger
from serve.scratch import scratch
from serve.settings import UploadSettings
from serve.telemetry import log
from serve.uploads.recordings import (
    Recorded,
    RecordingBounds,
    format_of,
    recorded,
    recording_bounds,
)
from serve.vault import Vault
from serve.vault.keys import key_of

_KINDS = (
    "audio/wav", "audio/x-wav", "audio/mpeg", "audio/mp4", "audio/x-m4a", "audio/aac", "audio/flac",
    "audio/ogg", "application/octet-stream",
)  # fmt: skip
Name = Annotated[Line, StringConstraints(max_length=120)]


def sounds(
    ledger: Ledger,
    vault: Vault,
    tenant: TenantOf,
    settings: UploadSettings,
    decoding: Decoding,
    place: Place,
) -> APIRouter:
    routes = APIRouter(tags=["sounds"])
    bounds = recording_bounds(settings)

    async def file(request: Request) -> bytes:
        most = settings.max_bytes
        return await sent_file(request, dict.fromkeys(_KINDS, most), most)

    @routes.post(
        SOUNDS,
        status_code=201,
        response_model=UploadedSoundView,
        responses={
            201: {"description": "It is kept, and can be placed."},
            **documented(400, 401, 409, 413, 415, 422, 429, 503),
        },
        openapi_extra=file_body(_KINDS),
        dependencies=[Depends(place)],
        summary="Bring your own narration, music or sound effect",
    )
    async def uploaded(
        tenant: Annotated[str, Depends(tenant)],
        data: Annotated[bytes, Depends(file)],
        name: Annotated[Name, Query(description="What to call it, such as its file's name")] = "",
    ) -> UploadedSoundView:
        found, flac = await decoded(decoding, tenant, data, bounds)
        # A name of its own, so that nobody else has the file if it is refused.
        key = key_of("sounds", uuid.uuid4().bytes, ".flac")
        made = Recording(key=key, name=name, num_samples=found.num_samples)
        async with kept_if_ordered(ledger, vault, key, flac) as kept:
            made = await asyncio.to_thread(ledger.own_sound, tenant, made)
            kept.ordered = True
        log("sound.uploaded", bytes=len(data), num_samples=found.num_samples)
        view = SoundView.of(made)
        return UploadedSoundView(**dict(view), channels=found.channels, sample_rate=found.rate)

    @routes.get(
        SOUNDS,
        response_model=SoundsView,
        responses=documented(401, 503),
        summary="List your recordings",
    )
    def listed(tenant: Annotated[str, Depends(tenant)]) -> SoundsView:
        return SoundsView(sounds=tuple(map(SoundView.of, ledger.sounds(tenant))))

    return routes


async def decoded(
    decoding: Decoding, tenant: str, data: bytes, bounds: RecordingBounds
) -> tuple[Recorded, bytes]:
    """Decode an uploaded recording and encode it again, before anything of it is stored.

    Raises:
        Problem: 422 naming what is wanted; 429 or 503 if it was not tried.
    """
    try:
        if format_of(data[:12]) is None:  # refused without waiting
            raise Unusable("it is none")
        with scratch("sian-sound-") as folder:
            path = folder / "sound"
            await asyncio.to_thread(path.write_bytes, data)
            answer = await decoding.call(tenant, recorded, str(path), bounds)
    except Unusable as error:
        errors = [FieldError(field=FIELD, wanted=bounds.wanted, got=None)]
        raise Problem(
            INVALID, f"{FIELD}: {error}; wanted {bounds.wanted}", errors=errors
        ) from error
    [flac] = answer.blobs
    return Recorded.model_validate_json(answer.text), flac
