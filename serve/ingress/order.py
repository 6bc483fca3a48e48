"""The body of POST /v1/productions: bytes -> Order, or the problem with them."""

from typing import Annotated, Any

from fastapi import Request
from pydantic import Field, ValidationError
from pydantic_core import from_json

from conte.brief import Brief
from conte.frozen import Frozen, digest
from serve.ingress.problems import MALFORMED, TOO_LARGE, UNSUPPORTED, Problem, invalid

MAX_SEED = 2**31 - 1

Seed = Annotated[int, Field(ge=0, le=MAX_SEED)]


class Order(Frozen):
    """A brief, and the seed to film it with. The same brief and seed give the same conte."""

    brief: Brief
    seed: Seed | None = None
    """Chosen by the server, and told in the answer, where none is given."""

    @property
    def body_hash(self) -> str:
        """The same for the same order, in whatever order its keys were sent."""
        return digest(self.model_dump(mode="json"))


async def read_order(request: Request, max_bytes: int) -> Order:
    """Read, bound and validate the body.

    Raises:
        Problem: 400, 413, 415 or 422, saying what is wanted.
    """
    _check_media_type(request)
    body = await read_body(request, max_bytes)
    try:
        # Strict, as the schema says: "30" is no number. The parser refuses invalid UTF-8,
        # lone surrogates and nesting too deep to mean anything.
        return Order.model_validate_json(body, strict=True)
    except ValidationError as error:
        errors: list[Any] = list(error.errors(include_url=False))
        if errors[0]["type"] == "json_invalid":
            reason = errors[0]["ctx"]["error"]
            raise Problem(MALFORMED, f"the body is not JSON in UTF-8: {reason}") from error
        raise invalid(errors, Order) from error


async def read_json(request: Request, max_bytes: int) -> dict[str, Any]:
    """Read and bound a body that is passed on as it is: any JSON object.

    Raises:
        Problem: 400, 413 or 415, saying what is wanted.
    """
    return json_object(await read_json_bytes(request, max_bytes))


async def read_json_bytes(request: Request, max_bytes: int) -> bytes:
    """
    Raises:
        Problem: 413 or 415, if it is larger, or does not say that it is JSON.
    """
    _check_media_type(request)
    return await read_body(request, max_bytes)


def json_object(body: bytes) -> dict[str, Any]:
    """
    Raises:
        Problem: 400, if it is no JSON object.
    """
    try:
        found: Any = from_json(body)
    except ValueError as error:
        raise Problem(MALFORMED, f"the body is not JSON in UTF-8: {error}") from error
    if not isinstance(found, dict):
        raise Problem(MALFORMED, f"the body is a JSON {type(found).__name__}, wanted an object")
    return found


def _check_media_type(request: Request) -> None:
    media_type, *parameters = request.headers.get("content-type", "").lower().split(";")
    charsets = {p.strip() for p in parameters if p.strip().startswith("charset=")}
    if media_type.strip() != "application/json" or not charsets <= {
        "charset=utf-8",
        'charset="utf-8"',
    }:
        got = request.headers.get("content-type", "no Content-Type")
        raise Problem(UNSUPPORTED, f"send application/json in UTF-8, not {got[:100]}")


def media_type_of(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def read_body(request: Request, max_bytes: int) -> bytes:
    """The body, as it is.

    Raises:
        Problem: 413 or 415, if it is larger or compressed.
    """
    if (coding := request.headers.get("content-encoding", "identity")) != "identity":
        raise Problem(UNSUPPORTED, f"send the body as it is, not in {coding[:100]}")
    too_large = Problem(TOO_LARGE, f"a body may have {max_bytes} bytes")
    told = request.headers.get("content-length", "")
    if told.isdecimal() and int(told[:20]) > max_bytes:
        raise too_large
    body = bytearray()
    # Counted as it comes: a chunked body tells no length, and a told one may lie.
    async for chunk in request.stream():
        body += chunk
        if len(body) > max_bytes:
            raise too_large
    return bytes(body)
