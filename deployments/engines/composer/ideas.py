"""Brief -> further ideas as one-liners, from twists, worlds, and the stories of its industry."""

import random
from collections.abc import Iterator, Sequence
from functools import cache

from conte.brief import Brief
from conte.clip import EngineId
from conte.frozen import Frozen, digest
from conte.ideas import NOT_SEEN
from conte.likeness import alike
from conte.phrases import says
from conte.product_types import ProductTypes
from conte.proposed import ProposedIdea
from conte.word_roots import roots
from deployments.engines.composer import knowledge
from deployments.engines.composer.library import (
    Industry,
    Scene,
    Story,
    read_yaml,
    structures,
    worlds,
)
from deployments.engines.composer.notation import Pair, PairText, Place, PlaceName
from deployments.engines.composer.phrasing import (
    fill,
    named_by_category,
    sentences,
    tidy,
)

MOST_ALIKE = 0.35
"""Largest Jaccard index of two ideas' word roots, without names."""
_LONGEST = 300
_TITLE_OF_SCENE = {"heart": "emotional_story", "gag": "humour", "chat": "slice_of_life"}


_FRIEND = PairText(ko="친구", en="a friend")
_MATES = {
    "friend": _FRIEND,
    "child": PairText(ko="아이", en="a child"),
    "partner": PairText(ko="연인", en="a partner"),
    "colleague": PairText(ko="동료", en="a colleague"),
    "parent": PairText(ko="부모님", en="a parent"),
    "mother": PairText(ko="어머니", en="the mother"),
    "father": PairText(ko="아버지", en="the father"),
}


class Twist(Frozen):
    """An entry of `twists.yaml`."""

    structure: str
    at: Place
    idea: Pair


class _Candidate(Frozen):
    structure: str
    at: PlaceName
    idea: PairText
    mate: PairText = _FRIEND
    own: bool = False
    """True for an idea of the product's industry."""


@cache
def twists() -> tuple[Twist, ...]:
    return tuple(Twist.model_validate(entry) for entry in read_yaml("twists.yaml"))


class IdeaLibrary:
    """Proposes ideas from the composer's library, as `conte.proposed.IdeaEngine` describes."""

    id = EngineId(
        name="composer",
        revision="1",
        label="composer (ideas from a library, not a language model)",
    )

    def __init__(self, types: ProductTypes | None = None) -> None:
        """Create the library. `types`: known product types; None: those of the install."""
        self._types = types

    def propose(
        self, brief: Brief, like: Sequence[str], unlike: Sequence[str], num: int, seed: int
    ) -> tuple[ProposedIdea, ...]:
        return further_ideas(brief, like, unlike, num, seed, self._types)


def further_ideas(
    brief: Brief,
    like: Sequence[str],
    unlike: Sequence[str],
    num: int,
    seed: int,
    types: ProductTypes | None = None,
) -> tuple[ProposedIdea, ...]:
    """Return up to `num` ideas; see `IdeaLibrary.propose`."""
    industry = knowledge.industry_of(brief, types)
    rng = random.Random(digest(["composer.ideas", seed, brief.model_dump(mode="json")]))
    names = _words_of_names(brief, industry)
    liked = [roots(text) - names - NOT_SEEN for text in like]
    apart = [roots(text) - names for text in (*unlike, *(idea.text for idea in brief.ideas))]
    apart += liked
    ranked: list[tuple[float, ProposedIdea, frozenset[str]]] = []
    for candidate in _candidates(brief, industry, rng):
        idea = _idea(candidate, brief, industry)
        if idea is None:
            continue
        words = roots(idea.text) - names
        seen = words | roots(idea.place)
        near = max((_shares(seen, other) for other in liked), default=0.0)
        own = 0.3 if candidate.own else 0.0
        structure = 0.2 * any(_tells(text, idea.structure) for text in like)
        ranked.append((2 * near + structure + own + 0.5 * rng.random(), idea, words))
    ranked.sort(key=lambda of: -of[0])
    chosen: list[ProposedIdea] = []
    told: set[str] = set()
    # Each structure once before any is repeated.
    for again in (False, True):
        for _, idea, words in ranked:
            if len(chosen) == num:
                break
            if idea in chosen or (idea.structure in told and not again):
                continue
            if all(alike(words, other) <= MOST_ALIKE for other in apart):
                chosen.append(idea)
                told.add(idea.structure)
                apart.append(words)
    return tuple(chosen)


