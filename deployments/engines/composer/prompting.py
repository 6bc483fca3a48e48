"""The English video prompt of a cut. Describes without names, and never asks for letters."""

from conte.vocabulary import Angle, CameraMove, Setting, ShotSize, TimeOfDay
from deployments.engines.composer.camera import Framing
from deployments.engines.composer.phrasing import capital, fill, sentences
from deployments.engines.composer.plan import ContePlan, PlannedCut
from deployments.engines.composer.staging import Staged

ANGLES = {
    Angle.EYE_LEVEL: "at eye level",
    Angle.LOW: "from a low angle",
    Angle.HIGH: "from a high angle",
    Angle.TOP: "from directly above",
    Angle.DUTCH: "at a tilted Dutch angle",
    Angle.OVER_SHOULDER: "over the shoulder",
}
MOVES = {
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
OUTSIDE = frozenset(
    (
        Setting.STREET, Setting.SKYLINE, Setting.ROAD, Setting.VEHICLE, Setting.HOME_EXTERIOR,
        Setting.PARK, Setting.FIELD, Setting.FOREST, Setting.MOUNTAIN, Setting.SEA,
    )
)  # fmt: skip


def video_prompt(
    plan: ContePlan, cut: PlannedCut, framing: Framing, staged: tuple[Staged, ...]
) -> str:
    """Return the prompt: camera, action, people and things as on the sheet, place, light, look."""
    sheet = {entry.id: entry.prompt for entry in plan.treatment.sheet}
    people = (plan.lead, plan.second, *plan.company)
    nouns = {person.entry.id: person.noun for person in people if person is not None}
    nouns["product"] = f"the {plan.noun}"
    parts = [f"{camera_words(framing.size, framing.angle, framing.move)}."]
    if cut.beat.role == "pack":
        parts[0] = f"Product hero shot, {parts[0]}"
    action = fill(cut.moment.see.en, plan.prompt_slots())
    # An idea of which no English is known leaves a blank.
    parts.append(sentences(" ".join(action.split())))
    parts += [item.prompt for item in staged if item.prompt]
    parts += [f"{capital(nouns[entry])}: {sheet[entry]}." for entry in cut.shows if entry in sheet]
    light = light_words(cut.place.setting, cut.when)
    parts.append(f"Setting: {cut.place.name.en}; {light}.")
    parts.append(f"Look: {plan.treatment.look.prompt}.")
    return capital(" ".join(parts))


def camera_words(size: ShotSize, angle: Angle, move: CameraMove) -> str:
    """Return the beginning of a prompt, in lower case as within a sentence."""
    return f"{size.en} {ANGLES[angle]}, {MOVES[move]}"


def light_words(setting: Setting, when: TimeOfDay) -> str:
    if setting is Setting.STUDIO:
        return "controlled studio light"
    return (_OUTSIDE_LIGHT if setting in OUTSIDE else _INSIDE_LIGHT)[when]
