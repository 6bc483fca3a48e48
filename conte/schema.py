"""The JSON Schema of a conte as stored and sent. `conte.manuscript`'s schema guides models."""

from typing import Any

from conte.brief import Brief
from conte.conte import Conte


def conte_schema(brief: Brief | None = None) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a conte, closed (`additionalProperties: false`).

    With a brief the number of cuts it asks for is part of the schema. Rules that a schema cannot
    express (frames that sum, ids that exist) are checked by `Conte` itself.
    """
    schema = Conte.model_json_schema()
    if brief is not None and brief.cuts is not None:
        schema["properties"]["cuts"] |= {"minItems": brief.cuts, "maxItems": brief.cuts}
    return schema
