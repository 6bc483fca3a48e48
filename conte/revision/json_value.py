"""Values of operations: JSON in one spelling, of limited depth."""

import math
import unicodedata
from typing import Annotated, Any, cast

from pydantic import AfterValidator, BaseModel

DEEPEST = 6
"""Deepest nesting of lists and objects; no field needs more than three levels."""
LARGEST = 2**53
"""Largest integer: larger ones are not read alike by all programs."""


def json_value(value: Any, depth: int = 0) -> Any:
    """Return the value in JSON's types, its texts in NFC.

    Raises:
        ValueError: if JSON has no such value, or it is too deep.
    """
    if depth > DEEPEST:
        raise ValueError(f"lists and objects {depth} deep, wanted at most {DEEPEST}")
    match value:
        case None | bool():
            return value
        case str():
            return _text(value)
        case int() if abs(value) <= LARGEST:
            return value
        case float() if math.isfinite(value):
            return value
        case list() | tuple():
            return [json_value(one, depth + 1) for one in cast(list[Any], value)]
        case dict():
            items = cast(dict[Any, Any], value).items()
            return {_text(str(name)): json_value(one, depth + 1) for name, one in items}
        case BaseModel():
            return json_value(value.model_dump(mode="json"), depth)
        case int() | float():
            raise ValueError(f"a finite number within {-LARGEST} and {LARGEST}")
        case _:
            raise ValueError(f"got {type(value).__name__}, wanted a JSON value")


def _text(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        code = ord(text[error.start])
        raise ValueError(
            f"character U+{code:04X} at {error.start} cannot be used in text"
        ) from None
    return unicodedata.normalize("NFC", str(text))


JsonValue = Annotated[Any, AfterValidator(json_value)]
