"""Rooms with service: shop, café, restaurant."""

from deployments.engines.animatic.colour import mix
from deployments.engines.animatic.pen import Pen
from deployments.engines.animatic.rooms.fittings import (
    chair,
    chair_back,
    cup,
    goods,
    leaves,
    plant,
    shelf,
)
from deployments.engines.animatic.rooms.shell import (
    floor,
    lamp,
    skirting,
    tiles,
    wall,
    warmth,
    window,
)
from deployments.engines.animatic.scheme import Scheme


def shop_far(p: Pen, s: Scheme) -> None:
    wall(p, s.pale)
    p.rect(-1900, -700, 3800, 770, s.cloth)
    p.rect(-1900, 64, 3800, 12, s.cloth_dark, ink=0.6)
    floor(p, s.floor, s.floor_dark, "tiles")
    skirting(p, s)
    warmth(p, s, 0, 160, 900)
    window(p, s, -1150, 130, 300, 480, panes=(1, 1), city=True, sill=False)
    window(p, s, 860, 130, 300, 480, panes=(1, 1), city=True, sill=False)


def _racks(p: Pen, s: Scheme, x: float, w: float, count: int) -> None:
    p.rect(x, 110, w, 640, s.wood_dark, ink=1)
    p.rect(x + 12, 122, w - 24, 600, mix(s.wood, s.pale, 0.5), ink=0.6)
    for k, y in enumerate((256, 396, 536, 676)):
        shelf(p, s, x + 10, y, w - 20, count + k % 2, 98)


def shop_mid(p: Pen, s: Scheme) -> None:
    for x in (-300, -100, 100, 300, 520, -520):
        p.rect(x - 14, 6, 28, 44, s.ink, r=6)
        if s.lamps_on:
            p.poly([(x - 12, 50), (x + 12, 50), (x + 120, 640), (x - 120, 640)], s.lamp,
                   alpha=0.12, lit=False)  # fmt: skip
    p.rect(-1900, -8, 3800, 14, s.ink)
    _racks(p, s, -760, 300, 4)
    # Clothes on a rail.
    for x in (-432, -146):
        p.rect(x - 6, 220, 12, 540, s.stone_dark, ink=0.8)
        p.rect(x - 40, 752, 80, 12, s.stone_dark, r=6, ink=0.8)
    p.rect(-438, 214, 298, 12, s.stone_dark, r=6, ink=0.8)
    colours = (s.cloth, s.accent, s.pale, s.accent_pale, s.leaf)
    for k, colour in enumerate(colours):
        x = -402 + k * 54
        p.stroke([(x, 224), (x, 250)], 4, s.ink)
        p.poly([(x, 246), (x + 40, 282), (x + 34, 470 + k % 2 * 90), (x - 34, 470 + k % 2 * 90),
                (x - 40, 282)], colour, ink=1)  # fmt: skip
        p.stroke([(x, 290), (x, 460)], 1.8, s.ink, alpha=0.4)
    # Shelves, and the counter with its till before them.
    _racks(p, s, 150, 560, 8)
    p.rect(196, 620, 500, 24, s.pale, r=4, ink=1)
    p.rect(210, 644, 472, 160, s.accent, ink=1)
    for k in range(1, 8):
        p.stroke([(210 + k * 59, 648), (210 + k * 59, 800)], 2, s.accent_dark)
    p.poly([(236, 552), (330, 552), (350, 620), (216, 620)], s.stone_dark, ink=1)
    p.poly([(228, 496), (316, 490), (324, 548), (236, 552)], "#cfe4ee", ink=1, lit=False)
    for x, colour in ((470, s.accent_pale), (566, s.cloth)):
        p.rect(x, 540, 76, 80, colour, ink=1)
        p.stroke([(x + 20, 540), (x + 38, 508), (x + 56, 540)], 4, s.ink, curved=True)


def shop_front(p: Pen, s: Scheme) -> None:
    for x in (-1900, 560):
        p.rect(x, 1010, 1340, 700, s.wood_dark, r=12)
        p.rect(x, 1010, 1340, 34, s.wood, r=12)
    goods(p, s, -1000, 1010, 420, 4, 240)
    goods(p, s, 600, 1010, 420, 4, 220)


