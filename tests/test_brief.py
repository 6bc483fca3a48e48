"""A brief needs a product's name and no more; what is wrong with one is said by its field."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from conte.brief import Brief
from conte.timing import most_cuts


def refusal(brief: dict[str, Any]) -> tuple[str, str]:
    """The place and the words of the one thing that is wrong."""
    with pytest.raises(ValidationError) as refused:
        Brief.model_validate(brief)
    errors = refused.value.errors()
    assert len(errors) == 1, errors
    return ".".join(str(part) for part in errors[0]["loc"]), errors[0]["msg"]


def test_a_product_s_name_is_enough() -> None:
    brief = Brief.model_validate({"product": {"name": "콜라"}})
    assert (brief.language, brief.duration_s, brief.aspect_ratio, brief.fps) == (
        "ko", 30, "16:9", 30
    )  # fmt: skip
    assert brief.cuts is None
    assert brief.num_frames == 900
    assert brief.product.category == ""


def test_a_brief_without_a_product_s_name_is_refused() -> None:
    assert refusal({"product": {}})[0] == "product.name"
    assert refusal({})[0] == "product"


@pytest.mark.parametrize("blank", ["", "   ", "\n", "\u200b", "\ufeff\u200d", "\u3000"])
def test_a_name_or_phrase_with_nothing_to_be_seen_is_refused(blank: str) -> None:
    assert refusal({"product": {"name": blank}})[0] == "product.name"
    assert refusal({"product": {"name": "콜라"}, "must_not_say": [blank]})[0] == "must_not_say.0"


def test_blanks_around_a_text_do_not_count() -> None:
    assert Brief.model_validate({"product": {"name": " 콜라 "}, "tone": "x" * 200 + "  "})


@pytest.mark.parametrize(
    ("given_brief", "field"),
    [
        ({"colour": "red"}, "colour"),
        ({"product": {"name": "콜라", "price": 1}}, "product.price"),
        ({"duration_s": 4.9}, "duration_s"),
        ({"duration_s": 121}, "duration_s"),
        ({"duration_s": float("nan")}, "duration_s"),
        ({"duration_s": float("inf")}, "duration_s"),
        ({"fps": 60}, "fps"),
        ({"fps": 29.97}, "fps"),
        ({"aspect_ratio": "21:9"}, "aspect_ratio"),
        ({"language": "ja"}, "language"),
        ({"cuts": 3}, "cuts"),
        ({"cuts": 9}, "cuts"),
        ({"cuts": 4.5}, "cuts"),
        ({"tone": "x" * 201}, "tone"),
        ({"product": {"name": "x" * 61}}, "product.name"),
        ({"product": {"name": "x", "description": "x" * 2001}}, "product.description"),
        ({"must_show": ["x"] * 11}, "must_show"),
        ({"must_not_say": ["ok", "x" * 81]}, "must_not_say.1"),
        ({"must_show": [""]}, "must_show.0"),
        ({"characters": [{"name": "민아"}, {"name": " "}]}, "characters.1.name"),
        ({"characters": [{"name": "민아", "image": "face.png"}]}, "characters.0.image"),
        ({"characters": [{"name": f"{n}"} for n in range(5)]}, "characters"),
        ({"characters": [{"name": "Mina"}, {"name": "mina"}]}, "characters"),
    ],
)
def test_what_is_wrong_is_named_by_its_field(given_brief: dict[str, Any], field: str) -> None:
    assert refusal({"product": {"name": "콜라"}} | given_brief)[0] == field


def test_more_cuts_than_fit_are_refused_naming_both_fields() -> None:
    _, said = refusal({"product": {"name": "콜라"}, "cuts": 8, "duration_s": 5})
    assert "cuts and duration_s: 8 cuts of at least 0.8 s do not fit into 5 s; at most 6 do" in said


@given(
    duration_s=st.floats(min_value=5, max_value=120),
    fps=st.sampled_from([24, 25, 30]),
    cuts=st.integers(min_value=4, max_value=8),
)
def test_a_brief_is_refused_exactly_where_its_cuts_cannot_last_0_8_s(
    duration_s: float, fps: int, cuts: int
) -> None:
    asked = {"product": {"name": "콜라"}, "duration_s": duration_s, "fps": fps, "cuts": cuts}
    if cuts <= most_cuts(duration_s, fps):
        assert Brief.model_validate(asked).num_frames == round(duration_s * fps)
    else:
        assert "cuts and duration_s" in refusal(asked)[1]


@pytest.mark.parametrize(
    "character",
    ["\x00", "\x07", "\t", "\r", "\x1b", "\x7f", "\x85", "\ud800", "\u202e", "\u2066"],
)
@pytest.mark.parametrize("field", ["advertiser", "audience", "tone"])
def test_characters_that_cannot_be_stored_or_that_hide_are_refused(
    field: str, character: str
) -> None:
    place, said = refusal({"product": {"name": "콜라"}, field: f"a{character}b"})
    assert place == field
    if not 0xD800 <= ord(character) <= 0xDFFF:
        assert f"U+{ord(character):04X} at 1" in said


@pytest.mark.parametrize("field", ["name", "category", "description"])
def test_a_product_s_texts_are_as_guarded(field: str) -> None:
    place, _ = refusal({"product": {"name": "콜라", field: "a\u202eb"}})
    assert place == f"product.{field}"


@pytest.mark.parametrize(
    "name", ["LG", "콜라🥤", "👨‍👩‍👧 가족", "Häagen-Dazs™", "7", "‘쏘렌토’", "가"]
)
def test_any_name_a_product_may_have_is_kept_as_it_is(name: str) -> None:
    assert Brief.model_validate({"product": {"name": f" {name} "}}).product.name == name


def test_lines_may_be_broken_in_a_description() -> None:
    brief = Brief.model_validate({"product": {"name": "콜라", "description": "하나\n둘"}})
    assert brief.product.description == "하나\n둘"


def test_the_product_s_own_name_cannot_be_forbidden() -> None:
    _, said = refusal({"product": {"name": "최고 콜라"}, "must_not_say": ["최고"]})
    assert "must_not_say and product.name" in said
    assert Brief.model_validate({"product": {"name": "Pineapple"}, "must_not_say": ["apple"]})


def test_a_brief_never_changes() -> None:
    brief = Brief.model_validate({"product": {"name": "콜라"}})
    with pytest.raises(ValidationError, match="frozen"):
        brief.tone = "밝게"  # pyright: ignore[reportAttributeAccessIssue]


def test_a_brief_survives_json() -> None:
    brief = Brief.model_validate({"product": {"name": "콜라🥤", "selling_points": ["시원함"]}})
    assert Brief.model_validate_json(brief.model_dump_json()) == brief


def test_line_ends_of_a_windows_browser_become_line_feeds() -> None:
    brief = Brief.model_validate({"product": {"name": "시안", "description": "첫 줄\r\n둘째 줄"}})
    assert brief.product.description == "첫 줄\n둘째 줄"
