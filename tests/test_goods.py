"""What a product is drawn as: each by its own drawing, never by its industry's."""

from importlib.resources import files
from typing import Any

import pytest

from conte.brief import Brief
from conte.checks.product_known import check_product_known
from conte.conte import Look
from conte.proportions import BODILESS, HEADS, HELD, WIDTH
from conte.staging_vocabulary import Prop
from conte.vocabulary import ProductForm, TimeOfDay
from deployments.engines.animatic.colour import ON_PEOPLE
from deployments.engines.animatic.drawn import drawing
from deployments.engines.animatic.drawn.names import BY_FORM, USED
from deployments.engines.animatic.goods.by_form import draw_goods, drawing_name
from deployments.engines.animatic.pen import Pen, record
from deployments.engines.animatic.props import drawing_of, width_of
from deployments.engines.animatic.scheme import scheme_of
from deployments.engines.composer.knowledge import form_of, industry_of, product_entry
from deployments.engines.composer.library import (
    form_kits,
    forms_of_types,
    industries,
    industry_of_type,
)
from deployments.knowledge.product_types import product_types
from tests.sound_conte import a_conte

TABLE = product_types()
LOOK = Look(style="", lighting="", lens="", palette=("#e9dcc9", "#c9a27a", "#d9552b"), prompt="")
_BY_NAME = {
    "제습기": "dehumidifier", "햄버거": "hamburger", "스마트워치": "smartwatch", "핸드백": "bag",
    "TV": "television", "안경": "glasses", "선글라스": "sunglasses", "반지": "ring", "목걸이": "necklace",
    "전기 트럭": "delivery-truck", "오토바이": "motorcycle", "CNC 공작기계": "machine_tool",
    "정수기": "water_purifier", "에어컨": "air_conditioner", "냉장고": "refrigerator",
    "로봇청소기": "robot_vacuum", "전기밥솥": "rice_cooker", "피자": "pizza", "햅쌀": "sack",
    "한우 선물세트": "gift_box", "포기김치": "kimchi", "감귤": "tangerine", "저지방 우유": "carton",
    "귀리 음료": "carton", "텐트": "tent", "골프채": "golf_club", "세탁기": "washing_machine",
    "신용대출": "service", "암보험": "service", "대학 입시": "school", "산불 예방 캠페인": "service",
    "지역축제": "service", "업무용 SaaS": "app", "항공사": "airplane-departure", "종합병원": "hospital",
    "dehumidifier": "dehumidifier", "burger": "hamburger", "smart watch": "smartwatch",
    "oat drink": "carton", "cordless vacuum": "vacuum", "face cream": "jar", "타이어": "tire",
}  # fmt: skip
"""What a brief calls its product -> the drawing it is drawn by."""


def brief(category: str, name: str = "온도") -> Brief:
    language = "ko" if category[-1] >= "가" or category in ("TV", "업무용 SaaS") else "en"
    product = {"name": name, "category": category}
    return Brief.model_validate({"product": product, "language": language})


def entry_of(order: Brief) -> tuple[str, Any]:
    return product_entry(order, industry_of(order), "coral")


@pytest.mark.parametrize(("category", "drawn"), _BY_NAME.items())
def test_a_product_is_drawn_as_itself(category: str, drawn: str) -> None:
    order = brief(category)
    assert drawing_name(form_of(order, industry_of(order))) == drawn


def test_every_type_of_the_table_has_a_form_and_no_form_a_type_that_is_not_there() -> None:
    of_types = forms_of_types()
    assert set(of_types) == {kind.id for kind in TABLE.types}
    for kind, forms in of_types.items():
        assert [one.form for one in forms if not one.words][1:] == [], kind
        assert not forms[-1].words, kind


def test_every_form_is_drawn_and_every_drawing_of_the_set_is_used_and_readable() -> None:
    scheme, light = scheme_of(LOOK, TimeOfDay.NIGHT), ON_PEOPLE[TimeOfDay.NIGHT]
    assert set(drawing.packed()) == USED
    for form in ProductForm:
        canvas = record(800, 400, -400, -300)
        draw_goods(Pen(canvas.getRecordingCanvas(), light), form, scheme)
        assert canvas.finishRecordingAsPicture().approximateOpCount() > 1, form
        if (drawn := BY_FORM.get(form)) is not None:
            assert WIDTH[form] == pytest.approx(drawing.width_of(drawn.name), rel=0.02), form
            assert not drawn.dyed or drawn.dyed in drawing.packed()[drawn.name].body, form
    names = [drawing_name(form) for form in ProductForm]
    assert len(set(names)) == len(names)


