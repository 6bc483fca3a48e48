"""Pictures over HTTP: uploaded, decoded, kept in the vault under their content's key."""

import asyncio
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from serve.ingress.auth import TenantOf
from serve.ingress.fields import FieldError
from serve.ingress.form import is_form, read_form
from serve.ingress.openai_face import documented
from serve.ingress.order import media_type_of, read_body
from serve.ingress.picture import MAX_BYTES, NotAPicture, read_picture
from serve.ingress.problems import INVALID, UNSUPPORTED, Problem
from serve.ledger.ledger import Ledger
from serve.vault import Vault

KEY = r"^images/[0-9a-f]{64}\.png$"
"""What a picture of the vault is called."""

_RAW = ("image/png", "image/jpeg", "image/webp", "application/octet-stream")
_FORM_BYTES = MAX_BYTES + (64 << 10)


@dataclass(frozen=True)
class Kept:
    """A picture in the vault. Sizes in pixels."""

    key: str
    width: int
    height: int


class Pictures:
    """Takes in pictures, one at a time: an opened one may need half a gigabyte."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._one = asyncio.Semaphore(1)

    async def keep(self, data: bytes, field: str) -> Kept:
        """
        Raises:
            Problem: 400, naming the field, if it is no picture that can be used.
        """
        try:
            async with self._one:
                picture = await run_in_threadpool(read_picture, data)
        except NotAPicture as error:
            raise bad_field(field, str(error)) from error
        key = await self._vault.publish_content("images", picture.png, ".png")
        return Kept(key, picture.width, picture.height)


class ImageView(BaseModel):
    """A picture that was kept. Sizes in pixels, as it is seen."""

    image: str = Field(pattern=KEY)
    """What a brief's `product.image` and a video's `input_reference` name it by."""
    width: int
    height: int


def images(ledger: Ledger, pictures: Pictures, tenant: TenantOf) -> APIRouter:
    routes = APIRouter(tags=["images"])

    async def uploaded(request: Request, _: Annotated[str, Depends(tenant)]) -> bytes:
        if not is_form(request):
            if media_type_of(request) not in _RAW:
                got = request.headers.get("content-type", "no Content-Type")[:100]
                wanted = "image/png, image/jpeg, image/webp or multipart/form-data"
                raise Problem(UNSUPPORTED, f"send {wanted}, not {got}")
            return await read_body(request, MAX_BYTES)
        form = await read_form(request, _FORM_BYTES)
        if set(form.files) != {"image"} or form.fields:
            got = ", ".join((*form.files, *form.fields))[:100] or "nothing"
            raise bad_field("image", f"wanted one file called image, and nothing else; got {got}")
        return form.files["image"]

    @routes.post(
        "/v1/images",
        status_code=201,
        response_model=ImageView,
        responses=documented(400, 401, 413, 415, 503),
        openapi_extra=_BODY,
        summary="Upload a picture, such as a product photo",
    )
    async def create(
        tenant: Annotated[str, Depends(tenant)], data: Annotated[bytes, Depends(uploaded)]
    ) -> ImageView:
        kept = await pictures.keep(data, "image")
        await run_in_threadpool(ledger.own_image, tenant, kept.key)
        return ImageView(image=kept.key, width=kept.width, height=kept.height)

    return routes


def bad_field(field: str, wanted: str, got: str | None = None) -> Problem:
    """A field that is not valid, said by its name."""
    detail = f"{field}: {wanted}" + (f" (got {got})" if got is not None else "")
    return Problem(INVALID, detail, errors=[FieldError(field=field, wanted=wanted, got=got)])


_BINARY = {"type": "string", "format": "binary"}
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            **{kind: {"schema": _BINARY} for kind in _RAW},
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["image"],
                    "additionalProperties": False,
                    "properties": {"image": _BINARY},
                }
            },
        },
    }
}
