"""The change table's page: a client reads what changed, in print and without colour."""

import re
from typing import Any

import pytest

from conte.revision.change import ChangeTable
from conte.revision.changes import changes
from serve.ingress.change_page import change_page
from tests.three_rounds import ASKED_OF_FIRST, FIRST, FOURTH, SECOND, THIRD, edited, in_order


def page_of(table: ChangeTable, **more: Any) -> str:
    given: dict[str, Any] = {
        "product": "그립 맥스", "advertiser": "한빛타이어", "title": "젖은 길", "base": 1, "new": 2,
        "at": 1.9e9,
    }  # fmt: skip
    return change_page(table, **given | more)


def text_of(html: str) -> str:
    body = html[html.index("<body>") :]
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def test_the_head_says_what_for_whom_and_when() -> None:
    text = text_of(page_of(changes(FIRST, SECOND)))
    for part in (
        "수정대조표 콘티 1 → 콘티 2", "광고주 한빛타이어 제품 그립 맥스 제목 젖은 길",
        "작성일 2030-03-18", "컷 수 5", "수정 항목 8건 화면 3 · 문구 3 · 시간 2",
        "그대로인 컷 2개 3컷, 4컷",
    ):  # fmt: skip
        assert part in text
    assert "광고주" not in text_of(page_of(changes(FIRST, SECOND), advertiser=""))


def test_removed_words_are_struck_and_added_ones_underlined() -> None:
    html = page_of(changes(FIRST, SECOND))
    assert "멈춰야 할 <del>때가</del> 있습니다." in html
    assert "멈춰야 할 <ins>순간이</ins> 있습니다." in html
    assert re.search(r"^del \{[^}]*line-through", html, re.MULTILINE)
    assert re.search(r"^ins \{[^}]*underline", html, re.MULTILINE)


def test_a_long_paragraph_is_quoted_around_its_change() -> None:
    html = page_of(changes(FIRST, SECOND))
    assert "<del>은색 세단</del> 한 대가 천천히 들어온다. 와이퍼가 빗물을 걷어 내고, …" in html
    assert "바뀌지 않아 줄인 부분" in html


def test_reasons_stand_beside_their_changes() -> None:
    html = page_of(changes(FIRST, SECOND, ASKED_OF_FIRST))
    assert html.count('<td class="cause">끝 컷이 너무 짧습니다.</td>') == 2


def test_the_rows_of_a_cut_are_one_group_with_its_numbers() -> None:
    html = page_of(changes(SECOND, THIRD))
    heads = re.findall(r'<th class="cut" scope="rowgroup" rowspan="(\d)">(.*?)</th>', html)
    assert heads == [
        ("2", "공통"), ("1", "1"), ("1", "2<small>나눔</small>"), ("1", "4 → 3"), ("3", "3 → 5"),
    ]  # fmt: skip
    assert "2컷(현재 4컷), 5컷(현재 6컷)" in html


def test_what_is_for_makers_only_is_left_out_and_counted() -> None:
    table = changes(FIRST, SECOND)
    client, makers = page_of(table), page_of(table, internal=True)
    assert "compact SUV" not in client
    assert "영상 프롬프트 같은 제작용 항목 1건은 싣지 않았습니다." in client
    assert "compact" in makers and "싣지 않았습니다" not in makers


def test_a_page_with_nothing_but_what_is_for_makers_does_not_say_that_nothing_changed() -> None:
    html = page_of(changes(FIRST, edited(FIRST, c_grip={"video_prompt": "a tyre"})))
    assert "두 콘티는 같습니다" not in html and "<table" not in html
    assert "1건은 싣지 않았습니다" in html
    assert "두 콘티는 같습니다." in page_of(changes(FIRST, FIRST))


def test_colours_are_shown_as_colours() -> None:
    version = edited(FIRST, look={"palette": ("#000000", "#ffffff", "#f2aa4c")})
    html = page_of(changes(FIRST, version))
    assert html.count('<i style="background: #') == 6


def test_an_english_table_has_an_english_page() -> None:
    html = page_of(changes(THIRD, FOURTH, language="en"))
    assert '<html lang="en">' in html
    text = text_of(html)
    for part in ("Change table Conte 1 → Conte 2", "Cuts untouched 2 3 (now 2), 6 (now 5)",
                 "Cut merged order", "merged into cut 1", "Cut removed"):  # fmt: skip
        assert part in text
    assert not re.search(r"수정|삭제|추가|없음|사유|[0-9]컷|초\b", text)


@pytest.mark.parametrize("fonts", ["fonts", "/v1/fonts"])
def test_its_fonts_stand_where_the_caller_says(fonts: str) -> None:
    html = page_of(changes(FIRST, in_order(FIRST, *reversed(FIRST.conte.cuts))), fonts=fonts)
    assert re.findall(r"url\(([^)]*)/", html) == [fonts, fonts]
