"""Pose and moment -> the position of every joint of a figure. Geometry only, no drawing.

Figure space: a head is 100 high, feet on y = 0, up is negative, the figure faces right when
`facing` is 1, left at -1 and the camera at 0.
"""

import math
from dataclasses import dataclass
from typing import Literal

from deployments.engines.animatic.reading import Pose

XY = tuple[float, float]
Carry = Literal["", "front", "up", "down"]
TO_ARM = 52.0
"""Distance from the middle of a person to the arm on this side."""
SEATED: tuple[Pose, ...] = ("sit", "drive", "type", "cycle")


@dataclass(frozen=True)
class Body:
    """Lengths of a figure that is `heads` heads high."""

    heads: float

    @property
    def height(self) -> float:
        return self.heads * 100

    @property
    def leg(self) -> float:
        return (self.heads - 1) * 100 * 0.56

    @property
    def torso(self) -> float:
        return (self.heads - 1) * 100 * 0.40

    @property
    def arm(self) -> float:
        return (self.heads - 1) * 100 * 0.40

    @property
    def shoulder(self) -> float:
        return 30 + (self.heads - 1) * 5.6


@dataclass(frozen=True)
class Stance:
    """Joints at a moment: hips, neck and head by their middle, limbs as (root, bend, end)."""

    hip: XY
    neck: XY
    head_tilt: float
    near_arm: tuple[XY, XY, XY]
    far_arm: tuple[XY, XY, XY]
    near_leg: tuple[XY, XY, XY]
    far_leg: tuple[XY, XY, XY]
    facing: float
    item: XY | None
    """Position of the held thing; None: no hand is free for it."""
    seated: bool = False
    arms_before: bool = False
    """True: both arms are in front of the body, as when facing the camera."""


def arm_to(shoulder: XY, hand: XY, arm: float, out: float) -> tuple[XY, XY, XY]:
    """Return an arm that reaches to a hand; the elbow hangs, and points `out` (-1 left, 1 right) if
    possible.

    A hand near its shoulder is held towards the camera: the arm is foreshortened, or its elbow
    would stick out like a wing.
    """
    apart = math.hypot(hand[0] - shoulder[0], hand[1] - shoulder[1])
    whole = arm * 1.02
    seen = min(whole, max(apart * 1.14, whole * 0.64))
    found = [bend(shoulder, hand, seen * 0.5, seen * 0.5, side) for side in (-1.0, 1.0)]
    return max(found, key=lambda joints: joints[1][1] + 0.9 * out * joints[1][0])


def bend(a: XY, c: XY, upper: float, lower: float, side: float) -> tuple[XY, XY, XY]:
    """Return root, elbow (or knee) and end; an end out of reach is pulled in."""
    dx, dy = c[0] - a[0], c[1] - a[1]
    length = math.hypot(dx, dy) or 1e-6
    reach = min(length, (upper + lower) * 0.999)
    if reach < length:
        c = (a[0] + dx / length * reach, a[1] + dy / length * reach)
        dx, dy, length = c[0] - a[0], c[1] - a[1], reach
    along = (upper**2 - lower**2 + length**2) / (2 * length)
    off = math.sqrt(max(0.0, upper**2 - along**2)) * side
    middle = (
        a[0] + dx / length * along - dy / length * off,
        a[1] + dy / length * along + dx / length * off,
    )
    return a, middle, c


