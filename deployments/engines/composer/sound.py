"""SE and BGM: the sounds of a cut beside words."""

from conte.staging_vocabulary import Spot
from conte.vocabulary import Setting
from deployments.engines.composer.library import moods
from deployments.engines.composer.plan import ContePlan

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
_OF_A_SPOT: dict[Spot | None, tuple[str, str]] = {
    Spot.LIBRARY: ("책장 넘기는 소리", "pages turning"),
    Spot.LAUNDERETTE: ("기계의 규칙적인 소리", "the steady beat of machines"),
    Spot.COUNTER: _AMBIENCE[Setting.HOSPITAL],
    Spot.LIFT: _AMBIENCE[Setting.HOSPITAL],
    Spot.CORRIDOR: _AMBIENCE[Setting.HOSPITAL],
    Spot.BUS: _AMBIENCE[Setting.VEHICLE],
    Spot.SUBWAY: _AMBIENCE[Setting.VEHICLE],
    Spot.MARKET: _AMBIENCE[Setting.SHOP],
    Spot.DOJO: _AMBIENCE[Setting.GYM],
}
"""Spots that sound unlike their setting."""
_SIGN_OFFS = (
    ("여운, 사운드 로고 자리", "a lingering tail, room for the sound logo"),
    ("모든 소리가 잦아든다", "everything falls quiet"),
    ("짧은 안착음", "a short, settling note"),
)


def sound_effect(plan: ContePlan, index: int) -> str:
    cut = plan.cuts[index]
    if cut.moment.se is not None:
        return cut.moment.se.of(plan.language)
    staging = cut.moment.staging
    spot = staging.spot if staging is not None else None
    ko, en = _OF_A_SPOT.get(spot) or _AMBIENCE[cut.place.setting]
    if index == len(plan.cuts) - 1:
        ko, en = _SIGN_OFFS[plan.music % len(_SIGN_OFFS)]
    return ko if plan.language == "ko" else en


def music(plan: ContePlan, index: int) -> str:
    """Return a cut's music: one tune begins with the film, turns, and closes on the packshot."""
    kit, last = moods()[plan.mood], len(plan.cuts) - 1
    if index == 0 and plan.shade is not None:
        return plan.shade.music.of(plan.language)
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
