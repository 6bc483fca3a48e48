"""Kinds of goods: what a brief sells, by its own words, and the stories that hold for it."""

import pytest

from conte.brief import Brief
from conte.proportions import BODILESS
from conte.vocabulary import ProductForm
from deployments.engines.composer.choosing import stories_for
from deployments.engines.composer.kinds import kind_of
from deployments.engines.composer.knowledge import form_of, industry_of
from deployments.engines.composer.library import industries, read_yaml
from deployments.engines.composer.staging import _staged  # pyright: ignore[reportPrivateUsage]


def a_brief(category: str, description: str = "", name: str = "모음", **more: object) -> Brief:
    product = {"name": name, "category": category, "description": description}
    return Brief.model_validate({"product": product} | more)


@pytest.mark.parametrize(
    ("category", "description", "industry"),
    [
        ("웨딩홀", "", "wedding"), ("헬스장", "", "gym"), ("원룸 이사 서비스", "", "moving"),
        ("공공서비스", "밤 열 시까지 여는 동네 도서관", "reading"), ("수면 안대", "", "worn"),
        ("회사 도시락", "", "lunch"), ("e-bike", "", "ride"), ("홈캠", "", "guard"),
        ("electric toothbrush", "", "hand_device"), ("vegetable box", "", "produce"),
        ("lawn care service", "Lawn care booked in a minute", "chores"), ("국숫집", "", "eatery"),
        ("가사 청소 서비스", "", "chores"), ("방문 돌봄", "", "care"),
        ("반려동물 장례식장", "", "farewell"), ("pet funeral", "", "farewell"), ("시내 심야버스", "", "transit"),
        ("climbing gym", "A climbing gym where first-timers climb", "gym"), ("가습기", "", "home_device"),
        ("정장 대여", "", "lending"), ("산골 캠핑장", "", "campground"), ("선물세트", "", "gift"),
    ],
)  # fmt: skip
def test_a_brief_s_head_noun_says_what_it_sells(
    category: str, description: str, industry: str
) -> None:
    assert industry_of(a_brief(category, description)).id == industry


def test_a_weak_head_is_asked_last_and_never_of_a_sentence() -> None:
    assert kind_of(a_brief("서비스", "집을 치워 주는 청소 서비스")) == "chores"
    assert kind_of(a_brief("", "누구나 쓰는 서비스")) == ""
    assert kind_of(a_brief("주민 서비스")) == "advice"
    assert kind_of(a_brief("알 수 없는 것")) == ""


def test_a_place_named_after_its_dish_is_a_place() -> None:
    brief = a_brief("국숫집", "멸치를 우린 잔치국수집", name="담은국수")
    assert form_of(brief, industry_of(brief)) is ProductForm.RESTAURANT
    assert ProductForm.RESTAURANT in BODILESS


def test_every_kind_has_stories_of_its_own_and_none_is_told_twice() -> None:
    known = {industry.id: industry for industry in industries()}
    for kind in read_yaml("kinds.yaml"):
        stories = known[kind].stories
        assert len(stories) >= 4, kind
        assert len({story.id for story in stories}) == len(stories)
        assert all(story.thought for story in stories), kind


def test_who_lives_alone_gets_no_partner_and_no_child() -> None:
    for category in ("공기청정기", "세탁세제", "청소 서비스", "키즈카페"):
        for tone in ("유머", "따뜻한", "담백한"):
            brief = a_brief(category, "", audience="고양이 키우는 1인 가구", tone=tone)
            told = stories_for(brief, industry_of(brief), "cheerful")
            assert {story.mate for story in told} & {"partner", "child"} == set(), category


@pytest.mark.parametrize(
    ("phrase", "action"),
    [
        ("야외 예식장", "뒤로 야외 예식장이 펼쳐진다."),
        ("보자기 포장", "앞쪽에 보자기 포장이 놓인다."),
        ("웃는 아이", "곁에 웃는 아이가 있다."),
        ("우산", "앞쪽에 우산이 놓인다."),
    ],
)
def test_what_must_be_shown_is_said_as_a_picture(phrase: str, action: str) -> None:
    assert _staged(phrase, a_brief("웨딩홀")).action == action
