"""A안, B안, C안 are different ideas and no variants: 12 briefs with three directions each."""

from collections.abc import AsyncIterator
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml

from conte.brief import Brief
from conte.checks.all import check
from conte.checks.timefit import Rates
from conte.clip import EngineId
from conte.conte import Conte, Treatment
from conte.cut import Cut
from conte.direction import Variation, direction_seed
from conte.ideas import built_on, read_idea
from conte.likeness import MOST_SHARED, likeness, picture_sentences
from conte.production import Provenance
from conte.variant import VariantOf
from conte.vocabulary import TimeOfDay
from deployments.conte_writer import ConteWriter
from deployments.engines.composer import Composer
from deployments.engines.composer.directions import direction_plans
from deployments.engines.composer.library import Industry, industries, moods, structures, worlds
from deployments.engines.fall_back import FallBack
from deployments.engines.protocols import ConteEngine, ConteError
from deployments.knowledge.claims import claims
from tests.fake_crew import plain_conte
from tests.sound_conte import a_brief, a_conte

EXAMPLES = sorted((Path(__file__).parent.parent / "examples").glob("*.yaml"))
MUST = {
    "ko": ("첫 장면: 비 오는 골목에서 할머니가 우산을 편다", "“오늘도 무사히” 자막으로 끝난다"),
    "en": ("Opens on a dog running on the beach", 'A man whispers "I knew you would come"'),
}
MORE: tuple[dict[str, Any], ...] = (
    {"product": {"name": "온담"}, "language": "ko", "duration_s": 20, "characters": [
        {"name": "민지", "description": "30대 여성, 단발"}, {"name": "서준", "description": "일곱 살 남자아이"},
    ]},
    {"product": {"name": "Northwell", "category": "dental clinic"}, "language": "en", "duration_s": 15},
)  # fmt: skip
SEED = 3


@cache
def briefs() -> tuple[Brief, ...]:
    given = [*(yaml.safe_load(path.read_text("utf-8")) for path in EXAMPLES), *MORE]
    return tuple(
        Brief.model_validate(
            one
            | {
                "ideas": [
                    {"text": text, "need": "must"} for text in MUST[one.get("language", "ko")]
                ]
            }
        )
        for one in given
    )


async def directions(brief: Brief, count: int, seed: int = SEED) -> list[Conte]:
    contes: list[Conte] = []
    for index in range(count):
        parts = [part async for part in ConteWriter(Composer()).write(brief, seed, index)]
        assert isinstance(parts[0], Provenance)
        assert (parts[0].seed, parts[0].direction) == (seed, index)
        (treatment,) = [part for part in parts if isinstance(part, Treatment)]
        cuts = tuple(part for part in parts if isinstance(part, Cut))
        contes.append(Conte.of(treatment, cuts).check_fits(brief))
    return contes


def test_there_are_twelve_briefs_of_both_languages() -> None:
    assert len(briefs()) == 12
    assert {brief.language for brief in briefs()} == {"ko", "en"}


@pytest.mark.parametrize("at", range(12))
async def test_three_directions_are_three_ideas_with_every_must_in_each(at: int) -> None:
    brief = briefs()[at]
    contes = await directions(brief, 3)
    for one, other in combinations(contes, 2):
        measured = likeness(one, other, brief)
        assert measured.of >= 3
        assert measured.share <= MOST_SHARED
        assert measured.is_another_idea
        assert one.title != other.title
        assert one.look.palette != other.look.palette or one.look.style != other.look.style
    assert len({conte.structure for conte in contes}) == 3
    for conte in contes:
        assert built_on(conte, brief) == conte.built_on == (1, 2)
        said = [t for cut in conte.cuts for t in (cut.narration, cut.caption,
                *(line.text for line in cut.dialogue))]  # fmt: skip
        for idea in brief.ideas:
            assert all(any(line in text for text in said) for line in read_idea(idea).lines)
        found = [f for f in check(conte, brief, Rates(), claims()) if f.severity != "note"]
        assert found == []


async def test_the_first_direction_is_the_film_that_one_direction_would_be() -> None:
    brief = briefs()[0]
    (first,) = await directions(brief, 1)
    parts = [part async for part in ConteWriter(Composer()).write(brief, SEED)]
    assert first.treatment in parts


