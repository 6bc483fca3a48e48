"""Variants ("another like B, but funnier"): a further direction from an existing one and a
sentence.

If the sentence asks for another tone, another world takes the direction's structure. Anything else
is applied to its cuts as feedback, by the same table. What is not understood becomes a remark.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from conte.brief import Brief
from conte.checks.timefit import Rates
from conte.clip import EngineId
from conte.conte import Conte, Treatment
from conte.cut import Cut
from conte.direction import direction_seed
from conte.product_types import ProductTypes
from conte.production import Provenance
from conte.revision.applying import apply_all
from conte.revision.feedback import FeedbackItem
from conte.revision.operations import Edit, EditLook, Operation
from conte.revision.working import Working
from conte.variant import VariantOf
from deployments.engines.composer import knowledge
from deployments.engines.composer.brief_ideas import with_ideas
from deployments.engines.composer.directions import tellable
from deployments.engines.composer.library import (
    MoodName,
    World,
    metaphor,
    moods,
    structures,
    worlds,
)
from deployments.engines.composer.plan import ContePlan, Way, make_plan
from deployments.engines.feedback.matching import Wish, clauses, wishes
from deployments.engines.feedback.rules import FeedbackRules

Part = Provenance | Treatment | Cut
PartsOf = Callable[[ContePlan, int, int], Iterator[Part]]

_TONES: Mapping[str, MoodName] = {
    "funnier": "cheerful",
    "calmer": "tender",
    "livelier": "fresh",
    "more_moving": "tender",
    "more_premium": "premium",
    "more_tense": "tense",
    "more_trust": "plain",
}
"""Mood by kind of feedback, for kinds that ask for another tone."""


class Varying:
    """One variant. The same words give the same conte."""

    def __init__(
        self,
        brief: Brief,
        seed: int,
        index: int,
        before: Sequence[Treatment],
        variant_of: VariantOf,
        rates: Rates,
        types: ProductTypes | None,
    ) -> None:
        self._brief, self._seed, self._index = brief, seed, index
        self._before = (*before, variant_of.conte.treatment)
        self._like, self._differ = variant_of.conte, variant_of.variation.differ
        self._letter = variant_of.variation.letter
        self._rates, self._types = rates, types

    async def parts(self, engine: EngineId, parts_of: PartsOf) -> tuple[Part, ...]:
        """Return the provenance, the treatment and the cuts. `parts_of` makes those of a plan."""
        mood, others = _asked(self._differ)
        left = self._worlds(mood)
        remarks: tuple[str, ...] = ()
        if (mood is None and others) or not left:
            # One that has the tone already is told with more of it: by its cuts, too.
            conte, others = self._renamed(self._like), True
        else:
            written = tuple(parts_of(self._plan(left), self._seed, self._index))
            remarks = tuple(
                remark
                for part in written
                if isinstance(part, Provenance)
                for remark in part.remarks
            )
            conte = _conte_of(written)
        if others or mood is None:
            conte, remark = await self._as_asked(conte)
            remarks = (*remarks, *([remark] if remark else []))
        told = Provenance(engine=engine, seed=self._seed, direction=self._index, remarks=remarks)
        return (told, conte.treatment, *conte.cuts)

    def _worlds(self, mood: MoodName | None) -> list[World]:
        """Return the worlds of the mood, without the one of the direction to resemble."""
        own = self._like.title
        language = self._brief.language
        return [
            world
            for world in worlds()
            if mood in (None, world.mood) and world.title.of(language) not in own
        ]

    def _plan(self, left: Sequence[World]) -> ContePlan:
        """Return a plan with the other direction's structure, if one of these worlds can tell
        it.
        """
        brief = self._brief
        industry = knowledge.industry_of(brief, self._types)
        titles = [treatment.title for treatment in self._before]

        def unfit(world: World) -> tuple[bool, bool]:
            told = any(world.title.of(brief.language) in title for title in titles)
            return told, self._like.structure not in world.structures

        world = min(left, key=unfit)
        # Its own structure; where no world tells that one, the world's most suitable.
        names = (self._like.structure, *world.structures, "metaphor")
        by_id = {structure.id: structure for structure in (*structures(), metaphor())}
        structure = next(
            by_id[name]
            for name in names
            if name in by_id and tellable(by_id[name], brief, industry)
        )
        without = frozenset(treatment.slogan for treatment in self._before)
        way = Way(world, structure, without)
        seed = direction_seed(self._seed, self._index)
        return with_ideas(make_plan(brief, seed, self._rates, self._types, way), self._rates)

    def _renamed(self, conte: Conte) -> Conte:
        """Return the conte under another title, without the data that only its production has."""
        title = f"{conte.title} ({self._differ})"[:200]
        cuts = tuple(
            cut.model_copy(
                update={"id": "", "seed": None, "start": 0, "split_from": "", "take": "",
                        "sounds": (), "locked": ()}
            )
            for cut in conte.cuts
        )  # fmt: skip
        return conte.model_copy(update={"title": title, "cuts": cuts})

    async def _as_asked(self, conte: Conte) -> tuple[Conte, str]:
        """Return the conte with the sentence applied to all of it as feedback, and what could not
        be done.
        """
        # Ids for the operations alone: the production gives the cuts theirs.
        working = Working(conte=conte.born(self._seed), brief=self._brief)
        item = FeedbackItem(text=self._differ)
        (proposal,) = await FeedbackRules().propose(working, [item])
        within = [op for op in proposal.operations if _keeps_cuts(op)]
        changed = apply_all(working, within).conte
        cuts = tuple(
            cut.model_copy(update={"id": was.id, "seed": was.seed})
            for cut, was in zip(changed.cuts, conte.cuts, strict=True)
        )
        not_done = "" if within else f"{self._differ}: {proposal.message}"
        return changed.model_copy(update={"cuts": cuts}), not_done


def _asked(differ: str) -> tuple[MoodName | None, bool]:
    """Return the mood that the sentence asks for, and whether it asks for anything else."""
    found: list[Wish] = [wish for clause in clauses(differ) for wish in wishes(clause, (), ())]
    tones: list[MoodName] = [_TONES[wish.kind.kind] for wish in found if wish.kind.kind in _TONES]
    others = any(wish.kind.kind not in _TONES for wish in found)
    if tones:
        return tones[0], others
    said: dict[MoodName, int] = {
        name: sum(word in differ.lower() for word in kit.words) for name, kit in moods().items()
    }
    best: MoodName = max(said, key=lambda name: said[name])
    tone: MoodName | None = best if said[best] and not others else None
    return tone, others


def _keeps_cuts(op: Operation) -> bool:
    """Return whether an operation leaves the number and the lengths of the cuts alone."""
    return isinstance(op, Edit | EditLook)


def _conte_of(parts: Sequence[Part]) -> Conte:
    (treatment,) = [part for part in parts if isinstance(part, Treatment)]
    return Conte.of(treatment, tuple(part for part in parts if isinstance(part, Cut)))
