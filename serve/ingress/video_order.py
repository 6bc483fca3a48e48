"""The request of `/v1/videos` -> a VideoOrder, or a Problem. Knows no ledger."""

import re
import secrets
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    WithJsonSchema,
)

from conte.clip import Tier
from conte.frozen import seed_of
from conte.video import (
    MAX_RATIO,
    MAX_S,
    MAX_SIDE,
    MIN_SIDE,
    OrderedVideo,
    Prompt,
    VideoOrder,
    VideoState,
)
from serve.ingress.forms import Form
from serve.ingress.integers import TextInteger, of_digits
from serve.ingress.order import MAX_SEED, Seed
from serve.ingress.problems import BAD_FIELD, Problem, invalid
from serve.settings import Settings

REFERENCE = "input_reference"


Seconds = Annotated[
    TextInteger,
    Field(ge=1, le=MAX_S),
    # OpenAI's clients also send "4" in JSON.
    WithJsonSchema({"type": ["string", "integer"], "minimum": 1, "maximum": MAX_S}),
]
Size = Annotated[str, WithJsonSchema({"type": "string", "pattern": "^[0-9]{2,4}x[0-9]{2,4}$"})]


class VideoRequest(BaseModel):
    """Body of OpenAI's `videos.create`, and a seed."""

    model_config = ConfigDict(extra="forbid")

    prompt: Prompt
    model: str | None = None
    seconds: Seconds = 4
    size: Size = "1280x720"
    seed: Seed | None = None


class RemixRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    prompt: Prompt


def models_of(settings: Settings) -> dict[str, Tier]:
    """Return the tier of each enabled engine; the last one is the default."""
    found: dict[str, Tier] = {}
    if settings.draft.enabled:
        found[settings.draft.engine] = "draft"
    if settings.final.enabled:
        found.pop(settings.final.engine, None)
        found[settings.final.engine] = "final"
    return found


def asked_of(form: Form) -> VideoRequest:
    if REFERENCE in form.fields:
        detail = f"{REFERENCE}: send the picture itself, as a file of a multipart form"
        raise Problem(BAD_FIELD, detail, param=REFERENCE)
    if others := [name for name in form.files if name != REFERENCE]:
        detail = f"{others[0][:100]}: no such file; the picture to start from is {REFERENCE}"
        raise Problem(BAD_FIELD, detail, param=others[0][:100])
    fields = {k: v for k, v in form.fields.items() if v is not None}
    if not form.typed and "seed" in fields:
        fields["seed"] = of_digits(fields["seed"])
    try:
        return VideoRequest.model_validate(fields)
    except ValidationError as error:
        raise invalid(error.errors(include_url=False), VideoRequest) from error


def order_of(
    asked: VideoRequest, models: Mapping[str, Tier], tenant: str, key: str | None
) -> tuple[VideoOrder, Tier]:
    model = asked.model if asked.model is not None else list(models)[-1]
    if model not in models:
        raise _no_such_model(model, models)
    width, height = _size(asked.size)
    seed = asked.seed
    if seed is None:
        # A repeated request gets the same seed.
        seed = seed_of([tenant, key]) if key else secrets.randbelow(MAX_SEED)
    try:
        order = VideoOrder(
            prompt=asked.prompt,
            model=model,
            seconds=asked.seconds,
            width=width,
            height=height,
            seed=seed,
        )
    except ValidationError as error:
        raise invalid(error.errors(include_url=False), VideoRequest) from error
    return order, models[model]


def _no_such_model(model: str, models: Mapping[str, Tier]) -> Problem:
    detail = f"model: there is no {model[:100]!r}, there is {' and '.join(models)}"
    return Problem(BAD_FIELD, detail, param="model")


def _size(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"([0-9]{2,4})x([0-9]{2,4})", text, re.ASCII)
    sides = [int(side) for side in found.groups()] if found else []
    if not sides or any(side % 2 or not MIN_SIDE <= side <= MAX_SIDE for side in sides):
        detail = (
            f"size: got {text[:40]}, wanted WIDTHxHEIGHT in pixels, both even and {MIN_SIDE} to"
            f" {MAX_SIDE}, such as 1280x720"
        )
        raise Problem(BAD_FIELD, detail, param="size")
    if max(sides) > MAX_RATIO * min(sides):
        detail = f"size: got {text}, wanted the longer side at most {MAX_RATIO} times the shorter"
        raise Problem(BAD_FIELD, detail, param="size")
    return sides[0], sides[1]


def remixed(
    source: OrderedVideo, body: Mapping[str, Any], models: Mapping[str, Tier]
) -> VideoOrder:
    """Build the order of a completed video with another prompt.

    Raises:
        Problem: 400, naming what is wanted.
    """
    order = source.order
    if source.state is not VideoState.COMPLETED or order is None:
        raise Problem(BAD_FIELD, f"a remix is of a completed video, this one is {source.state}")
    if models.get(order.model) != source.tier:
        raise _no_such_model(order.model, models)
    try:
        changed = {"prompt": RemixRequest.model_validate(body).prompt, "remix_of": source.id}
        return VideoOrder.model_validate(order.model_dump() | changed)
    except ValidationError as error:
        raise invalid(error.errors(include_url=False), RemixRequest) from error


_FIELDS: dict[str, Any] = VideoRequest.model_json_schema()
_FILE = {REFERENCE: {"type": "string", "format": "binary"}}
BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": _FIELDS},
            "multipart/form-data": {
                "schema": _FIELDS | {"properties": _FIELDS["properties"] | _FILE}
            },
        },
    }
}
REMIX_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": RemixRequest.model_json_schema()}},
    }
}
