"""Observations in Korean."""

from conte.korean import with_particle
from conte.vocabulary import CameraMove
from deployments.engines.measured.observed import Observed
from deployments.engines.measured.pick import Pick

_STEMS = {
    CameraMove.PAN_LEFT: "왼쪽으로 팬하",
    CameraMove.PAN_RIGHT: "오른쪽으로 팬하",
    CameraMove.TILT_UP: "틸트 업하",
    CameraMove.TILT_DOWN: "틸트 다운하",
    CameraMove.ZOOM_IN: "줌 인하",
    CameraMove.ZOOM_OUT: "줌 아웃하",
}
_PACES = {"slow": "천천히 ", "steady": "", "fast": "빠르게 "}
_LIGHT = {
    "black": ("거의 새까맣고", "거의 새까만"),
    "dark": ("어둡고", "어두운"),
    "dim": ("어둑하고", "어둑한"),
    "bright": ("밝고", "밝은"),
}
_COLOUR = {"none": "색이 거의 없는", "muted": "색감이 차분한", "vivid": "색이 선명한"}
_MOTION = {
    "none": ("화면 속 대상은 거의 움직이지 않는다.", "화면 속에 움직이는 것은 거의 없다."),
    "little": ("화면 속 움직임은 작고 느리다.", "화면 속 대상이 조금씩 움직인다."),
    "some": ("화면 속 대상이 꾸준히 움직인다.", "화면 속에서 움직임이 이어진다."),
    "much": ("화면 속 움직임이 크고 빠르다.", "화면 속 대상이 빠르게 움직인다."),
}
_BRIGHTNESS = {
    "black": ("새까맣", "새까맣다"),
    "dark": ("어둡", "어둡다"),
    "dim": ("어둑하", "어둑하다"),
    "even": ("밝기가 고르", "밝기가 고르다"),
    "bright": ("밝", "밝다"),
}
_CONTRAST = {"low": "명암의 차이가 작다", "high": "명암의 대비가 강하다"}
_SHADES = {
    "none": ("색이 거의 없어 흑백처럼 보인다.", "흑백에 가까운 화면이다."),
    "muted": ("색은 전체적으로 차분하다.", "색감은 옅고 차분하다."),
    "vivid": ("색은 전체적으로 선명하다.", "색감이 뚜렷하고 선명하다."),
}
_TEXT = {
    "some": ("화면 일부에 글자가 보인다.", "화면에 글자가 나타난다."),
    "much": ("글자가 화면의 넓은 부분을 차지한다.", "화면에 글자가 크게 놓여 있다."),
}
_SOFT = ("윤곽은 전체적으로 부드럽다.", "사물의 경계가 부드럽게 보인다.")
_STYLE_LIGHT = {
    "black": "검은 화면",
    "dark": "어두운 화면",
    "dim": "어둑한 화면",
    "bright": "밝은 화면",
}
_STYLE_COLOUR = {"none": "흑백", "muted": "차분한 색감", "vivid": "선명한 색감"}
_STYLE_CONTRAST = {"low": "약한 명암 대비", "high": "강한 명암 대비"}


def short(seen: Observed, pick: Pick) -> str:
    scene = _scene(seen, pick)
    pace = _PACES[seen.pace]
    match seen.move:
        case None:
            return pick((f"{scene}이다.", f"{scene}이 이어진다."))
        case CameraMove.STATIC:
            return pick(
                (f"고정된 카메라가 {scene}을 담는다.", f"고정된 카메라로 찍은 {scene}이다.")
            )
        case CameraMove.HANDHELD:
            return pick(
                (
                    f"손에 든 카메라가 흔들리며 {scene}을 담는다.",
                    f"손에 든 카메라로 찍어 흔들림이 있는 {scene}이다.",
                )
            )
        case move:
            stem = _STEMS[move]
            return pick(
                (
                    f"카메라가 {pace}{stem}며 {scene}을 비춘다.",
                    f"{scene}을 카메라가 {pace}{stem}며 담는다.",
                )
            )


def sentences(seen: Observed, pick: Pick) -> list[str]:
    """Return the full description, one sentence per fact; unknown facts are left out."""
    found = [_camera(seen, pick), pick(_MOTION[seen.motion]), _lit(seen), _coloured(seen, pick)]
    found += [pick(_SHADES.get(seen.colour, ("",))), pick(_TEXT.get(seen.text, ("",)))]
    found += [pick(_SOFT) if seen.soft else ""]
    return [sentence for sentence in found if sentence]


def style(seen: Observed) -> str:
    words = (
        _STYLE_LIGHT.get(seen.light),
        _STYLE_CONTRAST.get(seen.contrast),
        _STYLE_COLOUR.get(seen.colour),
    )
    return ", ".join(word for word in words if word)


def motion(seen: Observed, pick: Pick) -> str:
    return " ".join(filter(None, (pick(_MOTION[seen.motion]), _camera(seen, pick))))


def _scene(seen: Observed, pick: Pick) -> str:
    """Return a noun phrase such as 파란색과 흰색이 주를 이루는 밝은 장면."""
    and_, is_ = _LIGHT.get(seen.light, ("", ""))
    shade = _COLOUR.get(seen.colour, "") if seen.light != "black" else ""
    kind = f"{and_} {shade}" if and_ and shade else is_ or shade
    colours = [name.ko for name in seen.colours[:2]]
    if not colours or seen.colour == "none":
        return f"{kind or '밝기가 고른'} 장면"
    both = with_particle("과 ".join(colours), "이/가")
    # 이루고 before another clause, 이루는 before the noun and its direct modifiers.
    ends = "고" if shade and not is_ else "는"
    palette = pick((f"{both} 주를 이루{ends}", f"{both} 두드러지{ends}"))
    return f"{palette} {kind} 장면" if kind else f"{palette} 장면"


def _camera(seen: Observed, pick: Pick) -> str:
    match seen.move:
        case None:
            return ""
        case CameraMove.STATIC:
            return pick(("카메라는 고정되어 있다.", "카메라는 움직이지 않는다."))
        case CameraMove.HANDHELD:
            return pick(("손에 든 카메라가 흔들린다.", "손에 든 카메라의 흔들림이 느껴진다."))
        case move:
            stem = _STEMS[move].removesuffix("하")
            return f"카메라는 {_PACES[seen.pace]}{stem}한다."


def _lit(seen: Observed) -> str:
    and_, is_ = _BRIGHTNESS[seen.light]
    if (contrast := _CONTRAST.get(seen.contrast)) and seen.light != "black":
        return f"화면은 전체적으로 {and_}고 {contrast}."
    return f"화면은 전체적으로 {is_}."


def _coloured(seen: Observed, pick: Pick) -> str:
    names = [name.ko for name in seen.colours]
    if not names:
        return ""
    if len(names) < 3:
        return f"주된 색은 {'과 '.join(names)}이다."
    first, second, third = names[:3]
    return pick(
        (
            f"{first}이 가장 넓고 {second}과 {third}이 뒤를 잇는다.",
            f"{first}을 바탕으로 {second}과 {third}이 어우러진다.",
        )
    )