def cafe_far(p: Pen, s: Scheme) -> None:
    wall(p, mix(s.wall, s.wood, 0.25))
    tiles(p, mix(s.wood, s.wall, 0.45), mix(s.wood_dark, s.wall, 0.4), 150, 640, 40)
    floor(p, s.wood, s.wood_dark)
    skirting(p, s, s.wood_dark)
    warmth(p, s, 300, 160, 820)
    window(p, s, -800, 120, 400, 430, panes=(3, 1), city=True)


def cafe_mid(p: Pen, s: Scheme) -> None:
    # A slate with a cup drawn in chalk.
    p.rect(-330, 150, 176, 230, s.wood_dark, ink=1)
    p.rect(-318, 162, 152, 206, "#31353a")
    p.stroke([(-286, 262), (-276, 324), (-222, 324), (-212, 262), (-286, 262)], 5, "#f4efe6")
    p.stroke([(-212, 274), (-188, 284), (-218, 310)], 5, "#f4efe6", curved=True)
    for x in (-268, -248, -228):
        p.stroke([(x, 246), (x - 7, 226), (x + 5, 208), (x, 190)], 3.5, "#f4efe6", curved=True)
    # The bar: shelves of cups, the machine, a case of cakes.
    for y in (220, 330):
        p.rect(160, y, 470, 14, s.wood_dark, ink=1)
    for k in range(9):
        cup(p, s, 192 + k * 50, 218, 0.9, (s.pale, s.accent, s.pale, s.accent_pale)[k % 4])
    goods(p, s, 168, 330, 450, 9, 78)
    p.rect(-1000 + 1140, 528, 1760, 24, s.pale, r=4, ink=1)
    p.rect(152, 552, 1760, 250, s.cloth_dark, ink=1)
    for k in range(13):
        p.rect(166 + k * 82, 566, 68, 210, s.cloth_dark, r=3, ink=0.5)
    p.rect(170, 414, 214, 114, s.metal, r=16, ink=1)
    p.rect(164, 396, 226, 26, s.accent, r=8, ink=1)
    p.rect(190, 474, 174, 54, s.ink, r=6)
    for x in (222, 276, 330):
        p.rect(x - 12, 462, 24, 16, s.stone_dark, ink=0.8)
        p.oval(x, 440, 9, 9, s.pale, ink=0.7)
    cup(p, s, 238, 526, 0.8)
    cup(p, s, 306, 526, 0.8)
    p.rect(440, 390, 240, 138, "#dceef2", r=10, ink=1, alpha=0.55)
    p.rect(446, 462, 228, 6, s.metal, ink=0.5)
    if s.lamps_on:
        p.rect(446, 398, 228, 124, s.lamp, alpha=0.35, lit=False)
    cakes = [(480 + k * 57, 458) for k in range(4)] + [(490 + k * 70, 524) for k in range(3)]
    for x, y in cakes:
        p.blob([(x - 26, y), (x - 20, y - 24), (x, y - 36), (x + 20, y - 24), (x + 26, y)],
               (s.wood, s.accent_pale, s.accent)[int(x) % 3], ink=0.8)  # fmt: skip
    # A small table for two.
    chair(p, s, -420, 850, 1.0, s.accent)
    p.rect(-246, 640, 14, 200, s.ink)
    p.oval(-239, 846, 66, 12, s.ink)
    p.oval(-239, 636, 128, 22, s.wood_dark, ink=1)
    p.oval(-239, 630, 128, 20, s.wood, ink=1)
    cup(p, s, -262, 630, 1.1, s.accent)
    cup(p, s, -196, 624, 0.9)
    plant(p, s, -640, 830, 1.3)
    for x in (-239, 200, 420, 640, -560):
        lamp(p, s, x, 20, s.ink, 50)


def cafe_front(p: Pen, s: Scheme) -> None:
    chair_back(p, -700, s.accent, s.accent_dark)
    leaves(p, s, 980, 1060, -1)


