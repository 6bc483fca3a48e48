"""Kinds of goods: what a brief sells, by its own words, and the stories that hold for it."""

from random import Random

import pytest

from conte.brief import Brief
from conte.proportions import BODILESS, FRONTS
from conte.vocabulary import ProductForm
from deployments.engines.animatic.goods.by_form import drawing_name
from deployments.engines.composer.casting import child_ages, lead
from deployments.engines.composer.choosing import stories_for, suitable
from deployments.engines.composer.kinds import kind_of
from deployments.engines.composer.knowledge import form_of, industry_of
from deployments.engines.composer.library import industries, read_yaml
from deployments.engines.composer.mood import mood_of
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
    assert kind_of(a_brief("주민 서비스")) == "errand"
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


@pytest.mark.parametrize(
    ("category", "audience", "industry", "form"),
    [
        ("어린이 킥보드", "", "kids_ride", "kick_scooter"), ("킥보드", "7세 아이를 둔 부모", "kids_ride", "kick_scooter"),
        ("전동 킥보드", "직장인", "ride", "kick_scooter"), ("kids' balance bike", "", "kids_ride", "bicycle"),
        ("꽃집", "", "store", "florist"), ("안경점", "", "store", "optician"), ("편의점", "", "store", "convenience_store"),
        ("hardware store", "", "store", "hardware_store"), ("garden center", "", "store", "florist"),
        ("자동차 정비소", "", "garage", "garage"), ("tire shop", "", "garage", "garage"),
        ("코인 빨래방", "", "launderette", "launderette"), ("동네 빵집", "", "eatery", "bakery"), ("횟집", "", "eatery", "restaurant"),
        ("공공도서관", "", "reading", "library"), ("bookshop", "", "reading", "bookshop"), ("미용실", "", "salon", "salon"),
        ("태권도장", "초등학생 학부모", "kids_class", "gym"), ("피아노학원", "학부모", "kids_class", "shop"),
        ("전화영어", "취업준비생", "lessons", "service"), ("driving school", "", "lessons", "service"),
        ("반려견 미용", "", "pet_care", "service"), ("세금 환급 앱", "", "app", "app"), ("가계부 앱", "", "app", "app"),
        ("은행 앱", "", "bank", "service"), ("energy bar", "hikers", "bite", "food"), ("약과", "", "bite", "food"),
        ("honey", "", "bite", "jar"), ("전동드릴", "", "tool", "drill"), ("원목 책상", "", "furniture", "desk"),
        ("책장", "", "furniture", "bookcase"), ("여름 이불", "", "bed", "quilt"), ("베개", "", "bed", "pillow"),
        ("유자청", "", "bite", "jar"), ("면도기", "", "hand_device", "razor"),
    ],
)  # fmt: skip
def test_a_trade_is_told_by_its_own_stories_and_seen_as_itself(
    category: str, audience: str, industry: str, form: str
) -> None:
    brief = a_brief(category, audience=audience)
    assert industry_of(brief).id == industry
    assert form_of(brief, industry_of(brief)).value == form


def test_what_a_description_speaks_of_besides_is_not_the_product() -> None:
    brief = a_brief("inflatable kayak", "a kayak that fits in a backpack", language="en")
    assert form_of(brief, industry_of(brief)) is ProductForm.PACKAGE


@pytest.mark.parametrize(
    "category",
    ["헌혈 캠페인", "전기안전 콘센트 캠페인", "걷기 캠페인", "산불 예방 캠페인", "투표 독려 캠페인", "운전 중 휴대폰 캠페인",
     "꿀벌 지키기 캠페인", "플라스틱 분리배출 캠페인"],
)  # fmt: skip
def test_a_campaign_is_told_of_its_subject(category: str) -> None:
    brief = a_brief(category)
    told = stories_for(brief, industry_of(brief), "warm")
    said = f"{brief.product.name} {category}"
    assert any(word in said for word in told[0].about)
    assert all(not one.about or any(word in said for word in one.about) for one in told)


def test_a_story_is_not_told_of_a_name_that_begins_alike() -> None:
    brief = a_brief("hardware store", name="Cornerstone Hardware", language="en")
    assert "open_still" not in {one.id for one in stories_for(brief, industry_of(brief), "plain")}


