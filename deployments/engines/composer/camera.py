"""Size, angle, move, direction and transition of each cut, by film grammar.

Neighbours differ in size or angle (the 30-degree rule), a film keeps to one screen direction (the
180-degree rule), and no move is undone by the next one.
"""

import random
from collections.abc import Sequence
from itertools import product

from conte.frozen import Frozen
from conte.vocabulary import (
    Angle,
    CameraMove,
    ScreenDirection,
    ShotSize,
    TimeOfDay,
    Transition,
)
from deployments.engines.composer.library import MoodName, Role
from deployments.engines.composer.plan import ContePlan, PlannedCut

_SIZES: dict[str, str] = {
    "need": "MS MLS FS", "strain": "CU MCU ECU", "use": "MS MCU MLS", "proof": "ECU CU",
    "change": "MLS FS LS", "joy": "MS MCU MLS", "heart": "MS MLS", "heart_end": "MCU MS",
    "gag": "MS MLS FS", "gag_end": "MCU MS", "ask": "MS MLS", "answer": "MCU MS",
    "interview": "MCU MS", "verdict": "MS MCU", "meet": "MCU CU MS", "glimpse": "ECU CU",
    "detail": "CU ECU", "detail2": "MCU CU", "pack": "MCU MS CU",
}  # fmt: skip
_ANGLES: dict[str, str] = {
    "strain": "eye_level high", "proof": "eye_level low top", "meet": "eye_level low",
    "use": "eye_level over_shoulder low", "detail": "eye_level top low", "glimpse": "low eye_level",
    "detail2": "high eye_level", "change": "eye_level high low", "ask": "eye_level over_shoulder",
    "answer": "over_shoulder eye_level", "need": "eye_level high low", "pack": "eye_level low",
    "interview": "eye_level", "verdict": "eye_level",
}  # fmt: skip
_MOVES: dict[MoodName, str] = {
    "warm": "dolly_in static pan dolly_out handheld",
    "cheerful": "static zoom_in pan track static",
    "premium": "dolly_in crane_up track static tilt_up",
    "tense": "handheld dolly_in track zoom_in static",
    "plain": "static static dolly_in pan",
    "fresh": "handheld track dolly_in crane_up static",
    "tender": "dolly_in static dolly_out pan",
    "future": "dolly_in track crane_up static zoom_in",
}
_CLOSE_MOVES = "dolly_in static tilt_up track"
_PACK_MOVES = "dolly_in static dolly_in"
_TURNED_ANGLES = (Angle.EYE_LEVEL, Angle.LOW, Angle.HIGH)
_OPPOSITES = (
    {CameraMove.PAN_LEFT, CameraMove.PAN_RIGHT},
    {CameraMove.TILT_UP, CameraMove.TILT_DOWN},
    {CameraMove.DOLLY_IN, CameraMove.DOLLY_OUT},
    {CameraMove.TRACK_LEFT, CameraMove.TRACK_RIGHT},
    {CameraMove.CRANE_UP, CameraMove.CRANE_DOWN},
    {CameraMove.ZOOM_IN, CameraMove.ZOOM_OUT},
)
_TALKING: frozenset[Role] = frozenset(("ask", "answer", "interview", "verdict"))


class Framing(Frozen):
    role: Role
    size: ShotSize
    angle: Angle
    move: CameraMove
    direction: ScreenDirection
    transition: Transition


def frame(plan: ContePlan, index: int, before: Sequence[Framing], rng: random.Random) -> Framing:
    """Return the framing of cut `index`, given those of the cuts before it."""
    cut = plan.cuts[index]
    previous = before[-1] if before else None
    size, angle = _size_and_angle(plan, index, before, rng)
    move = _move(plan, cut, previous, index == 0, rng)
    return Framing(
        role=cut.beat.role,
        size=size,
        angle=angle,
        move=move,
        direction=_direction(plan, cut, move),
        transition=_transition(plan, index),
    )


