"""Limits of a chat with a model of this cluster: bounded answers, pictures only within the request.

No addresses: a client could make the cluster fetch one (server-side request forgery), or read a
file of the machine.
"""

import base64
import binascii
import json
import re
from dataclasses import dataclass
from typing import Any

from serve.pictures.header import NoPicture, header_of, within_bounds

MAX_PIXELS = 16_000_000
_DATA = re.compile(r"data:image/(?:jpeg|png|webp);base64,")
_PICTURE_WANTED = (
    f"a JPEG, PNG or WebP picture of at most {MAX_PIXELS // 1_000_000} megapixels within the"
    " request, as data:image/jpeg;base64,..."
)
MAX_ANSWERS = 8
"""Limit of `n`: a chat takes one place in the engine, and each answer is a sequence there."""
MAX_SCHEMA_BYTES = 32 * 1024
"""Bytes. A conte's schema has 8 KB; a large one delays every guided request: 86 KB took 10 s."""
_WHOLE = ("n", "max_tokens", "max_completion_tokens", "min_tokens", "seed", "top_k", "top_logprobs")
_SCHEMAS = ("response_format", "structured_outputs", "tools")
_DECIDING = ("mm_processor_kwargs", "media_io_kwargs")
"""vLLM's fields that control how pictures are read, and so how much memory they take."""


@dataclass(frozen=True)
class Sees:
    """Pictures that a vision model accepts in one request."""

    max_pictures: int
    max_body_bytes: int


@dataclass(frozen=True)
class Refusal:
    """Why a request is refused. `param` is the field's path, in OpenAI's notation."""

    message: str
    param: str


def refused(body: dict[str, Any], sees: Sees | None) -> Refusal | None:
    """Return why a request is refused here; None: pass it on. The model checks everything else."""
    for name in _DECIDING:
        if body.get(name) is not None:
            return Refusal(f"{name}: is not taken here", name)
    if (no := _too_much(body)) is not None:
        return no
    messages = body.get("messages")
    pictures = 0
    for at, message in enumerate(messages if isinstance(messages, list) else []):
        content = message.get("content") if isinstance(message, dict) else None
        place = f"messages.{at}.content"
        if content is None or isinstance(content, str):
            continue
        if not isinstance(content, list):
            return _wrong(place, content, "text, or a list of parts")
        for part_at, part in enumerate(content):
            found = _part(part, f"{place}.{part_at}", sees)
            if isinstance(found, Refusal):
                return found
            pictures += found
    if sees is not None and pictures > sees.max_pictures:
        told = f"messages: got {pictures} pictures, wanted at most {sees.max_pictures}"
        return Refusal(told, "messages")
    return None


def _too_much(body: dict[str, Any]) -> Refusal | None:
    for name in _WHOLE:
        number = body.get(name)
        if number is not None and type(number) is not int:  # a bool is an int, too
            return _wrong(name, json.dumps(number)[:100], "a whole number")
    answers = body.get("n")
    if answers is not None and not 1 <= answers <= MAX_ANSWERS:
        return _wrong("n", answers, f"1 to {MAX_ANSWERS} answers")
    for name in _SCHEMAS:
        if (schema := body.get(name)) is not None:
            long = len(json.dumps(schema, ensure_ascii=False).encode(errors="replace"))
            if long > MAX_SCHEMA_BYTES:
                return _wrong(name, f"{long} bytes", f"at most {MAX_SCHEMA_BYTES}")
    return None


def _part(part: Any, place: str, sees: Sees | None) -> Refusal | int:
    """Return the number of pictures in a message part (0 or 1), or the refusal."""
    match part:
        case {"type": "text", "text": str()} if len(part) == 2:
            return 0
        case {"type": "refusal", "refusal": str()} if len(part) == 2:
            return 0
        case {"type": "image_url", "image_url": {"url": str(url), **more}} if len(part) == 2:
            if sees is None:
                return Refusal(f"{place}: this model sees no pictures", place)
            if more.keys() - {"detail"}:
                return _wrong(f"{place}.image_url", sorted(more), "url, and perhaps detail")
            return _picture(url, f"{place}.image_url.url")
        case _:
            kind = part.get("type") if isinstance(part, dict) else part
            wanted = "a part of type text" + (" or image_url" if sees else "")
            return _wrong(place, kind, f"{wanted}, with nothing else in it")


def _picture(url: str, place: str) -> Refusal | int:
    head = _DATA.match(url)
    if head is None:
        return _wrong(place, url[:40], _PICTURE_WANTED)
    try:
        found = within_bounds(header_of(base64.b64decode(url[head.end() :], validate=True)))
    except (binascii.Error, ValueError):
        return Refusal(f"{place}: its base64 is broken, wanted {_PICTURE_WANTED}", place)
    except NoPicture as error:
        return Refusal(f"{place}: {error.got}, wanted {_PICTURE_WANTED}", place)
    if found.width * found.height > MAX_PIXELS:
        return _wrong(place, f"{found.width}x{found.height} pixels", _PICTURE_WANTED)
    return 1


def _wrong(place: str, got: Any, wanted: str) -> Refusal:
    return Refusal(f"{place}: got {str(got)[:100]}, wanted {wanted}", place)
