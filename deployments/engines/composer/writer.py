"""Composer: Brief and seed -> treatment, then cut after cut. Rules and a library, no model."""

import random
from collections.abc import AsyncIterator

from conte.brief import Brief
from conte.checks.timefit import Rates
from conte.clip import EngineId
from conte.conte import Treatment
from conte.cut import Cut
from conte.frozen import digest
from conte.product_types import ProductTypes
from deployments.engines.composer.camera import Framing, frame
from deployments.engines.composer.copywriter import Copywriter
from deployments.engines.composer.phrasing import fill, tidy
from deployments.engines.composer.plan import Plan, make_plan
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
        """`types`: what it knows products by; none are those of the install."""
        self._rates, self._types = rates or Rates(), types

    async def write(self, brief: Brief, seed: int) -> AsyncIterator[Treatment | Cut]:
        """The treatment, then each cut, made when it is asked for."""
        plan = make_plan(brief, seed, self._rates, self._types)
        yield plan.treatment
        rng = random.Random(digest(["composer.cuts", seed, brief.model_dump(mode="json")]))
        copywriter = Copywriter(plan, self._rates, rng)
        staged = stage(plan)
        framings: list[Framing] = []
        for index in range(len(plan.cuts)):
            framings.append(frame(plan, index, framings, rng))
            yield _cut(plan, index, framings[-1], staged[index], copywriter)


def _cut(
    plan: Plan, index: int, framing: Framing, staged: tuple[Staged, ...], copywriter: Copywriter
) -> Cut:
    cut, language = plan.cuts[index], plan.language
    copy = copywriter.write(index)
    action = tidy(fill(cut.moment.see.of(language), plan.slots()))
    if index == len(plan.cuts) - 1:
        action += _room_for_logo(plan)
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
        shows=cut.shows,
    )


def _room_for_logo(plan: Plan) -> str:
    by = plan.brief.advertiser
    if not by:
        return ""
    if plan.language == "ko":
        return f" 아래쪽은 {by} 로고를 얹을 자리로 비워 둔다."
    return f" The lower third is left clear for the {by} logo."
