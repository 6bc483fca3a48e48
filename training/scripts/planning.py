"""Product types -> orders: combinations of situation, structure, tone and number of cuts, evenly
distributed.

There are hundreds of thousands of combinations. For each order a few are drawn, and the one is
chosen whose structure, mood and number of cuts were ordered least so far. The same product types
and settings give the same orders, so that an interrupted job can be resumed.
"""

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import count, cycle
from typing import Self

from pydantic import Field, model_validator

from conte.brief import Brief, Product
from conte.frozen import Frozen, digest
from conte.product_types import ProductType
from conte.timing import MAX_CUTS, MIN_CUTS, most_cuts
from conte.vocabulary import Language
from deployments.engines.composer.choosing import suitable
from deployments.engines.composer.knowledge import industry_of
from deployments.engines.composer.library import Industry, MoodName, Story, moods, structures
from deployments.engines.composer.pacing import num_cuts
from deployments.engines.composer.phrasing import fill
from training.scripts.order import Order
from training.scripts.wording import facts_of, wording

_DRAWN = 24
"""Number of combinations that are drawn for each order."""
_MOODS: tuple[MoodName, ...] = tuple(moods())
LENGTHS_S = (8.0, 15.0, 20.0, 30.0, 45.0, 60.0)
_SECONDS_A_CUT = (2.5, 8.0)
"""Range of seconds per cut: less leaves no time for words, more gives a finding of the film
grammar."""

_Names = Mapping[tuple[str, Language], Sequence[str]]
_Axes = Counter[str | int | tuple[str, int]]


class Mix(Frozen):
    """Proportions of the planned orders."""

    english: float = 0.2
    open_cuts: float = 0.25
    """Share of briefs that leave the number of cuts to the writer."""
    cuts: tuple[int, int] = (MIN_CUTS, MAX_CUTS)
    """Smallest and largest number of cuts."""
    lengths_s: tuple[float, ...] = LENGTHS_S
    products: int | None = None
    """Number of known products per type, described alike in every brief, as in one company's
    catalogue; None: a new product for each brief."""
    structures: tuple[str, ...] = ()
    """Permitted structures; empty: every one that suits the brief."""
    must_show: float = Field(default=0.3, ge=0, le=1)
    """Share of the briefs with required elements (`must_show`)."""
    must_not_say: float = Field(default=0.3, ge=0, le=1)
    """Share of the briefs with forbidden words (`must_not_say`)."""
    seed: int = 0

    @model_validator(mode="after")
    def _can_be_planned(self) -> Self:
        least, most = self.cuts
        if not MIN_CUTS <= least <= most <= MAX_CUTS:
            raise ValueError(f"cuts are {least} to {most}, wanted {MIN_CUTS} to {MAX_CUTS}")
        if unknown := set(self.structures) - {one.id for one in structures()}:
            raise ValueError(f"structures has {sorted(unknown)[0]!r}, which the composer has not")
        if self.products is not None and self.products < 1:
            raise ValueError(f"products is {self.products}, wanted 1 or more")
        if not all(any(_suits(length, cuts) for length in self.lengths_s) for cuts in self.cuts):
            raise ValueError(f"lengths_s are {self.lengths_s}: none suits {least} or {most} cuts")
        return self


def plan_orders(kinds: Sequence[ProductType], num: int, mix: Mix) -> Iterator[Order]:
    """Return `num` orders: industries take turns, and within an industry its product types.

    Raises:
        ValueError: if there is no type, or there are more types than names.
    """
    if not kinds:
        raise ValueError("there are no product types to plan scripts for")
    asked: _Axes = Counter()
    names = _names(kinds)
    seen: set[str] = set()
    for at, kind in zip(range(num), _in_turn(kinds), strict=False):
        order = next(
            order
            for attempt in count()
            if (order := _order(kind, _rng(mix, kind, at, attempt), asked, names, mix)).id
            not in seen
        )
        seen.add(order.id)
        asked.update(_axes(order.structure, order.mood, order.cuts))
        yield order


def _rng(mix: Mix, kind: ProductType, at: int, attempt: int) -> random.Random:
    return random.Random(digest([mix.seed, kind.id, at, attempt]))


def _in_turn(kinds: Sequence[ProductType]) -> Iterator[ProductType]:
    industries = sorted({kind.industry for kind in kinds})
    of = {
        industry: cycle(sorted((k for k in kinds if k.industry == industry), key=lambda k: k.id))
        for industry in industries
    }
    for industry in cycle(industries):
        yield next(of[industry])


def _axes(structure: str, mood: str, cuts: int) -> tuple[str | int | tuple[str, int], ...]:
    return structure, mood, cuts, (structure, cuts)


