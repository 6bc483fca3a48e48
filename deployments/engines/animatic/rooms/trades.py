"""Rooms of small trades, each known at a glance. Far and middle planes."""

from deployments.engines.animatic.colour import mix
from deployments.engines.animatic.drawn import drawing
from deployments.engines.animatic.goods import large, tech
from deployments.engines.animatic.pen import Pen
from deployments.engines.animatic.rooms import fittings
from deployments.engines.animatic.rooms.shell import (
    Draw,
    ceiling,
    floor,
    lamp,
    panel_light,
    skirting,
    wall,
    warmth,
    window,
)
from deployments.engines.animatic.scheme import Scheme


def _at(p: Pen, s: Scheme, x: float, y: float, height: float, draw: Draw) -> None:
    p.canvas.save()
    p.canvas.translate(x, y)
    p.canvas.scale(height / 100, height / 100)
    line, p.line = p.line, p.line * 100 / height
    draw(p, s)
    p.line = line
    p.canvas.restore()


def _of_set(p: Pen, s: Scheme, name: str, x: float, y: float, height: float) -> None:
    _at(p, s, x, y, height, lambda pen, scheme: drawing.draw(pen, name, scheme))


def library_far(p: Pen, s: Scheme) -> None:
    wall(p, mix(s.wall, s.wood, 0.2))
    floor(p, s.wood, s.wood_dark)
    skirting(p, s, s.wood_dark)
    warmth(p, s, 0, 200, 900)
    window(p, s, -210, 60, 420, 420, panes=(3, 1), city=False)


def _bookcase(p: Pen, s: Scheme, x: float, w: float) -> None:
    books = (s.accent, s.leaf_dark, s.cloth, s.accent_dark, s.pale, s.wood)
    p.rect(x, 20, w, 640, s.wood_dark, ink=1)
    for row in range(5):
        foot = 140 + row * 122
        p.rect(x + 12, foot - 106, w - 24, 106, mix(s.wood_dark, s.ink, 0.35))
        at, k = x + 16, row
        while at < x + w - 36:
            wide = 17 + k * 7 % 13
            tall = 74 + k * 11 % 26
            p.rect(at, foot - tall, wide, tall, books[k * 5 % 6], ink=0.6)
            at, k = at + wide + 1, k + 1
        p.rect(x, foot, w, 14, s.wood, ink=0.8)


def library_mid(p: Pen, s: Scheme) -> None:
    """Bookcases to the ceiling on both sides of a window, a long table with its lamps."""
    for x in (-1240, -760, 270, 750):
        _bookcase(p, s, x, 470)
    p.rect(-330, 560, 640, 26, s.wood, ink=1)
    for x in (-300, 260):
        p.rect(x, 586, 22, 170, s.wood_dark, ink=0.9)
    for x in (-180, 160):
        p.rect(x - 4, 500, 8, 60, s.metal, ink=0.7)
        if s.lamps_on:
            p.glow(x, 500, 130, s.lamp, 0.28)
        p.blob([(x - 62, 502), (x - 44, 470), (x + 44, 470), (x + 62, 502)], s.leaf_dark, ink=1,
               tension=0.4)  # fmt: skip
    fittings.books(p, s, -60, 560, 110)


def salon_far(p: Pen, s: Scheme) -> None:
    wall(p, mix(s.wall, s.accent_pale, 0.5))
    floor(p, s.stone, s.stone_dark, "tiles")
    skirting(p, s)
    warmth(p, s, 0, 120, 900)


def salon_mid(p: Pen, s: Scheme) -> None:
    """Round mirrors with their bulbs, a shelf of bottles under each, chairs that turn."""
    for x in (-620, -140, 340, 820):
        p.oval(x, 250, 150, 176, s.wood_dark, ink=1)
        p.oval(x, 250, 134, 160, mix("#d6e8f0", s.pale, 0.3), ink=0.8, lit=not s.lamps_on)
        p.stroke([(x - 60, 330), (x + 40, 150)], 16, "#ffffff", alpha=0.45, lit=False)
        for k in range(7):
            p.oval(x - 120 + k * 40, 62 + abs(k - 3) * 9, 11, 11, s.lamp, ink=0.6, lit=False)
        p.rect(x - 170, 470, 340, 18, s.wood, ink=1)
        fittings.goods(p, s, x - 110, 470, 220, 6, 56)
        p.rect(x - 90, 600, 180, 60, s.accent, r=24, ink=1)
        p.rect(x - 96, 510, 192, 108, s.accent_dark, r=30, ink=1)
        p.rect(x - 10, 660, 20, 90, s.metal, ink=0.9)
        p.oval(x, 756, 70, 14, s.metal, ink=0.9)
    panel_light(p, s, -200, 300)


