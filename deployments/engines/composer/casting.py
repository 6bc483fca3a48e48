"""Audience -> cast. A character is described once, in the brief's language and in English."""

import random
import re
from typing import Literal

from conte.brief import Brief
from conte.conte import CastMember
from conte.frozen import Frozen
from conte.vocabulary import Language
from deployments.engines.composer.notation import PairText

Gender = Literal["female", "male"]
Relation = Literal["child", "partner", "friend", "colleague", "parent", "mother", "father"]

_FEMALE = re.compile(
    r"여성|여자|주부|엄마|어머니|워킹맘|맘\b|여대생|\b(?:wom[ae]n|female|moms?|mothers?|girls?|ladies)\b",
    re.IGNORECASE,
)
_MALE = re.compile(
    r"남성|남자|아빠|아버지|군인|\b(?:m[ae]n|male|dads?|fathers?|guys?|boys?)\b", re.IGNORECASE
)
_LIVES: tuple[tuple[str, int], ...] = (
    (r"시니어|어르신|노년|은퇴|seniors?\b|elderly|retire", 66),
    (r"중장년|중년|middle-aged", 52),
    (r"수험생|고등학생|청소년|teen", 18),
    (r"대학생|신입생|college|university|students?\b|gen ?z", 22),
    (r"취준생|사회 ?초년생|신입 ?사원|first[- ]job|graduates?\b", 26),
    (r"신혼|예비 ?부부|newly-?weds?", 31),
    (r"자녀|자식", 38),
    (r"육아|부모|엄마|아빠|학부모|parents?\b|moms?\b|dads?\b|famil", 37),
    (r"직장인|회사원|운전자|professionals?\b|commuters?\b|drivers?\b|millennials?\b", 34),
    (r"젊은|청년|mz|young", 25),
)
_OF_ANOTHER = re.compile(
    r"[^,]*?(?:자녀|아이|아기|아들|딸|부모님?)[을를]?\s*(?:둔|키우는|모시는|돌보는)\s*"
    r"|\bwith (?:a |an )?(?:\w+ )?(?:child|children|baby|kids?|parents?)\b"
)
"""Words for relatives, whose age is not that of the audience: in 60대 부모님을 둔 자녀 the audience
is younger."""
_NAMES: dict[tuple[Language, Gender], tuple[tuple[str, ...], ...]] = {
    ("ko", "female"): (
        ("서연", "지우", "하은", "수아", "유진", "다은", "예린", "채원"),
        ("미경", "은주", "수정", "현정", "지영"),
        ("영숙", "정숙", "순옥"),
    ),
    ("ko", "male"): (
        ("지훈", "도현", "민준", "현우", "준서", "태윤", "시우", "재민"),
        ("성호", "재훈", "상민", "동욱", "정환"),
        ("영수", "병호", "기철"),
    ),
    ("en", "female"): (
        ("Mia", "Grace", "Naomi", "Hannah", "Zoe", "Clara", "Ruby", "Leah"),
        ("Julia", "Karen", "Diane", "Monica"),
        ("Ruth", "Helen", "Margaret"),
    ),
    ("en", "male"): (
        ("Daniel", "Leo", "Marcus", "Owen", "Adam", "Theo", "Sam", "Noah"),
        ("Robert", "Paul", "Martin", "Vincent"),
        ("George", "Frank", "Walter"),
    ),
}
_CHILDREN: dict[tuple[Language, Gender], tuple[str, ...]] = {
    ("ko", "female"): ("하린", "소율", "지아"),
    ("ko", "male"): ("도윤", "은우", "이안"),
    ("en", "female"): ("Ella", "Poppy", "Iris"),
    ("en", "male"): ("Finn", "Max", "Eli"),
}
_HAIR: dict[Gender, tuple[tuple[str, str], ...]] = {
    "female": (
        ("어깨 길이의 검은 단발", "shoulder-length black hair"),
        ("긴 짙은 갈색 머리", "long dark brown hair"),
        ("뒤로 묶은 검은 머리", "black hair in a ponytail"),
        ("갈색 웨이브 머리", "wavy brown hair"),
    ),
    "male": (
        ("짧은 검은 머리", "short black hair"),
        ("가르마를 탄 짙은 갈색 머리", "side-parted dark brown hair"),
        ("자연스러운 검은 곱슬머리", "soft curly black hair"),
    ),
}
_CLOTHES: dict[Gender, tuple[tuple[str, str], ...]] = {
    "female": (
        ("아이보리 니트", "an ivory knit sweater"),
        ("하늘색 셔츠", "a sky blue shirt"),
        ("베이지 카디건", "a beige cardigan"),
        ("네이비 블라우스", "a navy blouse"),
        ("머스터드색 스웨터", "a mustard sweater"),
    ),
    "male": (
        ("네이비 셔츠", "a navy shirt"),
        ("회색 니트", "a grey knit sweater"),
        ("흰 셔츠", "a white shirt"),
        ("올리브색 재킷", "an olive jacket"),
        ("데님 셔츠", "a denim shirt"),
    ),
}
_CHILD_AGES: tuple[tuple[str, tuple[int, ...]], ...] = (
    (r"중학|중등|middle[- ]school", (13, 14)),
    (r"초등|elementary", (8, 9, 10)),
    (r"유치원|유아|kindergarten|preschool", (5, 6)),
)
_ADULT = 20
"""Age from which an audience's age is the lead's, whatever the usual age of the trade."""
_TEEN = 16
"""Age below which nobody is called a man or a woman."""
GROWN_UP = 13
"""Age from which a person counts as grown up."""
DECADES = ("", "twenties", "thirties", "forties", "fifties", "sixties", "seventies")


