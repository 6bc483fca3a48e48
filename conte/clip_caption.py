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
    """Description of one clip in one language; an unknown field is None or empty, never guessed."""

    language: Language
    short: Annotated[Text, StringConstraints(min_length=1, max_length=200)]
    """One sentence: who or what does what, where."""
    long: Annotated[Text, StringConstraints(min_length=1, max_length=1200)]
    """Full description: subjects, action, place, light, colour, camera."""
    size: ShotSize | None = None
    move: CameraMove | None = None
    style: Annotated[Text, StringConstraints(max_length=200)] = ""
    subjects: Annotated[
        tuple[Annotated[Text, StringConstraints(min_length=1, max_length=80)], ...],
        Field(max_length=MAX_SUBJECTS),
    ] = ()
    motion: Annotated[Text, StringConstraints(max_length=300)] = ""
    """Motion in the picture, and its speed."""


class CaptionProvenance(Frozen):
    """Origin of a caption: every engine in the order they worked, with their prompts' versions."""

    engines: tuple[EngineId, ...]
    prompt_versions: tuple[str | None, ...]
    """Version of each engine's prompt; None: the engine uses none."""


BOUNDS: Mapping[str, TextBounds] = {
    "short": TextBounds(ko=100, en=200, least=8),
    "long": TextBounds(ko=500, en=1000, least=20),
    "style": TextBounds(ko=60, en=120, needed=False),
    "subjects": TextBounds(ko=30, en=60),
    "motion": TextBounds(ko=120, en=240, needed=False),
}
"""Field -> length that a model may write, within the type's limits."""

ORDER = ("subjects", "size", "move", "motion", "style", "long", "short")
"""Order in which models write the fields: observations first, the summary last."""


def caption_schema(language: Language) -> dict[str, Any]:
    """Return the JSON Schema that guides a model: a caption without its language.

    Restricted to features that every guide supports, as `conte.manuscript` explains: closed, all
    fields required, a text's length in its pattern, null for unknown.
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
