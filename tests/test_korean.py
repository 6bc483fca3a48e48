"""Korean as it is said: particles that fit any product's name, syllables of any text."""

import json
import re
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conte.hanja import reading
from conte.korean import (
    PAIRS,
    final_of,
    josa_errors,
    particle,
    read_number,
    syllables,
    with_particle,
)
from conte.loanword import say
from conte.phrases import says

TOPICS = re.findall(
    r"\S+",
    """
시안은 콜라는 쏘렌토는 하이트진로는 그립맥스는 참이슬은 신라면은 햇반은 박카스는 갤럭시는 물은 새우깡은
비타500은 2026은 7은 1은 2는 3은 4는 5는 6은 8은 9는 0은 10은 100은 1000은 10000은 1.5는
LG는 KT는 SKT는 CU는 GS25는 CJ는 BMW는 KFC는 MBC는 SUV는 AI는 PC는 TV는 DSLR은 CCL은 AM은 VPN은 USB는 5G는
iPhone은 KakaoTalk은 YouTube는 Netflix는 Starbucks는 Google은 Apple은 Facebook은 Instagram은 TikTok은
Nike는 NIKE는 Adidas는 Canon은 Sony는 Philips는 Chanel은 Samsung은 SAMSUNG은 Hyundai는 Kia는 Intel은 Disney는
book은 top은 net은 line은 care는 spring은 light는 white는 cake는 home은 file은 style은 table은 cup은 club은 lab은
bank는 smart는 fresh는 beach는 max는 ice는 milk는 cream은 soap은 boot는 robot은 market은 classic은 music은
AIR는 MAX는 SKY는 Café는 Nescafé는 Häagen-Dazs는 L'Oréal은 OpenAI는 ChatGPT는 AirPods은 eBay는
""",
)

PAGE = Path(__file__).parent.parent / "serve/studio/src/pure/particles.cases.json"


@pytest.mark.parametrize("case", json.loads(PAGE.read_text()), ids=lambda case: case["read"])
def test_the_page_s_particles_after_numbers_are_those_of_the_house(
    case: dict[str, Any],
) -> None:
    assert with_particle(str(case["n"]), case["pair"]) == case["read"]


@pytest.mark.parametrize("said", dict.fromkeys(TOPICS))
def test_a_name_takes_the_topic_particle_that_fits_how_it_is_said(said: str) -> None:
    name = said[:-1]
    assert with_particle(name, "은/는") == said


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("iPhone 17", "은"), ("갤럭시 S26", "은"), ("V8", "은"), ("콜라🥤", "는"), ("물💧", "은"),
        ("👨‍👩‍👧 가족👨‍👩‍👧", "은"), ("LG™", "는"), ("참이슬®", "은"), ("‘시안’", "은"), ("“콜라”", "는"),
        ("시안(SIAN)", "은"), ("콜라 (제로)", "는"), ("타이어!", "는"), ("맛있는 물...", "은"),
        ("콜라 ", "는"), ("5kg", "은"), ("500ml", "는"), ("500 mL", "는"), ("50%", "는"),
        ("36℃", "는"), ("A+", "는"), ("１００", "은"), ("ＬＧ", "는"), ("3cm", "는"), ("2L", "는"),
        ("1,000", "은"), ("5,900원", "은"), ("시안_", "은"), ("콜라~", "는"), ("☕", "는"), ("", "는"),
        (unicodedata.normalize("NFD", "시안"), "은"), (unicodedata.normalize("NFD", "콜라"), "는"),
    ],
)  # fmt: skip
def test_what_is_not_said_at_the_end_of_a_name_is_passed_over(name: str, wanted: str) -> None:
    assert particle(name, "은/는") == wanted


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("시안", "으로"), ("콜라", "로"), ("물", "로"), ("서울", "로"), ("V8", "로"), ("7", "로"),
        ("1", "로"), ("LG", "로"), ("URL", "로"), ("Apple", "로"), ("10", "으로"), ("3", "으로"),
        ("iPhone", "으로"), ("book", "으로"), ("CR", "로"),
    ],
)  # fmt: skip
def test_ro_stands_after_a_vowel_and_after_rieul(name: str, wanted: str) -> None:
    assert particle(name, "으로/로") == wanted


@pytest.mark.parametrize("pair", PAIRS)
def test_every_pair_has_its_form_after_a_consonant_and_after_a_vowel(pair: str) -> None:
    assert with_particle("시안", pair) == "시안" + pair.split("/")[0]
    assert with_particle("콜라", pair) == "콜라" + pair.split("/")[1]