class CastPerson(Frozen):
    """A character and the words for them in the middle of an English sentence."""

    entry: CastMember
    gender: Gender
    age: int
    noun: str
    """Noun for prompts, such as "the woman"."""


def lead(
    brief: Brief,
    youngest: int,
    wear: PairText | None,
    rng: random.Random,
    of_story: Gender | None = None,
) -> CastPerson:
    """Return the main character, of the audience's age and gender if the brief names them.

    `of_story`: gender without which the story makes no sense, such as a mother's.
    """
    asked = of_story or gender_in(brief.audience)
    gender: Gender = asked or rng.choice(("female", "male"))
    told = age_in(brief.audience)
    age = told if told and told >= _ADULT else max(youngest, told or rng.choice((27, 31, 34, 38)))
    return person_of("lead", gender, age, wear, brief.language, rng)


def second(
    first: CastPerson,
    relation: Relation,
    language: Language,
    rng: random.Random,
    child_ages: tuple[int, ...] = (6, 7, 8),
) -> CastPerson:
    """Return the second character, of the other gender unless the brief decides."""
    if relation in ("mother", "father"):
        gender: Gender = "female" if relation == "mother" else "male"
    else:
        gender = "male" if first.gender == "female" else "female"
    if relation == "child":
        return child_of("second", gender, rng.choice(child_ages), language, rng)
    age = first.age
    years = {"partner": 2, "friend": 1, "colleague": 4}.get(relation, 29)
    person = person_of(
        "second",
        gender,
        min(74, max(56, age + years) if years == 29 else age + years),
        None,
        language,
        rng,
    )
    if person.noun == first.noun:
        return person.model_copy(update={"noun": person.noun.replace("the ", "the older ")})
    return person


def child_ages(brief: Brief) -> tuple[int, ...]:
    """Return the ages that a child in the film may have: those of the brief, if it names any."""
    text = f"{brief.audience} {brief.product.description} {brief.product.category}"
    if found := re.search(r"(?<!\d)(\d{1,2})\s*(?:세|살)", text):
        age = int(found[1])
        if 3 <= age <= 15:
            return (age,)
    return next((ages for words, ages in _CHILD_AGES if re.search(words, text)), (6, 7, 8))


def gender_in(audience: str) -> Gender | None:
    female, male = bool(_FEMALE.search(audience)), bool(_MALE.search(audience))
    if female == male:
        return None
    return "female" if female else "male"


