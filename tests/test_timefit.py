"""What is said and read is held against its cut's time."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conte.brief import Brief
from conte.checks.finding import Finding
from conte.checks.timefit import (
    Rates,
    caption_width,
    check_timefit,
    fits_words_budget,
    reading_s,
    speaking_s,
    wrap_caption,
)
from conte.cut import DialogueLine
from tests.sound_conte import RATES, a_brief, a_conte

words = st.text(alphabet="가나다라abc1🥤", min_size=1, max_size=12)


def found(
    brief: Brief | None = None, rates: Rates = RATES, **changes: dict[str, object]
) -> Finding:
    brief = brief or a_brief()
    findings = check_timefit(a_conte(brief.language, **changes), brief, rates)
    assert len(findings) == 1, findings
    return findings[0]


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_sound_conte_has_no_findings(language: str) -> None:
    brief = a_brief(language)  # pyright: ignore[reportArgumentType]
    assert check_timefit(a_conte(brief.language), brief, RATES) == ()


def test_korean_is_timed_by_its_syllables_and_breaths() -> None:
    assert speaking_s("가" * 11, "ko", RATES) == pytest.approx(2)
    assert speaking_s("가" * 5 + ", " + "나" * 6 + ".", "ko", RATES) == pytest.approx(2.25)
    assert speaking_s("", "ko", RATES) == speaking_s("  ", "ko", RATES) == 0


def test_english_is_timed_by_its_words_with_numbers_read() -> None:
    assert speaking_s("one two three four five", "en", RATES) == pytest.approx(2)
    assert speaking_s("it's a well-made one", "en", RATES) == pytest.approx(4 / 2.5)
    assert speaking_s("in 2026", "en", RATES) > speaking_s("in two", "en", RATES)


def test_the_rates_are_settings() -> None:
    slow = Rates(ko_syllables_per_s=2.75)
    assert speaking_s("가" * 11, "ko", slow) == pytest.approx(4)
    assert check_timefit(a_conte(), a_brief(), Rates(ko_syllables_per_s=2.4)) != ()


def test_a_budget_is_what_can_be_said() -> None:
    assert fits_words_budget(2, "ko", RATES) == pytest.approx(11)
    assert fits_words_budget(2, "en", RATES) == pytest.approx(5)
    assert speaking_s("가" * int(fits_words_budget(3.1, "ko", RATES)), "ko", RATES) <= 3.1


@given(st.lists(words, max_size=10), words)
def test_a_longer_text_never_takes_less_time(sentence: list[str], more: str) -> None:
    said = " ".join(sentence)
    for language in ("ko", "en"):
        longer = speaking_s(f"{said} {more}", language, RATES)
        assert longer >= speaking_s(said, language, RATES)


def test_narration_longer_than_its_cut_is_an_error_that_says_by_how_much() -> None:
    finding = found(cut_1={"narration": "가" * 27})
    assert (finding.check, finding.cut, finding.field) == ("timefit.said", 1, "narration")
    assert finding.severity == "error"
    assert "4.9초" in finding.message
    assert "4.0초" in finding.message
    assert finding.proposal == "19음절까지 줄이거나(지금 27음절) 컷을 44프레임 늘리세요"


def test_what_is_proposed_helps() -> None:
    assert check_timefit(a_conte(cut_1={"narration": "가" * 19}), a_brief(), RATES) == ()
    longer = a_conte(cut_1={"narration": "가" * 27, "num_frames": 120 + 44})
    assert check_timefit(longer, a_brief(), RATES) == ()


def test_narration_that_leaves_no_air_is_a_warning() -> None:
    assert found(cut_1={"narration": "가" * 21}).severity == "warning"


def test_dialogue_counts_as_narration_does() -> None:
    lines = (
        DialogueLine(speaker="운전자", text="가" * 15),
        DialogueLine(speaker="딸", text="가" * 12),
    )
    finding = found(cut_1={"narration": "", "dialogue": lines})
    assert (finding.field, finding.severity) == ("dialogue", "error")


def test_english_briefs_get_english_findings() -> None:
    finding = found(a_brief("en"), cut_1={"narration": "one two three four " * 3})
    assert finding.message == "takes 4.8 s to say, the cut lasts 4.0 s"
    assert finding.proposal == "cut it to 9 words (now 12), or give the cut 40 more frames"


@pytest.mark.parametrize(
    ("line", "width"),
    [
        ("", 0), ("가나다", 3), ("abc", 1.5), ("가 a1", 2.5), ("Ａ１", 2), ("🥤", 1), ("👨‍👩‍👧", 1),
        ("👍🏽", 1), ("❤️", 1), ("❤", 0.5), ("1️⃣", 1), ("é", 0.5), ("e\u0301", 0.5), ("\u1112\u1161\u11ab", 1), ("…", 0.5),
    ],
)  # fmt: skip
def test_full_width_is_one_and_the_rest_is_half(line: str, width: float) -> None:
    assert caption_width(line) == width


@given(st.lists(words, max_size=12), st.integers(min_value=4, max_value=20))
def test_a_wrapped_caption_keeps_every_word_and_no_line_is_too_wide(
    caption: list[str], line_width: int
) -> None:
    lines = wrap_caption(" ".join(caption), Rates(line_width=line_width))
    assert "".join("".join(lines).split()) == "".join(caption)
    assert all(0 < caption_width(line) <= line_width for line in lines)


@given(st.lists(st.text(alphabet="가나다", min_size=1, max_size=8), min_size=1, max_size=10))
def test_korean_breaks_between_eojeol_and_takes_no_more_lines_than_needed(
    caption: list[str],
) -> None:
    lines = wrap_caption(" ".join(caption), RATES)
    assert " ".join(lines).split() == caption
    filled, width = 1, 0.0
    for word in caption:
        wanted = caption_width(word) + (0.5 if width else 0)
        if width + wanted > RATES.line_width:
            filled, width, wanted = filled + 1, 0.0, caption_width(word)
        width += wanted
    assert len(lines) == filled


@pytest.mark.parametrize(
    ("caption", "lines"),
    [
        ("", ()), ("  ", ()), ("짧은 자막", ("짧은 자막",)),
        ("비 오는 밤에도 흔들림 없이 멈추는 타이어", ("비 오는 밤에도 흔들림", "없이 멈추는 타이어")),
        ("하나\n둘", ("하나", "둘")),
        ("가" * 20, ("가" * 16, "가" * 4)),
        ("Built to hold the road, in any weather", ("Built to hold the", "road, in any weather")),
    ],
)  # fmt: skip
def test_captions_are_set_in_even_lines(caption: str, lines: tuple[str, ...]) -> None:
    assert wrap_caption(caption, RATES) == lines


def test_a_joined_emoji_is_never_torn() -> None:
    family = "👨‍👩‍👧"
    assert wrap_caption("가" * 16 + family, RATES) == ("가" * 16, family)
    assert wrap_caption(family * 20, RATES) == (family * 16, family * 4)


def test_a_caption_of_three_lines_is_an_error() -> None:
    finding = found(cut_3={"caption": "아홉 글자 되는 자막 " * 5})
    assert (finding.check, finding.cut, finding.severity) == ("timefit.caption_size", 3, "error")
    assert re.search(r"자막이 [34]줄", finding.message)


def test_a_caption_needs_time_to_be_read() -> None:
    assert reading_s("가" * 24, RATES) == pytest.approx(2)
    assert reading_s("가", RATES) == RATES.min_caption_s
    assert reading_s(" ", RATES) == 0
    finding = found(
        cut_2={"num_frames": 30, "narration": "", "caption": "가" * 15 + " " + "나" * 15}
    )
    assert (finding.check, finding.cut) == ("timefit.caption_time", 2)
    assert finding.proposal == "12자까지 줄이세요"
