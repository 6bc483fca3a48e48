"""A factory: robot arms over a belt, under girders and high windows."""

from itertools import pairwise

from deployments.engines.animatic.colour import mix
from deployments.engines.animatic.pen import Pen
from deployments.engines.animatic.rooms.shell import floor, lamp, wall, warmth, window
from deployments.engines.animatic.scheme import Scheme


def factory_far(p: Pen, s: Scheme) -> None:
    wall(p, mix(s.stone, s.wall, 0.5))
    for k in range(-30, 31):
        p.stroke([(k * 62, -700), (k * 62, 640)], 1.6, s.stone_dark, alpha=0.5)
    for x in (-1340, -860, -380, 100, 580, 1060):
        window(p, s, x, 40, 280, 170, panes=(4, 2), city=None)
    warmth(p, s, 0, 200, 900)
    floor(p, mix(s.stone, s.floor, 0.5), s.stone_dark, "plain")
    p.rect(-1900, 836, 3800, 18, "#e2b93b")


def _arm(p: Pen, s: Scheme, x: float, way: float) -> None:
    """A robot arm that sets something down on the belt."""
    bones = ((x, 560), (x - way * 46, 400), (x + way * 62, 290), (x + way * 120, 400))
    p.rect(x - 56, 560, 112, 60, s.stone_dark, r=8, ink=1)
    for bone, width in zip(pairwise(bones), (56, 46, 34), strict=True):
        p.stroke(bone, width + 5, s.ink)
        p.stroke(bone, width, s.accent)
    for k, (jx, jy) in enumerate(bones):
        p.oval(jx, jy, 30 - k * 4, 30 - k * 4, s.stone_dark, ink=1)
        p.oval(jx, jy, 11, 11, s.metal, ink=0.6)
    tip_x, tip_y = bones[-1]
    p.stroke([(tip_x - 26, tip_y + 60), (tip_x - 22, tip_y + 24), (tip_x + 22, tip_y + 24),
              (tip_x + 26, tip_y + 60)], 11, s.ink)  # fmt: skip


def factory_mid(p: Pen, s: Scheme) -> None:
    # Girders and a duct under the roof.
    p.rect(-1900, -60, 3800, 24, s.stone_dark, ink=1)
    p.rect(-1900, 10, 3800, 18, s.stone_dark, ink=1)
    for k in range(-16, 17):
        p.stroke([(k * 118, -40), (k * 118 + 59, 14), (k * 118 + 118, -40)], 8, s.stone_dark)
    for x in (-470, 430, 1120, -1160):
        p.rect(x, 28, 42, 612, s.stone_dark, ink=1)
        p.rect(x + 12, 28, 8, 612, s.ink, alpha=0.25)
    p.rect(-1900, 246, 3800, 30, s.metal, ink=1)
    for k in range(-8, 9):
        p.rect(k * 230 + 90, 240, 20, 42, s.stone_dark, ink=0.8)
    for x in (-240, 240, 760, -760):
        lamp(p, s, x, 60, s.stone_dark, 60)
    _arm(p, s, -272, 1)
    _arm(p, s, 272, -1)
    _arm(p, s, 800, -1)
    _arm(p, s, -800, 1)
    # The belt and the goods on it.
    for k in range(-9, 10):
        p.rect(k * 206 - 158, 556, 96, 76, s.wood, r=3, ink=1)
        p.rect(k * 206 - 122, 556, 24, 76, s.accent_pale, ink=0.5)
    p.rect(-1900, 632, 3800, 20, s.ink, lit=False)
    p.rect(-1900, 652, 3800, 54, s.metal, ink=1)
    for k in range(-26, 27):
        p.oval(k * 74, 679, 19, 19, s.stone_dark, ink=0.8)
        p.oval(k * 74, 679, 6, 6, s.metal)
    for k in range(-9, 10):
        p.rect(k * 210 + 90, 706, 26, 116, s.stone_dark, ink=1)
    p.rect(-1900, 706, 3800, 22, "#e2b93b", ink=0.8)
    for k in range(-32, 33):
        p.poly([(k * 60, 728), (k * 60 + 22, 706), (k * 60 + 46, 706), (k * 60 + 24, 728)], s.ink)


def factory_front(p: Pen, s: Scheme) -> None:
    p.rect(-1500, 860, 860, 700, s.wood_dark, r=10)
    p.rect(-1500, 930, 860, 30, s.wood)
    p.rect(700, -700, 90, 2400, s.stone_dark)
    p.oval(745, 430, 90, 90, s.accent_dark)
