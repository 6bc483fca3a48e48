"""The composer's copy: Korean that stands, particles that fit, and nothing claimed unasked."""

import re

import pytest

from conte.brief import Brief
from conte.checks.timefit import Rates
from conte.conte import Conte, Treatment
from conte.cut import Cut
from conte.korean import josa_errors
from deployments.engines.composer import Composer
from deployments.engines.composer.facts import description_lines, point_lines
from deployments.engines.composer.library import industries, structures
from deployments.engines.composer.notation import PairText
from deployments.engines.composer.phrasing import fill, forms, in_sentence, spoken_name
from deployments.engines.composer.staging import in_english

_CLAIMS_KO = re.compile(r"최고|최초|최강|유일|완벽|1위|100\s*%|무조건|절대|제일|가장|완치|보장")
_CLAIMS_EN = re.compile(
    r"\b(?:best|greatest|number one|no\. ?1|perfect|guarantee\w*|world's|only one that|cures?)\b|100 ?%",
    re.IGNORECASE,
)


async def write(brief: Brief, seed: int, rates: Rates | None = None) -> Conte:
    parts = [part async for part in Composer(rates).write(brief, seed)]
    assert isinstance(parts[0], Treatment)
    return Conte.of(parts[0], tuple(part for part in parts[1:] if isinstance(part, Cut)))


def copy_of_the_library() -> list[PairText]:
    lines: list[PairText] = []
    for industry in industries():
        lines += industry.slogans
        for story in industry.stories:
            for moment in (
                story.need,
                story.strain,
                story.use,
                story.proof,
                story.change,
                story.joy,
            ):
                lines += moment.say
        for scene in (industry.heart, industry.gag, industry.chat):
            for moment in (scene.first, scene.last) if scene else ():
                lines += moment.say
                lines += [line for spoken in moment.talk for line in spoken.line]
        if industry.testimony:
            lines += (*industry.testimony.before, *industry.testimony.after)
    for structure in structures():
        for beat in structure.beats:
            lines += (*beat.lines, *beat.supers)
    return lines


def test_the_library_claims_nothing_that_a_brief_has_not():
    lines = copy_of_the_library()
    assert len(lines) > 1200
    assert [line.ko for line in lines if _CLAIMS_KO.search(line.ko)] == []
    assert [line.en for line in lines if _CLAIMS_EN.search(line.en)] == []


def test_every_line_of_the_library_is_written_in_both_languages():
    for line in copy_of_the_library():
        assert re.search("[가-힣$]", line.ko), line
        assert not re.search("[가-힣]", line.en), line
        assert forms(line.ko), line
        assert forms(line.en), line


@pytest.mark.parametrize(
    ("line", "lengths"),
    [
        ("앞차가 멈춥니다. [당신은요?]", ("앞차가 멈춥니다. 당신은요?", "앞차가 멈춥니다.")),
        ("비는, [예고 없이 옵니다.]", ("비는, 예고 없이 옵니다.",)),
        ("새벽 세 시, [눈만 감았습니다.]", ("새벽 세 시, 눈만 감았습니다.", "새벽 세 시")),
        (
            "[지금,] $it(을/를) 소개합니다.",
            ("지금, $it(을/를) 소개합니다.", "$it(을/를) 소개합니다."),
        ),
        ("Home safe. [Again.]", ("Home safe. Again.", "Home safe.")),
        ("Good moments [are dark and fast].", ("Good moments are dark and fast.",)),
        (
            "A wet night[, and a long way home].",
            ("A wet night, and a long way home.", "A wet night."),
        ),
    ],
)
def test_what_is_left_of_a_line_stands_alone(line: str, lengths: tuple[str, ...]):
    assert forms(line) == lengths


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("아우라 그립", "아우라 그립이"),
        ("콜라", "콜라가"),
        ("ZZ", "ZZ가"),
        ("V8", "V8이"),
        ("콜라🥤 2.0", "콜라🥤 2.0이"),
    ],
)
def test_a_particle_fits_any_name(name: str, told: str):
    assert fill("$it(이/가) 옵니다", {"it": name}) == f"{told} 옵니다"


@pytest.mark.parametrize(
    "name", ["아우라 그립", "콜라", "ZZ", "V8", "결", "Nova 7", "카카오톡", "서울"]
)
async def test_no_sheet_has_a_wrong_particle_after_the_name(name: str):
    brief = Brief.model_validate({"product": {"name": name, "category": "수분크림"}})
    for seed in range(12):
        conte = await write(brief, seed)
        texts = [
            conte.concept,
            *(t for c in conte.cuts for t in (c.action, c.narration, c.caption)),
        ]
        assert [wrong for text in texts for wrong in josa_errors(text, name)] == []


async def test_slower_voices_get_shorter_lines():
    brief = Brief.model_validate({"product": {"name": "결", "category": "수분크림"}})
    slow = await write(brief, 3, Rates(ko_syllables_per_s=2.5))
    fast = await write(brief, 3, Rates(ko_syllables_per_s=7))
    assert sum(len(c.narration) for c in slow.cuts) < sum(len(c.narration) for c in fast.cuts)


def test_a_selling_point_is_said_as_what_it_is():
    assert "그리고, 저소음 설계." in point_lines("저소음 설계", "ko", is_first=False)
    # "10월 첫째 주까지" would be another date.
    assert point_lines("10월 첫째 주", "ko", is_first=True) == ["10월 첫째 주."]
    assert point_lines("물에 젖지 않습니다", "ko", is_first=True) == ["물에 젖지 않습니다."]
    assert "And it weighs 210 g." in point_lines("Weighs 210 g", "en", is_first=False)
    assert point_lines("30-hour battery", "en", is_first=False) == ["30-hour battery."]


def test_a_description_becomes_the_line_that_names_the_product():
    assert description_lines("빗길에 강한 타이어", "그립", "ko") == ["빗길에 강한 타이어, 그립."]
    assert description_lines("Light trail shoes", "Ridge", "en") == ["Ridge. Light trail shoes."]


def test_a_name_is_said_without_its_emoji_and_a_phrase_fits_into_a_sentence():
    assert spoken_name("콜라🥤 2.0") == "콜라 2.0"
    assert spoken_name("🍎") == "🍎"
    assert in_sentence("Wet grip") == "wet grip"
    assert in_sentence("ABS brakes") == "ABS brakes"


@pytest.mark.parametrize(
    ("phrase", "english"),
    [("강아지가 뛰노는 바다", "a puppy, the sea"), ("a red umbrella", "a red umbrella"), ("회사 로고", ""),
     ("눈빛", ""), ("the logo", ""), ("우산", "an umbrella")],
)  # fmt: skip
def test_a_prompt_says_in_english_only_what_is_known(phrase: str, english: str):
    assert in_english(phrase) == english
