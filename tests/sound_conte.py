"""A Korean and an English conte that no check complains of, for tests that spoil one thing."""

from typing import Any

from conte.brief import Brief, Product
from conte.checks.timefit import Rates
from conte.conte import CastMember, Conte, Look, ProductEntry, Treatment
from conte.cut import Cut
from conte.vocabulary import (
    Angle,
    CameraMove,
    Language,
    ProductForm,
    ScreenDirection,
    Setting,
    ShotSize,
    TimeOfDay,
)

RATES = Rates()
_SAID: dict[Language, tuple[str, ...]] = {
    "ko": ("비 오는 밤, 젖은 길.", "멈춰야 할 때가 있습니다.", "그립 맥스가 붙잡습니다.",
           "집까지 안전하게.", "그립 맥스."),
    "en": ("Rain, at night.", "There is a time to stop.", "Grip Max holds on.",
           "Safe, all the way home.", "Grip Max."),
}  # fmt: skip
_FRAMED = (
    (120, ShotSize.LS, Angle.HIGH, CameraMove.CRANE_DOWN, ()),
    (105, ShotSize.MCU, Angle.EYE_LEVEL, CameraMove.HANDHELD, ("driver",)),
    (135, ShotSize.ECU, Angle.LOW, CameraMove.DOLLY_IN, ("tire",)),
    (110, ShotSize.MLS, Angle.EYE_LEVEL, CameraMove.TRACK_RIGHT, ("driver",)),
    (130, ShotSize.CU, Angle.LOW, CameraMove.STATIC, ("tire",)),
)


def a_brief(language: Language = "ko", **changes: Any) -> Brief:
    name = "그립 맥스" if language == "ko" else "Grip Max"
    given: dict[str, Any] = {
        "product": Product(name=name), "language": language, "duration_s": 20
    }  # fmt: skip
    return Brief.model_validate(given | changes)


def a_treatment(language: Language = "ko") -> Treatment:
    ko = language == "ko"
    name = "그립 맥스" if ko else "Grip Max"
    return Treatment(
        title="젖은 길" if ko else "The wet road",
        structure="problem_solution",
        concept="",
        slogan="멈출 때를 아는 타이어" if ko else "It knows when to stop",
        look=Look(
            style="film noir",
            lighting="low key",
            lens="35 mm",
            palette=("#101820", "#3a4a5a", "#f2aa4c"),
            prompt="cinematic, rain, sodium light",
        ),
        sheet=(
            ProductEntry(
                id="tire", name=name, form=ProductForm.TIRE, description="", prompt="a black tyre"
            ),
            CastMember(
                id="driver",
                name="운전자" if ko else "Driver",
                description="",
                prompt="a woman of 35, short black hair, grey coat",
            ),
        ),
    )


def a_cut(language: Language, number: int) -> Cut:
    num_frames, size, angle, move, shows = _FRAMED[number - 1]
    return Cut(
        number=number,
        num_frames=num_frames,
        size=size,
        angle=angle,
        move=move,
        direction=ScreenDirection.NEUTRAL,
        setting=Setting.ROAD,
        place=f"도로 {number}" if language == "ko" else f"road {number}",
        time_of_day=TimeOfDay.NIGHT,
        action="젖은 도로" if language == "ko" else "a wet road",
        narration=_SAID[language][number - 1],
        caption="",
        video_prompt="a wet road at night, no text, no letters",
        shows=shows,
    )


def a_conte(language: Language = "ko", /, **changes: dict[str, Any]) -> Conte:
    """The sound conte with cuts changed: `a_conte(cut_2={"caption": "..."})`."""
    cuts = [
        a_cut(language, number).model_copy(update=changes.get(f"cut_{number}", {}))
        for number in range(1, len(_FRAMED) + 1)
    ]
    return Conte.of(a_treatment(language), tuple(cuts))
