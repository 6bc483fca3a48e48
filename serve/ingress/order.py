"""The body of POST /v1/productions: bytes -> Order, or a Problem."""

import asyncio
from typing import Annotated, Any, TypeVar

from fastapi import Request
from pydantic import BaseModel, Field, ValidationError

from conte.brief import Brief
from conte.direction import MOST_DIRECTIONS
from conte.frozen import Frozen, digest
from serve.ingress.fields import FieldError, dotted
from serve.ingress.integers import JsonInteger
from serve.ingress.problems import (
    INVALID,
    MALFORMED,
    TOO_LARGE,
    TOO_SLOW,
    UNSUPPORTED,
    Problem,
    invalid,
)
from serve.json_text import GivenTwice, NotJson, NotUtf8, utf8, value_of

_T = TypeVar("_T", bound=BaseModel)

MAX_SEED = 2**31 - 1

FIRST_S = 30
SLOWEST_BYTES_S = 64 * 1024
"""Slowest pace of a body in bytes a second, beyond `FIRST_S`. Without a limit, a client that sends
a part and then nothing would hold its place for ever.
"""

Seed = Annotated[JsonInteger, Field(ge=0, le=MAX_SEED)]


class Order(Frozen):
    """Order of a production: a brief and a seed. The same brief and seed give the same conte."""

    brief: Brief
    seed: Seed | None = None
    """Seed of the conte; if absent, the server chooses one and returns it."""
    directions: Annotated[
        JsonInteger, Field(ge=1, le=MOST_DIRECTIONS, exclude_if=lambda directions: directions == 1)
    ] = 1
    """Number of different ideas for the brief: A안, B안, C안, one production each."""

    @property
    def body_hash(self) -> str:
        """Hash that does not depend on the order of keys."""
        return digest(self.model_dump(mode="json"))


async def read_order(request: Request, max_bytes: int) -> Order:
    """Read and validate the body.

    Raises:
        Problem: 400, 413, 415 or 422, naming what is wanted.
    """
    return await read_as(Order, request, max_bytes)


async def read_as(type_: type[_T], request: Request, max_bytes: int) -> _T:
    """Read and validate a JSON body. Raises as `read_order` does."""
    _check_media_type(request)
    text, _ = _json_of(await read_body(request, max_bytes), finite=False)
    try:
        # Strict, as the schema says: "30" is not a number.
        return type_.model_validate_json(text, strict=True)
    except ValidationError as error:
        errors: list[Any] = list(error.errors(include_url=False))
        raise invalid(errors, type_) from error


async def read_json(request: Request, max_bytes: int) -> dict[str, Any]:
    """Read a body that is passed on unchanged: any JSON object of at most `max_bytes`.

    Raises:
        Problem: 400, 413 or 415, naming what is wanted.
    """
    return json_object(await read_json_bytes(request, max_bytes))


async def read_json_bytes(request: Request, max_bytes: int) -> bytes:
    """Read a JSON body of at most `max_bytes`.

    Raises:
        Problem: 413 or 415, if it is larger, or its Content-Type is not JSON.
    """
    _check_media_type(request)
    return await read_body(request, max_bytes)


def json_object(body: bytes) -> dict[str, Any]:
    """Parse a JSON object.

    Raises:
        Problem: 400, if it is not a JSON object; 422, if a name occurs twice in it.
    """
    _, found = _json_of(body)
    if not isinstance(found, dict):
        kind = _KINDS.get(type(found), "number")
        raise Problem(MALFORMED, f"the body is a JSON {kind}, wanted an object")
    return found


_KINDS: dict[type, str] = {list: "array", str: "string", bool: "boolean", type(None): "null"}


def _json_of(body: bytes, *, finite: bool = True) -> tuple[str, Any]:
    """Return the body as text and as a value."""
    try:
        text = utf8(body)
        return text, value_of(text, finite=finite)
    except GivenTwice as error:
        raise given_twice(dotted(error.place)) from error
    except (NotUtf8, NotJson) as error:
        raise Problem(MALFORMED, f"the body is not JSON in UTF-8: {error}") from error


def given_twice(field: str) -> Problem:
    wanted = FieldError(field=field, wanted="given once")
    return Problem(INVALID, f"{field}: given twice, wanted once", errors=[wanted])


def _check_media_type(request: Request) -> None:
    if media_type_of(request) != "application/json" or not utf8_alone(request):
        got = request.headers.get("content-type", "no Content-Type")
        raise Problem(UNSUPPORTED, f"send application/json in UTF-8, not {got[:100]}")


def media_type_of(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def utf8_alone(request: Request) -> bool:
    """Return whether the Content-Type names no charset but UTF-8."""
    _, *parameters = request.headers.get("content-type", "").lower().split(";")
    charsets = {p.strip() for p in parameters if p.strip().startswith("charset")}
    return charsets <= {"charset=utf-8", 'charset="utf-8"'}


async def read_body(request: Request, max_bytes: int) -> bytes:
    """Read the raw body, of at most `max_bytes`.

    Raises:
        Problem: 408, 413 or 415, if it arrives too slowly, is too large or is compressed.
    """
    if (coding := request.headers.get("content-encoding", "identity")) != "identity":
        raise Problem(UNSUPPORTED, f"send the body as it is, not in {coding[:100]}")
    too_large = Problem(TOO_LARGE, f"a body may have {max_bytes} bytes")
    told = request.headers.get("content-length", "")
    if told.isdecimal() and int(told[:20]) > max_bytes:
        raise too_large
    body = bytearray()
    within_s = FIRST_S + max_bytes / SLOWEST_BYTES_S
    try:
        async with asyncio.timeout(within_s):
            # Counted while it arrives: a chunked body has no Content-Length, and a length may be
            # false.
            async for chunk in request.stream():
                body += chunk
                if len(body) > max_bytes:
                    raise too_large
    except TimeoutError as error:
        detail = f"{len(body)} bytes came in {within_s:.0f} s; send the body at once"
        raise Problem(TOO_SLOW, detail) from error
    return bytes(body)