def age_in(audience: str) -> int | None:
    low = _OF_ANOTHER.sub("", audience.lower())
    # 3040, 20~30대, 25-34, in their 30s
    if found := re.search(r"\b([1-7])0\s*[~∼\-–]?\s*([2-8])0\s*(?:대|s\b|세|$|\s)", low):
        return (int(found[1]) + int(found[2])) * 5 + 4
    if found := re.search(r"\b(\d\d)\s*(?:[~∼\-–]|to|and)\s*(\d\d)\b", low):
        return (int(found[1]) + int(found[2])) // 2
    if found := re.search(r"([1-8])0\s*대|\b([1-8])0s\b", low):
        return int(found[1] or found[2]) * 10 + 4
    for pattern, age in _LIVES:
        if re.search(pattern, low):
            return age
    return None


def person_of(
    entry_id: str,
    gender: Gender,
    age: int,
    wear: PairText | None,
    language: Language,
    rng: random.Random,
) -> CastPerson:
    names = _NAMES[language, gender][0 if age < 42 else 1 if age < 58 else 2]
    hair = rng.choice(_HAIR[gender])
    if age >= 58:
        hair = ("단정한 은발", "neat short silver hair")
    clothes = rng.choice(_CLOTHES[gender])
    if wear is not None:
        clothes = (wear.ko, wear.en)
    noun = _noun(gender, age)
    ko_gender = "여성" if gender == "female" else "남성"
    description = (
        f"{age}세 {ko_gender}. {hair[0]}, {clothes[0]}."
        if language == "ko"
        else f"{age}, {noun}. {hair[1]}, {clothes[1]}."
    )
    prompt = f"{bearing(gender, age, language)} with {hair[1]}, wearing {clothes[1]}"
    name = rng.choice(names)
    entry = CastMember(id=entry_id, name=name, description=description, prompt=prompt)
    return CastPerson(entry=entry, gender=gender, age=age, noun=f"the {noun}")


def child_of(
    entry_id: str, gender: Gender, age: int, language: Language, rng: random.Random
) -> CastPerson:
    noun = _noun(gender, age)
    called = "아이" if age < GROWN_UP else "중학생"
    hair = ("양 갈래로 묶은 검은 머리", "black hair in a ponytail") if noun == "girl" else (
        "짧은 검은 머리", "short black hair"
    )  # fmt: skip
    clothes = rng.choice((
        ("노란 티셔츠", "a yellow t-shirt"),
        ("빨간 후드 티", "a red hoodie"),
        ("하늘색 줄무늬 티셔츠", "a sky blue t-shirt"),
    ))  # fmt: skip
    description = (
        f"{age}세 {called}. {hair[0]}, {clothes[0]}."
        if language == "ko"
        else f"{age}, {noun}. {hair[1]}, {clothes[1]}."
    )
    entry = CastMember(
        id=entry_id,
        name=rng.choice(_CHILDREN[language, gender]),
        description=description,
        prompt=f"{bearing(gender, age, language)} with {hair[1]}, wearing {clothes[1]}",
    )
    return CastPerson(entry=entry, gender=gender, age=age, noun=f"the {noun}")


def bearing(gender: Gender, age: int, language: Language) -> str:
    """Return a person in English: "a Korean woman in her mid thirties"."""
    people = "Korean " if language == "ko" else ""
    noun = _noun(gender, age)
    if age < _TEEN:
        return f"a {age}-year-old {people}{noun}"
    whose = "her" if gender == "female" else "his"
    if age < 20:
        return f"a {noun.replace('young ', f'young {people}')} in {whose} late teens"
    phase = ("early", "mid", "late")[min(2, age % 10 // 4)]
    return f"a {people}{noun} in {whose} {phase} {DECADES[min(age // 10 - 1, 6)]}"


def _noun(gender: Gender, age: int) -> str:
    female = gender == "female"
    if age < _TEEN:
        return "girl" if female else "boy"
    grown = "woman" if female else "man"
    return grown if age >= 20 else f"young {grown}"
