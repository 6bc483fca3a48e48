"""The OpenAPI document: FastAPI's, with the schemas that are answered or read by hand."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from serve.ingress.order import Order
from serve.ingress.problems import ProblemView
from serve.ingress.views import EventView

DESCRIPTION = """\
From a product brief to a storyboard (콘티) and a film. `POST /v1/productions` takes a brief and
answers at once; `GET /v1/productions/{id}/events` tells how it goes; the conte, the clips and the
film are found where the production's `links` say.

Every error is a problem document (RFC 9457), or where OpenAI's API is spoken (`/v1/videos`,
`/v1/images`, `/v1/models`, `/v1/chat`) an error as OpenAI's clients know it. Texts are UTF-8. Times
are UTC. Lengths of films are in frames, which always sum to `round(duration_s * fps)`.
"""

_BY_HAND: tuple[type[BaseModel], ...] = (EventView, Order, ProblemView)


def openapi_of(app: FastAPI, *, keys_wanted: bool) -> dict[str, Any]:
    document = get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        description=app.description,
        routes=app.routes,
    )
    _, shared = models_json_schema(
        [(model, "validation") for model in _BY_HAND],
        ref_template="#/components/schemas/{model}",
    )
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for name, schema in shared["$defs"].items():
        schemas.setdefault(name, schema)
    if not keys_wanted:
        # No key is asked for where the settings name none: the document says what is so.
        components.pop("securitySchemes", None)
        for operations in document["paths"].values():
            for operation in operations.values():
                operation.pop("security", None)
                operation["responses"].pop("401", None)
    return document