@pytest.mark.parametrize(
    ("category", "description", "audience", "industry", "form"),
    [
        ("로봇 잔디깎이", "", "", "garden_machine", "robot_mower"), ("천체망원경", "", "", "optics", "telescope"),
        ("여객선", "", "", "voyage", "ship"), ("관광열차", "", "", "rail", "train"), ("산업용 밸브", "", "", "works", "package"),
        ("농업용 드론", "", "", "farm_machine", "package"), ("home EV charger", "", "", "charging", "package"),
        ("kayak rental", "", "", "hire", "service"), ("캠핑카 대여", "", "", "hire", "service"),
        ("정수기 렌탈", "", "", "managed", "water_purifier"), ("소방공무원 채용", "", "", "hiring", "service"),
        ("프랜차이즈 창업", "", "", "founding", "service"), ("결혼정보회사", "", "", "matchmaking", "service"),
        ("지자체 정책", "", "", "public_service", "service"), ("반려식물 구독", "", "", "plants", "service"),
        ("막걸리", "", "", "brew", "bottle"), ("그릭요거트", "", "", "dairy", "cup"), ("돌잔치", "", "", "ceremony", "service"),
        ("패러글라이딩", "", "", "adventure", "service"), ("뮤지컬", "", "", "show", "service"), ("물류 대행", "", "", "firms", "service"),
        ("수학 학원", "중등 수학 전문", "중학생 학부모", "kids_study", "service"), ("코딩 학원", "", "고3 수험생", "education", "service"),
        ("구강 스캐너", "치과용 3D 구강 스캐너", "치과 원장님", "works", "package"), ("세탁 수거 앱", "", "", "chores", "app"),
        ("mobile tailor", "A tailor who comes to your office", "", "errand", "service"),
        ("압전 소자", "공장에 납품하는 소자", "구매 담당자", "works", "package"), ("뭔지 모를 물건", "", "", "unknown", "package"),
    ],
)  # fmt: skip
def test_rarer_goods_and_services_are_told_by_stories_of_their_kind(
    category: str, description: str, audience: str, industry: str, form: str
) -> None:
    brief = a_brief(category, description, audience=audience)
    assert industry_of(brief).id == industry
    assert form_of(brief, industry_of(brief)).value == form


@pytest.mark.parametrize(
    "category", ["뭔지 모를 물건", "산업용 밸브", "여객선", "로봇 잔디깎이", "천체망원경"]
)
def test_what_no_hand_can_hold_or_nobody_knows_is_in_nobody_s_hand(category: str) -> None:
    brief = a_brief(category)
    for tone in ("유머", "담백한", "먹먹한"):
        told = stories_for(
            brief, industry_of(brief), mood_of(a_brief(category, tone=tone), industry_of(brief))
        )
        assert len(told) >= 2
        assert [story.id for story in told if story.is_in_hand] == []


def test_what_is_unknown_is_not_looked_at_closely() -> None:
    brief = a_brief("뭔지 모를 물건", duration_s=30)
    close = {"product_hero", "launch_teaser", "demonstration", "comparison"}
    assert not close & set(suitable(brief, industry_of(brief), "premium"))


def test_a_brief_that_speaks_of_no_child_gets_none() -> None:
    brief = a_brief("치아 교정", "투명 교정 전문 치과", audience="웃을 때 입을 가리는 직장인")
    told = stories_for(brief, industry_of(brief), "fresh")
    assert "child" not in {story.mate for story in told}


def test_a_pupil_and_the_retired_are_not_at_work() -> None:
    for category, description, audience in (
        ("스킨케어", "여드름을 가라앉히는 토너 패드", "여드름 고민인 10대"),
        ("관광열차", "", "친구끼리 떠나는 60대"),
    ):
        brief = a_brief(category, description, audience=audience)
        told = stories_for(brief, industry_of(brief), "cheerful")
        assert len(told) >= 2
        assert [story.id for story in told if story.is_at_work] == []


def test_the_old_travel_without_their_parents() -> None:
    brief = a_brief("관광열차", audience="친구끼리 떠나는 60대")
    mates = {story.mate for story in stories_for(brief, industry_of(brief), "tender")}
    assert not mates & {"child", "parent", "mother", "father"}


@pytest.mark.parametrize(
    ("audience", "ages"),
    [("중학생 학부모", {13, 14}), ("5살 아이를 둔 부모", {5}), ("초등 학부모", {8, 9, 10}), ("맞벌이 부부", {6, 7, 8})],
)  # fmt: skip
def test_a_child_is_as_old_as_the_brief_says(audience: str, ages: set[int]) -> None:
    assert set(child_ages(a_brief("학원", audience=audience))) == ages


def test_an_audience_s_age_is_the_lead_s_and_a_mother_s_story_has_a_mother() -> None:
    brief = a_brief("여행자보험", audience="해외여행 가는 20대")
    assert lead(brief, industry_of(brief).youngest, None, Random(1)).age == 24
    for seed in range(8):
        assert lead(brief, 30, None, Random(seed), "female").gender == "female"


def test_a_word_of_one_syllable_is_not_found_inside_another() -> None:
    brief = a_brief("가구 조립", "전문 기사가 방문 조립", audience="문의가 많은 신혼부부")
    assert "outside_own_door" not in {
        one.id for one in stories_for(brief, industry_of(brief), "plain")
    }
    assert (
        form_of(a_brief("", name="덴트스캔"), industry_of(a_brief("", name="덴트스캔")))
        is ProductForm.PACKAGE
    )


