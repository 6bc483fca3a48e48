"""A sentence of a creator becomes the brief that is meant; what it does not say is marked as guessed."""

from typing import Any

import pytest

from conte.brief import Brief
from deployments.engines.composer.brief_sentence import BriefSentences
from tests.front_door import House

MEANT: tuple[tuple[str, dict[str, Any]], ...] = (
    (
        "저소음 제습기, 30대 1인 가구, 유머, 15초",
        {"name": "저소음 제습기", "category": "제습기", "audience": "30대 1인 가구", "tone": "유머", "duration_s": 15},
    ),
    (
        "1인 가구를 위한 저소음 제습기 유머 광고 15초",
        {"name": "저소음 제습기", "audience": "1인 가구", "tone": "유머", "duration_s": 15},
    ),
    (
        "매운 컵라면, 10대와 20대, B급, 6초 세로",
        {"name": "매운 컵라면", "audience": "10대와 20대", "tone": "B급", "duration_s": 6, "aspect_ratio": "9:16"},
    ),
    ("유쾌한 반려견 사료 영상 만들어줘", {"name": "반려견 사료", "tone": "유쾌한", "category": "강아지 사료"}),
    (
        "한 번 충전으로 500km 가는 전기차, 30대 아빠, 가족 여행, 넓은 트렁크, 45초 16:9",
        {"name": "한 번 충전으로 500km 가는 전기차", "selling_points": ("가족 여행", "넓은 트렁크"), "audience": "30대 아빠"},
    ),
    ("광고주 한울은행, 전세 대출, 신혼부부, 쇼츠 1분", {"advertiser": "한울은행", "name": "전세 대출", "duration_s": 60}),
    ("1분 30초 아파트 분양 광고, 신혼부부", {"name": "아파트 분양", "duration_s": 90, "audience": "신혼부부"}),
    ("<i>spicy</i> cup noodles, 6 s", {"name": "<i>spicy</i> cup noodles", "selling_points": ()}),
    ("저소음 제습기/1인 가구/유머", {"name": "저소음 제습기", "audience": "1인 가구", "tone": "유머"}),
    ("20초 8컷 매운 라면", {"name": "매운 라면", "cuts": 8, "duration_s": 20}),
    (
        "quiet dehumidifier, people living alone in their 30s, funny, 15 s",
        {"name": "quiet dehumidifier", "audience": "people living alone in their 30s", "tone": "funny", "duration_s": 15, "language": "en"},
    ),
    (
        "a funny 15 second ad for a quiet dehumidifier for people living alone",
        {"name": "quiet dehumidifier", "tone": "funny", "audience": "people living alone", "category": "dehumidifiers"},
    ),
    ("make a 30s vertical video for a family SUV with three rows", {"name": "family SUV with three rows", "aspect_ratio": "9:16"}),
)  # fmt: skip
HOSTILE = (
    "3초", "커피", ",,,", "9999분", "<script>alert(1)</script>", "\u3164, 온도", "가" * 1000, "{{ 7 * 7 }}", "1컷 5초", "8컷 5초",
)  # fmt: skip


@pytest.fixture(scope="module")
def sentences() -> BriefSentences:
    return BriefSentences()


@pytest.mark.parametrize(("text", "meant"), MEANT)
def test_a_sentence_is_sorted_by_what_it_says(
    sentences: BriefSentences, text: str, meant: dict[str, Any]
) -> None:
    brief = sentences.propose(text).brief
    found = brief.model_dump() | brief.product.model_dump()
    assert {name: found[name] for name in meant} == meant


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_is_typed_becomes_a_brief_that_can_be_filmed(
    sentences: BriefSentences, text: str
) -> None:
    proposed = sentences.propose(text)
    assert Brief.model_validate(proposed.brief.model_dump()) == proposed.brief
    assert proposed == sentences.propose(text)


def test_what_a_sentence_does_not_say_is_marked(sentences: BriefSentences) -> None:
    assert sentences.propose("커피").guessed == ("product.category", "duration_s", "aspect_ratio")
    assert sentences.propose("커피, 15초 세로").guessed == ("product.category",)


async def test_it_is_proposed_over_http_and_an_empty_sentence_is_refused_by_its_field(
    tmp_path: Any,
) -> None:
    async with House(tmp_path / "home").client() as client:
        said = await client.post("/v1/briefs/propose", json={"text": MEANT[0][0]})
        empty = await client.post("/v1/briefs/propose", json={"text": " "})
        turned = await client.post("/v1/briefs/propose", json={"text": "\u202e뒤집힌 이름"})
    assert turned.status_code == 422
    assert said.json()["brief"]["product"]["name"] == "저소음 제습기"
    assert empty.status_code == 422
    assert empty.json()["errors"][0]["field"] == "text"
