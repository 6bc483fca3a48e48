"""Seats that figures use: a chair, or a moving bicycle. Coordinates are those of poses.py."""

import math

from deployments.engines.animatic.pen import Pen
from deployments.engines.animatic.people.poses import Stance

WOOD, WOOD_DARK, METAL, RUBBER = "#a87f5c", "#7f5d44", "#c4c9cf", "#2d2e34"


def draw_chair(pen: Pen, now: Stance) -> None:
    """Draw a chair under the hips, its back behind the person."""
    x, y = now.hip[0], now.hip[1] + 22
    f = now.facing
    for dx in (-46, 46):
        pen.rect(x + dx - 5, y, 10, -y, WOOD_DARK, ink=0.8)
    if f:
        back = x - 58 * f
        pen.stroke([(back, y + 4), (back - 16 * f, y - 128)], 15, pen.ink)
        pen.stroke([(back, y + 4), (back - 16 * f, y - 128)], 10, WOOD_DARK)
        pen.blob([(back - 20 * f, y - 140), (back - 4 * f, y - 136), (back + 2 * f, y - 62),
                  (back - 14 * f, y - 58)], WOOD, ink=1, tension=0.6)  # fmt: skip
    else:
        pen.rect(x - 62, y - 132, 124, 84, WOOD, r=16, ink=1)
        for dx in (-52, 44):
            pen.rect(x + dx, y - 52, 8, 54, WOOD_DARK, ink=0.8)
    pen.rect(x - 60, y - 6, 120, 16, WOOD, r=7, ink=1)


def draw_bicycle(pen: Pen, colour: str, now: Stance, t: float) -> None:
    """Draw a bicycle that fits the rider's hips, feet and hands."""
    way = now.facing or 1.0
    radius = 92.0
    rear, front = (-118 * way, -radius), (176 * way, -radius)
    seat = (now.hip[0] - 2 * way, now.hip[1] + 14)
    bars = now.near_arm[2]
    feet = now.near_leg[2], now.far_leg[2]
    crank = ((feet[0][0] + feet[1][0]) / 2, (feet[0][1] + feet[1][1]) / 2)
    for hub in (rear, front):
        pen.canvas.drawCircle(hub[0], hub[1], radius - 5, pen.paint(RUBBER, 1, 10))
        for k in range(6):
            turn = way * t * 7 + math.pi * k / 6
            x, y = math.cos(turn) * (radius - 10), math.sin(turn) * (radius - 10)
            pen.stroke([(hub[0] + x, hub[1] + y), (hub[0] - x, hub[1] - y)], 1.6, METAL)
    head = (bars[0] - 16 * way, bars[1] + 40)
    tubes = [(rear, crank), (rear, seat), (crank, seat), (crank, head), (front, head)]
    tubes.append(((seat[0] + 8 * way, seat[1] + 46), head))
    for a, b in tubes:
        pen.stroke([a, b], 12, pen.ink)
    for a, b in tubes:
        pen.stroke([a, b], 8, colour)
    pen.stroke([head, (bars[0] - 10 * way, bars[1] + 8), bars], 8, RUBBER)
    pen.rect(seat[0] - 34, seat[1] - 4, 68, 13, RUBBER, r=6, ink=1)
    pen.oval(*crank, 17, 17, METAL, ink=1)
    pen.stroke([feet[0], feet[1]], 6, RUBBER)
