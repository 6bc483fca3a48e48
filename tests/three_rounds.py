"""One brief, four contes: three rounds of feedback on a tyre's film, by hand. 20 s at 30 fps."""

from typing import Any

from conte.conte import CastMember, Conte
from conte.cut import Cut, DialogueLine
from conte.revision.change import Causes
from conte.revision.working import Working
from conte.vocabulary import Angle, CameraMove, Setting, ShotSize, TimeOfDay, Transition
from tests.sound_conte import a_brief, a_conte

LONG = (
    "비 오는 밤, 가로등 불빛이 번진 왕복 사 차선 도로 위로 은색 세단 한 대가 천천히 들어온다."
    " 와이퍼가 빗물을 걷어 내고, 물웅덩이에 비친 신호등이 빨간색으로 바뀐다."
    " 운전자는 브레이크에 발을 올리고 앞을 살핀다. 차는 정지선 앞에서 부드럽게 멈춘다."
)


def edited(version: Working, **changes: dict[str, Any]) -> Working:
    """`c_rain={"caption": ".."}` for a cut; `conte`, `look`, `brief` and a sheet entry's id too."""
    conte, brief = version.conte, version.brief
    cuts = [cut.model_copy(update=changes.pop(cut.id, {})) for cut in conte.cuts]
    brief = brief.model_copy(update=changes.pop("brief", {}))
    look = conte.look.model_copy(update=changes.pop("look", {}))
    whole = changes.pop("conte", {})
    sheet = tuple(one.model_copy(update=changes.pop(one.id, {})) for one in conte.sheet)
    assert not changes, f"no such part: {list(changes)}"
    conte = conte.model_copy(update={"look": look, "sheet": sheet, "cuts": tuple(cuts), **whole})
    return Working(conte=conte, brief=brief)


def in_order(version: Working, *cuts: Cut | str) -> Working:
    """The version with these cuts, by their ids, numbered anew."""
    known = {cut.id: cut for cut in version.conte.cuts}
    chosen = [known[one] if isinstance(one, str) else one for one in cuts]
    numbered = [cut.model_copy(update={"number": at}) for at, cut in enumerate(chosen, 1)]
    return edited(version, conte={"cuts": tuple(numbered)})


def cut_of(version: Working, cut: str) -> Cut:
    return next(one for one in version.conte.cuts if one.id == cut)


def _first() -> Working:
    ids = ("c_rain", "c_stop", "c_grip", "c_home", "c_name")
    conte = a_conte("ko").born(7)
    cuts = [cut.model_copy(update={"id": one}) for one, cut in zip(ids, conte.cuts, strict=True)]
    conte = conte.model_copy(update={"cuts": tuple(cuts)})
    brief = a_brief("ko", advertiser="한빛타이어", tone="차분하고 믿음직한")
    return edited(Working(conte=conte, brief=brief), c_rain={"action": LONG})


FIRST = _first()
SECOND = edited(
    FIRST,
    conte={"slogan": "멈출 때를 아는 단 하나의 타이어"},
    look={"lighting": "soft key"},
    c_rain={
        "action": LONG.replace("은색 세단", "흰색 소형 SUV"),
        "video_prompt": "a white compact SUV on a wet road at night, no text, no letters",
        "num_frames": 105,
    },
    c_stop={"narration": "멈춰야 할 순간이 있습니다."},
    c_name={"size": ShotSize.ECU, "caption": "젖은 길에서도, 그립 맥스", "num_frames": 145},
)
ASKED_OF_FIRST: Causes = {
    ("c_name", "size"): "제품을 더 크게 보여 주세요.",
    ("c_name", "num_frames"): "끝 컷이 너무 짧습니다.",
    ("c_rain", "num_frames"): "끝 컷이 너무 짧습니다.",
    ("", "look.lighting"): "화면이 전체적으로 어둡습니다.",
}
"""The size and length of the last cut, and the lighting."""

_opening = cut_of(SECOND, "c_rain").model_copy(update={"num_frames": 60})
_drops = cut_of(SECOND, "c_rain").model_copy(
    update={"id": "c_drop", "split_from": "c_rain", "num_frames": 45, "start": 60, "narration": ""}
)
THIRD = edited(
    in_order(SECOND, _opening, _drops, "c_home", "c_stop", "c_grip", "c_name"),
    brief={"must_show": ("빗길 제동",)},
    driver={"description": "서른다섯 살 여성, 짧은 머리, 회색 코트"},
    c_grip={
        "shows": ("tire", "driver"),
        "dialogue": (DialogueLine(speaker="운전자", text="이제 안심이야."),),
        "transition": Transition.DISSOLVE,
    },
)

_price = Cut(
    number=1, id="c_sale", seed=5, num_frames=90, size=ShotSize.MS, angle=Angle.EYE_LEVEL,
    move=CameraMove.STATIC, setting=Setting.SHOP, place="한빛타이어 매장",
    time_of_day=TimeOfDay.DAY, action="점원이 타이어를 차에 끼운다.", caption="지금 매장에서",
    video_prompt="a clerk fits a tyre in a bright shop, no text", shows=("tire",),
)  # fmt: skip
FOURTH = edited(
    in_order(THIRD, "c_rain", "c_home", "c_grip", _price, "c_name"),
    conte={"title": "빗길에서"},
    c_rain={"num_frames": 105},
    c_grip={"num_frames": 150},
)


def with_a_child(version: Working) -> Conte:
    child = CastMember(id="child", name="아이", description="", prompt="a boy of 6")
    return version.conte.model_copy(update={"sheet": (child, *version.conte.sheet)})
