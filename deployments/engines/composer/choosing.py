"""Brief and seed -> the story of a conte, and a structure that suits it."""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from conte.brief import Brief
from conte.frozen import digest
from conte.phrases import says
from conte.product_types import ProductTypes
from conte.proportions import BODILESS, HELD
from conte.vocabulary import Language, ProductForm
from deployments.engines.composer import characters, knowledge, mood
from deployments.engines.composer.casting import CastPerson
from deployments.engines.composer.library import (
    Industry,
    MoodName,
    Scene,
    Story,
    Structure,
    structures,
)
from deployments.engines.composer.phrasing import pieces

_FOR_TWO = 6
"""Factor by which two characters prefer a structure with a scene of two."""
_NEAR, _FEWEST = 4.0, 3
"""Largest distance of a story from the best match, and the number of stories kept anyway."""
_ALONE = re.compile(
    r"1인 ?가구|혼자|혼족|자취|독신|싱글|\bsingles?\b|\balone\b"
    r"|on (?:their|your|his|her) own",
    re.IGNORECASE,
)
"""An audience that lives with nobody: no partner, and no child."""
_AT_HOME = ("partner", "child")
_COUPLE = re.compile(r"연인|커플|신혼|예비 ?부부|\bcouples?\b|newlywed|honeymoon", re.IGNORECASE)
"""An audience of two, whose stories are of no parent and no child."""
_OF_FAMILY = ("child", "parent", "mother", "father")
_PARENTS = re.compile(
    r"가족|부모|엄마|아빠|어머니|아버지|아이|자녀|육아|키즈|어린이|유아|초등|중학|학생|아기|가정|주부|남매|손주|할머니|할아버지|3040|[345]0대"
    r"|\b(?:famil\w+|parents?|mothers?|fathers?|mums?|moms?|dads?|kids?|child(?:ren)?|bab(?:y|ies)|toddlers?)\b",
    re.IGNORECASE,
)
"""An audience, or a product, with children."""
_TEENS = re.compile(r"10대|십대|청소년|중학생|고등학생|중고생|고3|수험생|teen", re.IGNORECASE)
_YOUNG = re.compile(r"20대|대학생|취준|취업 ?준비|사회 ?초년|자취|college|student", re.IGNORECASE)
_OLD = re.compile(
    r"[678]0대|시니어|어르신|노년|은퇴한|은퇴 ?후|seniors?\b|retire[ed]", re.IGNORECASE
)
_OF_ANOTHER = re.compile(r"자녀|자식|둔|모시는|손주|부모", re.IGNORECASE)
"""Words by which an audience is not the old themselves."""
_UNSEEN = BODILESS | {ProductForm.APP, ProductForm.BUILDING, ProductForm.HOUSE}
"""Product forms that have no close views, such as a loan or an app."""


@dataclass(frozen=True)
class Chosen:
    """First choices of a plan; later choices continue with `rng`."""

    rng: random.Random
    industry: Industry
    mood: MoodName
    people: tuple[CastPerson, ...]
    structure: Structure
    story: Story

    @classmethod
    def of(cls, brief: Brief, seed: int, types: ProductTypes | None = None) -> Self:
        rng = random.Random(digest(["composer", seed, brief.model_dump(mode="json")]))
        industry = knowledge.industry_of(brief, types)
        mood_name = mood.mood_of(brief, industry)
        people = characters.people(brief, industry, rng)
        told = stories_for(brief, industry, mood_name, types)
        # Of an even number of stories each would always fall to odd seeds, or to even ones.
        rounds = (seed - 1) // len(told) if told and len(told) % 2 == 0 else 0
        # The seed picks the story before anything else: neighbouring seeds are other ideas.
        for turn in range(len(told)):
            story = told[(seed - 1 + turn) % len(told)]
            weights = suitable(brief, industry, mood_name, people, story, types)
            # Every other seed tells the story alone: two films that look at the product, or two
            # interviews, are one idea.
            told_alone = {one.id for one in structures() if _is_told_alone(one)} & set(weights)
            if told_alone and (seed + rounds) % 2 == 0:
                weights = {one: weight for one, weight in weights.items() if one in told_alone}
            if weights:
                chosen = rng.choices(list(weights), list(weights.values()))[0]
                structure = next(one for one in structures() if one.id == chosen)
                return cls(rng, industry, mood_name, people, structure, story)
        raise ValueError(f"{industry.id}: no structure suits the brief")


