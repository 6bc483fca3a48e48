"""The composer over a hundred and ten briefs: what can be counted of what a planner looks at.

What cannot be counted was read by a person: `tests/bench/briefs.md`.
"""

import asyncio
import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from conte.brief import Brief
from conte.checks.translated import PATTERNS, check_translated, translated
from conte.conte import CastMember, Conte, ProductEntry, Treatment
from conte.cut import Cut
from conte.likeness import MOST_SHARED, likeness
from conte.proportions import BODILESS
from conte.staging_vocabulary import Prop
from conte.vocabulary import Setting, ShotSize
from deployments.engines.composer import Composer
from deployments.engines.composer.choosing import stories_for
from deployments.engines.composer.library import industries, industry_of_type, shades
from deployments.engines.composer.mood import is_heard, mood_of, shade_of
from tests.sound_conte import a_brief, a_conte

LIST = Path(__file__).parent / "bench" / "briefs.yaml"
SEEDS = (1, 2)
OWN = {
    "loan": "loan", "savings": "savings", "insurance": "insurance", "job_portal": "jobs",
    "charity": "charity", "campaign": "campaign", "region": "festival", "university": "university",
    "hospital": "clinic", "hotel": "hotel", "airline": "airline", "software": "work",
    "machine_tool": "machinery", "apartment": "apartment", "mobile_game": "game",
}  # fmt: skip
"""Product types of services and the like, and the industries that tell their stories."""


@cache
def entries() -> tuple[dict[str, Any], ...]:
    return tuple(yaml.safe_load(LIST.read_text("utf-8")))


@cache
def contes() -> tuple[tuple[dict[str, Any], Brief, tuple[Conte, ...]], ...]:
    async def one(brief: Brief, seed: int) -> Conte:
        parts = [part async for part in Composer().write(brief, seed)]
        (treatment,) = [part for part in parts if isinstance(part, Treatment)]
        return Conte.of(treatment, tuple(part for part in parts if isinstance(part, Cut)))

    async def every() -> list[tuple[dict[str, Any], Brief, tuple[Conte, ...]]]:
        told: list[tuple[dict[str, Any], Brief, tuple[Conte, ...]]] = []
        for entry in entries():
            brief = Brief.model_validate(entry["brief"])
            told.append((entry, brief, tuple([await one(brief, seed) for seed in SEEDS])))
        return told

    return tuple(asyncio.run(every()))


def test_the_list_is_a_hundred_and_ten_briefs_of_both_languages_all_ratios_and_lengths() -> None:
    briefs = [brief for _, brief, _ in contes()]
    assert len(briefs) == len({entry["id"] for entry in entries()}) == 110
    assert sum(brief.language == "ko" for brief in briefs) >= 40
    assert {brief.aspect_ratio for brief in briefs} == {"16:9", "9:16", "1:1", "4:5"}
    assert {6, 15, 20, 30, 60} <= {brief.duration_s for brief in briefs}
    assert len({brief.product.category for brief in briefs}) >= 40


def test_the_product_is_what_the_brief_sells() -> None:
    wrong = [
        entry["id"]
        for entry, _, two in contes()
        for conte in two
        for product in conte.sheet
        if isinstance(product, ProductEntry) and product.form != entry["form"]
    ]
    assert len(wrong) <= 0.03 * len(contes()) * len(SEEDS), wrong


def test_two_seeds_are_two_ideas() -> None:
    alike = [
        entry["id"]
        for entry, brief, (one, other) in contes()
        if likeness(one, other, brief).share > MOST_SHARED
    ]
    assert len(alike) <= 0.2 * len(contes()), alike


def test_what_has_no_body_is_in_nobody_s_hand() -> None:
    for entry, _, two in contes():
        for conte in two:
            product = conte.sheet[-1]
            if isinstance(product, ProductEntry) and product.form in BODILESS:
                held = {
                    str(one.holds) for cut in conte.cuts if cut.staging for one in cut.staging.who
                }
                assert "product" not in held, entry["id"]


def test_everybody_named_in_a_picture_is_in_its_staging_and_nobody_else_of_the_cast() -> None:
    for entry, _, two in contes():
        for conte in two:
            cast = {one.name: one.id for one in conte.sheet if isinstance(one, CastMember)}
            for cut in conte.cuts:
                assert cut.staging is not None, entry["id"]
                there = {str(one.who) for one in cut.staging.who}
                named = {id_ for name, id_ in cast.items() if name in cut.action}
                assert named <= there, (entry["id"], cut.number, cut.action)
                assert there & set(cast.values()) <= set(cut.shows), (entry["id"], cut.number)


def test_what_must_be_shown_is_told_in_a_picture_and_its_props_are_drawn() -> None:
    for entry, brief, two in contes():
        for conte in two:
            for phrase in brief.must_show:
                telling = [cut for cut in conte.cuts if phrase.casefold() in cut.action.casefold()]
                assert telling, (entry["id"], phrase)
                props = {prop for prop in Prop if len(prop.ko) > 1 and phrase.endswith(prop.ko)}
                drawn = [
                    {*cut.staging.props, *(one.holds for one in cut.staging.who)}
                    for cut in telling
                    if cut.staging is not None
                ]
                assert all(any(prop in seen for seen in drawn) for prop in props), entry["id"]


