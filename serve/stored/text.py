"""One value <-> its text, with its format and the release that wrote it."""

import json
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from pydantic import BaseModel
from pydantic_core import ValidationError

from serve.release import RELEASE
from serve.stored.formats import newest, upgraded
from serve.stored.lenient import lenient

_T = TypeVar("_T", bound=BaseModel)

# No field of a model begins with an underscore.
_FORMAT, _RELEASE = "_format", "_release"
_ITEMS = "items"


class Unreadable(ValueError):
    """This release cannot read a stored value; the message names its writer and the fault."""


def text_of(value: BaseModel | Mapping[str, Any] | tuple[BaseModel, ...], kind: str = "") -> str:
    """Return JSON text that every database accepts. `kind`: by default, the value's type.

    A lone surrogate, which a file name in an engine's error can contain, becomes "?": it could be
    written, but never read again.
    """
    if isinstance(value, BaseModel):
        kind, data = kind or type(value).__name__, value.model_dump(mode="json")
    elif isinstance(value, tuple):
        data = {_ITEMS: [item.model_dump(mode="json") for item in value]}
    else:
        data = dict(value)
    marked = {_FORMAT: newest(kind), _RELEASE: RELEASE, **data}
    text = json.dumps(marked, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8", "replace").decode()


def data_of(text: str | bytes, kind: str) -> dict[str, Any]:
    """Return the JSON object in the newest format, without format number and release.

    Raises:
        Unreadable: if this release cannot read it.
    """
    return _data_and_release(text, kind)[0]


def _data_and_release(text: str | bytes, kind: str) -> tuple[dict[str, Any], str]:
    data: Any = None
    try:
        data = json.loads(text)
        if isinstance(data, list):
            data = {_ITEMS: data}
        if not isinstance(data, dict):
            raise ValueError(f"got {str(text[:40])!r}, wanted a JSON object")
        found = cast(dict[str, Any], data)
        format_ = found.get(_FORMAT, 1)
        if not isinstance(format_, int):
            raise ValueError(f"got format {format_!r}, wanted a number")
        plain = {name: value for name, value in found.items() if name not in (_FORMAT, _RELEASE)}
        return upgraded(kind, plain, format_), _release_of(data)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        reason = str(error) or type(error).__name__
        raise _unreadable(kind, _release_of(data), reason) from error


def read(type_: type[_T], text: str | bytes) -> _T:
    """Read a value from its stored text.

    Raises:
        Unreadable: if this release cannot read it.
    """
    data, release = _data_and_release(text, type_.__name__)
    return value_of(type_, data, release)


def read_all(type_: type[_T], text: str | bytes, kind: str) -> tuple[_T, ...]:
    """Read several values that are stored together.

    Raises:
        Unreadable: if this release cannot read one.
    """
    data, release = _data_and_release(text, kind)
    items = data.get(_ITEMS)
    if not isinstance(items, list):
        raise _unreadable(kind, release, "wanted a list of items")
    return tuple(value_of(type_, item, release) for item in cast("list[Any]", items))


def value_of(type_: type[_T], data: Any, release: str = "") -> _T:
    """Return a value from parsed JSON, such as a part of an event's data.

    `release`: the release that wrote it, if known.

    Raises:
        Unreadable: if this release cannot read it.
    """
    try:
        return cast(_T, lenient(type_).validate_python(data))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        what = f"{place}: {first['msg']}" if place else first["msg"]
        raise _unreadable(type_.__name__, release, what) from error


def _release_of(data: Any) -> str:
    return str(cast(dict[str, Any], data).get(_RELEASE, "")) if isinstance(data, dict) else ""


def _unreadable(kind: str, release: str, reason: str) -> Unreadable:
    by = f", which Sian {release} wrote," if release else ""
    return Unreadable(f"{kind}{by} cannot be read by Sian {RELEASE}: {reason}")