async def test_a_direction_is_the_same_however_many_are_asked_for() -> None:
    brief = briefs()[1]
    assert (await directions(brief, 4))[:2] == await directions(brief, 2)
    assert direction_seed(7, 0) == 7
    assert len({direction_seed(7, index) for index in range(4)}) == 4


async def test_four_directions_of_a_clinic_are_told_by_nothing_that_the_law_forbids() -> None:
    contes = await directions(briefs()[-1], 4)
    assert len({conte.title for conte in contes}) == 4
    # 의료법 제56조: no comparison, no before and after; and nobody jokes about it.
    # Nor do patients bear witness (제2항 제2호).
    forbidden = {"comparison", "before_after", "humour", "launch_teaser", "product_hero"}
    assert not (forbidden | {"testimonial"}) & {conte.structure for conte in contes}
    assert all(likeness(*two, briefs()[-1]).is_another_idea for two in combinations(contes, 2))


@pytest.mark.parametrize("industry", industries(), ids=lambda industry: industry.id)
def test_four_directions_of_any_product_are_four_structures_four_stories_and_four_tones(
    industry: Industry,
) -> None:
    category = next((word.replace("_", " ") for word in industry.words), "thing")
    brief = Brief.model_validate({"product": {"name": "온담", "category": category}})
    plans = direction_plans(brief, SEED, 4, Rates())
    assert len({plan.structure.id for plan in plans}) == 4
    assert len({plan.story.id for plan in plans}) == 4
    assert len({plan.mood for plan in plans}) == 4


@pytest.mark.parametrize("kind", ["치과", "생명보험", "공익 캠페인", "분양", "홍삼"])
@pytest.mark.parametrize("duration_s", [6, 15])
async def test_what_the_law_narrows_has_four_directions_in_any_length(
    kind: str, duration_s: int
) -> None:
    brief = Brief.model_validate(
        {"product": {"name": "온담", "category": kind}, "duration_s": duration_s,
         "characters": [{"name": "민지", "description": "30대 여성"}]}
    )  # fmt: skip
    contes = await directions(brief, 4)
    for one, other in combinations(contes, 2):
        assert likeness(one, other, brief).is_another_idea


def test_treatments_come_before_any_cut_and_are_those_of_the_directions() -> None:
    brief = briefs()[2]
    treatments = Composer().treatments(brief, SEED, 3)
    assert len({treatment.slogan for treatment in treatments}) == 3
    with pytest.raises(ValueError, match="directions: got 5, wanted 1 to 4"):
        Composer().treatments(brief, SEED, 5)


def test_the_worlds_are_whole() -> None:
    known = {structure.id for structure in structures()}
    assert len(worlds()) >= 9
    assert len({world.mood for world in worlds()}) >= 7
    for world in worlds():
        assert set(world.structures) <= known
        # A world has no scene of two: nothing that needs one can tell it.
        assert not set(world.structures) & {"emotional_story", "humour", "slice_of_life"}


class Plain:
    """An engine that knows no directions."""

    id = EngineId(name="plain", revision="1", label="plain")
    prompt_version: str | None = None

    async def write(self, brief: Brief, seed: int) -> AsyncIterator[Treatment | Cut]:
        conte = plain_conte(brief)
        yield conte.treatment.model_copy(update={"title": f"{seed}"})
        for cut in conte.cuts:
            yield cut


class Broken(Plain):
    async def write(self, brief: Brief, seed: int) -> AsyncIterator[Treatment | Cut]:
        for _ in (brief, seed):
            raise ConteError("dark")
        yield plain_conte(brief).treatment


async def second_of(engine: ConteEngine) -> tuple[Provenance, Treatment]:
    parts = [part async for part in ConteWriter(engine).write(briefs()[0], SEED, 1)]
    provenances = [part for part in parts if isinstance(part, Provenance)]
    treatments = [part for part in parts if isinstance(part, Treatment)]
    return provenances[-1], treatments[-1]


async def test_an_engine_that_knows_no_directions_writes_with_another_seed() -> None:
    _, treatment = await second_of(Plain())
    assert treatment.title == str(direction_seed(SEED, 1))


async def test_where_one_engine_cannot_another_writes_the_same_direction() -> None:
    provenance, treatment = await second_of(FallBack(Broken(), Composer(), 60))
    assert treatment == Composer().treatments(briefs()[0], SEED, 2)[1]
    assert provenance.instead_of == "plain: dark"


# Another like B, but funnier


