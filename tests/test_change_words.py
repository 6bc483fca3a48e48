"""Two texts are compared by words; both can be read back from the runs."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conte.revision.words import Run, compare_words, shortened

texts = st.lists(st.sampled_from(["그립", "맥스가", "길을", "잡는다.", "the", " ", "\n", "  "]),
                 max_size=12).map(" ".join)  # fmt: skip


def marked(before: str, after: str) -> str:
    marks = {"kept": "{}", "removed": "-[{}]", "added": "+[{}]"}
    return "".join(marks[run.fate].format(run.text) for run in compare_words(before, after))


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        ("그립 맥스가 붙잡습니다.", "그립 맥스가 꽉 붙잡습니다.", "그립 맥스가 +[꽉 ]붙잡습니다."),
        ("제품을 크게 보여 준다.", "제품이 크게 보여 준다.", "-[제품을 ]+[제품이 ]크게 보여 준다."),
        ("집까지 안전하게.", "집까지 안전하게. 오늘도.", "집까지 안전하게.+[ 오늘도.]"),
        ("Safe, all the way home.", "Safe, all the way.", "Safe, all the -[way home.]+[way.]"),
        ("젖은 길\n위에서", "젖은 길 위에서", "젖은 길-[\n]+[ ]위에서"),
        ("비 오는 밤", "맑은 아침", "-[비 오는 밤]+[맑은 아침]"),
        ("그 차가 밤길을 달린다.", "그 아이는 웃으며 뛰어간다.",
         "-[그 차가 밤길을 달린다.]+[그 아이는 웃으며 뛰어간다.]"),
        ("", "새 자막", "+[새 자막]"),
        ("옛 자막", "", "-[옛 자막]"),
        ("같다", "같다", "같다"),
        ("", "", ""),
    ],
)  # fmt: skip
def test_words_are_kept_removed_and_added(before: str, after: str, wanted: str) -> None:
    assert marked(before, after) == wanted


def test_a_word_that_happens_to_stay_within_a_rewritten_sentence_is_not_picked_out() -> None:
    before = "운전자는 브레이크에 발을 올리고 그 앞을 살핀다. 차가 멈춘다. 문이 열린다."
    after = "아이는 창밖으로 손을 뻗어 그 빗방울을 만진다. 차가 멈춘다. 문이 열린다."
    assert marked(before, after) == (
        "-[운전자는 브레이크에 발을 올리고 그 앞을 살핀다. ]"
        "+[아이는 창밖으로 손을 뻗어 그 빗방울을 만진다. ]차가 멈춘다. 문이 열린다."
    )


@given(before=texts, after=texts)
@settings(max_examples=150, derandomize=True)
def test_both_texts_can_be_read_back_from_the_runs(before: str, after: str) -> None:
    runs = compare_words(before, after)
    assert "".join(run.text for run in runs if run.fate != "added") == before
    assert "".join(run.text for run in runs if run.fate != "removed") == after
    assert all(run.text for run in runs)
    assert all(one.fate != other.fate for one, other in pairwise(runs))


def test_a_text_of_a_thousand_letters_is_not_compared_letter_by_letter() -> None:
    before, after = " ".join("ab" * 500), " ".join("ba" * 500)
    assert [run.fate for run in compare_words(before, after)] == ["removed", "added"]


def test_a_long_text_shows_the_words_around_its_changes() -> None:
    before = " ".join(f"말{at}" for at in range(60))
    after = before.replace("말20", "새말").replace("말40", "다른말")
    kept = [run.text for run in shortened(compare_words(before, after), 3) if run.fate == "kept"]
    assert kept == ["… 말17 말18 말19 ", "말21 말22 말23 … 말37 말38 말39 ", "말41 말42 말43 …"]


def test_a_text_that_an_ellipsis_would_hardly_shorten_is_left_whole() -> None:
    runs = compare_words("하나 둘 셋 넷 다섯 여섯", "하나 둘 셋 넷 다섯 일곱")
    assert shortened(runs, 3) == runs
    assert shortened((Run(fate="kept", text="그대로"),)) == (Run(fate="kept", text="그대로"),)