def _order(kind: ProductType, rng: random.Random, asked: _Axes, names: _Names, mix: Mix) -> Order:
    language: Language = "en" if rng.random() < mix.english else "ko"
    brief = Brief(product=_product(kind, language, rng, names, mix), language=language)
    industry = industry_of(brief)
    drawn: list[tuple[MoodName, int]] = [
        (rng.choice(_MOODS), rng.randint(*mix.cuts)) for _ in range(_DRAWN)
    ]
    choices: list[tuple[str, MoodName, int]] = [
        (structure, mood, cuts)
        for mood, cuts in drawn
        for structure in sorted(suitable(brief, industry, mood))
        if not mix.structures or structure in mix.structures
    ]
    if not choices:
        raise ValueError(f"structures has none that suits {kind.id}: {', '.join(mix.structures)}")
    rng.shuffle(choices)
    structure, mood, cuts = min(choices, key=lambda c: sum(asked[axis] for axis in _axes(*c)))
    story = rng.choice(industry.stories)
    return Order(
        kind=kind.id,
        industry=kind.industry,
        structure=structure,
        mood=mood,
        situation=f"{story.topic.of(language)}, {story.at.name.of(language)}",
        cuts=cuts,
        brief=_brief(brief, kind, industry, story, mood, cuts, rng, mix),
        seed=rng.randrange(2**31),
    )


def _product(
    kind: ProductType, language: Language, rng: random.Random, names: _Names, mix: Mix
) -> Product:
    category = kind.name.of(language)
    if mix.products is not None:
        # Known products: the same name each time, as a house's own model would learn them.
        return Product(name=rng.choice(names[kind.id, language][: mix.products]), category=category)
    # A Latin name in a Korean film at times: its particles follow how it is said.
    spelt: Language = "en" if language == "ko" and rng.random() < 0.1 else language
    name = rng.choice(names[kind.id, spelt])
    if rng.random() < 0.15:
        name += f" {rng.randint(2, 9)}"
    return Product(name=name, category=category)


def _names(kinds: Sequence[ProductType]) -> _Names:
    """Return the names of each type's products; no name occurs in two types, because it could leak
    between splits."""
    shares: dict[tuple[str, Language], list[str]] = {}
    languages: tuple[Language, ...] = ("ko", "en")
    for language in languages:
        stems, ends = wording().stems[language], wording().ends[language]
        coined = sorted({f"{stem} {end}" for stem in stems for end in ends}, key=digest)
        if len(coined) < len(kinds):
            raise ValueError(
                f"{len(kinds)} product types and {len(coined)} names: add stems to wording.yaml"
            )
        for at, kind in enumerate(sorted(kinds, key=lambda kind: kind.id)):
            shares[kind.id, language] = coined[at :: len(kinds)]
    return shares


def _brief(
    bare: Brief, kind: ProductType, industry: Industry, story: Story, mood: MoodName, cuts: int,
    rng: random.Random, mix: Mix,
) -> Brief:  # fmt: skip
    language, known, words = bare.language, facts_of(kind, industry), wording()
    category = bare.product.category
    if mix.products is None:
        facts = rng
    else:
        facts = random.Random(digest(["product", bare.product.name]))
        story = facts.choice(industry.stories)
    points = facts.sample(known.points, facts.choice((1, 2, 2, 3)))
    description = fill(
        facts.choice(words.descriptions)
        .of(language)
        .replace("$topic", story.topic.of(language))
        .replace("$category", category),
        {},
    )
    audiences = [one for one in words.audiences if one.youngest >= min(industry.youngest, 50)]
    duration_s, brief_cuts = _length(bare, cuts, rng.random() < mix.open_cuts, rng, mix.lengths_s)
    return bare.model_copy(
        update={
            "advertiser": facts.choice(words.advertisers).of(language)
            if facts.random() < 0.5
            else "",
            "product": bare.product.model_copy(
                update={
                    "description": description if facts.random() < 0.8 else "",
                    "selling_points": tuple(point.of(language) for point in points),
                }
            ),
            "audience": rng.choice(audiences).text.of(language) if rng.random() < 0.8 else "",
            "tone": next(rng.choice(t) for m, t in words.tones.items() if m == mood).of(language),
            "duration_s": duration_s,
            "cuts": brief_cuts,
            "aspect_ratio": rng.choice(("16:9", "16:9", "16:9", "9:16", "9:16", "1:1", "4:5")),
            "fps": rng.choice((24, 30, 30)),
            "must_show": (rng.choice(known.show).of(language),)
            if rng.random() < mix.must_show
            else (),
            "must_not_say": tuple(phrase.of(language) for phrase in rng.sample(words.unsaid, 2))
            if rng.random() < mix.must_not_say
            else (),
        }
    )


def _suits(length_s: float, cuts: int) -> bool:
    least, most = _SECONDS_A_CUT
    return least <= length_s / cuts <= most


def _length(
    brief: Brief, cuts: int, is_open: bool, rng: random.Random, lengths_s: Sequence[float]
) -> tuple[float, int | None]:
    """Return seconds that suit this number of cuts, and the number that the brief states,
    or None."""
    fitting = [
        length
        for length in lengths_s
        if _suits(length, cuts) and cuts <= most_cuts(length, brief.fps)
    ]
    if is_open:
        # Then the composer's own number for a length has to be this one; the shortest film has
        # fewer seconds a cut than are planned where the number is asked for.
        fits_open = [
            length
            for length in sorted({*fitting, *[s for s in lengths_s if s < min(fitting)]})
            if num_cuts(brief.model_copy(update={"duration_s": length})) == cuts
        ]
        if fits_open:
            return rng.choice(fits_open), None
    return rng.choice(fitting), cuts
