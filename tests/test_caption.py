"""A caption: what guides a model that writes one, and what must not be trained on."""

import json
from typing import Any, get_args

import jsonschema
import pytest
from pydantic import ValidationError

from conte.checks.clip_caption import caption_faults
from conte.clip_caption import ORDER, ClipCaption, caption_schema
from conte.vocabulary import CameraMove, Language, ShotSize
from deployments.engines.chat import ChatRequest, Message
from tests.guided_noise import GuidedNoise
from tests.written_captions import written_caption, written_in_english

LANGUAGES: tuple[Language, ...] = get_args(Language)
both_languages = pytest.mark.parametrize("language", LANGUAGES)


def a_caption(language: Language = "ko", **changes: Any) -> ClipCaption:
    written = written_caption(**changes) if language == "ko" else written_in_english(**changes)
    return ClipCaption.model_validate({**written, "language": language})


@both_languages
def test_the_schema_is_the_type_s_and_closed(language: Language) -> None:
    schema = caption_schema(language)
    assert set(ORDER) == ClipCaption.model_fields.keys() - {"language"}
    assert schema["required"] == list(ORDER) == list(schema["properties"])
    assert schema["additionalProperties"] is False
    words = [schema["properties"][name]["anyOf"][0]["enum"] for name in ("size", "move")]
    assert words == [list(ShotSize), list(CameraMove)]
    written = written_caption() if language == "ko" else written_in_english()
    jsonschema.validate(written, schema)
    jsonschema.validate(written | {"size": None, "move": None, "motion": ""}, schema)


@both_languages
def test_it_keeps_to_what_every_guide_knows(language: Language) -> None:
    text = json.dumps(caption_schema(language))
    for word in ("oneOf", "const", "default", "$ref", "maxLength", "title"):
        assert f'"{word}"' not in text


@pytest.mark.parametrize(
    "changes",
    [
        {"move": "pan"},
        {"size": "close"},
        {"short": ""},
        {"short": 'she said "no" to it'},
        {"long": "짧다"},
        {"long": "가\n" * 30},
        {"long": "가\x07나" * 10},
        {"subjects": ["a"] * 9},
        {"mood": "warm"},
    ],
)
def test_the_schema_refuses_what_no_caption_has(changes: dict[str, Any]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(written_caption(**changes), caption_schema("ko"))


@both_languages
async def test_whatever_the_schema_lets_a_model_write_is_a_caption(language: Language) -> None:
    noise = GuidedNoise()
    for seed in range(3):
        request = ChatRequest(
            (Message("user", "write"),), caption_schema(language), seed, 1.0, 1.0, 4000
        )
        text = "".join([piece async for piece in noise.stream(request)])
        assert ClipCaption.model_validate({**json.loads(text), "language": language})


@both_languages
def test_a_sound_caption_has_no_faults(language: Language) -> None:
    assert caption_faults(a_caption(language)) == ()


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"short": "자세한 것은 https://shop.example 에서 본다."}, "short has an address"),
        ({"short": "www.shop.co.kr 에서 신발을 산다."}, "short has an address"),
        ({"short": "<b>여자</b>가 커피를 마신다."}, "short has HTML"),
        ({"short": "여자가 커피를 마신다&nbsp;정말."}, "short has HTML"),
        ({"short": "여자가 커피를 마신다.<|im_end|>"}, "short has a model's own mark"),
        ({"short": "**여자**가 커피를 마신다."}, "short has Markdown"),
        ({"short": "여자가 {커피}를 마신다."}, "short has JSON"),
        ({"short": "여자가 \ufffd\ufffd를 마신다."}, "short has characters"),
        ({"short": "여자가 커피를\n마신다."}, "short has characters"),
        ({"style": "...!"}, "style says nothing"),
        ({"short": "죄송하지만 설명할 수 없습니다."}, "short speaks of itself"),
        ({"short": "As an AI 모델로서 볼 수 없습니다"}, "short speaks of itself"),
        ({"long": "여자가 커피를 마신다. " * 6}, "long says “여자가 커피를 마신다”"),
        ({"motion": "컵이 움직인다 위로. 손이 따라간다. 컵이 움직인다 위로."}, "motion says “컵이"),
        ({"short": "A woman drinks coffee at a table."}, "short is not in Korean"),
        ({"short": "一个女人在桌边喝咖啡 여자가 마신다."}, "short is not in Korean"),
        ({"subjects": ["a woman", "a mug"]}, "subjects is not in Korean"),
        ({"long": "여자가 커피를 마신다."}, "long is shorter than short"),
        ({"move": "pan_left"}, "long says 고정, move says 좌로 팬"),
    ],
)
def test_what_must_not_be_trained_on_is_a_fault(changes: dict[str, Any], fault: str) -> None:
    found = caption_faults(a_caption(**changes))
    assert any(one.startswith(fault) for one in found), found


def test_an_english_caption_with_hangul_in_it_is_not_english() -> None:
    faults = caption_faults(a_caption("en", short="한 여자가 커피를 마신다 by the window."))
    assert faults == ("short is not in English",)


def test_goods_and_terms_in_latin_letters_are_korean_all_the_same() -> None:
    short = "검은 SUV 한 대가 LED 가로등 아래 젖은 도로를 달린다."
    assert caption_faults(a_caption(short=short)) == ()


def test_control_characters_are_no_text_at_all() -> None:
    with pytest.raises(ValidationError, match=r"U\+0007"):
        a_caption(short="여자가\x07 커피를 마신다.")