def structure_of(brief: Brief, seed: int) -> Structure:
    """Return the structure that `make_plan` would choose, without the rest of the plan."""
    return Chosen.of(brief, seed).structure


def suitable(
    brief: Brief,
    industry: Industry,
    mood_name: MoodName,
    people: Sequence[CastPerson] = (),
    story: Story | None = None,
    types: ProductTypes | None = None,
) -> dict[str, float]:
    """Return the weights of the suitable structures, by id.

    `story`: the chosen story; None: any of the industry. Characters of the brief require a story in
    which they are seen; two of them prefer a scene of two.
    """
    text = f"{brief.product.description} {brief.tone} {' '.join(brief.product.selling_points)}"
    is_new = any(says(text, word) for word in ("출시", "신제품", "첫 공개", "launch", "all-new"))
    is_thing = knowledge.form_of(brief, industry, types) not in _UNSEEN
    told = (story,) if story is not None else stories_for(brief, industry, mood_name, types)
    weights: dict[str, float] = {}
    for structure in structures():
        weight = structure.moods.get(mood_name, 1.0)
        if structure.id in industry.avoid or brief.duration_s < structure.min_s:
            continue
        if structure.of_things and not is_thing:
            continue
        # A teaser of what has long been sold is a teaser of anything.
        if structure.id == "launch_teaser" and not is_new:
            continue
        if any(getattr(industry, need) is None for need in structure.needs):
            continue
        scene = scene_of(structure, industry)
        if scene is not None and scene.mate in _AT_HOME and _ALONE.search(brief.audience):
            continue
        if scene is not None and scene.mate in _OF_FAMILY and _COUPLE.search(brief.audience):
            continue
        able = [one for one in told if _tells(structure, one, scene)]
        if people:
            able = [one for one in able if structure.is_peopled and _may_play(scene, one, people)]
        if not able:
            continue
        if structure.id == "launch_teaser":
            weight = max(weight, 1.0) * 3
        if weight > 0:
            weights[structure.id] = weight * (_FOR_TWO if scene and people[1:] else 1)
    return weights


def _is_told_alone(structure: Structure) -> bool:
    return structure.title != "product" and "testimony" not in structure.needs


def _tells(structure: Structure, story: Story, scene: Scene | None) -> bool:
    """Return whether a structure can tell a story: it needs a scene of the story, a question if it
    opens with one, and people in view if two of them talk.
    """
    if structure.title == "product" and story.mate is not None:
        return False
    if scene is not None:
        return scene.story in ("", story.id) and story.mate in (None, scene.mate)
    return bool(story.ask) or not any("ask" in beat.voice for beat in structure.beats)


def _may_play(scene: Scene | None, story: Story, people: Sequence[CastPerson]) -> bool:
    mate = scene.mate if scene is not None else story.mate
    return mate is None or characters.suit(mate, people)


def scene_of(structure: Structure, industry: Industry) -> Scene | None:
    return {"heart": industry.heart, "gag": industry.gag, "chat": industry.chat}.get(
        structure.title
    )