@pytest.mark.parametrize(
    "pair",
    ["은/는", "이/가", "을/를", "과/와", "으로/로", "아/야", "이에요/예요", "이다/다", "이라/라", "이든/든"],
)  # fmt: skip
def test_the_pairs_that_writers_use_are_there(pair: str) -> None:
    assert pair in PAIRS


def test_a_pair_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(ValueError, match="there is no particle '는/은'; there is 은/는"):
        particle("콜라", "는/은")


@given(st.text(max_size=60))
def test_any_name_takes_one_of_the_two_forms(name: str) -> None:
    for pair in PAIRS:
        assert particle(name, pair) in pair.split("/")
    assert final_of(name) is None or 0 <= (final_of(name) or 0) < 28


@given(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3))
def test_a_syllable_s_final_is_the_one_unicode_gives_it(syllable: str) -> None:
    closed = len(unicodedata.normalize("NFD", syllable)) == 3
    assert (final_of(syllable) != 0) == closed
    assert particle(syllable, "을/를") == ("을" if closed else "를")


@pytest.mark.parametrize(
    ("digits", "said"),
    [
        ("0", "영"), ("7", "칠"), ("10", "십"), ("11", "십일"), ("30", "삼십"), ("100", "백"),
        ("110", "백십"), ("1000", "천"), ("2026", "이천이십육"), ("10000", "만"), ("11000", "만천"),
        ("20000", "이만"), ("110000", "십일만"), ("1000000", "백만"), ("100000000", "일억"),
        ("100010000", "일억일만"), ("1.5", "일점오"), ("0.05", "영점영오"), ("3.14", "삼점일사"),
        ("5,900", "오천구백"), ("007", "영영칠"), ("010", "영일영"),
    ],
)  # fmt: skip
def test_a_number_is_read_the_sino_korean_way(digits: str, said: str) -> None:
    assert read_number(digits) == said


@given(st.integers(min_value=0, max_value=10**30))
def test_any_number_can_be_read(number: int) -> None:
    assert read_number(str(number)) == read_number(f"{number:,}")
    assert all("가" <= syllable <= "힣" for syllable in read_number(str(number)))


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0), ("안녕하세요", 5), ("안녕, 하세요!", 5), ("30", 2), ("2026년", 6), ("1.5배", 4),
        ("5,900원", 5), ("50%", 5), ("5kg", 5), ("500ml", 6), ("500 ml", 6), ("3 cm", 5), ("2L", 3),
        ("5G", 2), ("5g", 3), ("LG", 2), ("BMW", 5), ("SUV", 5), ("W", 3), ("KT", 3), ("iPhone 17", 5),
        ("YouTube", 3), ("Netflix", 4), ("Galaxy", 3), ("top", 1), ("line", 2), ("cake", 3),
        ("smart", 3), ("Starbucks", 4), ("Nike", 3), ("콜라🥤", 2), ("🥤", 0), ("…!?", 0), ("１＋１", 5),
        ("갤럭시 S26", 8), ("₩5,000", 3), (unicodedata.normalize("NFD", "안녕"), 2),
    ],
)  # fmt: skip
def test_syllables_are_counted_as_they_are_said(text: str, count: int) -> None:
    assert syllables(text) == count


@given(st.text(alphabet="가나다라마바사", max_size=50), st.text(alphabet=" ,.!?…🥤‘’", max_size=10))
def test_marks_and_emoji_add_no_syllable(text: str, marks: str) -> None:
    assert syllables(text + marks) == len(text)


@given(st.text(max_size=80))
def test_any_text_can_be_counted(text: str) -> None:
    assert 0 <= syllables(text) <= 25 * len(text) + 25


@given(st.text(alphabet=st.characters(min_codepoint=65, max_codepoint=122, categories=["L"]),
               min_size=1, max_size=30))  # fmt: skip
def test_any_latin_word_can_be_said(word: str) -> None:
    said = say(word)
    assert 1 <= said.num_syllables <= 4 * len(word)
    assert 0 <= said.final < 28


def test_a_wrong_particle_after_a_name_is_found() -> None:
    assert josa_errors("콜라은 시원하다. 콜라를 마신다. 콜라이 좋다.", "콜라") == (
        "콜라은",
        "콜라이",
    )
    assert josa_errors("시안는 빠르다", "시안") == ("시안는",)
    assert josa_errors("V8으로 달린다", "V8") == ("V8으로",)
    assert josa_errors("“LG”을 산다", "LG") == ("LG”을",)


def test_right_particles_and_other_words_are_no_errors() -> None:
    assert josa_errors("콜라는 콜라가 콜라를 콜라와 콜라로 콜라예요", "콜라") == ()
    assert josa_errors("시안은 시안이 시안을 시안과 시안으로 시안이에요", "시안") == ()
    assert josa_errors("콜라이제 그만, 콜라 은빛 캔", "콜라") == ()


