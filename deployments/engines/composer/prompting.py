"""The English video prompt of a cut. Describes; never names, and never asks for letters."""

from conte.vocabulary import Angle, CameraMove, Setting, TimeOfDay
from deployments.engines.composer.camera import Framing
from deployments.engines.composer.phrasing import capital, fill
from deployments.engines.composer.plan import Plan, PlannedCut
from deployments.engines.composer.staging import Staged

_ANGLES = {
    Angle.EYE_LEVEL: "at eye level",
    Angle.LOW: "from a low angle",
    Angle.HIGH: "from a high angle",
    Angle.TOP: "from directly above",
    Angle.DUTCH: "at a tilted Dutch angle",
    Angle.OVER_SHOULDER: "over the shoulder",
}
_MOVES = {
    CameraMove.STATIC: "locked-off camera",
    CameraMove.PAN_LEFT: "camera pans slowly left",
    CameraMove.PAN_RIGHT: "camera pans slowly right",
    CameraMove.TILT_UP: "camera tilts up",
    CameraMove.TILT_DOWN: "camera tilts down",
    CameraMove.DOLLY_IN: "slow dolly in",
    CameraMove.DOLLY_OUT: "slow dolly out",
    CameraMove.TRACK_LEFT: "camera tracks left with the subject",
    CameraMove.TRACK_RIGHT: "camera tracks right with the subject",
    CameraMove.CRANE_UP: "camera cranes up",
    CameraMove.CRANE_DOWN: "camera cranes down",
    CameraMove.ZOOM_IN: "slow zoom in",
    CameraMove.ZOOM_OUT: "slow zoom out",
    CameraMove.HANDHELD: "gentle handheld camera",
}
_OUTSIDE_LIGHT = {
    TimeOfDay.DAWN: "cool blue light before sunrise",
    TimeOfDay.MORNING: "clear, low morning sun",
    TimeOfDay.DAY: "bright daylight",
    TimeOfDay.SUNSET: "golden light of the setting sun",
    TimeOfDay.NIGHT: "night, pools of practical light",
}
_INSIDE_LIGHT = {
    TimeOfDay.DAWN: "first blue light at the window",
    TimeOfDay.MORNING: "morning sun through the window",
    TimeOfDay.DAY: "daylight through the window",
    TimeOfDay.SUNSET: "golden evening light through the window",
    TimeOfDay.NIGHT: "night, warm lamps indoors",
}
_OUTSIDE = frozenset(
    (
        Setting.STREET, Setting.SKYLINE, Setting.ROAD, Setting.VEHICLE, Setting.HOME_EXTERIOR,
        Setting.PARK, Setting.FIELD, Setting.FOREST, Setting.MOUNTAIN, Setting.SEA,
    )
)  # fmt: skip


def video_prompt(plan: Plan, cut: PlannedCut, framing: Framing, staged: tuple[Staged, ...]) -> str:
    """Camera, action, who and what is seen in the sheet's words, place and light, look."""
    sheet = {entry.id: entry.prompt for entry in plan.treatment.sheet}
    people = (plan.lead, plan.second, *plan.company)
    nouns = {person.entry.id: person.noun for person in people if person is not None}
    nouns["product"] = f"the {plan.noun}"
    parts = [f"{framing.size.en} {_ANGLES[framing.angle]}, {_MOVES[framing.move]}."]
    if cut.beat.role == "pack":
        parts[0] = f"Product hero shot, {parts[0]}"
    parts.append(_sentences(fill(cut.moment.see.en, plan.prompt_slots())))
    parts += [item.prompt for item in staged if item.prompt]
    parts += [f"{capital(nouns[entry])}: {sheet[entry]}." for entry in cut.shows if entry in sheet]
    parts.append(f"Setting: {cut.place.name.en}; {_light(cut)}.")
    parts.append(f"Look: {plan.treatment.look.prompt}.")
    return capital(" ".join(parts))


def _light(cut: PlannedCut) -> str:
    if cut.place.setting is Setting.STUDIO:
        return "controlled studio light"
    light = _OUTSIDE_LIGHT if cut.place.setting in _OUTSIDE else _INSIDE_LIGHT
    return light[cut.when]


def _sentences(text: str) -> str:
    """Each sentence with a capital: slots such as "the woman" may begin one."""
    return ". ".join(capital(part) for part in text.split(". "))