def bakery_far(p: Pen, s: Scheme) -> None:
    wall(p, mix(s.wall, s.wood, 0.3))
    floor(p, s.wood, s.wood_dark)
    skirting(p, s, s.wood_dark)
    warmth(p, s, 200, 160, 900)
    window(p, s, -860, 120, 360, 400, panes=(2, 1), city=True)


def bakery_mid(p: Pen, s: Scheme) -> None:
    """Loaves on slanted shelves, the oven with its light, a counter with a glass case."""
    p.rect(-420, 90, 560, 420, s.wood_dark, ink=1)
    for row in range(3):
        y = 214 + row * 134
        for k in range(5):
            _of_set(p, s, "bread", -364 + k * 112, y, 76)
        p.rect(-420, y, 560, 16, s.wood, ink=0.9)
    p.rect(250, 110, 330, 400, s.metal, ink=1)
    for y in (150, 330):
        p.rect(282, y, 266, 140, s.ink, r=8, ink=0.8, lit=False)
        p.rect(292, y + 10, 246, 120, "#f0a24a", r=6, alpha=0.75, lit=False)
        p.oval(360, y + 104, 44, 22, "#b5713a", ink=0.7)
        p.oval(470, y + 104, 44, 22, "#b5713a", ink=0.7)
    p.rect(-1900, 560, 3800, 24, s.pale, ink=1)
    p.rect(-1900, 584, 3800, 240, s.accent_dark, ink=1)
    for x in (-700, -120, 460):
        p.rect(x, 604, 420, 150, "#e6f0f0", r=8, ink=1, alpha=0.85)
        for k in range(4):
            _of_set(p, s, "shortcake" if k % 2 else "bread", x + 60 + k * 100, 744, 66)
    for x in (-480, 0, 480):
        lamp(p, s, x, 4, s.ink, 50)


def convenience_far(p: Pen, s: Scheme) -> None:
    wall(p, s.pale)
    p.rect(-1900, 40, 3800, 26, s.accent)
    floor(p, s.stone, s.stone_dark, "tiles")
    skirting(p, s)
    ceiling(p, s)


def convenience_mid(p: Pen, s: Scheme) -> None:
    """Bright refrigerators from end to end, low shelves before them, the till at the right."""
    for k in range(7):
        x = -1120 + k * 250
        p.rect(x, 90, 240, 480, s.metal, ink=1)
        p.rect(x + 14, 106, 212, 440, "#eaf6f8", ink=0.8, lit=False)
        for row in range(4):
            fittings.shelf(p, s, x + 18, 206 + row * 108, 204, 6, 78)
        p.stroke([(x + 226, 250), (x + 226, 360)], 8, s.ink)
    for x in (-760, -260):
        p.rect(x, 560, 440, 220, s.pale, ink=1)
        for y in (640, 740):
            fittings.shelf(p, s, x + 8, y, 424, 10, 62)
    p.rect(360, 580, 900, 26, s.pale, ink=1)
    p.rect(380, 606, 900, 220, s.accent, ink=1)
    fittings.monitor(p, s, 520, 580, 0.8)
    for x in (-500, 0, 500):
        panel_light(p, s, x, 300)


def launderette_far(p: Pen, s: Scheme) -> None:
    wall(p, mix(s.pale, s.sky[3], 0.35))
    p.rect(-1900, 60, 3800, 30, s.accent)
    floor(p, s.stone, s.stone_dark, "tiles")
    skirting(p, s)
    ceiling(p, s)


def launderette_mid(p: Pen, s: Scheme) -> None:
    """Two rows of machines along the wall, a long bench, a table for folding."""
    for k in range(8):
        x = -900 + k * 262
        for y in (384, 660):
            _at(p, s, x, y, 268, tech.washing_machine)
    p.rect(-1900, 660, 3800, 18, s.stone_dark, ink=0.8)
    p.rect(-620, 716, 520, 26, s.wood, r=8, ink=1)
    for x in (-580, -160):
        p.rect(x, 742, 20, 80, s.metal, ink=0.8)
    for x in (-500, 0, 500):
        panel_light(p, s, x, 300)


def garage_far(p: Pen, s: Scheme) -> None:
    wall(p, s.stone)
    p.rect(-1900, 470, 3800, 170, s.stone_dark)
    p.rect(-1900, 458, 3800, 16, s.accent)
    floor(p, mix(s.stone_dark, s.ink, 0.3), s.ink, "plain")


