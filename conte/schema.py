"""The JSON Schema of a conte as it is kept and sent. A model is guided by `conte.manuscript`'s."""

from typing import Any

from conte.brief import Brief
from conte.conte import Conte


def conte_schema(brief: Brief | None = None) -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of a conte, closed (`additionalProperties: false`).

    With a brief the number of cuts it asks for is part of the schema. What a schema cannot say
    (frames that sum, ids that exist) is checked by `Conte` itself.
    """
    schema = Conte.model_json_schema()
    if brief is not None and brief.cuts is not None:
        schema["properties"]["cuts"] |= {"minItems": brief.cuts, "maxItems": brief.cuts}
    return schema