def test_the_set_comes_with_its_licence_and_says_where_it_is_from() -> None:
    folder = files("deployments.engines.animatic.drawn")
    licence = folder.joinpath("LICENSE-fluent-emoji.txt").read_text("utf-8")
    assert "MIT License" in licence and "Microsoft Corporation" in licence
    packed = folder.joinpath("fluent.json").read_text("utf-8")
    lock = folder.joinpath("package-lock.json").read_text("utf-8")
    assert "@iconify-json/fluent-emoji-flat 1.2.6" in packed[:400]
    assert '"version": "1.2.6"' in lock
    assert len(packed) < 1_500_000


def test_a_drawing_keeps_the_light_of_the_hour_and_takes_the_accent_where_it_is_dyed() -> None:
    def inside(form: ProductForm, time: TimeOfDay, accent: str) -> bytes:
        look = LOOK.model_copy(update={"palette": (*LOOK.palette[:2], accent)})
        canvas = record(400, 300, -200, -200)
        pen = Pen(canvas.getRecordingCanvas(), ON_PEOPLE[time])
        draw_goods(pen, form, scheme_of(look, time))
        return bytes(canvas.finishRecordingAsPicture().serialize())

    day = inside(ProductForm.TENT, TimeOfDay.DAY, "#d9552b")
    assert day == inside(ProductForm.TENT, TimeOfDay.DAY, "#d9552b")
    assert day != inside(ProductForm.TENT, TimeOfDay.NIGHT, "#d9552b")
    assert day != inside(ProductForm.TENT, TimeOfDay.DAY, "#2b6bd9")


def test_what_has_no_body_lies_in_no_hand() -> None:
    assert not HELD & BODILESS
    assert not [form for form in HELD if HEADS[form] > 2]
    of_types = forms_of_types()
    for kind in ("loan", "insurance", "campaign", "region", "airline", "hospital", "university"):
        assert of_types[kind][-1].form in BODILESS, kind


def test_a_product_is_spoken_of_as_itself() -> None:
    noun, entry = entry_of(brief("제습기"))
    assert (noun, entry.prompt.split(" in ")[0]) == (
        "dehumidifier",
        "a cleanly designed dehumidifier",
    )
    assert entry_of(brief("햄버거"))[0] == "burger"
    assert entry_of(brief("햅쌀"))[1].prompt.startswith("a plain unbranded sack of rice")
    kits = form_kits()
    assert "젓가락" not in "".join(m.see.ko for m in (kits[ProductForm.BURGER].detail2,))
    # A container may be another one than its type's.
    assert entry_of(brief("튜브 수분크림"))[1].form is ProductForm.TUBE


def test_a_product_of_no_known_type_is_a_plain_package_and_a_note_says_so() -> None:
    unknown, known = brief("우산꽂이"), brief("제습기")
    assert entry_of(unknown)[1].form is ProductForm.PACKAGE
    for order, noted in ((unknown, 1), (known, 0)):
        conte = a_conte("ko").model_copy(update={"sheet": (entry_of(order)[1],)})
        found = check_product_known(conte, order, TABLE)
        assert len(found) == noted
        assert all("무늬 없는 상자" in one.message and one.severity == "note" for one in found)


def test_every_prop_has_a_drawing_but_the_wheel_in_a_drivers_hands() -> None:
    scheme = scheme_of(LOOK, TimeOfDay.DAY)
    for prop in Prop:
        draw = drawing_of(prop)
        assert (draw is None) == (prop is Prop.STEERING_WHEEL), prop
        if draw is not None:
            canvas = record(3000, 1000, -1500, -700)
            draw(Pen(canvas.getRecordingCanvas()), scheme)
            assert canvas.finishRecordingAsPicture().approximateOpCount() > 1, prop
    # A thing is the same whether a brief sells it or a cut has it beside somebody.
    for prop, form in (("fridge", "refrigerator"), ("washer", "washing_machine"), ("bus", "bus")):
        assert width_of(Prop(prop)) == WIDTH[ProductForm(form)]


def test_no_story_picks_up_what_is_larger_than_a_hand_s_own() -> None:
    """Where the industry that writes for a type has a story with the product held, its form is."""
    large = {"machinery", "outing", "university"}
    for industry in (one for one in industries() if one.id in large):
        for story in industry.stories:
            for name in ("need", "strain", "use", "proof", "change", "joy"):
                staging = getattr(story, name).staging
                held = [one.holds for one in staging.who] if staging else []
                assert "it" not in [str(one) for one in held], (industry.id, name)
    writes_for = industry_of_type()
    assert {writes_for[one] for one in ("machine_tool", "motorcycle", "university")} == large
