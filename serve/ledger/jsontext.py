"""Values of the language <-> the JSON text that the tables keep."""

import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel


def text_of(value: BaseModel | Mapping[str, Any] | tuple[BaseModel, ...]) -> str:
    """JSON text that every database takes.

    A lone surrogate, which a file name in an engine's error can carry, becomes "?": it could be
    written, but never be read again.
    """
    if isinstance(value, BaseModel):
        value = value.model_dump(mode="json")
    elif isinstance(value, tuple):
        return _dumped([item.model_dump(mode="json") for item in value])
    return _dumped(value)


def _dumped(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8", "replace").decode()


def data_of(text: str) -> dict[str, Any]:
    return json.loads(text)
