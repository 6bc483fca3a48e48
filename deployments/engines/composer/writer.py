"""Composer: Brief and seed -> treatment, then cut after cut. Rules and a library, no model."""

import random
from collections.abc import AsyncIterator, Iterator, Sequence

from conte.brief import Brief
from conte.checks.timefit import Rates
from conte.clip import EngineId
from conte.conte import Treatment
from conte.cut import Cut
from conte.direction import direction_seed
from conte.frozen import digest
from conte.product_types import ProductTypes
from conte.production import Provenance
from conte.variant import VariantOf
from deployments.engines.composer.brief_ideas import with_ideas
from deployments.engines.composer.camera import Framing, frame
from deployments.engines.composer.copywriter import Copywriter
from deployments.engines.composer.directions import direction_plans
from deployments.engines.composer.phrasing import fill, tidy
from deployments.engines.composer.picture import staging_of
from deployments.engines.composer.plan import ContePlan, make_plan
from deployments.engines.composer.prompting import video_prompt
from deployments.engines.composer.sound import music, sound_effect
from deployments.engines.composer.staging import Staged, stage


class Composer:
    """The embedded conte engine. The same brief and seed give the same conte, on any machine."""

    id = EngineId(
        name="composer",
        revision="1",
        label="composer (rule-based writer, not a language model)",
    )
    prompt_version: str | None = None

    def __init__(self, rates: Rates | None = None, types: ProductTypes | None = None) -> None:
        """Create the composer. `types`: known product types; None: those of the install."""
        self._rates, self._types = rates or Rates(), types

    async def write(self, brief: Brief, seed: int) -> AsyncIterator[Provenance | Treatment | Cut]:
        """Yield the treatment, then each cut, made when it is requested.

        Yields a `Provenance` first only if there is something to remark.
        """
        plan = with_ideas(make_plan(brief, seed, self._rates, self._types), self._rates)
        for part in self._parts(plan, seed, 0):
            yield part

    async def write_direction(
        self,
        brief: Brief,
        seed: int,
        index: int,
        before: Sequence[Treatment] = (),
        variant_of: VariantOf | None = None,
    ) -> AsyncIterator[Provenance | Treatment | Cut]:
        """Yield direction `index` as `write` yields the first.

        It depends on the brief, the seed and the index only: `before` changes nothing. With
        `variant_of` it is like that direction, with the requested difference; see `variants`.
        """
        if variant_of is not None:
            # Imported here: it reads wishes by the feedback rules, which know the library.
            from deployments.engines.composer.variants import Varying

            varying = Varying(brief, seed, index, before, variant_of, self._rates, self._types)
            for part in await varying.parts(self.id, self._parts):
                yield part
            return
        plans = direction_plans(brief, seed, index + 1, self._rates, self._types)
        for part in self._parts(plans[index], seed, index):
            yield part

    def treatments(self, brief: Brief, seed: int, count: int) -> tuple[Treatment, ...]:
        """Return the treatments of the first `count` directions, without their cuts."""
        plans = direction_plans(brief, seed, count, self._rates, self._types)
        return tuple(plan.treatment for plan in plans)

    def _parts(
        self, plan: ContePlan, seed: int, index: int
    ) -> Iterator[Provenance | Treatment | Cut]:
        brief = plan.brief
        if plan.remarks:
            yield Provenance(engine=self.id, seed=seed, direction=index, remarks=plan.remarks)
        yield plan.treatment
        rng = random.Random(
            digest(["composer.cuts", direction_seed(seed, index), brief.model_dump(mode="json")])
        )
        copywriter = Copywriter(plan, self._rates, rng)
        staged = stage(plan)
        framings: list[Framing] = []
        for index in range(len(plan.cuts)):
            framings.append(frame(plan, index, framings, rng))
            yield _cut(plan, index, framings[-1], staged[index], copywriter)


def _cut(
    plan: ContePlan,
    index: int,
    framing: Framing,
    staged: tuple[Staged, ...],
    copywriter: Copywriter,
) -> Cut:
    cut, language = plan.cuts[index], plan.language
    copy = copywriter.write(index)
    action = tidy(fill(cut.moment.see.of(language), plan.slots()))
    if index == len(plan.cuts) - 1:
        action += _room_for_logo(plan)
    staging = staging_of(plan, cut, staged)
    seen = staging.entries() if staging is not None else ()
    return Cut(
        number=index + 1,
        num_frames=cut.num_frames,
        size=framing.size,
        angle=framing.angle,
        move=framing.move,
        direction=framing.direction,
        transition=framing.transition,
        setting=cut.place.setting,
        place=cut.place.name.of(language),
        time_of_day=cut.when,
        action=" ".join([action, *(item.action for item in staged)])[:2000],
        narration=copy.narration,
        dialogue=copy.dialogue,
        sound_effect=sound_effect(plan, index),
        music=music(plan, index),
        caption=copy.caption,
        video_prompt=video_prompt(plan, cut, framing, staged),
        shows=tuple(dict.fromkeys((*cut.shows, *seen))),
        staging=staging,
    )


def _room_for_logo(plan: ContePlan) -> str:
    by = plan.brief.advertiser
    if not by:
        return ""
    if plan.language == "ko":
        return f" 아래쪽은 {by} 로고를 얹을 자리로 비워 둔다."
    return f" The lower third is left clear for the {by} logo."
