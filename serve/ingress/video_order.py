"""The body of POST /v1/videos: JSON or a form -> what is asked for, or the problem with it."""

import base64
import re
from typing import Annotated, Any

from fastapi import Request
from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, ValidationError

from conte.frozen import Frozen, Text
from conte.video import MAX_PROMPT, MAX_S, MAX_SIDE, MIN_SIDE
from serve.ingress.form import is_form, read_form
from serve.ingress.images import KEY
from serve.ingress.order import MAX_SEED, read_json
from serve.ingress.picture import MAX_BYTES
from serve.ingress.problems import invalid

MAX_BODY_BYTES = (64 << 10) + MAX_BYTES * 4 // 3
"""A picture in base64, and a prompt beside it."""

_SIZE = re.compile(r"([1-9][0-9]{0,4})x([1-9][0-9]{0,4})", re.ASCII)
_SIZES = f"WIDTHxHEIGHT, both even and from {MIN_SIDE} to {MAX_SIDE} pixels, such as 1280x720"
_DATA_URL = re.compile(r"data:image/(?:png|jpeg|jpg|webp);base64,", re.ASCII | re.IGNORECASE)


def _number(value: object) -> object:
    """OpenAI's API says `"8"` where it means 8, and in a form everything is text."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,10}", value, re.ASCII):
        return int(value)
    return value


def _length(value: object) -> object:
    number = _number(value)
    if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= MAX_S:
        raise ValueError(f'a whole number of seconds from 1 to {MAX_S}, such as "4"')
    return number


def _sized(size: str) -> str:
    sides_of(size)
    return size


def _picture_url(url: str) -> str:
    if _DATA_URL.match(url) is None:
        raise ValueError("a data: URL of a PNG, JPEG or WebP in base64; nothing is fetched")
    return url


def sides_of(size: str) -> tuple[int, int]:
    """Width and height in pixels. Raises ValueError."""
    found = _SIZE.fullmatch(size)
    sides = (int(found[1]), int(found[2])) if found else (0, 0)
    if any(side % 2 or not MIN_SIDE <= side <= MAX_SIDE for side in sides):
        raise ValueError(_SIZES)
    return sides


class PictureNamed(Frozen):
    """`input_reference` where it is no file: one of the two."""

    image_url: Annotated[str, AfterValidator(_picture_url)] | None = None
    file_id: Annotated[str, StringConstraints(pattern=KEY)] | None = None
    """`image` as POST /v1/images gave it."""

    @property
    def data(self) -> bytes | None:
        """The bytes in `image_url`. Raises ValueError."""
        if self.image_url is None:
            return None
        return base64.b64decode(self.image_url.partition(",")[2], validate=True)


class VideoAsked(Frozen):
    prompt: Annotated[Text, StringConstraints(min_length=1, max_length=MAX_PROMPT)]
    model: Annotated[str, StringConstraints(max_length=200)] | None = None
    seconds: Annotated[int, BeforeValidator(_length)] = 4
    size: Annotated[str, AfterValidator(_sized)] = "1280x720"
    seed: Annotated[int, BeforeValidator(_number), Field(ge=0, le=MAX_SEED)] | None = None
    """Chosen by the server where none is given. The same one gives the same video."""
    input_reference: PictureNamed | None = None


async def read_asked(request: Request) -> tuple[VideoAsked, bytes | None]:
    """What is asked for, and the picture that came with it.

    Raises:
        Problem: 400, 413 or 415, naming the field and what is wanted.
    """
    fields: dict[str, Any]
    files: dict[str, bytes] = {}
    if is_form(request):
        form = await read_form(request, MAX_BODY_BYTES)
        fields, files = _nested(form.fields), form.files
    else:
        fields = await read_json(request, MAX_BODY_BYTES)
    picture = files.pop("input_reference", None)
    # A file that is no field of ours is told of as any unknown field.
    fields |= {name: f"<{len(data)} bytes>" for name, data in files.items()}
    if picture is not None and "input_reference" in fields:
        raise invalid([_refused("a file, or the name of one, not both", None)])
    try:
        asked = VideoAsked.model_validate(fields, strict=True)
    except ValidationError as error:
        raise invalid([_shown(e) for e in error.errors(include_url=False)], VideoAsked) from error
    named = asked.input_reference
    if named is None:
        return asked, picture
    if (named.image_url is None) == (named.file_id is None):
        raise invalid([_refused("either image_url or file_id", named.model_dump())])
    try:
        return asked, named.data
    except ValueError as error:
        raise invalid([_refused("image_url is no base64", None)]) from error


def _nested(fields: dict[str, str]) -> dict[str, Any]:
    """`input_reference[image_url]`, as OpenAI's client writes an object into a form."""
    plain: dict[str, Any] = {}
    named: dict[str, str] = {}
    for name, value in fields.items():
        inner = re.fullmatch(r"input_reference\[(\w+)\]", name, re.ASCII)
        if inner:
            named[inner[1]] = value
        else:
            plain[name] = value
    return plain | {"input_reference": named} if named else plain


def _shown(error: Any) -> dict[str, Any]:
    if error["loc"][:1] == ("input_reference",) and len(error["loc"]) == 1:
        wanted = "a file in a form, or an object with image_url or file_id"
        return {**error, "type": "value_error", "msg": wanted}
    return dict(error)


def _refused(wanted: str, got: object) -> dict[str, Any]:
    return {"type": "value_error", "loc": ("input_reference",), "msg": wanted, "input": got}


_PLAIN = {
    "prompt": {"type": "string", "minLength": 1, "maxLength": MAX_PROMPT},
    "model": {"type": "string", "description": "The last of those served, where none is given."},
    "seconds": {
        "anyOf": [
            {"type": "string", "pattern": "^([1-9]|[1-5][0-9]|60)$"},
            {"type": "integer", "minimum": 1, "maximum": MAX_S},
        ],
        "default": "4",
    },
    "size": {
        "type": "string",
        "pattern": "^[1-9][0-9]{2,3}x[1-9][0-9]{2,3}$",
        "default": "1280x720",
        "description": _SIZES,
        "examples": ["1280x720", "720x1280"],
    },
    "seed": {"type": "integer", "minimum": 0, "maximum": MAX_SEED},
}
_NAMED = {
    "type": "object",
    "additionalProperties": False,
    "minProperties": 1,
    "maxProperties": 1,
    "properties": {
        "image_url": {"type": "string", "description": "A data: URL; nothing is fetched."},
        "file_id": {"type": "string", "pattern": KEY},
    },
}


def _body(reference: dict[str, Any]) -> dict[str, Any]:
    return {
        "schema": {
            "type": "object",
            "required": ["prompt"],
            "additionalProperties": False,
            "properties": _PLAIN | {"input_reference": reference},
        }
    }


BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": _body(_NAMED),
            "multipart/form-data": _body({"type": "string", "format": "binary"}),
        },
    }
}
"""The body's OpenAPI."""
