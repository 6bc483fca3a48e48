"""Composer: Brief and seed -> treatment, then cut after cut. Rules and a library, no model."""

import random
from collections.abc import AsyncIterator

from conte.brief import Brief
from conte.checks.timefit import Rates
from conte.clip import EngineId
from conte.conte import Treatment
from conte.cut import Cut
from conte.frozen import digest
from conte.vocabulary import Setting
from deployments.engines.composer.camera import Framing, frame
from deployments.engines.composer.copywriter import Copywriter
from deployments.engines.composer.library import moods
from deployments.engines.composer.phrasing import fill, tidy
from deployments.engines.composer.plan import Plan, make_plan
from deployments.engines.composer.prompting import video_prompt
from deployments.engines.composer.staging import Staged, stage

_AMBIENCE: dict[Setting, tuple[str, str]] = {
    Setting.STUDIO: ("고요한 공간의 울림", "the hush of an empty room"),
    Setting.KITCHEN: ("주방의 생활 소리", "kitchen sounds"),
    Setting.LIVING_ROOM: ("창밖의 생활 소음", "life outside the window"),
    Setting.BEDROOM: ("고요한 방, 이불 소리", "a quiet room, rustling sheets"),
    Setting.BATHROOM: ("물소리", "running water"),
    Setting.OFFICE: ("키보드 소리, 사무실 소음", "keyboards, office murmur"),
    Setting.SCHOOL: ("교실의 웅성거림", "classroom murmur"),
    Setting.SHOP: ("매장의 웅성거림", "shop murmur"),
    Setting.CAFE: ("잔 부딪는 소리, 낮은 대화", "cups and low talk"),
    Setting.RESTAURANT: ("식당의 활기", "a lively dining room"),
    Setting.GYM: ("운동화 마찰음, 거친 숨", "squeaking shoes, hard breathing"),
    Setting.HOSPITAL: ("조용한 복도, 발걸음", "a quiet corridor, footsteps"),
    Setting.FACTORY: ("기계의 규칙적인 소리", "the steady beat of machines"),
    Setting.STREET: ("거리 소음", "the sound of the street"),
    Setting.SKYLINE: ("도시의 먼 소음, 바람", "distant city, wind"),
    Setting.ROAD: ("차가 지나가는 소리", "passing cars"),
    Setting.VEHICLE: ("실내로 스미는 주행음", "the muffled road"),
    Setting.HOME_EXTERIOR: ("골목의 저녁 소리", "the sounds of the lane"),
    Setting.PARK: ("새소리, 아이들 웃음", "birds, children laughing"),
    Setting.FIELD: ("풀벌레, 바람에 눕는 풀", "insects, wind in the grass"),
    Setting.FOREST: ("나뭇잎 스치는 소리", "rustling leaves"),
    Setting.MOUNTAIN: ("산바람", "mountain wind"),
    Setting.SEA: ("파도 소리, 갈매기", "waves, gulls"),
}


class Composer:
    """The embedded conte engine. The same brief and seed give the same conte, on any machine."""

    id = EngineId(
        name="composer",
        revision="1",
        label="composer (rule-based writer, not a language model)",
    )
    prompt_version = None

    def __init__(self, rates: Rates | None = None) -> None:
        self._rates = rates or Rates()

    async def write(self, brief: Brief, seed: int) -> AsyncIterator[Treatment | Cut]:
        """The treatment, then each cut, made when it is asked for."""
        plan = make_plan(brief, seed, self._rates)
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
    sound = (
        cut.moment.se.of(language)
        if cut.moment.se
        else _AMBIENCE[cut.place.setting][language == "en"]
    )
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
        sound_effect=sound,
        music=_music(plan, index),
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


def _music(plan: Plan, index: int) -> str:
    """One tune: it begins with the film, turns with the story, and closes on the packshot."""
    kit, last = moods()[plan.mood], len(plan.cuts) - 1
    if index == 0:
        return kit.opening[plan.music % len(kit.opening)].of(plan.language)
    if index == last:
        return kit.closing[plan.music % len(kit.closing)].of(plan.language)
    turns = next((i for i, cut in enumerate(plan.cuts) if cut.beat.turn and i), None)
    if turns is None:
        turns = next(i for i, cut in enumerate(plan.cuts) if i and "product" in cut.shows)
    if index == turns:
        return kit.turning[plan.music % len(kit.turning)].of(plan.language)
    return ""
