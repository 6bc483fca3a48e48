"""The product types' table is whole, real and honest; a brief's words find their type, or none."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from conte.bilingual import BilingualText
from conte.brief import Brief, Product
from conte.checks.timefit import Rates
from conte.product_types import ProductTypes
from conte.product_words import head_of, key_of
from crawl.videos.queries import of_product_types
from deployments.engines.composer.knowledge import industry_of
from deployments.engines.composer.library import industries, industry_of_type
from deployments.engines.composer.plan import make_plan
from deployments.knowledge.claims import claims_of
from deployments.knowledge.marked_yaml import KnowledgeError
from deployments.knowledge.product_types import (
    FOLDER,
    product_types,
    product_types_of,
    read_product_types,
)
from serve.settings import Settings

TABLE = product_types()


def found(category: str, name: str = "모음") -> str | None:
    kind = TABLE.match(Product(name=name, category=category))
    return kind.id if kind else None


def test_the_table_covers_what_consumers_buy() -> None:
    assert len(TABLE.types) >= 200
    divisions = {kind.industry[:2] for kind in TABLE.types}
    # Food, drinks, clothing, bags and shoes, chemicals, medicines, tyres, electronics, devices,
    # appliances, cars, furniture, toys and sports, hotels, restaurants, books and games, telecom,
    # banks, insurance, securities, real estate, education, hospitals, leisure, services.
    wanted = "10 11 12 13 14 15 20 21 22 26 27 28 30 32 33 51 55 56 58 61 64 65 66 68 75 85 86 91"
    assert set(wanted.split()) <= divisions


def test_every_type_is_labelled_and_every_row_says_where_it_comes_from() -> None:
    for kind in TABLE.types:
        assert TABLE.labelling(kind), kind.id
        assert kind.regimes, kind.id
        assert TABLE.source(kind.source).licence
        for standard in TABLE.labelling(kind):
            source = TABLE.source(standard.source)
            assert source.licence in ("law", "KOGL-1")
            assert source.date
            assert re.search("[가-힣]", standard.law.ko)


@pytest.mark.parametrize(
    ("category", "labelled", "not_labelled"),
    [
        ("휠체어", "device_label", "household_label"), ("보행보조기", "household_label", "device_label"),
        ("오토바이", "motorcycle_label", "household_label"), ("식기세척기 세제", "hygiene_label", "chemical_label"),
        ("폰케이스", "info_goods", "radio_label"), ("로또", "lottery_notice", "info_show"), ("PC방", "info_service", "info_show"),
        ("프로야구", "info_service", "sports_notice"), ("생수", "water_label", "processed_food"),
        ("젖병", "food_contact", "children_label"), ("유축기", "device_label", "children_label"), ("냉장고", "energy_label", "radio_label"),
        ("커피머신", "electric_label", "energy_label"), ("믹서기", "electric_label", "energy_label"), ("에어프라이어", "electric_label", "energy_label"),
        ("로봇청소기", "electric_label", "energy_label"), ("빔프로젝터", "electric_label", "energy_label"), ("노트북", "radio_label", "energy_label"),
        ("태블릿", "radio_label", "energy_label"), ("가스레인지", "household_label", "energy_label"), ("보일러", "energy_label", "radio_label"),
    ],
)  # fmt: skip
def test_a_type_is_labelled_by_its_own_law(category: str, labelled: str, not_labelled: str) -> None:
    kind = TABLE.match(Product(name="모음", category=category))
    assert kind is not None
    assert labelled in kind.standards
    assert not_labelled not in kind.standards


def test_what_was_not_downloaded_does_not_say_that_it_was() -> None:
    assert {source.basis for source in TABLE.sources} == {"written"}
    assert "제11차" in TABLE.classification


def test_every_name_is_said_in_both_languages() -> None:
    for kind in TABLE.types:
        assert re.search("[가-힣A-Z]", kind.name.ko), kind.id
        assert not re.search("[가-힣]", kind.name.en), kind.id


def test_every_word_of_the_table_finds_its_own_type() -> None:
    lost = {
        word: found(word) for kind in TABLE.types for word in kind.words if found(word) != kind.id
    }
    assert lost == {}


@pytest.mark.parametrize(
    ("category", "kind"),
    [
        ("타이어", "tire"), ("사계절 타이어", "tire"), ("타이어를", "tire"), ("겨울용 타이어", "winter_tire"),
        ("Ｔｉｒｅ", "tire"), ("tyre", "tire"), ("winter tyres", "winter_tire"),
        ("강아지 사료", "dog_food"), ("강아지사료", "dog_food"), ("dog food", "dog_food"),
        ("홍삼 젤리", "candy"), ("어린이 홍삼", "red_ginseng"), ("건강기능식품(홍삼)", "red_ginseng"),
        ("식품 > 라면", "ramen"), ("주류/맥주", "beer"), ("수제맥주", "beer"), ("무알코올 맥주", "nonalcoholic_beer"),
        ("적금 앱", "savings"), ("대출앱", "loan"), ("보험상품", "insurance"), ("배달 앱", "delivery_app"), ("앱", "app"),
        ("car insurance", "car_insurance"), ("자동차보험", "car_insurance"), ("자동차", "car"),
        ("shampoo for dogs", "shampoo"), ("insurance for cars", "insurance"), ("수분크림 50ml", "cream"), ("스마트폰 신제품 출시", "smartphone"),
        ("임플란트 전문 치과", "dental"), ("전기차 충전 앱", "ev_charging"), ("에스프레소 머신", "coffee_machine"),
    ],
)  # fmt: skip
def test_a_category_finds_the_type_of_its_head(category: str, kind: str) -> None:
    assert found(category) == kind


@pytest.mark.parametrize(
    "category",
    [
        "",
        "선물 세트",
        "중고차 매매",
        "우산꽂이",
        "건물 관리",
        "맥주 안주",
        "카드 단말기",
        "기타",
        "콘텐츠",
        "!!",
        "2.0",
        "앱 앱",
    ],
)
def test_no_match_is_no_match(category: str) -> None:
    assert found(category) in (None, "app")
    assert found(category) is None or category == "앱 앱"


def test_things_that_only_sound_like_a_type_are_not_one() -> None:
    assert found("맥주잔") == "tableware"
    assert found("앞치마") == "apron"


def test_the_name_tells_where_the_category_does_not() -> None:
    assert found("", name="콜라🥤 2.0") == "soda"
    assert found("선물 세트", name="정관 홍삼") == "red_ginseng"
    assert found("라면", name="한강 맥주") == "ramen"


@given(st.text(max_size=80))
def test_any_text_is_matched_without_trouble_and_always_alike(text: str) -> None:
    known = {key_of(word) for kind in TABLE.types for word in kind.words}
    key = head_of(text, known)
    assert key == head_of(text, known)
    assert key is None or key in known


def test_a_table_refers_to_nothing_it_does_not_have() -> None:
    whole = TABLE.model_dump()
    for field, name in (("standards", "nope"), ("industry", "999"), ("source", "nope")):
        spoilt = [dict(row) for row in whole["types"]]
        spoilt[0][field] = (name,) if field == "standards" else name
        with pytest.raises(ValidationError, match=name):
            ProductTypes.model_validate({**whole, "types": spoilt})


def test_a_word_that_means_two_types_is_refused() -> None:
    whole = TABLE.model_dump()
    spoilt = [dict(row) for row in whole["types"]]
    spoilt[1]["synonyms"] = (*spoilt[1]["synonyms"], spoilt[0]["name"]["ko"])
    with pytest.raises(ValidationError, match=f"{spoilt[0]['id']} and {spoilt[1]['id']}"):
        ProductTypes.model_validate({**whole, "types": spoilt})


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("        oats: 귀리차", ":9: 0.items.0.types.oats: wanted 'Korean, more | English, more'"),
        ("        Oats: 귀리차 | oat tea", ":9: 0.items.0.types.Oats.id: "),
        ("        tea: 귀리차 | oat tea\n        tea: 차 | tea", ":10: 'tea' stands there twice"),
        ("        oats: 귀리차 | oat tea\n      colour: red", ":10: 0.items.0.colour: there is no such field"),
    ],
)  # fmt: skip
def test_an_error_in_a_file_is_told_by_line_and_field(
    tmp_path: Path, line: str, wanted: str
) -> None:
    (tmp_path / "table.yaml").write_text((FOLDER / "table.yaml").read_text("utf-8"), "utf-8")
    head = [
        '- industry: "107"', "  name: 식품 | food", "  items:", "    - item: 다류 | tea",
        "      standards: processed_food", "      regimes: food", "      # 유형", "      types:",
    ]  # fmt: skip
    (tmp_path / "food.yaml").write_text("\n".join([*head, line]) + "\n", "utf-8")
    with pytest.raises(KnowledgeError) as error:
        read_product_types(tmp_path)
    assert str(tmp_path / "food.yaml") + wanted in str(error.value)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_type_leads_the_composer_to_an_industry_or_deliberately_to_none(
    language: str,
) -> None:
    meant = industry_of_type()
    assert set(meant) == {kind.id for kind in TABLE.types}
    assert set(meant.values()) <= {industry.id for industry in industries()}
    for kind in TABLE.types:
        name = kind.name.ko if language == "ko" else kind.name.en
        brief = Brief.model_validate({"product": {"name": "X1", "category": name}})
        led = industry_of(brief).id
        assert led != "anything" or meant[kind.id] == "anything", kind.id


def test_a_type_gives_an_industry_only_where_no_word_of_the_brief_does() -> None:
    def industry(category: str) -> str:
        return industry_of(
            Brief.model_validate({"product": {"name": "X1", "category": category}})
        ).id

    assert industry("막걸리") == industry("rice wine") == "brew"
    assert industry("포차") == "eatery"
    assert industry("전자레인지") == "cooking"
    assert (industry("우산꽂이"), industry("드론")) == ("unknown", "anything")


def test_a_table_that_was_extended_is_what_the_composer_and_the_claims_know_products_by(
    tmp_path: Path,
) -> None:
    known = next(kind for kind in TABLE.types if kind.id == "makgeolli")
    new = known.model_copy(
        update={"id": "new_drink", "name": BilingualText(ko="곱단주", en="Gopdan"), "synonyms": ()}
    )
    table = TABLE.model_copy(update={"types": (*TABLE.types, new)})
    (tmp_path / "table.json").write_text(table.model_dump_json(), "utf-8")
    settings = Settings(home=tmp_path, product_types="table.json").at_home()
    types = claims_of(settings.claims, settings.product_types).types
    brief = Brief.model_validate({"product": {"name": "X1", "category": "곱단주"}})
    assert types.match(brief.product) == new
    assert industry_of(brief).id == "unknown"
    # By its neighbours: the library has no lines for a type that it has never heard of.
    assert industry_of(brief, types).id == "beer"
    assert make_plan(brief, 1, Rates(), types).structure
    (query,) = of_product_types(product_types_of(settings.product_types), "ko", ["new_drink"])
    assert "곱단주" in query.text


@pytest.mark.parametrize(
    ("text", "said"), [(None, "No such file"), ("{}", "version: Field required")]
)
def test_a_table_that_cannot_be_read_is_told_by_its_setting(
    tmp_path: Path, text: str | None, said: str
) -> None:
    path = tmp_path / "table.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(ValueError, match="product_types: ") as error:
        claims_of("", str(path))
    assert said in str(error.value) and str(path) in str(error.value)