def stance(
    body: Body,
    pose: Pose,
    facing: float,
    t: float,
    holding: bool,
    phase: float,
    carry: Carry = "",
    on_floor: bool = False,
    sits: bool = False,
    near: XY | None = None,
) -> Stance:
    """Return the stance `t` seconds into the cut.

    `phase`: offset of the breath, so that two people do not breathe in step. `carry`: how a held
    thing is carried in a pose that leaves no hand free. `sits`: seated, in a pose that is also
    possible standing. `near`: distance to the person in front of the gaze, and the y of that
    person's chin: a hand that reaches out touches the arm below it; None: nobody.
    """
    f = facing
    way = f if f else 1.0
    leg, torso, arm = body.leg, body.torso, body.arm
    breath = math.sin(2 * math.pi * (t / 3.6 + phase))
    seated = pose in SEATED or sits
    hip_y = -leg * (0.16 if seated and on_floor else 0.56 if seated else 1.0)
    if pose == "crouch":
        hip_y = -leg * 0.46
    hip, lean, sway = (0.0, hip_y), 0.0, math.sin(2 * math.pi * (t / 5.2 + phase)) * 2.0
    near_foot, far_foot = (-17.0, 0.0), (17.0, 0.0)
    cycle = 2 * math.pi * (t * (1.55 if pose == "run" else 0.95) + phase)
    if pose in ("walk", "run"):
        stride = leg * (0.42 if pose == "walk" else 0.62)
        lift = leg * (0.16 if pose == "walk" else 0.42)
        lean = (14 if pose == "walk" else 44) * f
        bob = abs(math.sin(cycle)) * (7 if pose == "walk" else 16)
        hip = (0.0, hip_y * (0.965 if pose == "walk" else 0.93) - bob)
        sway = 0.0

        def foot(turn: float) -> XY:
            swing, up = math.cos(turn), max(0.0, -math.sin(turn))
            if f == 0:
                return math.copysign(15, math.cos(turn - cycle) or 1), -lift * up * 0.9
            return swing * stride * f, -lift * up

        near_foot, far_foot = foot(cycle), foot(cycle + math.pi)
        if f == 0:
            near_foot, far_foot = (-15, near_foot[1]), (15, far_foot[1])
    if pose in ("crouch", "hug", "reach"):
        lean = {"crouch": 40, "hug": 16, "reach": 10}[pose] * f
        near_foot, far_foot = (-26.0 - 8 * f, 0.0), (26.0 - 8 * f, 0.0)
    neck = (hip[0] + lean + sway, hip[1] - torso - breath * 1.6)
    spread = body.shoulder * (1 - 0.28 * abs(f))
    near_shoulder = (neck[0] - spread * (1 if f <= 0 else 0.72) + 4, neck[1] + 27)
    far_shoulder = (neck[0] + spread * (1 if f >= 0 else 0.72) - 4, neck[1] + 27)
    if f < 0:  # the near arm is the one on the camera's side
        near_shoulder, far_shoulder = far_shoulder, near_shoulder
    side = -1.0 if near_shoulder[0] < neck[0] else 1.0
    chest_y = neck[1] + torso * 0.5
    rest_near = (near_shoulder[0] + side * 9, near_shoulder[1] + arm * 0.995 + breath)
    rest_far = (far_shoulder[0] - side * 9, far_shoulder[1] + arm * 0.995 + breath)
    near_hand, far_hand, item = rest_near, rest_far, None
    near_bend, far_bend = side, -side
    tilt = math.sin(2 * math.pi * (t / 4.7 + phase)) * 1.8
    if pose in ("walk", "run"):
        swing = math.cos(cycle) * arm * (0.42 if pose == "walk" else 0.5)
        rise = arm * (0.14 if pose == "walk" else 0.46)
        reach = f if f else 0.25
        near_hand = (near_shoulder[0] - swing * reach, near_shoulder[1] + arm * 0.9 - rise)
        far_hand = (far_shoulder[0] + swing * reach, far_shoulder[1] + arm * 0.9 - rise)
        near_bend = far_bend = -way
        if f == 0:
            near_bend, far_bend = side, -side
    elif pose == "cheer":
        up = math.sin(2 * math.pi * (t * 1.5 + phase)) * 9
        near_hand = (near_shoulder[0] + side * 46, near_shoulder[1] - arm * 0.8 + up)
        far_hand = (far_shoulder[0] - side * 46, far_shoulder[1] - arm * 0.8 - up)
        near_bend, far_bend = side, -side
        hip = (hip[0], hip[1] - max(0.0, up))
        item = near_hand if holding else None
    elif pose == "drive":
        turn = math.sin(2 * math.pi * t / 3.1) * 7
        wheel_x = neck[0] + 82 * f
        near_hand = (wheel_x - 46 * (1 if f == 0 else 0.4), chest_y + 34 + turn)
        far_hand = (wheel_x + 46 * (1 if f == 0 else 0.4), chest_y + 34 - turn)
    elif pose == "phone":
        item = (neck[0] + 46 * way, chest_y - 22 + breath)
        near_hand = (item[0] - 4 * way, item[1] + 14)
        tilt += 7 * way
    elif pose == "type":
        tap = math.sin(2 * math.pi * t * 3.2) * 3
        near_hand = (neck[0] - 22 + 62 * f, chest_y + 52 + tap)
        far_hand = (neck[0] + 22 + 62 * f, chest_y + 52 - tap)
        tilt += 4 * way
    elif pose == "drink":
        lift = 0.5 - 0.5 * math.cos(2 * math.pi * min(1.0, t / 2.4))
        item = (neck[0] + 52 * way, chest_y - 8 - lift * (chest_y - neck[1] - 4))
        near_hand = (item[0] - 2 * way, item[1] + 10)
    elif pose == "cook":
        stir = 2 * math.pi * (t * 0.8)
        near_hand = (
            neck[0] + (44 + 20 * math.cos(stir)) * way,
            chest_y + 54 + 5 * math.sin(stir),
        )
        far_hand = (neck[0] - 34 * way, chest_y + 66)
        tilt += 5 * way
    elif pose == "point":
        near_hand = (near_shoulder[0] + side * arm * 0.62, near_shoulder[1] + 6 + breath * 3)
        if holding:
            item = (neck[0] - side * 44, chest_y - 4 + breath)
            far_hand = (item[0], item[1] + 14)
    elif pose == "think":
        near_hand = (neck[0] + 10 * way, neck[1] + 6)
        far_hand = (neck[0] - 2 * side, chest_y + 22)
        tilt += 5 * way
    elif pose == "wave":
        sweep = math.sin(2 * math.pi * (t * 1.3 + phase)) * 16
        near_hand = (near_shoulder[0] + side * 42 + sweep, near_shoulder[1] - arm * 0.56)
        if holding:
            item = (neck[0] - side * 44, chest_y - 4 + breath)
            far_hand = (item[0], item[1] + 14)
    elif pose == "reach":
        near_hand = (near_shoulder[0] + way * arm * 0.82, near_shoulder[1] + 16 + breath * 2)
        if near is not None and abs(near_hand[0]) > near[0] - TO_ARM:
            # It would lie across the other one's neck or face.
            low = max(near_shoulder[1] + arm * 0.46, near[1] + 0.3 * arm)
            near_hand = (way * max(near[0] - TO_ARM, 30.0), low + breath)
        item = (near_hand[0] + 14 * way, near_hand[1] - 8)
    elif pose == "hug":
        near_hand = (neck[0] + 76 * way, chest_y - 16 + breath)
        far_hand = (neck[0] + 82 * way, chest_y + 18 + breath)
    elif pose == "crouch" and not holding:
        near_hand = (neck[0] + 46 * way, chest_y + 62 + breath)
        far_hand = (neck[0] + 20 * way, chest_y + 74)
    elif pose == "lean":
        near_hand = (near_shoulder[0] + side * 34, chest_y + 40)
    elif pose == "cycle":
        near_hand = far_hand = (neck[0] + 118 * way, chest_y + 26)
    elif holding:
        item = (neck[0] + 62 * f, chest_y - 4 + breath * 2)
        gap = 19 if not f else 8
        near_hand = (item[0] + side * gap, item[1] + (6 if not f else 14))
        far_hand = (item[0] - side * gap, item[1] + (14 if not f else 4))
    if holding and carry == "up":
        item = (neck[0] + 40 * way, neck[1] + 40 + breath)
        near_hand = item
    elif holding and carry == "down":
        near_hand = rest_near
        item = (rest_near[0], rest_near[1] + 2)
    elif holding and carry and item is None:
        item = (neck[0] + 56 * way, chest_y - 2 + breath)
        near_hand = (item[0] - 4 * way, item[1] + 14)
    if pose == "lie":
        neck = (0.0, -153.0)
    near_arm = arm_to(near_shoulder, near_hand, arm, near_bend)
    far_arm = arm_to(far_shoulder, far_hand, arm, far_bend)
    slack = 1.035 if pose in ("walk", "run", "cycle") else 1.0
    thigh, shin = leg * 0.505 * slack, leg * 0.5 * slack
    near_hip, far_hip = (hip[0] - 15 * (1 - 0.5 * abs(f)), hip[1]), (hip[0] + 15, hip[1])
    if seated:
        knee_x = thigh * 0.92 * f
        if pose == "cycle":
            turn = 2 * math.pi * t * 1.1
            crank = (46 * way, -leg * 0.16)
            near_foot = (crank[0] + 20 * math.cos(turn), crank[1] + 20 * math.sin(turn))
            far_foot = (crank[0] - 20 * math.cos(turn), crank[1] - 20 * math.sin(turn))
            hip = (-30 * way, -leg * 0.98)
            return Stance(
                hip=hip,
                neck=neck,
                head_tilt=tilt,
                near_arm=near_arm,
                far_arm=far_arm,
                near_leg=bend(hip, near_foot, thigh, shin, -way),
                far_leg=bend(hip, far_foot, thigh, shin, -way),
                facing=f,
                item=None,
            )
        apart = (26 if f else 40) * (1 - abs(f) * 0.7)
        if on_floor:
            ahead = leg * (0.72 if f else 0.0)
            near_foot, far_foot = (-46.0 * (1 - abs(f)) + ahead * f, -4.0), (
                46.0 * (1 - abs(f)) + ahead * 0.8 * f, -4.0)  # fmt: skip
            return Stance(
                hip=hip,
                neck=neck,
                head_tilt=tilt,
                near_arm=near_arm,
                far_arm=far_arm,
                near_leg=bend(near_hip, near_foot, thigh, shin, -way if f else 1.0),
                far_leg=bend(far_hip, far_foot, thigh, shin, -way if f else -1.0),
                facing=f,
                item=item if holding else None,
                arms_before=not f and item is not None,
            )
        near_leg = (
            near_hip,
            (-apart + knee_x, hip[1] + 12 + 22 * (1 - abs(f))),
            (-apart + knee_x * 0.94, 0.0),
        )
        far_leg = (
            far_hip,
            (apart + knee_x, hip[1] + 8 + 22 * (1 - abs(f))),
            (apart + knee_x * 1.06, 0.0),
        )
    else:
        near_leg = bend(near_hip, near_foot, thigh, shin, -way if f else 0.02)
        far_leg = bend(far_hip, far_foot, thigh, shin, -way if f else -0.02)
    return Stance(
        hip=hip,
        neck=neck,
        head_tilt=tilt,
        near_arm=near_arm,
        far_arm=far_arm,
        near_leg=near_leg,
        far_leg=far_leg,
        facing=f,
        item=item if holding else None,
        seated=seated,
        arms_before=not f and (item is not None or pose in ("type", "cook", "think", "drive")),
    )
