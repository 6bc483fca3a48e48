"""Manuscript: a conte as a language model writes it, and the JSON Schema that guides it.

Derived from the types of a conte, with four differences: `pacing` (seconds per cut) comes right
before `cuts`, so that every cut's exact frames are known before the first is written; a cut has no
number and no frames, which follow from its position; ids come from a short list; and every text is
bounded, in length and in the characters it may use. Everything is required, in the types' order.

The schema uses only what xgrammar, llguidance and OpenAI's strict mode all support: no `oneOf`,
`const`, `default`, `uniqueItems` or `prefixItems`, and a text's length in its pattern (xgrammar
drops `maxLength` beside a `pattern`, and vLLM refuses the two together).
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from pydantic import BaseModel

from conte.brief import Brief
from conte.conte import CastMember, Look, ProductEntry, Treatment
from conte.cut import Cut, DialogueLine
from conte.frozen import Frozen
from conte.staging_written import staging_schema
from conte.timing import MIN_CUTS, most_cuts

PRODUCT_IDS = ("product", "product_2")
CAST_IDS = ("cast_1", "cast_2", "cast_3", "cast_4")
STRUCTURES = (
    "problem_solution", "slice_of_life", "demonstration", "testimonial", "before_after",
    "emotional_story", "metaphor", "product_hero",
)  # fmt: skip
"""Advertising structures that the prompt names, for a schema that must choose among them."""
GIVEN_BY_PLACE: tuple[str, ...] = (
    "number", "num_frames", "legal", "image",
    "seed", "start", "split_from", "take", "sounds", "locked", "built_on",
)  # fmt: skip
"""Fields that a manuscript leaves out: they come from the cut's position, the law, the brief or a
person.
"""
GIVEN_OF_A_CUT: tuple[str, ...] = (*GIVEN_BY_PLACE, "id")
"""Fields of a cut that a manuscript leaves out; its id, unlike a sheet entry's, is generated."""

_LETTERS = r"!#-\[\]-~À-ÿ–—‘’“”…·₩€℃™"
"""Allowed characters. No quotation mark, backslash or control character: JSON needs no escapes.

With accented letters, because xgrammar 0.2.8 cannot repeat a class of ASCII alone more than 128
times (`per_rule_fsm_hashes` check failed).
"""
_STARTS = "0-9A-Za-zÀ-ÿ‘“₩€"
"""Allowed first characters, so that a text is not just punctuation."""
_HANGUL = r"①-⑳㎎-㎥ㄱ-ㅣ가-힣"


class TextBounds(Frozen):
    """Limits on a text's length, in characters: in the brief's language, or in English."""

    ko: int
    en: int
    least: int = 1
    """Fewest characters; a shorter text says nothing, and an optional text is then empty."""
    needed: bool = True
    english: bool = False

    def most(self, language: str) -> int:
        return self.en if self.english or language == "en" else self.ko

    def pattern(self, language: str, more: str = "") -> str:
        """Return the regular expression of such a text. `more`: further allowed characters."""
        letters, starts = (_LETTERS, _STARTS)
        if not self.english:
            letters, starts = letters + more, starts + more
            if language == "ko":
                letters, starts = letters + _HANGUL, starts + _HANGUL
        text = f"[{starts}][ {letters}]{{{self.least - 1},{self.most(language) - 1}}}"
        return f"^{text}$" if self.needed else f"^({text})?$"


def _letters(language: str) -> str:
    return _LETTERS + _HANGUL if language == "ko" else _LETTERS


def _prompt(least: int, most: int) -> TextBounds:
    return TextBounds(ko=most, en=most, least=least, english=True)


