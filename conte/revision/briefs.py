"""Edits of the brief, by dotted path. Refuses fields that would make another film."""

from typing import Any

from pydantic import BaseModel

from conte.brief import Brief
from conte.revision.operations import EditBrief
from conte.revision.phrase import brief_field, phrase
from conte.revision.refusals import Conflict, Refused
from conte.revision.values import as_json, edited
from conte.revision.working import Working

A_FORMAT = ("duration_s", "aspect_ratio", "fps")
"""Fields that cannot be edited: another length or shape is a format of an approved version."""
FIXED = {
    **dict.fromkeys(A_FORMAT, "fixed_format"), "cuts": "fixed_cuts", "language": "fixed_language",
}  # fmt: skip
"""Fields that never change -> the phrase that says what to do instead."""


def edit_brief(working: Working, op: EditBrief) -> Working:
    """Edit a field, which may be nested, such as `product.name` or `characters.0.description`."""
    name, *path = op.field.split(".")
    brief = working.brief
    if name in FIXED:
        value, why = as_json(getattr(brief, name)), phrase(FIXED[name])
        raise Refused("field", "fixed", what=brief_field(name), value=value, why=why)
    if name not in Brief.model_fields:
        known = ", ".join(field for field in Brief.model_fields if field not in FIXED)
        raise Refused("field", "no_field", got=name, known=known)
    whole = getattr(brief, name)
    before = _with(whole, path, op.before, op.field)
    after = _with(whole, path, op.after, op.field)
    try:
        new = edited(brief, name, brief_field(op.field), before, after)
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
            raise Refused("field", "no_field_within", got=field, name=name, known=known)
        return {**as_json(value), name: _with(getattr(value, name), rest, new, field)}
    if isinstance(value, tuple) and name.isdigit() and len(name) < 4:
        if int(name) >= len(value):
            raise Refused("field", "no_item", got=field, count=len(value))
        place = int(name)
        items = [as_json(one) for one in value]
        items[place] = _with(value[place], rest, new, field)
        return items
    raise Refused("field", "nothing_named", got=field, name=name)