def garage_mid(p: Pen, s: Scheme) -> None:
    """A car on its lift, a board of tools, tyres in a rack."""
    p.rect(-700, 110, 380, 300, s.wood, ink=1)
    for k in range(7):
        x = -662 + k * 52
        p.stroke([(x, 150), (x, 290 + k * 37 % 60)], 12, s.metal)
        p.oval(x, 150, 17, 17, s.metal, ink=0.8)
        p.oval(x, 150, 7, 7, s.wood)
    p.rect(-720, 560, 420, 28, s.pale, ink=1)
    p.rect(-700, 588, 380, 200, s.accent_dark, ink=1)
    for y in (650, 720):
        p.stroke([(-690, y), (-330, y)], 3, s.ink)
    for x in (20, 500):
        p.rect(x, 40, 46, 720, "#c9a53a", ink=1)
        p.rect(x - 20, 744, 86, 24, s.ink, ink=0.8)
    p.rect(-40, 470, 660, 26, "#c9a53a", ink=1)
    _at(p, s, 290, 474, 262, large.car)
    for k in range(4):
        x, y = 760 + k % 2 * 150, 640 - k // 2 * 160
        p.oval(x, y, 74, 78, "#3c3438", ink=1)
        p.oval(x, y, 34, 36, s.metal, ink=0.8)
    panel_light(p, s, -200, 260)


def dojo_far(p: Pen, s: Scheme) -> None:
    wall(p, s.pale)
    p.rect(-1900, 470, 3800, 170, s.wood, ink=0.8)
    floor(p, "#5b86ad", "#4d7397", "tiles")
    window(p, s, -880, 90, 420, 300, panes=(3, 1), city=True, sill=False)


def dojo_mid(p: Pen, s: Scheme) -> None:
    """Mats of two colours, a wall of mirrors, belts in a row, a kicking target."""
    for k in range(-5, 6):
        p.poly([(k * 160, 668), (k * 160 + 160, 668), (k * 200 + 200, 780), (k * 200, 780)],
               "#c9564a" if k % 2 else "#4f7fa8", ink=0.6)  # fmt: skip
    for k in range(3):
        x = 120 + k * 262
        p.rect(x, 80, 254, 400, mix(s.metal, "#d6e8f0", 0.5), ink=1)
        p.stroke([(x + 60, 400), (x + 190, 130)], 14, "#ffffff", alpha=0.4, lit=False)
    p.rect(-430, 130, 460, 16, s.wood_dark, ink=0.9)
    for k, colour in enumerate(("#ffffff", "#e5bd3f", "#4f9a5c", "#4477b0", "#c64a44", "#2b2b30")):
        x = -400 + k * 74
        p.poly([(x - 12, 142), (x + 12, 142), (x + 8, 330), (x - 16, 330)], colour, ink=0.9)
    p.rect(-520, 560, 22, 200, s.metal, ink=0.9)
    p.oval(-509, 520, 62, 84, s.accent, ink=1)
    p.oval(-509, 520, 30, 44, s.accent_pale, ink=0.8)


def florist_far(p: Pen, s: Scheme) -> None:
    wall(p, mix(s.pale, s.leaf, 0.25))
    floor(p, s.stone, s.stone_dark, "tiles")
    skirting(p, s)
    window(p, s, -860, 110, 400, 400, panes=(2, 1), city=True)


def florist_mid(p: Pen, s: Scheme) -> None:
    """Buckets of flowers on steps, a table with paper and ribbon."""
    for row, (y, shift) in enumerate(((470, 0), (620, 50), (760, 0))):
        p.rect(-430, y, 640, 18, s.wood, ink=1)
        for k in range(5 - row % 2):
            x = -370 + shift + k * 130
            _of_set(p, s, "bouquet", x, y - 40, 150)
            p.poly([(x - 46, y - 70), (x + 46, y - 70), (x + 36, y), (x - 36, y)], s.metal, ink=1)
    p.rect(320, 560, 700, 26, s.wood, ink=1)
    p.rect(350, 586, 640, 200, s.pale, ink=1)
    for k, colour in enumerate((s.accent, s.accent_pale, s.leaf)):
        p.oval(430 + k * 110, 540, 40, 22, colour, ink=0.9)
        p.oval(430 + k * 110, 538, 14, 8, s.wood_dark, ink=0.6)
    for x in (400, 760):
        fittings.plant(p, s, x, 560, 0.8)
    lamp(p, s, 640, 10, s.ink, 54)
