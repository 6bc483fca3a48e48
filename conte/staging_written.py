"""Staging as a language model writes it: one line per person, and "none" for empty fields.

It is short (at most 60 tokens), because it is written for every cut. `Staging` is what is stored.
"""

from collections.abc import Sequence
from typing import Any

from conte.conte import ProductEntry, SheetEntry
from conte.cut import Cut
from conte.staging import NONE, Acting, Staging, acting_pattern
from conte.staging_vocabulary import Motion, Prop, Spot, Weather

MOST_WRITTEN = 3
"""Largest number of people, and of props; more are a group, or too small to be seen."""


def staging_schema(people: Sequence[str], products: Sequence[str]) -> dict[str, Any]:
    """Return the JSON Schema of a written staging, in keywords that every guide supports; see
    `conte.manuscript`."""
    who = {"type": "string", "pattern": acting_pattern(people, products)}
    properties: dict[str, Any] = {
        "who": {"type": "array", "items": who, "minItems": 0, "maxItems": MOST_WRITTEN},
        "props": {
            "type": "array",
            "items": {"type": "string", "enum": [*Prop]},
            "minItems": 0,
            "maxItems": MOST_WRITTEN,
        },
    }
    for name, words in (("spot", Spot), ("weather", Weather), ("moves", Motion)):
        properties[name] = {"type": "string", "enum": [NONE, *words]}
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def written_staging(staging: Staging) -> dict[str, Any]:
    """Return the staging in the form in which a model writes it."""
    return {
        "who": [one.line for one in staging.who[:MOST_WRITTEN]],
        "props": [str(prop) for prop in staging.props[:MOST_WRITTEN]],
        "spot": staging.spot or NONE,
        "weather": staging.weather or NONE,
        "moves": staging.moves or NONE,
    }


def plain_staging(cut: Cut, sheet: Sequence[SheetEntry]) -> Staging:
    """Return a staging for a cut that was stored without one: the people whom it shows,
    standing."""
    products = {entry.id for entry in sheet if isinstance(entry, ProductEntry)}
    people = [entry for entry in cut.shows if entry not in products]
    return Staging(who=tuple(Acting(who=entry) for entry in people[:MOST_WRITTEN]))
