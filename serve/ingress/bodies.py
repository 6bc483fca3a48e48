"""A JSON body -> a value of a type, or a Problem. The type is in the OpenAPI document."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel

from serve.ingress.order import read_as

_T = TypeVar("_T", bound=BaseModel)

MAX_BYTES = 32 * 1024
"""Bytes. The longest comment has 8 KB; with every character escaped, 12."""


def body_of(type_: type[_T], max_bytes: int = MAX_BYTES) -> Callable[[Request], Awaitable[_T]]:
    """Return a dependency that reads and validates the body, as strictly as its schema says.

    It raises Problem: 400, 408, 413, 415 or 422, naming what is wanted.
    """

    async def body(request: Request) -> _T:
        return await read_as(type_, request, max_bytes)

    return body


def documented_body(type_: type[BaseModel]) -> dict[str, Any]:
    """Return the request body of a type without nested types, for a route's `openapi_extra`."""
    content = {"application/json": {"schema": type_.model_json_schema()}}
    return {"requestBody": {"required": True, "content": content}}


def referenced_body(type_: type[BaseModel], required: bool = True) -> dict[str, Any]:
    """Return the request body as a reference to its schema in `openapi.py`, for `openapi_extra`."""
    schema = {"$ref": f"#/components/schemas/{type_.__name__}"}
    body: dict[str, Any] = {"content": {"application/json": {"schema": schema}}}
    return {"requestBody": {"required": True, **body} if required else body}
