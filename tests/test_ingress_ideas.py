"""POST /v1/ideas: further ideas, none like another, for any kind of product, in both languages."""

from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from conte.brief import Brief
from conte.likeness import alike
from conte.word_roots import roots
from deployments.engines.composer.ideas import MOST_ALIKE, IdeaLibrary, further_ideas, twists
from deployments.engines.composer.library import industries, structures
from serve.client import Client
from serve.ingress.app import create_app
from tests.front_door import House, served
from tests.test_composer import CATEGORIES
from tests.test_ideas import written

BRIEF: dict[str, Any] = {"product": {"name": "온담", "category": "커피"}}


def app(house: House) -> FastAPI:
    return create_app(house.settings, house.ledger, house.vault, ideas=IdeaLibrary())


async def ask(house: House, **body: Any) -> tuple[int, dict[str, Any]]:
    async with house.client(app=app(house)) as client:
        answer = await client.post("/v1/ideas", json={"brief": BRIEF} | body)
    return answer.status_code, answer.json()


def texts(language: str, category: str, *unlike: str, **more: Any) -> list[str]:
    name = "온담" if language == "ko" else "Ondam"
    product = {"name": name, "category": category}
    brief = Brief.model_validate({"product": product, "language": language} | more)
    return [idea.text for idea in further_ideas(brief, (), unlike, 8, 0)]


async def test_eight_ideas_come_with_structure_and_place_and_say_who_had_them(
    tmp_path: Path,
) -> None:
    status, answer = await ask(House(tmp_path))
    assert status == 200
    assert len(answer["ideas"]) == 8
    assert {tuple(idea) for idea in answer["ideas"]} == {("text", "structure", "setting", "place")}
    known = {structure.id for structure in structures()}
    assert all(idea["structure"] in known and idea["place"] for idea in answer["ideas"])
    assert len({idea["structure"] for idea in answer["ideas"]}) == 8
    assert "not a language model" in answer["engine"]["label"]


async def test_the_same_order_gets_the_same_ideas_and_another_seed_others(tmp_path: Path) -> None:
    house = House(tmp_path)
    assert await ask(house, seed=5) == await ask(house, seed=5)
    assert await ask(house, seed=5) != await ask(house, seed=6)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_no_two_ideas_are_alike_nor_like_those_that_are_known(language: str) -> None:
    assert len(CATEGORIES) >= 30
    whole = set[tuple[str, ...]]()
    for category in CATEGORIES:
        first = texts(language, category)
        second = texts(language, category, *first)
        assert len(first) == len(second) == 8
        for one, other in combinations([*first, *second], 2):
            assert alike(roots(one), roots(other)) < 0.4
        whole.add(tuple(first))
    assert len(whole) == len(CATEGORIES)


def test_what_is_nearer_to_what_pleased_comes_first() -> None:
    brief = Brief.model_validate(BRIEF)
    liked = ("막차에 탄 낯선 사람들", "비둘기가 나오는 공원")
    found = further_ideas(brief, liked, (), 3, 0)
    assert all(any(word in idea.text for idea in found) for word in ("막차", "비둘기"))
    again = further_ideas(brief, liked, tuple(idea.text for idea in found), 3, 0)
    assert not set(again) & set(found)


def test_what_is_not_to_be_said_is_in_no_idea_and_a_brief_is_offered_none_that_it_has() -> None:
    some = texts("ko", "커피")
    there = texts("ko", "커피", ideas=[{"text": text} for text in some], must_not_say=["할머니"])
    assert not set(there) & set(some)
    assert not [text for text in there if "할머니" in text]


def test_nobody_jokes_about_insurance() -> None:
    (insurance,) = [industry for industry in industries() if industry.id == "insurance"]
    brief = Brief.model_validate({"product": {"name": "온담", "category": "생명보험"}})
    found = further_ideas(brief, (), (), 16, 0)
    assert not {idea.structure for idea in found} & set(insurance.avoid)


async def test_an_idea_taken_into_the_brief_is_built_on() -> None:
    brief = Brief.model_validate(BRIEF)
    for idea in further_ideas(brief, (), (), 8, 0):
        taken = Brief.model_validate(BRIEF | {"ideas": [{"text": idea.text, "need": "must"}]})
        _, conte = await written(taken)
        assert conte.built_on == (1,)


def test_the_library_is_whole() -> None:
    known = {structure.id for structure in structures()}
    assert len(twists()) >= 30
    assert {twist.structure for twist in twists()} == known
    for language in ("ko", "en"):
        said = [roots(twist.idea.of(language)) for twist in twists()]
        assert all(alike(one, other) <= MOST_ALIKE for one, other in combinations(said, 2))


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"num": 0}, "num"), ({"num": 17}, "num"), ({"num": 8.0}, "num"), ({"num": "8"}, "num"),
        ({"like": ["x" * 301]}, "like[0]"), ({"unlike": [" "]}, "unlike[0]"),
        ({"unlike": ["a"] * 65}, "unlike"), ({"seed": -1}, "seed"), ({"lik": []}, "lik"),
        ({"brief": {"product": {}}}, "brief.product.name"),
        ({"brief": BRIEF | {"ideas": [{"text": "비", "need": "no"}]}}, "brief.ideas[0].need"),
        ({"brief": {"product": {"name": "!!"}}}, "brief.product.name"),
    ],
)  # fmt: skip
async def test_what_is_wrong_is_named_by_its_field(
    tmp_path: Path, body: dict[str, Any], field: str
) -> None:
    status, answer = await ask(House(tmp_path), **body)
    assert status == 422
    assert answer["errors"][0]["field"] == field


def test_the_client_reads_them_as_they_are(tmp_path: Path) -> None:
    house = House(tmp_path)
    with served(app(house)) as url, Client(url) as client:
        found = client.ideas(BRIEF, num=2)
        more = client.ideas(BRIEF, unlike=[idea.text for idea in found.ideas], num=2)
    assert len(found.ideas) == 2 and not set(found.ideas) & set(more.ideas)


async def test_a_server_without_an_engine_for_ideas_says_so(tmp_path: Path) -> None:
    async with House(tmp_path).client() as client:
        answer = await client.post("/v1/ideas", json={"brief": BRIEF})
    assert answer.status_code == 404
    assert "no engine that proposes ideas" in answer.json()["detail"]