def test_a_teaser_is_made_of_what_is_new() -> None:
    old, new = (
        a_brief("립스틱", duration_s=15),
        a_brief("립스틱", "이번에 출시한 립스틱", duration_s=15),
    )
    makeup = industry_of(old)
    assert "launch_teaser" not in suitable(old, makeup, "premium")
    assert "launch_teaser" in suitable(new, makeup, "premium")


def test_clothes_that_must_be_shown_hang_indoors() -> None:
    assert _staged("방화복", a_brief("채용")).action == "한쪽에 방화복이 걸려 있다."
    assert _staged("행복", a_brief("채용")).action == "앞쪽에 행복이 놓인다."


def test_couples_see_no_film_of_a_mother_or_a_child() -> None:
    brief = a_brief("지역 관광 여행", audience="연인", tone="로맨틱", duration_s=30)
    travel = next(one for one in industries() if one.id == "travel")
    assert travel.heart is not None and travel.heart.mate in ("mother", "father", "child")
    assert "emotional_story" not in suitable(brief, travel, "tender")
    assert "emotional_story" in suitable(a_brief("여행", duration_s=30), travel, "tender")


def test_every_form_of_a_front_has_words_and_a_house_of_its_own() -> None:
    assert set(map(ProductForm, read_yaml("fronts.yaml"))) == FRONTS - {ProductForm.SHOP}
    assert FRONTS <= BODILESS
    assert len({drawing_name(form) for form in FRONTS}) == len(FRONTS)


@pytest.mark.parametrize(
    ("category", "description", "audience", "industry"),
    [
        ("유모차 모기장", "", "", "unknown"), ("전선관", "산업용 전선관", "전기공사 업체", "works"),
        ("친환경 페인트", "냄새 없는 벽 페인트", "", "fitted"), ("실내 그네", "거실 문틀에 못 없이 다는 실내 그네", "", "fitted"),
        ("피아노 운반", "", "", "errand"), ("벌초 대행", "", "", "errand"), ("데이터 복구", "", "", "brought"),
        ("우산 수리", "", "", "brought"), ("보일러 수리", "", "", "chores"), ("체스 동호회", "", "", "joining"),
        ("의용소방대원 모집", "", "", "joining"), ("재고관리 프로그램", "", "", "work"), ("알레르기 표시 홍보", "", "", "campaign"),
        ("족욕카페", "", "", "place"), ("디저트 카페", "", "", "eatery"), ("수조 청소", "", "", "errand"),
        ("수조 청소", "", "사무실에 수조를 둔 회사", "firms"), ("mattress cleaning", "", "", "errand"),
        ("무릎 쿠션", "무릎 사이에 끼우는 쿠션", "", "unknown"), ("쿠션", "커버력 좋은 쿠션", "", "makeup"),
        ("bicycle saddle", "", "", "unknown"), ("자세 교정 방석", "", "", "unknown"),
        ("물류용 파렛트", "", "수출 기업 물류 담당자", "works"), ("유품 정리", "", "부모님을 떠나보낸 자녀", "farewell"),
    ],
)  # fmt: skip
def test_a_trade_that_nobody_named_is_told_by_how_it_is_used(
    category: str, description: str, audience: str, industry: str
) -> None:
    brief = a_brief(category, description, audience=audience)
    assert industry_of(brief).id == industry


def test_a_product_s_name_does_not_say_what_it_is_where_a_category_does() -> None:
    assert industry_of(a_brief("연못 여과기", name="물빛정원")).id == "unknown"
    assert industry_of(a_brief("벌초 대행", name="뫼돌봄")).id == "errand"
    assert industry_of(a_brief("계절옷 보관", name="계절옷장")).id == "errand"


def test_what_is_done_to_a_thing_is_not_drawn_as_that_thing() -> None:
    for category, language in (("book restoration", "en"), ("bicycle saddle", "en")):
        brief = a_brief(category, language=language)
        form = form_of(brief, industry_of(brief))
        assert form in (ProductForm.SERVICE, ProductForm.PACKAGE), category


def test_what_nobody_has_named_has_five_stories_that_fit_any_brief() -> None:
    for kind in ("unknown", "fitted", "errand", "joining", "works"):
        told = next(one for one in industries() if one.id == kind).stories
        assert sum(not story.about for story in told) >= 5, kind
        assert [story.id for story in told if story.is_in_hand] == [], kind


def test_a_grave_is_not_laid_down_before_somebody() -> None:
    assert _staged("산소", a_brief("벌초 대행")).action == "뒤로 산소가 보인다."
