"""Edits of the brief, by dotted path. Refuses fields that would make another film."""

from typing import Any

from pydantic import BaseModel

from conte.brief import Brief
from conte.revision.operations import EditBrief
from conte.revision.refusals import Conflict, Refused
from conte.revision.values import as_json, edited
from conte.revision.working import Working

A_FORMAT = ("duration_s", "aspect_ratio", "fps")
"""Fields that cannot be edited: another length or shape is a format of an approved version."""
FIXED = {
    **dict.fromkeys(A_FORMAT, "another one is another format of the version"),
    "cuts": "`add`, `remove`, `split` and `merge` change how many there are",
    "language": "a film in another language is another production",
}


def edit_brief(working: Working, op: EditBrief) -> Working:
    """Edit a field, which may be nested, such as `product.name` or `characters.0.description`."""
    name, *path = op.field.split(".")
    brief = working.brief
    if name in FIXED:
        raise Refused(
            "field", f"the brief's {name} stays {as_json(getattr(brief, name))}: {FIXED[name]}"
        )
    if name not in Brief.model_fields:
        known = ", ".join(field for field in Brief.model_fields if field not in FIXED)
        raise Refused("field", f"got {name}, wanted one of {known}")
    whole = getattr(brief, name)
    before = _with(whole, path, op.before, op.field)
    after = _with(whole, path, op.after, op.field)
    try:
        new = edited(brief, name, f"the brief's {op.field}", before, after)
    except Conflict as error:
        raise Conflict("before", error.what, op.before, as_json(_at(whole, path))) from None
    return working if new is brief else working.model_copy(update={"brief": new})


def _at(value: Any, path: list[str]) -> Any:
    for name in path:
        value = value[int(name)] if isinstance(value, tuple) else getattr(value, name)
    return value


def _with(value: Any, path: list[str], new: Any, field: str) -> Any:
    """Return the value as JSON, with `new` at the end of the path."""
    if not path:
        return new
    name, *rest = path
    if isinstance(value, BaseModel):
        if name not in type(value).model_fields:
            known = ", ".join(type(value).model_fields)
            raise Refused("field", f"got {field}, wanted for its {name} one of {known}")
        return {**as_json(value), name: _with(getattr(value, name), rest, new, field)}
    if isinstance(value, tuple) and name.isdigit() and len(name) < 4:
        if int(name) >= len(value):
            raise Refused("field", f"got {field}, there are {len(value)}, counted from 0")
        place = int(name)
        items = [as_json(one) for one in value]
        items[place] = _with(value[place], rest, new, field)
        return items
    raise Refused("field", f"got {field}, there is nothing named {name} in it")
