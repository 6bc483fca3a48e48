"""One file in a request: as its whole body, or as `file` of a multipart form."""

from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import Request

from serve.ingress.fields import FieldError
from serve.ingress.forms import read_form
from serve.ingress.order import media_type_of, read_body
from serve.ingress.problems import INVALID, UNSUPPORTED, Problem

FIELD = "file"
_ROOM = 1 << 16
"""Bytes that a form may have besides the file."""
_BINARY = {"type": "string", "format": "binary"}
_FORM = {"type": "object", "required": [FIELD], "properties": {FIELD: _BINARY}}


async def sent_file(request: Request, most: Mapping[str, int], in_form: int) -> bytes:
    """Return the file's bytes.

    `most`: media types that a body may have -> largest size in bytes; `in_form`: largest size of
    the file in a form.

    Raises:
        Problem: 400, 413, 415 or 422, naming what is wanted.
    """
    kind = media_type_of(request)
    if kind in most:
        return await read_body(request, most[kind])
    if kind == "multipart/form-data":
        form = await read_form(request, in_form + _ROOM)
        if FIELD not in form.files:
            wanted = FieldError(field=FIELD, wanted="a file with its filename")
            raise Problem(INVALID, f"{FIELD}: wanted a file with its filename", errors=[wanted])
        return form.files[FIELD]
    raise Problem(UNSUPPORTED, f"send the file as it is, or as `{FIELD}` of a form, not {kind!r}")


def file_body(kinds: Iterable[str]) -> dict[str, Any]:
    """Return the request body for a route's `openapi_extra`."""
    return {
        "requestBody": {
            "required": True,
            "content": {
                **{kind: {"schema": _BINARY} for kind in kinds},
                "multipart/form-data": {"schema": _FORM},
            },
        }
    }