TEXTS: Mapping[type[BaseModel], Mapping[str, TextBounds]] = {
    Treatment: {
        "title": TextBounds(ko=30, en=50, least=2),
        "structure": _prompt(3, 30),
        "concept": TextBounds(ko=120, en=240, least=10),
        "slogan": TextBounds(ko=24, en=60, least=2),
    },
    Look: {
        "style": TextBounds(ko=30, en=60, least=2),
        "lighting": TextBounds(ko=30, en=60, least=2),
        "lens": TextBounds(ko=30, en=60, least=2),
        "prompt": _prompt(20, 200),
    },
    CastMember: {
        "name": TextBounds(ko=12, en=24),
        "description": TextBounds(ko=60, en=120, least=2),
        "prompt": _prompt(20, 160),
    },
    ProductEntry: {
        "name": TextBounds(ko=60, en=60),
        "description": TextBounds(ko=60, en=120, least=2),
        "prompt": _prompt(20, 160),
    },
    Cut: {
        "place": TextBounds(ko=30, en=60, least=2),
        "action": TextBounds(ko=160, en=300, least=8),
        "narration": TextBounds(ko=60, en=140, needed=False),
        "sound_effect": TextBounds(ko=30, en=60, needed=False),
        "music": TextBounds(ko=30, en=60, needed=False),
        "caption": TextBounds(ko=24, en=48, needed=False),
        "video_prompt": _prompt(40, 400),
    },
    DialogueLine: {
        "speaker": TextBounds(ko=12, en=24),
        "text": TextBounds(ko=40, en=90),
    },
}
_MOST_ITEMS = {"dialogue": 2, "sheet": len(PRODUCT_IDS) + len(CAST_IDS), "shows": 4, "palette": 5}
_REFERENCE = re.compile(r'"#/\$defs/(\w+)"')
_OF_THE_TYPES_ALONE = ("title", "description", "default", "discriminator")


def manuscript_schema(brief: Brief) -> dict[str, Any]:
    """Return the schema of a whole conte: treatment, pacing, as many cuts as the brief allows."""
    least, most = (brief.cuts, brief.cuts) if brief.cuts else (MIN_CUTS, _most(brief))
    schema, definitions = _treatment(brief)
    schema["properties"]["cuts"] = _array({"$ref": "#/$defs/Cut"}, least, most)
    cut = _closed(Cut, brief, definitions, (*PRODUCT_IDS, *CAST_IDS))
    return _whole(schema, definitions | {"Cut": cut})


def treatment_schema(brief: Brief) -> dict[str, Any]:
    """Return the schema of the part before the first cut, including the pacing."""
    return _whole(*_treatment(brief))


def cuts_schema(brief: Brief, count: int, ids: Sequence[str]) -> dict[str, Any]:
    """Return the schema of exactly `count` cuts under `cuts`, which show only the sheet's `ids`."""
    definitions: dict[str, Any] = {}
    definitions["Cut"] = _closed(Cut, brief, definitions, ids)
    cuts = _array({"$ref": "#/$defs/Cut"}, count, count)
    return _whole(_object({"cuts": cuts}), definitions)


def cut_schema(brief: Brief, ids: Sequence[str]) -> dict[str, Any]:
    """Return the schema of one cut, which shows only the sheet's `ids`."""
    definitions: dict[str, Any] = {}
    return _whole(_closed(Cut, brief, definitions, ids), definitions)


