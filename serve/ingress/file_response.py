"""A file of the vault -> an HTTP response: ranges, conditional requests, the name when saved."""

import re
from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from copy import copy
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.responses import RedirectResponse
from starlette.routing import BaseRoute

from serve.ingress.closing_stream import ClosingStream
from serve.ingress.problems import BAD_RANGE, Problem
from serve.ingress.ranges import ByteRange, NotSatisfiable, span_of
from serve.ingress.views import tag_of
from serve.vault import Vault

Kind = Literal["video/mp4", "image/png", "image/webp"]

_FOR_EVER = "private, max-age=31536000, immutable"
_ASK_AGAIN = "private, no-cache"

LINKED: dict[str, Any] = {
    "description": "It lies at `Location`, for a while (where `vault.links_s` is set).",
    "headers": {"Location": {"schema": {"type": "string"}, "required": True}},
}


@dataclass(frozen=True)
class Ticket:
    """The file that a route found: its key, media type, and name when saved."""

    key: str
    kind: str
    """Media type."""
    name: str
    tag: str = ""
    """Tag that its URLs carry; empty: the tag of the key."""
    attached: bool = False
    """True: a browser saves it instead of showing it."""


@dataclass(frozen=True)
class FileRequest:
    """Headers and query of a request that shape its response."""

    request: Request
    range: str | None
    if_none_match: str | None
    if_range: str | None
    tag: str | None


def heads(routes: Iterable[BaseRoute]) -> list[APIRoute]:
    """Return routes that answer HEAD as the given ones answer GET.

    They are separate because FastAPI gives one route one operation id, and copies because reading
    an endpoint's dependencies anew takes milliseconds.
    """
    found = [copy(route) for route in routes if isinstance(route, APIRoute)]
    for route in found:
        route.methods, route.include_in_schema = {"HEAD"}, False
    return found


async def send(vault: Vault, ticket: Ticket, asked: FileRequest, links_s: int = 0) -> Response:
    """Return the response: the file, a part of it, 304 if the client has it already, or a link.

    `links_s`: if the vault is a bucket, redirect to a link that is valid for so many seconds; 0:
    always send the bytes.
    """
    size = (await vault.stat(ticket.key)).size
    tag = ticket.tag or tag_of(ticket.key)
    etag = f'"{tag}"'
    headers = {
        "ETag": etag,
        "Accept-Ranges": "bytes",
        # Without its tag a URL shows what is newest: the draft now, the final clip later.
        "Cache-Control": _FOR_EVER if asked.tag == tag else _ASK_AGAIN,
        "Content-Disposition": disposition(ticket.name, attached=ticket.attached),
    }
    if asked.if_none_match and _matches(asked.if_none_match, etag):
        return Response(status_code=304, headers=headers)
    method = "HEAD" if asked.request.method == "HEAD" else "GET"
    if links_s and (link := await vault.link(ticket.key, links_s, method)):
        # Never kept: the link is valid for a while only, and for this method only.
        return RedirectResponse(link, 307, headers={"Cache-Control": "no-store"})
    span = _span(asked, etag, size)
    headers["Content-Length"] = str(span.size if span else size)
    if span:
        headers["Content-Range"] = f"bytes {span.start}-{span.end - 1}/{size}"
    if asked.request.method == "HEAD":
        return Response(headers=headers, media_type=ticket.kind)
    part = span or ByteRange(0, size)
    return ClosingStream(
        _exactly(vault.stream(ticket.key, part.start, part.end), part.size),
        status_code=206 if span else 200,
        headers=headers,
        media_type=ticket.kind,
    )


def _span(asked: FileRequest, etag: str, size: int) -> ByteRange | None:
    if asked.request.method != "GET" or (asked.if_range and asked.if_range != etag):
        return None
    try:
        return span_of(asked.range, size)
    except NotSatisfiable as error:
        detail = f"the file has {size} bytes, asked was {str(asked.range)[:80]}"
        headers = {"Content-Range": f"bytes */{size}", "Accept-Ranges": "bytes"}
        raise Problem(BAD_RANGE, detail, headers=headers) from error


async def _exactly(chunks: AsyncGenerator[bytes], size: int) -> AsyncGenerator[bytes]:
    # The length was promised: a file that ends early must break the connection, not look whole.
    async with aclosing(chunks):
        async for chunk in chunks:
            size -= len(chunk)
            yield chunk
    if size:
        raise OSError(f"the vault's file ended {size} bytes early")


def _matches(header: str, etag: str) -> bool:
    if header.strip() == "*":
        return True
    return etag in {part.strip().removeprefix("W/") for part in header.split(",")}


def disposition(name: str, *, attached: bool = False) -> str:
    """Return the Content-Disposition, with the name (RFC 6266; RFC 8187 for 한글)."""
    name = re.sub(r'[\x00-\x1f\x7f/\\:*?"<>|]+', " ", name).strip(" .") or "sian"
    plain = re.sub(r"[^A-Za-z0-9._ -]+", "", name).strip(" .")
    if plain != name:
        # For the few programs that know no UTF-8 here: "1.mp4" alone would say nothing.
        plain = f"sian {plain}".strip()
    how = "attachment" if attached else "inline"
    return f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
