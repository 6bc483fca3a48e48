"""The brief's characters -> the people of a story. Nothing is added to their descriptions."""

import random
import re
import textwrap
from collections.abc import Sequence

from conte.brief import Brief, Character
from conte.checks.brief_kept import drawn_text
from deployments.engines.composer import casting
from deployments.engines.composer.casting import GROWN_UP, CastPerson, Gender
from deployments.engines.composer.library import Industry, Mate, looks
from deployments.engines.composer.notation import PairText
from deployments.engines.composer.phrasing import PARTICLES, capital, in_sentence, is_latin

_IDS = ("lead", "second", "third", "fourth", "fifth")
_ORDINALS = ("", "second ", "third ", "fourth ")
_ABROAD = re.compile(r"외국|서양|유럽|백인|흑인")
_GENDERS = re.compile(
    r"(여성|여자|여학생|소녀|딸(?!기)|엄마|어머니|할머니|아내|주부|언니|누나"
    r"|\b(?:wom[ae]n|female|girls?|lady|she|her|mothers?|mom|grandm\w+|daughter|wife)\b)"
    r"|남성|남자|남학생|소년|아들|아빠|아버지|할아버지|남편|오빠"
    r"|\b(?:m[ae]n|male|boys?|gentleman|he|his|fathers?|dad|grandf\w+|grandpa|son|husband)\b",
    re.IGNORECASE,
)
"""Words for genders. The first person named counts: "a woman with her son"."""
_YEARS = re.compile(
    r"(\d{1,2})\s*(?:세|살)|\b(\d{1,2})[- ]years?[- ]old|\b(?:aged?|of) (\d{1,2})\b|\. (\d{1,2}),",
    re.IGNORECASE,
)
_DECADES = re.compile("|".join(casting.DECADES[1:]), re.IGNORECASE)
_STAGES: tuple[tuple[str, int], ...] = (
    (r"할머니|할아버지|\bgrand(?:m|f|pa)", 70),
    (r"아이(?!보리)|어린이|꼬마|소녀|소년|유치원|초등학|\b(?:child|kid|girl|boy)\b", 7),
)
_MOST = 300
"""Most characters of a person's description: every cut's prompt repeats it."""


def people(brief: Brief, industry: Industry, rng: random.Random) -> tuple[CastPerson, ...]:
    """Return the brief's characters as lead, second and further people.

    They are in the brief's order, grown-ups first. If all are children, an invented grown-up leads:
    stories are about people who drive and pay.
    """
    told = [(one, _age(f"{one.name}. {one.description}")) for one in brief.characters]
    told.sort(key=lambda of: of[1] is not None and of[1] < GROWN_UP)
    played: list[CastPerson] = []
    if told and (told[0][1] or GROWN_UP) < GROWN_UP:
        played.append(casting.lead(brief, industry.youngest, industry.wear, rng))
    for character, age in told:
        wear = None if played else industry.wear
        person = _person(_IDS[len(played)], character, age, wear, brief, rng)
        bare = person.noun.removeprefix("the ")
        at = sum(other.noun.endswith(f" {bare}") for other in played)
        played.append(person.model_copy(update={"noun": f"the {_ORDINALS[at]}{bare}"}))
    return tuple(played)


def suit(mate: Mate, played: Sequence[CastPerson]) -> bool:
    """Return whether the first two can play a story, or a scene, of a person and their `mate`."""
    if len(played) < 2:
        return True
    lead, second, *_ = played
    match mate:
        case "child":
            return second.age < GROWN_UP
        case "mother" | "father" | "parent":
            gender = {"mother": "female", "father": "male"}.get(mate, second.gender)
            return second.age >= lead.age + 15 and second.gender == gender
        case _:
            return second.age >= GROWN_UP


def _person(
    entry_id: str,
    character: Character,
    age: int | None,
    wear: PairText | None,
    brief: Brief,
    rng: random.Random,
) -> CastPerson:
    language, text = brief.language, f"{character.name}. {character.description}"
    gender = _gender(text) or casting.gender_in(brief.audience) or rng.choice(("female", "male"))
    age = age or casting.age_in(brief.audience) or rng.choice((27, 31, 34, 38))
    if age < GROWN_UP:
        person = casting.child_of(entry_id, gender, age, language, rng)
    else:
        person = casting.person_of(entry_id, gender, age, wear, language, rng)
    unseen = "" if character.image else person.entry.description
    entry = person.entry.model_copy(
        update={
            "name": character.name,
            "description": character.description or unseen,
            "prompt": _prompt(character, person, brief),
        }
    )
    return person.model_copy(update={"entry": entry})


def _prompt(character: Character, person: CastPerson, brief: Brief) -> str:
    """Translate a description into English, without additions that a picture could contradict."""
    said = _in_english(character, person)
    if _GENDERS.search(said):
        return said
    if not said and not character.image:
        return person.entry.prompt
    # The language stands for the country if neither picture nor description names one.
    known = character.image or _ABROAD.search(character.description)
    bearing = casting.bearing(person.gender, person.age, "en" if known else brief.language)
    return f"{bearing}, {said}" if said else bearing


def _in_english(character: Character, person: CastPerson) -> str:
    text = " ".join(character.description.split()).rstrip(".")
    if is_latin(text):
        # Case-sensitive: Rose is a name, a rose is not.
        unnamed = re.sub(rf"(?<!\w){re.escape(character.name)}(?!\w)", person.noun, text)
        first, *rest = textwrap.shorten(unnamed, _MOST, placeholder="").rstrip(",;. ").split(". ")
        english = ". ".join((in_sentence(first), *map(capital, rest)))
    else:
        english = ", ".join(_known_looks(text))
    return "" if drawn_text(english) else english


def _known_looks(korean: str) -> list[str]:
    """Translate "짧은 검은 머리에 회색 코트" -> short black hair, grey coat; omits unknown
    words.
    """
    known, found, words = looks(), list[str](), list[str]()
    for eojeol in re.findall("[가-힣]+", korean):
        bare = PARTICLES.sub("", eojeol) if len(eojeol) > 1 else eojeol
        noun = known.nouns.get(eojeol) or known.nouns.get(bare)
        if noun:
            found.append(" ".join((*words, noun)))
            words = []
        elif word := known.words.get(eojeol):
            words.append(word)
        else:
            words = []
    return found


def _gender(text: str) -> Gender | None:
    found = _GENDERS.search(text)
    if found is None:
        return None
    return "female" if found[1] else "male"


def _age(text: str) -> int | None:
    if found := _YEARS.search(text):
        return int(next(filter(None, found.groups())))
    if found := _DECADES.search(text):
        return (casting.DECADES.index(found[0].lower()) + 1) * 10 + 4
    stages = (age for pattern, age in _STAGES if re.search(pattern, text, re.IGNORECASE))
    return casting.age_in(text) or next(stages, None)
