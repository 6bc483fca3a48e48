"""The JSON Schema that guides the answer to one item, and the check of answers against it.

The schema allows only permitted changes: cuts are chosen from the cited ones, fields from the
unlocked ones, and texts are bounded as in a manuscript. Another cut, a locked field or a message to
the reader cannot be expressed.
"""

import math
import re
from collections.abc import Mapping
from typing import Any

from conte.brief import Brief
from conte.cut import CutId
from conte.manuscript import cut_schema
from conte.revision.allowed import PROPOSABLE, cited
from conte.revision.feedback import FeedbackItem
from conte.revision.working import Working
from conte.timing import MIN_CUTS, min_cut_frames

VERDICTS = ("understood", "refused", "not_understood")
MOST_OPERATIONS = 8


def answer_schema(working: Working, item: FeedbackItem) -> dict[str, Any]:
    """Return the schema of the answer to an item."""
    cut = schema_of_cut(working)
    branches = operation_schemas(working, item, cut)
    operations: dict[str, Any] = {"type": "array", "minItems": 0, "maxItems": 0}
    if branches:
        operations |= {"maxItems": MOST_OPERATIONS, "items": {"anyOf": list(branches.values())}}
    else:
        operations["items"] = {"type": "string", "enum": [""]}
    schema = _object({"verdict": _one_of(VERDICTS), "operations": operations})
    return schema | ({"$defs": cut["$defs"]} if branches else {})


def operation_schemas(
    working: Working, item: FeedbackItem, cut: Mapping[str, Any] | None = None
) -> dict[str, dict[str, Any]]:
    """Return field or operation -> the schema of one such operation, without those not allowed.

    `cut`: the result of `schema_of_cut`, which takes a while to build.

    A move names the new place by number, and a retime only the length, so that neither has to name
    a cut that is not cited.
    """
    conte, brief = working.conte, working.brief
    within = cited(item, working)
    fields = (cut or schema_of_cut(working))["properties"]
    here = [cut for cut in conte.cuts if cut.id in within.cuts]
    made: dict[str, dict[str, Any]] = {}
    for name in PROPOSABLE:
        if name in fields and (ids := [cut.id for cut in here if name not in cut.locked]):
            made[name] = _object({
                "op": _one_of(("edit",)), "cut": _one_of(ids), "field": _one_of((name,)),
                "after": fields[name],
            })  # fmt: skip
    if ids := [cut.id for cut in here if "num_frames" not in cut.locked]:
        made["retime"] = _object({
            "op": _one_of(("retime",)), "cut": _one_of(ids),
            "seconds": {"type": "number", "enum": seconds_of(brief)},
        })  # fmt: skip
    if ids := [cut.id for cut in conte.cuts if cut.id in within.moves]:
        places = list(range(1, len(conte.cuts) + 1))
        made["move"] = _object({
            "op": _one_of(("move",)), "cut": _one_of(ids),
            "place": {"type": "integer", "enum": places},
        })  # fmt: skip
    removable: list[CutId] = [cut.id for cut in here if not cut.locked]
    if removable and len(conte.cuts) > MIN_CUTS:
        made["remove"] = _object({"op": _one_of(("remove",)), "cut": _one_of(removable)})
    return made


def schema_of_cut(working: Working) -> dict[str, Any]:
    """Return a manuscript's schema of a cut, with the fields that an edit may change and their
    types.
    """
    return cut_schema(working.brief, [entry.id for entry in working.conte.sheet])


def seconds_of(brief: Brief) -> list[float]:
    """Return the lengths that a cut may get, in half seconds, up to what the other cuts leave."""
    least = min_cut_frames(brief.fps) / brief.fps
    most = brief.duration_s - (MIN_CUTS - 1) * least
    halves = range(math.ceil(least * 2), max(math.ceil(least * 2), int(most * 2)) + 1)
    return [half / 2 for half in halves]


def conforms(value: Any, schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> bool:
    """Return whether a schema of this module allows the value.

    Checked here, because not every server holds its model to the schema while it writes.
    """
    if "$ref" in schema:
        return conforms(value, definitions[schema["$ref"].rpartition("/")[2]], definitions)
    if "anyOf" in schema:
        return any(conforms(value, one, definitions) for one in schema["anyOf"])
    if "enum" in schema:
        # 1 == True in Python, but not in JSON.
        return any(value == one and isinstance(value, bool) == isinstance(one, bool)
                   and isinstance(value, str) == isinstance(one, str)
                   for one in schema["enum"])  # fmt: skip
    match schema.get("type"):
        case "object":
            parts = schema["properties"]
            return (
                isinstance(value, dict)
                and value.keys() == parts.keys()
                and all(conforms(value[name], part, definitions) for name, part in parts.items())
            )
        case "array":
            return (
                isinstance(value, list)
                and schema["minItems"] <= len(value) <= schema["maxItems"]
                and all(conforms(one, schema["items"], definitions) for one in value)
            )
        case "string":
            return isinstance(value, str) and _matches(schema["pattern"], value)
        case "boolean":
            return isinstance(value, bool)
        case _:
            return False


def _matches(pattern: str, text: str) -> bool:
    # `$` would also match before a trailing newline.
    return "\n" not in text and re.search(pattern, text) is not None


def _one_of(values: Any) -> dict[str, Any]:
    return {"type": "string", "enum": list(values)}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
