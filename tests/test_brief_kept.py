"""What the brief asks to be shown is shown, what it forbids is not said, and no text is drawn."""

from typing import Any

import pytest

from conte.checks.brief_kept import check_brief_kept, drawn_text
from conte.checks.finding import Finding
from conte.conte import Conte
from conte.cut import DialogueLine
from tests.sound_conte import a_brief, a_conte


def found(must_show: list[str], must_not_say: list[str], **cuts: Any) -> tuple[Finding, ...]:
    brief = a_brief(must_show=must_show, must_not_say=must_not_say)
    return check_brief_kept(a_conte(**cuts), brief)


@pytest.mark.parametrize("field", ["action", "place", "caption"])
def test_what_must_be_shown_may_stand_in_any_field_that_is_seen(field: str) -> None:
    assert found(["빗길 제동"], [], cut_4={field: "밤의 빗길  제동 장면"}) == ()


def test_what_must_be_shown_may_stand_in_the_prompt_in_any_case() -> None:
    assert found(["Rain"], [], cut_4={"video_prompt": "heavy rain on asphalt"}) == ()
    assert len(found(["rain"], [], cut_4={"video_prompt": "a long train"})) == 1


def test_what_must_be_shown_and_is_not_is_an_error() -> None:
    (finding,) = found(["고래"], [], cut_4={"narration": "고래"})
    assert (finding.check, finding.cut, finding.severity) == ("brief.must_show", None, "error")
    assert finding.message == "꼭 보여야 할 “고래”가 없습니다"
    (finding,) = found(["빗길 제동"], [])
    assert finding.message == "꼭 보여야 할 “빗길 제동”이 없습니다"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("narration", "국내 최고의 타이어"),
        ("caption", "최 고"),
        ("dialogue", (DialogueLine(speaker="운전자", text="최고!"),)),
    ],
)
def test_what_must_not_be_said_is_an_error_wherever_it_is_said(field: str, value: object) -> None:
    (finding,) = found([], ["최고"], cut_2={field: value})
    assert (finding.check, finding.cut, finding.severity) == ("brief.must_not_say", 2, "error")
    assert finding.field == field
    assert "“최고”" in finding.message


@pytest.mark.parametrize("field", ["title", "slogan"])
def test_what_must_not_be_said_is_not_in_the_title_or_the_slogan_either(field: str) -> None:
    conte = Conte.model_validate(a_conte().model_dump() | {field: "업계 1 위 타이어"})
    (finding,) = check_brief_kept(conte, a_brief(must_not_say=["1위"]))
    assert (finding.cut, finding.field) == (None, field)


def test_a_word_within_another_is_not_said() -> None:
    brief = a_brief("en", must_not_say=["ad"])
    assert check_brief_kept(a_conte("en", cut_1={"narration": "Made for roads."}), brief) == ()
    assert len(check_brief_kept(a_conte("en", cut_1={"narration": "An AD."}), brief)) == 1


def test_what_is_only_shown_is_not_said() -> None:
    assert found([], ["최고"], cut_2={"action": "최고 속도계"}) == ()


@pytest.mark.parametrize(
    ("prompt", "asked"),
    [
        ("a tyre with a logo on it", "logo"),
        ("big bold text over the road", "text"),
        ("Subtitles at the bottom", "Subtitles"),
        ('a neon sign saying "OPEN"', '"OPEN"'),
        ("a can, the word “cola” on it", "“cola”"),
        ("그립 맥스 tyre on a road", "그립"),
        ("no watermark. A caption below", "caption"),
    ],
)
def test_a_prompt_that_asks_for_text_in_the_picture_is_found(prompt: str, asked: str) -> None:
    assert drawn_text(prompt) == asked
    (finding,) = found([], [], cut_3={"video_prompt": prompt})
    assert (finding.check, finding.cut, finding.severity) == ("brief.drawn_text", 3, "warning")
    assert finding.field == "video_prompt"


@pytest.mark.parametrize(
    "prompt",
    [
        "a wet road, no text, no letters, no logos",
        "a bottle without any lettering or logo",
        "a plain, text-free bottle",
        "a context of signal lights, entitled to swords",
        "a tyre's tread in the driver's light",
    ],
)
def test_a_prompt_that_asks_for_no_text_is_left_alone(prompt: str) -> None:
    assert drawn_text(prompt) == ""