def test_nobody_is_seen_so_near_that_only_an_eye_is_left():
    for entry, _, two in contes():
        for cut in (cut for conte in two for cut in conte.cuts):
            if cut.staging is not None and cut.staging.who and cut.setting is not Setting.STUDIO:
                assert cut.size is not ShotSize.ECU, (entry["id"], cut.number, cut.action)


def test_the_composer_never_writes_what_reads_as_translated() -> None:
    found = [
        (entry["id"], finding.cut, finding.message)
        for entry, brief, two in contes()
        for conte in two
        for finding in check_translated(conte, brief)
    ]
    assert found == []


def test_every_tone_of_the_list_is_heard_and_a_strange_one_is_remarked_on() -> None:
    assert [brief.tone for _, brief, _ in contes() if not is_heard(brief.tone)] == []
    kinds = {"B급": "b_movie", "레트로": "retro", "설렘": "flutter", "묵직한": "weighty", "힙한": "hip",
             "먹먹한": "choked", "공포": "fear", "로맨틱": "romance", "inspiring": "hope"}  # fmt: skip
    for tone, name in kinds.items():
        assert shade_of(tone) == shades()[name], tone

    async def remarks(tone: str) -> list[str]:
        order = Brief.model_validate({"product": {"name": "결", "category": "적금"}, "tone": tone})
        return [str(part) async for part in Composer().write(order, 1) if "톤" in str(part)[:400]]

    assert "알아듣지 못해" in asyncio.run(remarks("초현실주의적"))[0]
    assert all("알아듣지 못해" not in text for text in asyncio.run(remarks("레트로")))
    # A shade decides the mood, too: fear is not told in the usual tone of the trade.
    fear = Brief.model_validate({"product": {"name": "결", "category": "적금"}, "tone": "공포"})
    assert mood_of(fear, industries()[0]) == "tense"


def test_services_have_four_stories_of_their_own_and_no_industry_shares_one() -> None:
    led, known = industry_of_type(), {industry.id: industry for industry in industries()}
    for kind, industry in OWN.items():
        assert led[kind] == industry
        told = [one for one in known[industry].stories if not one.types or kind in one.types]
        assert len(told) >= 3, industry
        assert len(known[industry].stories) >= 4, industry
    seen: dict[str, str] = {}
    near = ({"savings", "bank"}, {"watch", "headphones"}, {"headphones", "earphones"})
    for industry in industries():
        for story in industry.stories:
            words = re.sub(r"\$\w+(?:\([^)]*\))?", "", story.need.see.ko + story.use.see.ko)
            other = seen.setdefault(words, industry.id)
            assert other == industry.id or {other, industry.id} in near, (other, industry.id)


def test_a_story_of_another_audience_is_not_told() -> None:
    def titles(audience: str) -> set[str]:
        order = Brief.model_validate(
            {"product": {"name": "새빛", "category": "대학교"}, "audience": audience}
        )

        university = next(one for one in industries() if one.id == "university")
        return {story.id for story in stories_for(order, university, "plain")}

    assert "night_student" in titles("40대 직장인")
    assert "night_student" not in titles("고3 수험생")
    assert "wrong_answer" not in titles("40대 직장인")


def test_each_pattern_of_translation_is_found_with_what_to_write_instead() -> None:
    bad = (
        "누구나 겪는 바로 그 상황.", "여기, 예기치 못한 날이 있습니다.", "지금, 결을 소개합니다.",
        "이 컷에서 바다를 보여 준다.", "바다가 또렷이 보인다.", "결을 만나기 전", "결을 만났습니다.",
        "힘을 가지고 있습니다.", "사람에 의해 만들어진", "자주 보여지는 색", "쉬는 것이 가능합니다.",
        "당신의 하루를 위한 특별한 크림", "출근에 대한 새로운 대답.", "결의 따뜻한 빛이 쏟아져 들어온다.",
    )  # fmt: skip
    found = [list(translated(text)) for text in bad]
    assert all(found), [text for text, one in zip(bad, found, strict=True) if not one]
    assert len({instead for one in found for _, instead in one}) == len(PATTERNS)
    good = ("부탁해. 문 닫고, 켜고.", "집으로 가는 길", "여기, 한 쪽 드세요.", "빛이 번진다.")
    assert [text for text in good if list(translated(text))] == []


def test_words_of_the_brief_are_no_finding() -> None:
    conte, order = a_conte("ko"), a_brief()
    cut = conte.cuts[0].model_copy(update={"narration": "결을 만나기 전"})
    changed = conte.model_copy(update={"cuts": (cut, *conte.cuts[1:])})
    assert [one.check for one in check_translated(changed, order)] == ["words.translated"]
    product = order.product.model_copy(update={"description": "결을 만나기 전과 후"})
    assert check_translated(changed, order.model_copy(update={"product": product})) == ()