async def variant(like: Conte, differ: str, at: int = 0) -> tuple[Provenance, Conte]:
    brief = briefs()[at]
    variation = Variation(production="p_b", version=1, index=1, differ=differ)
    given = VariantOf(conte=like, variation=variation)
    writing = ConteWriter(Composer()).write(brief, SEED, 4, (like.treatment,), given)
    parts = [part async for part in writing]
    told = parts[0]
    assert isinstance(told, Provenance)
    (treatment,) = [part for part in parts if isinstance(part, Treatment)]
    cuts = tuple(part for part in parts if isinstance(part, Cut))
    return told, Conte.of(treatment, cuts).check_fits(brief)


@pytest.mark.parametrize(
    ("differ", "mood"),
    [("더 웃기게", "cheerful"), ("잔잔한 분위기로", "tender"), ("make it funnier", "cheerful"),
     ("긴장감 있게", "tense")],
)  # fmt: skip
async def test_another_tone_tells_its_structure_in_another_world(differ: str, mood: str) -> None:
    brief = briefs()[0]
    (_, like) = await directions(brief, 2)
    told, conte = await variant(like, differ)
    kits = {str(name): kit for name, kit in moods().items()}
    assert conte.look.palette in {look.palette for look in kits[mood].looks}
    assert conte.structure == like.structure
    assert likeness(conte, like, brief).share <= MOST_SHARED
    assert conte.slogan != like.slogan
    assert built_on(conte, brief) == (1, 2)
    assert told.direction == 4
    assert told.variation is not None and told.variation.letter == "B"


async def test_any_other_wish_is_done_to_its_cuts_and_nothing_else() -> None:
    (_, like) = await directions(briefs()[0], 2)
    told, conte = await variant(like, "밤 장면으로")
    assert {cut.time_of_day for cut in conte.cuts} == {TimeOfDay.NIGHT}
    assert [cut.narration for cut in conte.cuts] == [cut.narration for cut in like.cuts]
    assert [cut.num_frames for cut in conte.cuts] == [cut.num_frames for cut in like.cuts]
    assert conte.title == f"{like.title} (밤 장면으로)"
    assert told.remarks == ()
    assert all(not cut.id for cut in conte.cuts)


async def test_one_that_has_the_tone_already_is_told_with_more_of_it() -> None:
    (_, like) = await directions(briefs()[0], 2)
    assert like.look.palette in {look.palette for look in moods()["premium"].looks}
    _, conte = await variant(like, "더 고급스럽게")
    assert conte.title == f"{like.title} (더 고급스럽게)"
    assert all(now.action != was.action for now, was in zip(conte.cuts, like.cuts, strict=True))


async def test_what_is_not_understood_is_another_telling_and_is_said() -> None:
    (_, like) = await directions(briefs()[0], 2)
    told, conte = await variant(like, "뭔가 살짝 아쉬운데")
    assert likeness(conte, like, briefs()[0]).share <= MOST_SHARED
    assert any("뭔가 살짝 아쉬운데" in remark for remark in told.remarks)


# The measure


def test_a_conte_is_wholly_like_itself_and_like_itself_with_another_cast() -> None:
    brief = a_brief()
    conte = a_conte("ko", cut_2={"action": "운전자가 핸들을 꽉 쥐고 앞을 본다."})
    assert likeness(conte, conte, brief).share == 1
    recast = conte.model_copy(
        update={
            "sheet": tuple(e.model_copy(update={"name": "지우"}) if e.kind == "cast" else e
                           for e in conte.sheet),
            "cuts": tuple(c.model_copy(update={"action": c.action.replace("운전자가", "지우가")})
                          for c in conte.cuts),
        }
    )  # fmt: skip
    assert likeness(conte, recast, brief).share == 1


def test_what_the_brief_asks_to_be_seen_makes_no_two_contes_alike() -> None:
    brief = a_brief(must_show=("강아지",), ideas=MUST_IDEA)
    asked = {"action": "비 오는 골목에서 할머니가 우산을 편다. 강아지가 또렷이 보인다."}
    one = a_conte("ko", cut_1=asked | {}, cut_2={"action": "빈 도로에 안개가 낀다."})
    assert not any("할머" in word for words in picture_sentences(one, brief) for word in words)
    assert len(list(picture_sentences(one, brief))) == 4


MUST_IDEA = ({"text": MUST["ko"][0], "need": "must"},)