@pytest.mark.parametrize(
    "said",
    [
        "모카골드(스틱)는", "모카골드 (스틱)는", "모카골드（스틱）는", "모카골드[스틱]는", "모카골드【스틱】는",
        "모카골드(스틱(대))는", "모카골드(스틱)(대용량)는", "모카골드(100개입)는", "시안(콜라)은",
        "「모카골드(스틱)」는", "『시안』은", "시안®은", "콜라©는", "시안🥤은", "콜라❤️는", "콜라③은", "시안②는",
        "(주)한결은", "한결(주)은", "㈜한결은", "(콜라)는", "H&M은", "3M은", "C++는", "+82는", "+82(국가번호)는",
    ],
)  # fmt: skip
def test_a_particle_after_brackets_and_symbols_fits_the_word_before_them(said: str) -> None:
    name, form = said[:-1], said[-1]
    assert with_particle(name, "은/는") == said
    assert josa_errors(said, name) == ()
    wrong = name + ("은" if form == "는" else "는")
    assert josa_errors(wrong, name) == (wrong,)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("모카골드(스틱)는", "모카골드(스틱)은"), ("모카골드 (스틱)를", "모카골드 (스틱)을"),
        ("“모카골드”(스틱)가", "“모카골드”(스틱)이"), ("모카골드🥤와", "모카골드🥤과"),
    ],
)  # fmt: skip
def test_a_remark_between_a_name_and_its_particle_is_passed_over(right: str, wrong: str) -> None:
    assert josa_errors(right, "모카골드") == ()
    assert josa_errors(wrong, "모카골드") == (wrong.lstrip("“"),)


def test_a_word_inside_brackets_has_no_part_in_the_particle_after_them() -> None:
    assert josa_errors("모카골드(스틱)는 시원하다", "스틱") == ()
    assert josa_errors("모카골드 ③은 시원하다. 모카골드③은", "모카골드") == ()


@pytest.mark.parametrize(
    ("hanja", "said"),
    [
        ("紅蔘", "홍삼"), ("辛", "신"), ("健康機能食品", "건강기능식품"), ("大韓民國", "대한민국"),
        ("漢江", "한강"), ("伽詰", "가힐"), ("正官庄", "정관장"), ("冊", "책"), ("水", "수"), ("火", "화"),
        ("本家", "본가"), ("酒", "주"), ("茶", "다"), ("新", "신"), ("米", "미"), ("肉", "육"), ("特", "특"),
        ("鷄", "계"), ("藥", "약"), ("春夏秋冬", "춘하추동"), ("純金", "순김"), ("樂", "악"), ("\uf914", "악"),
        ("承諾", "승낙"), ("安寧", "안녕"),
    ],
)  # fmt: skip
def test_hanja_are_read_as_the_standard_lists_them(hanja: str, said: str) -> None:
    assert "".join(reading(character) for character in hanja) == said


def test_hanja_take_a_particle_and_a_time_as_they_are_read() -> None:
    assert with_particle("紅蔘", "은/는") == "紅蔘은"
    assert with_particle("茶", "을/를") == "茶를"
    assert with_particle("辛", "으로/로") == "辛으로"
    assert with_particle("시안水", "이/가") == "시안水가"
    assert josa_errors("紅蔘는 진하다. 辛라면은 맵다", "紅蔘") == ("紅蔘는",)
    assert syllables("辛라면, 紅蔘 2026") == syllables("신라면, 홍삼 2026")
    assert reading("가") == reading("A") == reading("ก") == ""


@pytest.mark.parametrize(
    ("text", "phrase", "found"),
    [
        ("국내최고의 맛", "최고", True), ("최 고의 맛", "최고", True), ("최.고", "최고", True),
        ("누군가 격하게", "가격", False), ("made for you", "ad", False), ("an AD here", "ad", True),
        ("국내최고", "국내 최고", True), ("buy  now", "Buy now", True), ("Pineapple", "apple", False),
        ("Apple을", "apple", True), ("시원한 콜라", "콜라🥤", True), ("불🔥이야", "🔥", True),
        ("물이야", "🔥", False), (unicodedata.normalize("NFD", "최고"), "최고", True), ("최고", "", False),
        ("업계 1 위", "1위", True), ("21위", "1위", False), ("업계 1위", "업계1위", True),
    ],
)  # fmt: skip
def test_a_phrase_is_found_as_a_reader_would(text: str, phrase: str, found: bool) -> None:
    assert says(text, phrase) is found
