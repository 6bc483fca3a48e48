"""Parses a request's body into fields and files: JSON or a multipart form, with a size limit."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Any

from fastapi import Request
from python_multipart.multipart import parse_options_header
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from serve.ingress.order import given_twice, media_type_of, read_body, read_json, utf8_alone
from serve.ingress.problems import MALFORMED, UNSUPPORTED, Problem

_WANTED = "Wanted parts divided by the boundary that Content-Type names (RFC 7578)."


@dataclass(frozen=True)
class Form:
    fields: dict[str, Any]
    """JSON values, or texts if not `typed`."""
    files: dict[str, bytes] = field(default_factory=dict[str, bytes])
    typed: bool = True
    """False: every value is a text, as in a multipart form."""


async def read_form(request: Request, max_bytes: int) -> Form:
    """Parse the body. Raises Problem: 400, 413 or 415, naming what is wanted."""
    kind = media_type_of(request)
    if kind == "application/json":
        return Form(await read_json(request, max_bytes))
    if kind != "multipart/form-data":
        raise Problem(
            UNSUPPORTED, f"send application/json or multipart/form-data, not {kind[:100]!r}"
        )
    if not utf8_alone(request):
        # Python's other codecs turn some bytes into texts that cannot be stored.
        raise Problem(UNSUPPORTED, "send a form in UTF-8, without another charset")
    body = await read_body(request, max_bytes)
    _check_ends(request, body)

    async def once() -> AsyncGenerator[bytes]:
        yield body

    try:
        parsed = await MultiPartParser(
            request.headers, once(), max_files=4, max_fields=40, max_part_size=max_bytes
        ).parse()
    except (MultiPartException, ValueError, KeyError, LookupError) as error:
        raise Problem(MALFORMED, f"the form cannot be read: {error} {_WANTED}") from error
    fields: dict[str, Any] = {}
    files: dict[str, bytes] = {}
    try:
        for name, value in parsed.multi_items():
            if name in fields or name in files:
                raise given_twice(name[:100])
            if isinstance(value, UploadFile):
                files[name] = await value.read()
            else:
                _check_utf8(request, body, name, value)
                fields[name] = value
    finally:
        await parsed.close()
    return Form(fields, files, typed=False)


def _check_ends(request: Request, body: bytes) -> None:
    """Check that the form is complete: the parser silently drops an unfinished last part.

    Raises:
        Problem: if the form has no boundary, or breaks off.
    """
    _, options = parse_options_header(request.headers["content-type"])
    boundary = options.get(b"boundary", b"")
    if not boundary:
        detail = f"the form cannot be read: its Content-Type has no boundary. {_WANTED}"
        raise Problem(MALFORMED, detail)
    if b"--" + boundary + b"--" not in body:
        detail = f"the form breaks off: it does not end with its boundary and `--`. {_WANTED}"
        raise Problem(MALFORMED, detail)


def _check_utf8(request: Request, body: bytes, name: str, value: str) -> None:
    """Check a text's encoding: the parser reads anything undeclared as Latin-1, which is mojibake.

    Raises:
        Problem: if a text is not UTF-8 and declares no charset.
    """
    told = "charset" in request.headers["content-type"].lower()
    if not told and not value.isascii() and value.encode(errors="replace") not in body:
        detail = f"{name[:100]}: wanted text in UTF-8, or a file with its filename"
        raise Problem(MALFORMED, detail, param=name[:100])