def product_first(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema with the product first on its sheet, as the prompt requests.

    Uses `prefixItems`, which xgrammar and llguidance support and OpenAI's strict mode does not: for
    models that are guided here. An untrained model obeys only the schema.
    """
    sheet = schema.get("properties", {}).get("sheet")
    if sheet is None:
        return schema
    entry = schema["$defs"]["ProductEntry"]
    first = entry | {
        "properties": entry["properties"] | {"id": {"type": "string", "enum": [PRODUCT_IDS[0]]}}
    }
    sheet = sheet | {"prefixItems": [first], "minItems": max(1, sheet["minItems"])}
    return schema | {"properties": schema["properties"] | {"sheet": sheet}}


def another_structure(schema: dict[str, Any], known: Sequence[str]) -> dict[str, Any]:
    """Return the schema of a conte or a treatment with a structure other than the known ones.

    For a further direction of a brief: whatever the model writes, its structure differs.
    """
    left = [name for name in STRUCTURES if name not in known]
    if not left or "structure" not in schema["properties"]:
        return schema
    structure = {"type": "string", "enum": left}
    return schema | {"properties": schema["properties"] | {"structure": structure}}


def that_structure(schema: dict[str, Any], structure: str) -> dict[str, Any]:
    """Return the schema of a conte or a treatment with exactly this structure."""
    if "structure" not in schema["properties"] or not structure:
        return schema
    only = {"type": "string", "enum": [structure]}
    return schema | {"properties": schema["properties"] | {"structure": only}}


def _most(brief: Brief) -> int:
    return most_cuts(brief.duration_s, brief.fps)


def _treatment(brief: Brief) -> tuple[dict[str, Any], dict[str, Any]]:
    definitions: dict[str, Any] = {}
    schema = _closed(Treatment, brief, definitions)
    least, most = (brief.cuts, brief.cuts) if brief.cuts else (MIN_CUTS, _most(brief))
    # Half seconds, as in contes: a number without bounds could go on for ever.
    halves = range(2, max(6, int(brief.duration_s)) + 1)
    seconds = [half // 2 if half % 2 == 0 else half / 2 for half in halves]
    schema["properties"]["pacing"] = _array({"type": "number", "enum": seconds}, least, most)
    return schema, definitions


def _whole(schema: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    used = {name: definitions[name] for name in sorted(definitions)}
    return _object(schema["properties"]) | ({"$defs": used} if used else {})


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _array(items: dict[str, Any], least: int, most: int) -> dict[str, Any]:
    return {"type": "array", "items": items, "minItems": least, "maxItems": most}


@cache
def _schema_of(model: type[BaseModel]) -> str:
    """Return a type's own schema. As text, because each caller changes its copy."""
    return json.dumps(model.model_json_schema())


def _closed(
    model: type[BaseModel],
    brief: Brief,
    definitions: dict[str, Any],
    ids: Sequence[str] = (),
) -> dict[str, Any]:
    """Return the schema of a type in a manuscript; referenced types go into `definitions`."""
    made: dict[str, Any] = json.loads(_schema_of(model))
    parts = made.pop("$defs", {})
    more = _beyond(brief)
    for kind in (model, *TEXTS):
        if kind is model or kind.__name__ in parts:
            schema = made if kind is model else parts[kind.__name__]
            for name, bounds in TEXTS.get(kind, {}).items():
                pattern = bounds.pattern(brief.language, more)
                schema["properties"][name] = {"type": "string", "pattern": pattern}
    _name_ids(parts, "CastMember", CAST_IDS)
    _name_ids(parts, "ProductEntry", PRODUCT_IDS)
    for part in (made, *parts.values()):
        for name in GIVEN_BY_PLACE:
            part.get("properties", {}).pop(name, None)
    if model is Cut:
        made["properties"].pop("id")
    if "shows" in made["properties"]:
        made["properties"]["shows"]["items"] = {"type": "string", "enum": list(ids)}
    # A manuscript has a shorter form of staging than the type; see `conte.staging_written`.
    staging = made["properties"].pop("staging", None)
    definitions |= {name: _plain(parts[name]) for name in sorted(_referenced(made, parts))}
    plain = _plain(made)
    if staging is not None:
        products = [name for name in ids if name in PRODUCT_IDS]
        people = [name for name in ids if name not in products]
        plain["properties"]["staging"] = staging_schema(people, products)
        plain["required"] = list(plain["properties"])
    return plain


def _referenced(schema: Mapping[str, Any], parts: Mapping[str, Any]) -> set[str]:
    """Return the names of the types that the schema refers to, directly or through others."""
    found, left = set[str](), [schema]
    while left:
        for name in _REFERENCE.findall(json.dumps(left.pop())):
            if name not in found:
                found.add(name)
                left.append(parts[name])
    return found


def _name_ids(parts: dict[str, Any], entry: str, ids: Sequence[str]) -> None:
    if entry in parts:
        parts[entry]["properties"]["id"] = {"type": "string", "enum": list(ids)}


def _plain(schema: dict[str, Any], name: str = "") -> dict[str, Any]:
    """Return the schema in keywords that every guide supports, all properties required."""
    plain = {key: value for key, value in schema.items() if key not in _OF_THE_TYPES_ALONE}
    if "const" in plain:
        plain["enum"] = [plain.pop("const")]
    if "oneOf" in plain:
        plain["anyOf"] = [_plain(one) for one in plain.pop("oneOf")]
    if "items" in plain:
        plain["items"] = _plain(plain["items"])
        plain.setdefault("minItems", 0)
        plain["maxItems"] = min(plain["maxItems"], _MOST_ITEMS.get(name, plain["maxItems"]))
    if "properties" in plain:
        parts = plain["properties"].items()
        plain |= _object({name: _plain(part, name) for name, part in parts})
    return plain


def _beyond(brief: Brief) -> str:
    """Return further characters that the brief uses, for a class: 辛라면 can be named, é and emoji
    too.
    """
    known = re.compile(f'[ "\\\\{_letters(brief.language)}]')
    used = {c for text in _texts(brief.model_dump(mode="json")) for c in text}
    more = sorted(c for c in used if c.isprintable() and not c.isspace() and not known.match(c))
    return "".join(more[:64])


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, Sequence):
        for part in value:
            yield from _texts(part)
