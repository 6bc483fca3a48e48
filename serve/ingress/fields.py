"""Pydantic's errors -> field, what is wanted, what was got. No HTTP: the CLI uses it too."""

import difflib
import json
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from pydantic import BaseModel, Field

_MOST = 20
"""Most errors that are reported at once."""


class FieldError(BaseModel):
    """One field to correct."""

    field: str = Field(examples=["brief.product.name"])
    wanted: str = Field(examples=["required"])
    got: str | None = Field(default=None, examples=["null"])
    """The offending value as JSON, shortened; null if there was none."""


def field_errors(
    errors: Sequence[Mapping[str, Any]], model: type[BaseModel] | None = None, prefix: str = ""
) -> tuple[FieldError, ...]:
    """Convert a pydantic `ValidationError`'s `errors`. `model` lists the known field names."""
    return tuple(_field_error(error, model, prefix) for error in errors[:_MOST])


def dotted(location: Sequence[str | int], prefix: str = "") -> str:
    """`("brief", "must_show", 2)` -> `brief.must_show[2]`."""
    path = prefix
    for step in location:
        path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else step
    return path


def _field_error(
    error: Mapping[str, Any], model: type[BaseModel] | None, prefix: str
) -> FieldError:
    location = tuple(error["loc"])
    field = dotted(location, prefix)
    if error["type"] == "missing":
        return FieldError(field=field, wanted="required")
    if error["type"] == "extra_forbidden":
        wanted = _no_such_field(location, model)
    else:
        wanted = _wanted(error)
    given = error.get("input")
    # Fields that contradict each other: the message names them, and the whole object is left out.
    together = error["type"] == "value_error" and isinstance(given, dict)
    return FieldError(field=field, wanted=wanted, got=None if together else shown(given))


def _wanted(error: Mapping[str, Any]) -> str:
    kind, limits = str(error["type"]), error.get("ctx", {})
    unit = "characters" if isinstance(error.get("input"), str) else "items"
    # Pydantic counts a text that is checked after stripping in "items", too.
    if kind.endswith("too_short"):
        return f"at least {limits['min_length']} {unit}"
    if kind.endswith("too_long"):
        return f"at most {limits['max_length']} {unit}"
    text = str(error["msg"])
    for opening in ("Value error, ", "Input should be "):
        text = text.removeprefix(opening)
    return text


def shown(value: Any, limit: int = 80) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _no_such_field(location: tuple[str | int, ...], model: type[BaseModel] | None) -> str:
    known = _known_fields(location[:-1], model)
    if not known:
        return "no such field"
    near = difflib.get_close_matches(str(location[-1]), known, n=1)
    if near:
        return f"no such field; did you mean {near[0]}?"
    return f"no such field; there are {', '.join(known)}"


def _known_fields(location: tuple[str | int, ...], model: type[BaseModel] | None) -> list[str]:
    for step in location:
        if model is None or not isinstance(step, str) or step not in model.model_fields:
            return []
        model = _model_in(model.model_fields[step].annotation)
    return list(model.model_fields) if model else []


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part))), None)
