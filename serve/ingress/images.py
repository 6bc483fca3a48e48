"""`POST /v1/images`: a product photo or a character, kept for briefs and videos to start from."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from serve.ingress.auth import TenantOf
from serve.ingress.forms import read_form
from serve.ingress.openai_face import documented
from serve.ingress.order import media_type_of, read_body
from serve.ingress.picture import MAX_BYTES, WANTED, NoPicture, Picture, as_png
from serve.ingress.problems import BAD_FIELD, UNSUPPORTED, Problem
from serve.ingress.views import IMAGES, ImageView
from serve.ledger.ledger import Ledger
from serve.vault import Vault

ROOM = 1 << 16
"""What a form needs beside the picture."""

# One at a time, and none of the threads that the ledger is asked with.
_DECODER = ThreadPoolExecutor(max_workers=1, thread_name_prefix="pictures")


def images(ledger: Ledger, vault: Vault, tenant: TenantOf) -> APIRouter:
    routes = APIRouter(tags=["images"])

    @routes.post(
        IMAGES,
        status_code=201,
        response_model=ImageView,
        summary="Upload a picture, such as a product photo",
        responses={201: {"description": "It is kept."}, **documented(400, 401, 413, 415, 503)},
        openapi_extra=_BODY,
    )
    async def uploaded(request: Request, tenant: Annotated[str, Depends(tenant)]) -> ImageView:
        picture = await decoded(await _bytes_of(request), "image")
        key = await keep(picture, ledger, vault, tenant)
        return ImageView(image=key, width=picture.width, height=picture.height)

    return routes


async def decoded(data: bytes, name: str) -> Picture:
    """Raises Problem naming the field."""
    try:
        return await asyncio.get_running_loop().run_in_executor(_DECODER, as_png, data)
    except NoPicture as error:
        raise Problem(BAD_FIELD, f"{name}: {error}", param=name) from error


async def keep(picture: Picture, ledger: Ledger, vault: Vault, tenant: str) -> str:
    """Its key. The vault first: what the ledger knows of is there."""
    key = await vault.publish_content("images", picture.png, ".png")
    await asyncio.to_thread(ledger.own_image, tenant, key)
    return key


async def _bytes_of(request: Request) -> bytes:
    kind = media_type_of(request)
    if kind in ("image/png", "image/jpeg", "image/webp"):
        return await read_body(request, MAX_BYTES)
    if kind == "multipart/form-data":
        form = await read_form(request, MAX_BYTES + ROOM)
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