def _candidates(brief: Brief, industry: Industry, rng: random.Random) -> Iterator[_Candidate]:
    may = {structure.id for structure in structures()} - set(industry.avoid)
    for twist in twists():
        if twist.structure in may:
            yield _Candidate(structure=twist.structure, at=twist.at, idea=twist.idea)
    for world in worlds():
        told = [name for name in world.structures if name in may]
        if told and not (world.mood == "cheerful" and "humour" in industry.avoid):
            structure = rng.choice(told)
            yield _Candidate(structure=structure, at=world.at, idea=world.logline)
    for story in industry.stories:
        structure = rng.choice(("problem_solution", "before_after"))
        if structure in may:
            at = story.need.at or story.at
            mate = _MATES[story.mate or "friend"]
            yield _Candidate(structure=structure, at=at, idea=_of_story(story), mate=mate, own=True)
    for name, structure in _TITLE_OF_SCENE.items():
        scene: Scene | None = getattr(industry, name)
        if scene is not None and structure in may:
            mate = _MATES[scene.mate]
            idea = _of_scene(scene)
            yield _Candidate(structure=structure, at=scene.at, idea=idea, mate=mate, own=True)


def _of_story(story: Story) -> PairText:
    return PairText(
        ko=f"{story.need.see.ko} {story.change.see.ko}",
        en=f"{story.need.see.en} {story.change.see.en}",
    )


def _of_scene(scene: Scene) -> PairText:
    return PairText(
        ko=f"{scene.first.see.ko} {scene.last.see.ko}",
        en=f"{scene.first.see.en} {scene.last.see.en}",
    )


def _idea(candidate: _Candidate, brief: Brief, industry: Industry) -> ProposedIdea | None:
    """Return the idea in the brief's words; None if it is too long or says forbidden words."""
    language = brief.language
    slots = _slots(brief, industry, candidate.mate)
    text = sentences(tidy(fill(candidate.idea.of(language), slots)))
    if len(text) > _LONGEST or any(says(text, phrase) for phrase in brief.must_not_say):
        return None
    return ProposedIdea(
        text=text,
        structure=candidate.structure,
        setting=candidate.at.setting,
        place=candidate.at.name.of(language),
    )


def _slots(brief: Brief, industry: Industry, mate: PairText = _FRIEND) -> dict[str, str]:
    """Return the slots without the names of the cast, which is chosen only when the conte is
    written."""
    ko = brief.language == "ko"
    named = [one.name for one in brief.characters]
    return {
        "it": brief.product.name,
        "noun": industry.noun.of(brief.language),
        "cat": named_by_category(brief, industry.noun.of(brief.language)),
        "topic": industry.stories[0].topic.of(brief.language),
        "who": named[0] if named else ("주인공" if ko else "the hero"),
        "mate": named[1] if named[1:] else mate.of(brief.language),
        "he": "they",
        "his": "their",
        "him": "them",
        "himself": "themselves",
    }


def _words_of_names(brief: Brief, industry: Industry) -> frozenset[str]:
    """Return the roots of names, which occur in every idea and so do not count as similarity."""
    return roots(" ".join(_slots(brief, industry).values()))


def _shares(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the share of the shorter text's words that the longer one has, because a wish is
    shorter than an idea."""
    return len(one & other) / min(len(one), len(other)) if one and other else 0.0


def _tells(text: str, structure: str) -> bool:
    name = next(one.name for one in structures() if one.id == structure)
    return structure in text or says(text, name.ko) or says(text, name.en)
