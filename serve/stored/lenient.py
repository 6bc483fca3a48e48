"""Builds a type's validator without its rules: ignores unknown fields, limits and checks.

What remains is what code relies on: the fields, their types, and the words of a vocabulary.
"""

from functools import cache
from typing import Any, cast

from pydantic import TypeAdapter
from pydantic_core import CoreSchema, SchemaValidator

_LIMITS = frozenset(
    {
        "pattern", "strip_whitespace", "min_length", "max_length", "ge", "gt", "le", "lt",
        "multiple_of",
    }
)  # fmt: skip
_LIMITED = frozenset(
    {"str", "bytes", "int", "float", "decimal", "list", "tuple", "set", "frozenset", "dict"}
)
_VALUES = frozenset({"default", "expected", "members", "cls", "metadata", "serialization"})
"""Parts of a schema that are not schemas."""


@cache
def lenient(type_: Any) -> SchemaValidator:
    schema = cast(CoreSchema, _without_rules(TypeAdapter(type_).core_schema))
    # Prebuilt validators would apply the types' rules.
    return SchemaValidator(schema, _use_prebuilt=False)


def _without_rules(part: Any) -> Any:
    if isinstance(part, list | tuple):
        items = [_without_rules(item) for item in cast("list[Any]", part)]
        return items if isinstance(part, list) else tuple(items)
    if not isinstance(part, dict):
        return part
    schema = cast(dict[str, Any], part)
    kind = schema.get("type")
    if kind == "function-after":
        inner = _without_rules(schema["schema"])
        return inner | {"ref": schema["ref"]} if "ref" in schema else inner
    left_out = _LIMITS if kind in _LIMITED else frozenset[str]()
    found = {
        name: value if name in _VALUES else _without_rules(value)
        for name, value in schema.items()
        if name not in left_out
    }
    if kind == "model":
        found["config"] = {**schema.get("config", {}), "extra_fields_behavior": "ignore"}
    return found