def restaurant_far(p: Pen, s: Scheme) -> None:
    wall(p, mix(s.wall, s.accent, 0.3))
    p.rect(-1900, 430, 3800, 200, s.wood_dark)
    for k in range(-17, 17):
        p.rect(k * 112 + 10, 448, 92, 164, s.wood_dark, r=3, ink=0.5)
    p.rect(-1900, 420, 3800, 18, s.wood, ink=0.8)
    floor(p, s.floor, s.floor_dark)
    skirting(p, s, s.wood_dark)
    warmth(p, s, 0, 260, 820)
    window(p, s, -800, 90, 380, 310, panes=(3, 1), city=True)


def _laid_table(p: Pen, s: Scheme, x: float) -> None:
    for dx in (-190, 190):
        chair(p, s, x + dx, 900, 1.15, s.accent)
    p.blob([(x - 165, 640), (x + 165, 640), (x + 184, 830), (x + 90, 806), (x, 834), (x - 90, 806),
            (x - 184, 830)], s.pale, ink=1, tension=0.35)  # fmt: skip
    for dx in (-110, -40, 50, 118):
        p.stroke([(x + dx, 664), (x + dx * 1.12, 800)], 2, s.ink, alpha=0.25)
    p.oval(x, 640, 166, 26, s.pale, ink=1)
    for dx in (-92, 92):
        p.oval(x + dx, 638, 48, 10, "#ffffff", ink=0.8)
        p.oval(x + dx, 635, 26, 9, s.leaf if dx < 0 else s.accent, ink=0.7)
    for dx in (-36, 40):
        p.stroke([(x + dx, 634), (x + dx, 590)], 4, s.metal)
        p.blob([(x + dx - 15, 546), (x + dx + 15, 546), (x + dx + 12, 584), (x + dx, 594),
                (x + dx - 12, 584)], "#dceef2", ink=0.8, tension=0.6)  # fmt: skip
        p.poly([(x + dx - 14, 566), (x + dx + 14, 566), (x + dx + 9, 586), (x + dx - 9, 586)],
               s.accent_dark)  # fmt: skip
    p.rect(x - 8, 584, 16, 50, s.pale, ink=0.8)
    if s.lamps_on:
        p.glow(x, 572, 90, s.lamp, 0.3)
    p.blob([(x, 556), (x + 7, 574), (x, 584), (x - 7, 574)], "#ffb84d", ink=0.5, lit=False)


def restaurant_mid(p: Pen, s: Scheme) -> None:
    # A rack of wine.
    p.rect(150, 90, 270, 290, s.wood, ink=1)
    for j in range(3):
        p.rect(162, 102 + j * 92, 246, 82, s.wood_dark, ink=0.6)
        for k in range(6):
            x, y = 182 + k * 41, 180 + j * 92
            colour = (s.leaf_dark, s.accent_dark, s.ink)[(k + j) % 3]
            p.rect(x - 4, y - 72, 9, 28, colour, ink=0.5)
            p.rect(x - 11, y - 48, 23, 48, colour, r=5, ink=0.6)
    for x in (-300, 520):
        p.rect(x - 8, 190, 16, 60, s.wood_dark, ink=0.8)
        if s.lamps_on:
            p.glow(x, 170, 120, s.lamp, 0.26)
        p.poly([(x - 24, 130), (x + 24, 130), (x + 38, 196), (x - 38, 196)],
               s.lamp if s.lamps_on else s.accent_pale, ink=1, lit=not s.lamps_on)  # fmt: skip
    for x in (-290, 290, 830, -830):
        _laid_table(p, s, x)
        lamp(p, s, x * 0.8, -10, s.ink, 56)
    plant(p, s, 600, 700, 1.2)


def restaurant_front(p: Pen, s: Scheme) -> None:
    chair_back(p, 720, s.accent_dark, s.wood_dark)
    p.oval(-800, 1010, 380, 80, s.pale)
    p.rect(-716, 760, 60, 220, s.leaf_dark, r=22)
    p.rect(-700, 670, 28, 120, s.leaf_dark, r=8)
