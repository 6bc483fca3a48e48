"""The OpenAPI document: FastAPI's, with schemas of bodies that no route declares."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import models_json_schema

from serve.ingress.briefs import BriefSentence
from serve.ingress.drafts import Changes
from serve.ingress.event_views import AnyEventView
from serve.ingress.feedback import Feedback
from serve.ingress.formats import FormatsOrder
from serve.ingress.ideas import IdeasOrder
from serve.ingress.openai_face import documented as openai_documented
from serve.ingress.openai_face import speaks_openai
from serve.ingress.order import Order
from serve.ingress.problems import ProblemView, documented
from serve.ingress.sessions import SessionOrder
from serve.ingress.takes import TakesWanted
from serve.ingress.versions import Seal

DESCRIPTION = """\
From a product brief to a storyboard (콘티) and a film. `POST /v1/productions` takes a brief and
answers at once; `GET /v1/productions/{id}/events` tells how it goes; the conte, the clips and the
film are found where the production's `links` say.

Every error is a problem document (RFC 9457), or where OpenAI's API is spoken (`/v1/videos`,
`/v1/images`, `/v1/models`, `/v1/chat`) an error as OpenAI's clients know it. Texts are UTF-8. Times
are UTC. Lengths of films are in frames, which always sum to `round(duration_s * fps)`.
"""

_BY_HAND: tuple[type[BaseModel], ...] = (
    Changes,
    Feedback,
    FormatsOrder,
    IdeasOrder,
    BriefSentence,
    Order,
    ProblemView,
    Seal,
    SessionOrder,
    TakesWanted,
)
_WRITES = {"post", "put", "patch", "delete"}


def openapi_of(app: FastAPI, *, keys_wanted: bool) -> dict[str, Any]:
    document = get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        description=app.description,
        routes=app.routes,
    )
    place = "#/components/schemas/{model}"
    _, shared = models_json_schema(
        [(model, "validation") for model in _BY_HAND], ref_template=place
    )
    event = TypeAdapter[Any](AnyEventView).json_schema(ref_template=place)
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for name, schema in (shared["$defs"] | event.pop("$defs")).items():
        schemas.setdefault(name, schema)
    schemas["EventView"] = event
    for path, operations in document["paths"].items():
        for method in _WRITES & operations.keys():
            operation = operations[method]
            if keys_wanted and "security" in operation:
                # With a session's cookie; here, as it is so for every route that changes something.
                says = openai_documented if speaks_openai(path) else documented
                operation["responses"].setdefault("403", says(403)[403])
    if not keys_wanted:
        # Without keys in the settings the document must not ask for one.
        components.pop("securitySchemes", None)
        for operations in document["paths"].values():
            for operation in operations.values():
                operation.pop("security", None)
                operation["responses"].pop("401", None)
    return document