def stories_for(
    brief: Brief, industry: Industry, mood_name: MoodName, types: ProductTypes | None = None
) -> tuple[Story, ...]:
    """Return the industry's stories that suit product and audience, the best match first."""
    kind = knowledge.type_of(brief, types)
    audience = brief.audience.lower()
    asked = pieces(
        " ".join((brief.product.description, *brief.product.selling_points, *brief.must_show))
    )

    said = " ".join(
        (
            brief.product.name,
            brief.product.category,
            brief.product.description,
            *brief.product.selling_points,
            *brief.must_show,
        )
    ).lower()

    def score(story: Story) -> float:
        meant = _is_meant(story, audience)
        common = len(asked & pieces(_words_of(story, brief.language)))
        own = (kind in story.types) + 2 * _speaks_of(said, story)
        return common + 4.0 * meant + 3.0 * (mood_name in story.moods) + 2.0 * own

    told = [one for one in industry.stories if not one.types or kind in one.types]
    told = told or list(industry.stories)
    told = [one for one in told if not one.about or _speaks_of(said, one)] or told
    told = _lived_by(brief, said, told)
    if knowledge.form_of(brief, industry, types) not in HELD:
        told = _or_all([one for one in told if not one.is_in_hand], told)
    # What a brief speaks of is told before what holds for anything.
    of_it = [one for one in told if one.about and _speaks_of(said, one)]
    of_it += [one for one in told if one.types and not one.about]
    told = of_it if len(of_it) > 1 else told
    # Another audience's story is told only for want of two others.
    fits = [one for one in told if not one.audience or not audience or _is_meant(one, audience)]
    told = fits if len(fits) > 1 else told
    fits = [one for one in told if mood_name in one.moods or not one.moods]
    told = fits if len(fits) > 1 else told
    ranked = sorted(told, key=score, reverse=True)
    least = score(ranked[0]) - _NEAR
    return tuple(one for at, one in enumerate(ranked) if at < _FEWEST or score(one) >= least)


def _lived_by(brief: Brief, said: str, told: list[Story]) -> list[Story]:
    """Return the stories that the audience could live: no child where none is spoken of, no desk
    of a pupil or of the retired, no parent of the old.
    """
    audience = brief.audience
    if _ALONE.search(audience):
        told = [one for one in told if one.mate not in _AT_HOME] or told
    if _COUPLE.search(audience):
        told = _or_all([one for one in told if one.mate in ("partner", "friend")], told)
    if audience and not _PARENTS.search(f"{audience} {said}"):
        told = _or_all([one for one in told if one.mate != "child"], told)
    if _TEENS.search(audience) or _OLD.search(audience):
        told = _or_all([one for one in told if not one.is_at_work], told)
    if _OLD.search(audience) and not _OF_ANOTHER.search(audience):
        told = _or_all([one for one in told if one.mate not in _OF_FAMILY], told)
    if _TEENS.search(audience) or _YOUNG.search(audience):
        alone = [one for one in told if not one.has_family or _is_meant(one, audience.lower())]
        told = _or_all(alone, told)
    return told


def _is_meant(story: Story, audience: str) -> bool:
    return any(word.replace("_", " ") in audience for word in story.audience)


def _or_all(some: list[Story], every: list[Story]) -> list[Story]:
    """Return the suitable stories if they are two ideas at least, otherwise all."""
    return some if len(some) > 1 else every


def _speaks_of(said: str, story: Story) -> bool:
    return any(_is_said(word.replace("_", " "), said) for word in story.about)


def _is_said(word: str, said: str) -> bool:
    """Return whether a word stands in a text. An English word and a Korean one of one syllable
    count only where a word begins: 문 is not meant in 질문.
    """
    begins = word.isascii() or len(word) == 1
    at = said.find(word)
    while at > 0 and begins and (said[at - 1].isalnum() or said[at - 1] == "_"):
        at = said.find(word, at + 1)
    return at >= 0


def _words_of(story: Story, language: Language) -> str:
    moments = (story.need, story.use, story.proof, story.change, story.joy)
    said = [story.topic, story.title, story.at.name, *(moment.see for moment in moments)]
    return " ".join(pair.of(language) for pair in said)
