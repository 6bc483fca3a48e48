"""Caption: a clip described in the terms of text-to-video training and of contes."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from conte.clip import EngineId
from conte.frozen import Frozen, Text
from conte.manuscript import TextBounds
from conte.vocabulary import CameraMove, Language, ShotSize

MAX_SUBJECTS = 8


class ClipCaption(Frozen):
    """One clip in one language; a field that nobody could tell is None or empty, never guessed."""

    language: Language
    short: Annotated[Text, StringConstraints(min_length=1, max_length=200)]
    """One sentence: who or what does what, where."""
    long: Annotated[Text, StringConstraints(min_length=1, max_length=1200)]
    """The same in full: subjects, action, place, light, colour, camera."""
    size: ShotSize | None = None
    move: CameraMove | None = None
    style: Annotated[Text, StringConstraints(max_length=200)] = ""
    subjects: Annotated[
        tuple[Annotated[Text, StringConstraints(min_length=1, max_length=80)], ...],
        Field(max_length=MAX_SUBJECTS),
    ] = ()
    motion: Annotated[Text, StringConstraints(max_length=300)] = ""
    """What moves in the picture, and how fast."""


class CaptionProvenance(Frozen):
    """Who said it: every engine in the order they worked, with their prompts' versions."""

    engines: tuple[EngineId, ...]
    prompt_versions: tuple[str | None, ...]
    """As many as engines; None where no prompt was used."""


BOUNDS: Mapping[str, TextBounds] = {
    "short": TextBounds(ko=100, en=200, least=8),
    "long": TextBounds(ko=500, en=1000, least=20),
    "style": TextBounds(ko=60, en=120, needed=False),
    "subjects": TextBounds(ko=30, en=60),
    "motion": TextBounds(ko=120, en=240, needed=False),
}
"""How long a model may write; within what the type takes."""

ORDER = ("subjects", "size", "move", "motion", "style", "long", "short")
"""Order for models: what it sees first, and the summary last."""


def caption_schema(language: Language) -> dict[str, Any]:
    """Return the JSON Schema that guides a model: all of a caption but its language.

    It uses only what every guide supports, as `conte.manuscript` says: closed, everything required,
    a text's length in its pattern, null for unknown.
    """
    made = ClipCaption.model_json_schema()
    properties: dict[str, Any] = {}
    for name in ORDER:
        text = (
            {"type": "string", "pattern": BOUNDS[name].pattern(language)} if name in BOUNDS else {}
        )
        match made["properties"][name]:
            case {"type": "array", "maxItems": most}:
                properties[name] = {"type": "array", "items": text, "minItems": 0, "maxItems": most}
            case {"anyOf": [{"$ref": reference}, null]}:
                words = made["$defs"][reference.rpartition("/")[2]]["enum"]
                properties[name] = {"anyOf": [{"type": "string", "enum": words}, null]}
            case _:
                properties[name] = text
    return {
        "type": "object",
        "properties": properties,
        "required": list(ORDER),
        "additionalProperties": False,
    }
