"""`POST /v1/images`: stores a product photo or a character's picture for briefs and videos."""

import asyncio
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from serve.bounded import Unusable
from serve.ingress.auth import TenantOf
from serve.ingress.decoding import Decoding
from serve.ingress.forms import read_form
from serve.ingress.long_answers import Place
from serve.ingress.openai_face import documented
from serve.ingress.order import media_type_of, read_body
from serve.ingress.problems import BAD_FIELD, UNSUPPORTED, Problem
from serve.ingress.views import IMAGES, ImageView
from serve.ledger.ledger import Ledger
from serve.pictures.header import MAX_BYTES, WANTED, header_of, taken
from serve.pictures.reading import as_png
from serve.vault import Vault
from serve.vault.keys import key_of

ROOM = 1 << 16
"""Bytes that a form may have besides the picture."""


@dataclass(frozen=True)
class Picture:
    png: bytes
    width: int
    height: int


def images(
    ledger: Ledger, vault: Vault, tenant: TenantOf, decoding: Decoding, place: Place
) -> APIRouter:
    routes = APIRouter(tags=["images"], dependencies=[Depends(place)])

    @routes.post(
        IMAGES,
        status_code=201,
        response_model=ImageView,
        summary="Upload a picture, such as a product photo",
        responses={201: {"description": "It is kept."}, **documented(400, 401, 413, 415, 429, 503)},
        openapi_extra=_BODY,
    )
    async def uploaded(request: Request, tenant: Annotated[str, Depends(tenant)]) -> ImageView:
        data = await _bytes_of(request)
        picture = await decoded(decoding, tenant, data, "image")
        key = await keep(picture, ledger, vault, tenant)
        return ImageView(image=key, width=picture.width, height=picture.height)

    return routes


async def decoded(decoding: Decoding, tenant: str, data: bytes, name: str) -> Picture:
    """Decode an uploaded picture and encode it as PNG, without the metadata of its file.

    Raises:
        Problem: 400 naming the field; 429 or 503 if it was not tried.
    """
    try:
        # A picture that its header disqualifies is refused without waiting.
        taken(data)
        [png] = (await decoding.call(tenant, as_png, data)).blobs
    except Unusable as error:
        told = str(error) if WANTED in str(error) else f"{error}; wanted {WANTED}"
        raise Problem(BAD_FIELD, f"{name}: {told}", param=name) from error
    header = header_of(png)
    return Picture(png, header.width, header.height)


async def keep(picture: Picture, ledger: Ledger, vault: Vault, tenant: str) -> str:
    """Store the picture and return its key. Vault first: the ledger names no missing file.

    An entry in the ledger is made before: if this process is killed, a sweep removes the file.
    """
    key = key_of("images", picture.png, ".png")
    await asyncio.to_thread(ledger.uploading.begin, key)
    await vault.publish_bytes(key, picture.png)
    await asyncio.to_thread(ledger.own_image, tenant, key)
    return key


async def _bytes_of(request: Request) -> bytes:
    kind = media_type_of(request)
    if kind in ("image/png", "image/jpeg", "image/webp"):
        return await read_body(request, MAX_BYTES)
    if kind == "multipart/form-data":
        form = await read_form(request, MAX_BYTES + ROOM)
        if "image" in form.fields:
            detail = f"image: got text, wanted a file with its filename: {WANTED}"
            raise Problem(BAD_FIELD, detail, param="image")
        if "image" not in form.files:
            raise Problem(BAD_FIELD, f"image: wanted {WANTED}", param="image")
        return form.files["image"]
    raise Problem(UNSUPPORTED, f"send the picture as it is, or as `image` of a form, not {kind!r}")


_BINARY = {"type": "string", "format": "binary"}
_FORM = {"type": "object", "required": ["image"], "properties": {"image": _BINARY}}
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "image/png": {"schema": _BINARY},
            "image/jpeg": {"schema": _BINARY},
            "image/webp": {"schema": _BINARY},
            "multipart/form-data": {"schema": _FORM},
        },
    }
}
