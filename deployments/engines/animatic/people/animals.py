"""A dog, a cat and a bird, from the side, facing right. Figure space: a head is 100 high."""

import math
from collections.abc import Mapping

from conte.staging_vocabulary import Extra, Pose
from deployments.engines.animatic.pen import Pen

_FUR, _FUR_DARK, _PALE = "#c9965f", "#a87444", "#f3e4cd"
_GREY, _GREY_DARK = "#a7a2a0", "#827c7c"
HEIGHTS: Mapping[Extra, float] = {Extra.DOG: 2.3, Extra.CAT: 1.7, Extra.BIRD: 0.6}
"""Heights of the animals, in heads of a person."""


def draw_animal(pen: Pen, animal: Extra, pose: Pose, t: float) -> None:
    """Draw an animal that faces right, with its feet on y = 0."""
    if animal is Extra.BIRD:
        _bird(pen, t)
        return
    dog = animal is Extra.DOG
    fur, dark = (_FUR, _FUR_DARK) if dog else (_GREY, _GREY_DARK)
    scale = 1.0 if dog else 0.74
    pen.canvas.save()
    pen.canvas.scale(scale, scale)
    if pose in (Pose.WALK, Pose.RUN, Pose.STAND, Pose.CHEER):
        _on_four(pen, fur, dark, pose, t, dog)
    elif pose is Pose.LIE:
        _lying(pen, fur, dark, t, dog)
    else:
        _sitting(pen, fur, dark, t, dog)
    pen.canvas.restore()


def _leg(pen: Pen, x: float, y: float, foot: tuple[float, float], colour: str) -> None:
    pen.stroke([(x, y), foot], 25 + 2 * pen.line, pen.ink)
    pen.stroke([(x, y), foot], 25, colour)
    pen.oval(foot[0] + 6, foot[1] - 6, 17, 10, colour, ink=1)


def _on_four(pen: Pen, fur: str, dark: str, pose: Pose, t: float, dog: bool) -> None:
    pace = 0.0 if pose in (Pose.STAND, Pose.CHEER) else 1.6 if pose is Pose.WALK else 2.8
    turn = 2 * math.pi * t * pace
    reach = 0.0 if not pace else 26.0 if pose is Pose.WALK else 44.0
    bob = -abs(math.sin(turn)) * reach * 0.3
    wag = math.sin(2 * math.pi * t * (3.2 if dog else 0.6)) * 12

    def foot(x: float, shift: float) -> tuple[float, float]:
        swing = turn + shift
        return x + reach * math.cos(swing), -6 - max(0.0, -math.sin(swing)) * reach * 0.5

    _leg(pen, -66, -86 + bob, foot(-66, 0.6), dark)
    _leg(pen, 62, -86 + bob, foot(62, 3.6), dark)
    tail = [(-92, -126 + bob), (-128, -158 + bob), (-138 + wag, -202 + bob)]
    pen.stroke(tail, 19 + 2 * pen.line, pen.ink, curved=True)
    pen.stroke(tail, 19, fur, curved=True)
    pen.blob([(-98, -120 + bob), (-86, -152 + bob), (0, -152 + bob), (78, -158 + bob),
              (96, -118 + bob), (70, -78 + bob), (0, -82 + bob), (-78, -76 + bob)],
             fur, ink=1, tension=0.8)  # fmt: skip
    _leg(pen, -80, -84 + bob, foot(-80, 3.9), fur)
    _leg(pen, 76, -84 + bob, foot(76, 0.4), fur)
    _head(pen, fur, dark, 104, -184 + bob, dog)


def _sitting(pen: Pen, fur: str, dark: str, t: float, dog: bool) -> None:
    wag = math.sin(2 * math.pi * t * (2.4 if dog else 0.5)) * 10
    tail = [(-56, -22), (-92, -30), (-112 + wag, -72)]
    pen.stroke(tail, 19 + 2 * pen.line, pen.ink, curved=True)
    pen.stroke(tail, 19, fur, curved=True)
    pen.blob([(-62, -20), (-58, -76), (-8, -140), (38, -146), (54, -96), (40, -8), (-44, 0)],
             fur, ink=1, tension=0.8)  # fmt: skip
    pen.blob([(18, -128), (46, -116), (44, -60), (24, -70)], _PALE, tension=0.9)
    pen.oval(-26, -30, 38, 30, fur, ink=1)
    _leg(pen, 34, -80, (38, -6), fur)
    pen.oval(-8, -7, 26, 10, fur, ink=1)
    _head(pen, fur, dark, 40, -186, dog)


def _lying(pen: Pen, fur: str, dark: str, t: float, dog: bool) -> None:
    breath = math.sin(2 * math.pi * t / 3.4) * 3
    pen.blob([(-110, -10), (-104, -62), (-40, -82 - breath), (40, -78 - breath), (84, -40),
              (92, -4), (-60, 0)], fur, ink=1, tension=0.8)  # fmt: skip
    pen.oval(96, -12, 36, 12, fur, ink=1)
    _head(pen, fur, dark, 84, -70, dog)


def _head(pen: Pen, fur: str, dark: str, x: float, y: float, dog: bool) -> None:
    if not dog:
        for dx in (-26, 18):
            pen.poly([(x + dx - 14, y - 22), (x + dx + 2, y - 62), (x + dx + 20, y - 26)], fur,
                     ink=1)  # fmt: skip
    pen.oval(x, y, 47, 44, fur, ink=1)
    if dog:
        pen.blob([(x + 8, y - 4), (x + 52, y - 4), (x + 62, y + 14), (x + 40, y + 32),
                  (x + 6, y + 28)], _PALE, ink=1, tension=0.9)  # fmt: skip
        pen.oval(x + 55, y + 2, 10, 8, pen.ink, lit=False)
        pen.stroke([(x + 26, y + 22), (x + 38, y + 25), (x + 50, y + 18)], 3, pen.ink, curved=True)
        pen.blob([(x - 20, y - 40), (x - 2, y - 34), (x - 10, y + 10), (x - 34, y + 24),
                  (x - 46, y - 6)], dark, ink=1, tension=0.9)  # fmt: skip
        pen.oval(x + 16, y - 12, 5.5, 6.5, pen.ink, lit=False)
    else:
        pen.oval(x + 14, y + 14, 24, 16, _PALE)
        pen.poly([(x + 12, y + 4), (x + 24, y + 4), (x + 18, y + 11)], "#d98a86", ink=0.6)
        for dx in (-2, 32):
            pen.oval(x + dx, y - 8, 5.5, 7, pen.ink, lit=False)
        for dy in (10, 17):
            pen.stroke([(x + 34, y + dy), (x + 60, y + dy - 3)], 1.8, pen.ink)


def _bird(pen: Pen, t: float) -> None:
    flap = math.sin(2 * math.pi * t * 3)
    pen.blob([(-40, -36), (0, -58), (36, -46), (30, -18), (-8, -10)], "#6f94b8", ink=1)
    pen.poly([(34, -42), (52, -36), (34, -30)], "#e0a243", ink=0.8)
    pen.oval(24, -42, 4, 4, pen.ink, lit=False)
    pen.blob([(-10, -34), (-34, -52 - 30 * flap), (14, -44)], "#527799", ink=1)
