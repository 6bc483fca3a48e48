"""Values from JSON -> values of fields, or a refusal that says why."""

from functools import cache
from typing import Any, TypeVar, get_type_hints

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import to_jsonable_python

from conte.revision.phrase import Spoken
from conte.revision.refusals import Conflict, Refused
from conte.revision.value_reasons import reason_of

Model = TypeVar("Model", bound=BaseModel)


def edited(model: Model, field: str, what: Spoken, before: Any, after: Any) -> Model:
    """Return the model with `field` changed, and everything else unchanged.

    `what` names the field for people, such as `cut 3's caption`.

    Raises:
        Conflict: if the field is not `before`, in any spelling.
        Refused: if the field cannot be `after`.
    """
    expect(model, field, what, before)
    new = taken(model, field, what, after, "after")
    return model if new == getattr(model, field) else model.model_copy(update={field: new})


def expect(model: BaseModel, field: str, what: Spoken, before: Any) -> None:
    """Raise `Conflict` if the field is not `before`."""
    stands = as_json(getattr(model, field))
    # A value that was stored under other rules can be named as it stands.
    if before == stands:
        return
    if as_json(_alone(model, field, what, before, "before")) != stands:
        raise Conflict("before", what, before, stands)


def taken(model: BaseModel, field: str, what: Spoken, value: Any, said: str) -> Any:
    """Return the value as the field stores it: validated, in NFC, without surrounding blanks.

    `said`: the field of the operation that carries the value.

    Raises:
        Refused: if the field does not accept the value.
    """
    new = _alone(model, field, what, value, said)
    try:
        # Against the other fields, which are of their types already and not read again.
        type(model).model_validate({**dict(model), field: new})
    except ValidationError as error:
        for one in error.errors(include_url=False):
            # What another field was stored as, under other rules, is not this value's fault.
            if one["loc"][:1] in ((field,), ()):
                raise Refused(said, "not_taken", what=what, reason=reason_of(one)) from None
    return new


def as_json(value: Any) -> Any:
    return to_jsonable_python(value)


def _alone(model: BaseModel, field: str, what: Spoken, value: Any, said: str) -> Any:
    try:
        return _adapter(type(model), field).validate_python(value)
    except ValidationError as error:
        reason = reason_of(error.errors(include_url=False)[0])
        raise Refused(said, "not_taken", what=what, reason=reason) from None


@cache
def _adapter(model: type[BaseModel], field: str) -> TypeAdapter[Any]:
    return TypeAdapter(get_type_hints(model, include_extras=True)[field])
