"""A gym: mirrors, a punch bag, dumbbells, treadmills."""

from deployments.engines.animatic.colour import mix
from deployments.engines.animatic.pen import Pen
from deployments.engines.animatic.rooms.shell import (
    FLOOR,
    ceiling,
    floor,
    panel_light,
    wall,
    window,
)
from deployments.engines.animatic.scheme import Scheme


def gym_far(p: Pen, s: Scheme) -> None:
    wall(p, s.stone)
    p.rect(-1900, 500, 3800, 140, s.stone_dark)
    p.rect(-1900, 486, 3800, 18, s.accent)
    floor(p, mix(s.stone_dark, s.ink, 0.45), mix(s.stone_dark, s.ink, 0.6), "tiles")
    p.rect(-1900, FLOOR - 6, 3800, 8, s.ink)
    ceiling(p, s)
    window(p, s, -860, 60, 540, 360, panes=(4, 1), city=True, sill=False)


def _dumbbell(p: Pen, s: Scheme, x: float, y: float) -> None:
    p.rect(x - 34, y - 5, 68, 10, s.metal, ink=0.6)
    for dx in (-44, 24):
        p.rect(x + dx, y - 22, 20, 44, s.ink, r=5, lit=False)
        p.rect(x + dx + 5, y - 15, 5, 30, s.stone_dark, r=2)


def gym_mid(p: Pen, s: Scheme) -> None:
    # Mirrors.
    for k in range(3):
        x = 150 + k * 262
        p.rect(x, 80, 254, 380, mix(s.metal, "#d6e8f0", 0.5), ink=1)
        p.stroke([(x + 60, 400), (x + 190, 130)], 14, "#ffffff", alpha=0.4, lit=False)
        p.stroke([(x + 110, 410), (x + 214, 200)], 7, "#ffffff", alpha=0.4, lit=False)
    for x in (-420, 0, 420):
        panel_light(p, s, x, 300)
    # A punch bag.
    p.stroke([(-222, -700), (-222, 190)], 5, s.ink)
    p.stroke([(-262, 230), (-222, 180), (-182, 230)], 5, s.ink)
    p.rect(-276, 226, 108, 300, s.accent, r=26, ink=1)
    p.rect(-276, 290, 108, 22, s.accent_dark)
    p.rect(-276, 440, 108, 22, s.accent_dark)
    # A rack of dumbbells.
    for y in (600, 690):
        for k in range(5):
            _dumbbell(p, s, -606 + k * 104, y - 26)
        p.rect(-670, y, 540, 14, s.metal, ink=1)
    for x in (-660, -150):
        p.rect(x, 570, 14, 210, s.stone_dark, ink=0.8)
    # Treadmills.
    for x in (150, 560):
        p.poly([(x, 776), (x + 300, 776), (x + 340, 826), (x - 30, 826)], s.ink, ink=1, lit=False)
        p.poly([(x + 20, 784), (x + 284, 784), (x + 306, 806), (x + 4, 806)], s.stone_dark)
        p.stroke([(x + 250, 776), (x + 196, 500)], 18, s.ink, lit=False)
        p.stroke([(x + 250, 776), (x + 196, 500)], 11, s.metal)
        p.stroke([(x + 204, 540), (x + 70, 566)], 16, s.ink, lit=False)
        p.poly([(x + 96, 430), (x + 222, 456), (x + 218, 520), (x + 84, 494)], s.ink, ink=1,
               lit=False)  # fmt: skip
        p.poly([(x + 110, 444), (x + 200, 463), (x + 197, 500), (x + 102, 480)], "#cfe4ee",
               lit=False)  # fmt: skip
    for x, colour in ((-330, s.ink), (-250, s.accent)):
        p.oval(x, 846, 36, 36, colour, ink=1, lit=False)
        p.stroke([(x - 24, 818), (x - 20, 778), (x + 20, 778), (x + 24, 818)], 11, colour)


def gym_front(p: Pen, s: Scheme) -> None:
    p.rect(-1200, 930, 640, 22, s.metal)
    for x, r in ((-660, 130), (-720, 170)):
        p.oval(x, 940, r * 0.35, r, s.ink, lit=False)
    p.oval(800, 1060, 240, 240, s.accent_dark)