def _size_and_angle(
    plan: ContePlan, index: int, before: Sequence[Framing], rng: random.Random
) -> tuple[ShotSize, Angle]:
    cut = plan.cuts[index]
    role = cut.beat.role
    previous = before[-1] if before else None
    if cut.beat.as_before:
        same = next((f for f in before if f.role == "need"), None)
        if same and previous and (same.size, same.angle) != (previous.size, previous.angle):
            return same.size, same.angle
    own = [ShotSize(word) for word in _SIZES[role].split()]
    sizes = list(cut.beat.sizes or cut.moment.sizes) or rng.sample(own, len(own))
    # The moment's wishes come first, unless two neighbouring cuts would look alike.
    sizes += [size for size in own if size not in sizes]
    if cut.moment.staging is not None and cut.moment.staging.who:
        # So near nothing but an eye is seen of somebody who does something.
        sizes = [size for size in sizes if size is not ShotSize.ECU] or sizes
    angles = [Angle(word) for word in _ANGLES.get(role, "eye_level low").split()]
    if cut.moment.angle is not None:
        angles = [cut.moment.angle]
    elif "lead" not in cut.shows:
        angles = [angle for angle in angles if angle is not Angle.OVER_SHOULDER]
    if plan.mood == "tense" and role == "strain":
        angles = [Angle.DUTCH, *angles]
    angles += [angle for angle in _TURNED_ANGLES if angle not in angles and role not in _TALKING]
    best = min(
        product(range(len(sizes)), range(len(angles))),
        key=lambda at: _cost(plan, index, sizes[at[0]], angles[at[1]], previous, at) + rng.random(),
    )
    return sizes[best[0]], angles[best[1]]


def _cost(
    plan: ContePlan,
    index: int,
    size: ShotSize,
    angle: Angle,
    previous: Framing | None,
    at: tuple[int, int],
) -> float:
    cost = 1.2 * at[0] + 0.9 * at[1]
    if angle is Angle.OVER_SHOULDER and size.distance not in (1, 2, 3, 4):
        cost += 20
    if previous is None:
        return cost
    step = abs(previous.size.distance - size.distance)
    if (previous.size, previous.angle) == (size, angle):
        cost += 1000
    if step == 0:
        cost += 6
    if step == 1 and previous.angle == angle:
        cost += 4
    here, there = plan.cuts[index], plan.cuts[index - 1]
    if here.place == there.place and step > 5:
        cost += 50
    return cost


def _move(
    plan: ContePlan, cut: PlannedCut, previous: Framing | None, is_first: bool, rng: random.Random
) -> CameraMove:
    role = cut.beat.role
    if role == "pack":
        names = _PACK_MOVES
    elif role in _TALKING:
        names = "static dolly_in static handheld"
    elif "lead" not in cut.shows:
        names = _CLOSE_MOVES
    else:
        names = _MOVES[plan.mood]
    pool = names.split()
    rng.shuffle(pool)
    if is_first:
        # A film opens on something that moves.
        pool.sort(key=lambda name: name == "static")
    if cut.moment.move:
        pool.insert(0, cut.moment.move)
    moves = [_resolved(name, plan.direction) for name in (*pool, "static")]
    for move in moves:
        if previous is None:
            return move
        undone = {move, previous.move} in _OPPOSITES
        repeated = move == previous.move and move is not CameraMove.STATIC
        if not undone and (not repeated or cut.moment.move == move.value):
            return move
    return CameraMove.STATIC


def _resolved(name: str, direction: ScreenDirection) -> CameraMove:
    if name in ("track", "pan"):
        return CameraMove(f"{name}_{direction.value}")
    return CameraMove(name)


def _direction(plan: ContePlan, cut: PlannedCut, move: CameraMove) -> ScreenDirection:
    """Return the film's screen direction; neutral if nothing in the cut looks or moves anywhere."""
    travels = move.value.startswith(("track", "pan"))
    if cut.beat.role in ("pack", "proof", "detail", "detail2", "glimpse", "meet"):
        return plan.direction if travels and cut.moment.move == "track" else ScreenDirection.NEUTRAL
    if "lead" in cut.shows or travels:
        return plan.direction
    return ScreenDirection.NEUTRAL


def _transition(plan: ContePlan, index: int) -> Transition:
    if index == len(plan.cuts) - 1:
        return Transition.FADE
    cut, following = plan.cuts[index], plan.cuts[index + 1]
    long_enough = min(cut.num_frames, following.num_frames) >= 2 * plan.brief.fps
    if not long_enough or (plan.mood in ("cheerful", "tense") and cut.when == following.when):
        return Transition.CUT
    if cut.when != following.when and {cut.when, following.when} != {
        TimeOfDay.DAY,
        TimeOfDay.MORNING,
    }:
        return Transition.DISSOLVE
    gentle = plan.mood in ("tender", "warm", "premium")
    if gentle and (following.beat.turn or following.beat.role == "pack"):
        return Transition.DISSOLVE
    return Transition.CUT
