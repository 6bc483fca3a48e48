"""Types for settings that are paths relative to `home`, in any part of the settings."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, TypeVar, cast, get_args

from pydantic import BaseModel, Field

_Model = TypeVar("_Model", bound=BaseModel)


@dataclass(frozen=True)
class UnderHome:
    """Marks a type as a path under `home`; no effect by itself."""


OptionalHomePath = Annotated[str, UnderHome()]
"""A path; a relative one is under `home`. Empty means no path and stays empty."""
HomePath = Annotated[str, Field(min_length=1), UnderHome()]


def at_home(settings: _Model, home: Path) -> _Model:
    """Return the settings with absolute paths, in nested parts too."""
    placed = {
        name: _placed(getattr(settings, name), field.annotation, field.metadata, home)
        for name, field in type(settings).model_fields.items()
    }
    return settings.model_copy(update=placed)


def _placed(value: Any, kind: Any, marks: Sequence[Any], home: Path) -> Any:
    if isinstance(value, str) and any(isinstance(mark, UnderHome) for mark in marks):
        return value and str(home / value)
    if isinstance(value, BaseModel):
        return at_home(value, home)
    if isinstance(value, dict) and (of := get_args(kind)):
        items, marks = cast(dict[Any, Any], value), getattr(of[-1], "__metadata__", ())
        return {key: _placed(item, of[-1], marks, home) for key, item in items.items()}
    return value
