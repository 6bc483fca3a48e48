"""The schema that guides a model: made from the types, closed, bounded, and known to the guides."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import xgrammar
from jsonschema import Draft202012Validator
from llguidance import LLMatcher

from conte.brief import Brief, Product
from conte.conte import CastMember, Conte, Look, ProductEntry, Treatment
from conte.cut import Cut, DialogueLine
from conte.manuscript import (
    CAST_IDS,
    GIVEN_BY_PLACE,
    GIVEN_OF_A_CUT,
    PRODUCT_IDS,
    TEXTS,
    cut_schema,
    cuts_schema,
    manuscript_schema,
    product_first,
    treatment_schema,
)
from conte.vocabulary import Language
from tests.scripted_chat import a_cut_as_written, a_manuscript, an_opening
from tests.sound_conte import a_brief

SCHEMAS = {
    "conte": manuscript_schema(a_brief()),
    "treatment": treatment_schema(a_brief()),
    "cuts": cuts_schema(a_brief(), 5, ["product", "cast_1"]),
    "cut": cut_schema(a_brief(), ["product", "cast_1"]),
    "english conte": manuscript_schema(a_brief("en", duration_s=120)),
}
every_schema = pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS)


def parts_of(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for part in value.values():
            yield from parts_of(part)
    elif isinstance(value, list):
        for part in value:
            yield from parts_of(part)


def judge(schema: dict[str, Any]) -> Draft202012Validator:
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def test_it_accepts_a_conte_as_a_model_writes_it() -> None:
    judge(SCHEMAS["conte"]).validate(a_manuscript())
    judge(SCHEMAS["treatment"]).validate(an_opening())
    judge(SCHEMAS["cut"]).validate(a_cut_as_written(2))
    judge(SCHEMAS["cuts"]).validate({"cuts": [a_cut_as_written(2)] * 5})


def test_its_fields_are_the_types_fields_in_their_order() -> None:
    schema = SCHEMAS["conte"]
    written = [name for name in Treatment.model_fields if name not in GIVEN_BY_PLACE]
    assert list(schema["properties"]) == [*written, "pacing", "cuts"]
    cut = schema["$defs"]["Cut"]["properties"]
    assert list(cut) == [name for name in Cut.model_fields if name not in GIVEN_OF_A_CUT]
    for kind in (Look, CastMember, ProductEntry, DialogueLine):
        fields = [name for name in kind.model_fields if name not in GIVEN_BY_PLACE]
        assert list(schema["$defs"][kind.__name__]["properties"]) == fields


@every_schema
def test_every_object_is_closed_and_all_of_it_is_required(schema: dict[str, Any]) -> None:
    objects = [part for part in parts_of(schema) if part.get("type") == "object"]
    assert objects
    for part in objects:
        assert part["additionalProperties"] is False
        assert part["required"] == list(part["properties"])


@every_schema
def test_nothing_in_it_can_run_on_for_ever(schema: dict[str, Any]) -> None:
    for part in parts_of(schema):
        match part.get("type"):
            case "string":
                bounded = r"\{\d+(,\d+)?\}\)?\??\$$"
                assert (
                    "enum" in part
                    or re.search(bounded, part["pattern"])
                    or not re.search(r"[*+{.]", part["pattern"])
                )
            case "array":
                assert part["maxItems"] <= 8
            case "number" | "integer":
                assert part["enum"]
            case _:
                pass


@every_schema
def test_it_says_nothing_that_openais_strict_mode_or_vllm_refuse(schema: dict[str, Any]) -> None:
    # OpenAI, "Structured Outputs": supported schemas; vLLM 0.29: backend_xgrammar.
    words = {key for part in parts_of(schema) for key in part if not isinstance(part[key], dict)}
    known = {"type", "required", "additionalProperties", "enum", "pattern", "items", "minItems",
             "maxItems", "anyOf", "$ref"}  # fmt: skip
    assert words <= known
    assert schema["type"] == "object"
    assert sum(len(part.get("enum", ())) for part in parts_of(schema)) <= 1000


def test_no_bound_is_wider_than_the_type_it_is_of() -> None:
    for kind, texts in TEXTS.items():
        for name, bounds in texts.items():
            longest = kind.model_json_schema()["properties"][name]["maxLength"]
            assert max(bounds.ko, bounds.en) <= longest, f"{kind.__name__}.{name}"
    for kind in (Look, CastMember, ProductEntry, Treatment, Cut, DialogueLine):
        free = {
            name
            for name, part in kind.model_json_schema()["properties"].items()
            if part.get("type") == "string" and "maxLength" in part
        }
        assert free - set(GIVEN_OF_A_CUT) == set(TEXTS[kind])


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize(
    "text", ['"', "\\", "\n", "\x00", "\x7f", "\x85", "\u200b", "\u2028", "\u202e", "\ufeff", "\ufffd"]
)  # fmt: skip
def test_no_text_can_hold_a_character_that_breaks_json_or_deceives(
    language: Language, text: str
) -> None:
    for texts in TEXTS.values():
        for bounds in texts.values():
            pattern = bounds.pattern(language)
            sound = "a b" + "c" * bounds.least
            assert re.search(pattern, sound)
            assert not re.search(pattern, f"a{text}{sound}")
            assert not re.search(pattern, f" {sound}")
            assert not re.search(pattern, f"...{sound}")
            assert (re.search(pattern, "") is None) == bounds.needed


def test_a_prompt_for_the_video_model_is_english_whatever_the_language() -> None:
    prompt = SCHEMAS["conte"]["$defs"]["Cut"]["properties"]["video_prompt"]["pattern"]
    assert re.search(prompt, "a café at night, rain on the window pane") and not re.search(
        prompt, "밤의 카페" * 10
    )
    action = SCHEMAS["conte"]["$defs"]["Cut"]["properties"]["action"]["pattern"]
    assert re.search(action, "밤의 카페, 비가 온다") and not re.search(
        action, "夜的咖啡馆, 夜的咖啡馆"
    )


def test_the_briefs_own_characters_can_be_written() -> None:
    brief = Brief(product=Product(name="辛라면 🌶"), must_show=("é]^-\\",))
    caption = manuscript_schema(brief)["$defs"]["Cut"]["properties"]["caption"]["pattern"]
    assert re.search(caption, "辛라면 🌶") and not re.search(caption, "漢")
    assert not re.search(caption, "\\")


def test_the_briefs_count_of_cuts_is_the_pacings_and_the_cuts() -> None:
    for brief, least, most in (
        (a_brief(cuts=6), 6, 6),
        (a_brief(), 4, 8),
        (a_brief(duration_s=5), 4, 6),
    ):
        properties = manuscript_schema(brief)["properties"]
        for name in ("pacing", "cuts"):
            assert (properties[name]["minItems"], properties[name]["maxItems"]) == (least, most)


def test_ids_come_from_a_short_list_and_a_cut_alone_knows_the_very_ones() -> None:
    shows = SCHEMAS["conte"]["$defs"]["Cut"]["properties"]["shows"]
    assert shows["items"]["enum"] == [*PRODUCT_IDS, *CAST_IDS]
    assert SCHEMAS["cut"]["properties"]["shows"]["items"]["enum"] == ["product", "cast_1"]


# xgrammar: what vLLM guides with.


class Guide:
    """xgrammar over single characters and bytes, as vLLM compiles a schema."""

    def __init__(self) -> None:
        vocabulary = [chr(code) for code in range(32, 127)]
        vocabulary += [f"<0x{byte:02X}>" for byte in range(256)]
        vocabulary += ["가", "</s>"]
        tokens = xgrammar.TokenizerInfo(
            vocabulary,
            vocab_type=xgrammar.VocabType.BYTE_FALLBACK,
            stop_token_ids=[len(vocabulary) - 1],
        )
        self._compiler = xgrammar.GrammarCompiler(tokens, max_threads=1)

    def allows(self, schema: dict[str, Any], document: Any) -> bool:
        grammar = self._compiler.compile_json_schema(json.dumps(schema), any_whitespace=False)
        matcher = xgrammar.GrammarMatcher(grammar, terminate_without_stop_token=True)
        text = json.dumps(document, ensure_ascii=False)
        return matcher.accept_string(text) and matcher.is_completed()


GUIDE = Guide()


def test_xgrammar_guides_a_model_to_what_the_types_accept() -> None:
    assert GUIDE.allows(SCHEMAS["conte"], a_manuscript())
    assert GUIDE.allows(SCHEMAS["treatment"], an_opening())
    assert GUIDE.allows(SCHEMAS["cut"], a_cut_as_written(2))
    assert GUIDE.allows(SCHEMAS["cuts"], {"cuts": [a_cut_as_written(2)] * 5})


@every_schema
def test_xgrammar_compiles_every_schema(schema: dict[str, Any]) -> None:
    assert not GUIDE.allows(schema, {})


@every_schema
def test_llguidance_knows_every_word_of_it(schema: dict[str, Any]) -> None:
    grammar = LLMatcher.grammar_from_json_schema(json.dumps(schema))
    assert LLMatcher.validate_grammar(grammar) == ""


@pytest.mark.parametrize(
    "spoilt",
    [
        {"size": "XCU"},
        {"number": 1},
        {"shows": ["dog"]},
        {"caption": "가" * 25},
        {"caption": 'a"b'},
        {"caption": "a\nb"},
        {"video_prompt": "x" * 401},
        {"video_prompt": ""},
        {"video_prompt": "밤"},
        {"dialogue": [{"speaker": "가", "text": "가"}] * 3},
    ],
)
def test_xgrammar_refuses_what_the_schema_refuses(spoilt: dict[str, Any]) -> None:
    cut = a_cut_as_written(2, **spoilt)
    assert not GUIDE.allows(SCHEMAS["cut"], cut)
    assert not judge(SCHEMAS["cut"]).is_valid(cut)


@pytest.mark.parametrize("guided", ["treatment", "conte"])
def test_a_model_that_is_guided_here_cannot_leave_the_product_out_of_its_sheet(guided: str) -> None:
    schema = product_first(SCHEMAS[guided])
    written = an_opening() if guided == "treatment" else a_manuscript()
    product, person = written["sheet"][:2]
    judge(schema).validate(written)
    assert GUIDE.allows(schema, written)
    assert LLMatcher.validate_grammar(LLMatcher.grammar_from_json_schema(json.dumps(schema))) == ""
    for sheet in ([], [person], [person, product], [product | {"id": "product_2"}]):
        assert not GUIDE.allows(schema, written | {"sheet": sheet})
        assert not judge(schema).is_valid(written | {"sheet": sheet})
    assert GUIDE.allows(schema, written | {"sheet": [product]})
    assert GUIDE.allows(schema, written | {"sheet": [product, person, person]})


def test_what_has_no_sheet_is_guided_as_it_was() -> None:
    assert product_first(SCHEMAS["cut"]) == SCHEMAS["cut"]


def test_xgrammar_lets_a_text_be_as_long_as_its_bound() -> None:
    longest = {"caption": "가" * 24, "video_prompt": "x" * 400, "action": "가" * 160}
    assert GUIDE.allows(SCHEMAS["cut"], a_cut_as_written(2, **longest))


def test_whatever_a_manuscript_says_fits_into_the_types() -> None:
    longest = {
        "sheet": [
            {"kind": "product", "id": "product", "name": "가" * 60, "form": "tire",
             "description": "가" * 60, "prompt": "x" * 160},
        ],
        "title": "가" * 30,
    }  # fmt: skip
    opening = an_opening(**longest)
    judge(SCHEMAS["treatment"]).validate(opening)
    cut = a_cut_as_written(
        1, action="가" * 160, video_prompt="x" * 400, narration="가" * 60, shows=[]
    )
    judge(SCHEMAS["cut"]).validate(cut)
    treatment = {name: opening[name] for name in Treatment.model_fields if name in opening}
    cuts = [cut | {"number": number, "num_frames": 150} for number in range(1, 5)]
    assert Conte.model_validate({**treatment, "cuts": cuts})
