"""A request's body as fields and files: JSON, or a multipart form. Bounded before it is parsed."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Any

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from serve.ingress.order import read_body, read_json
from serve.ingress.problems import MALFORMED, UNSUPPORTED, Problem


@dataclass(frozen=True)
class Form:
    fields: dict[str, Any]
    files: dict[str, bytes] = field(default_factory=dict[str, bytes])


async def read_form(request: Request, max_bytes: int) -> Form:
    """Raises Problem: 400, 413 or 415, saying what is wanted."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        return Form(await read_json(request, max_bytes))
    if kind != "multipart/form-data":
        raise Problem(UNSUPPORTED, f"send application/json or multipart/form-data, not {kind!r}")
    body = await read_body(request, max_bytes)

    async def once() -> AsyncGenerator[bytes]:
        yield body

    try:
        parsed = await MultiPartParser(
            request.headers, once(), max_files=4, max_fields=40, max_part_size=max_bytes
        ).parse()
    except (MultiPartException, ValueError, KeyError, LookupError) as error:
        raise Problem(MALFORMED, f"the form cannot be read: {error}") from error
    fields: dict[str, Any] = {}
    files: dict[str, bytes] = {}
    try:
        for name, value in parsed.multi_items():
            if isinstance(value, UploadFile):
                files[name] = await value.read()
            else:
                fields[name] = value
    finally:
        await parsed.close()
    return Form(fields, files)
