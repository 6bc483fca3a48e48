"""Fittings of rooms: shelves, plants, desks, chairs, cups, and blurred objects near the lens."""

from deployments.engines.animatic.pen import Pen
from deployments.engines.animatic.scheme import Scheme


def goods(p: Pen, s: Scheme, x: float, y: float, w: float, count: int, tall: float = 84) -> None:
    """Boxes, jars and bottles in a row, with their bases at y."""
    colours = (s.accent, s.cloth, s.pale, s.leaf, s.accent_pale, s.wood, s.metal)
    step = w / count
    for k in range(count):
        left, h = x + k * step + step * 0.14, tall * (0.55 + (k * 37 % 45) / 100)
        colour = colours[k * 3 % 7]
        wide = step * 0.7
        if k % 3 == 1:
            p.rect(left + wide * 0.3, y - h - 12, wide * 0.4, 16, s.wood_dark, ink=0.6)
            p.rect(left, y - h, wide, h, colour, r=wide * 0.3, ink=0.8)
        else:
            p.rect(left, y - h, wide, h, colour, r=3, ink=0.8)
            p.rect(left, y - h * 0.65, wide, h * 0.28, s.pale, alpha=0.7)


def shelf(p: Pen, s: Scheme, x: float, y: float, w: float, count: int, tall: float = 84) -> None:
    goods(p, s, x + 8, y, w - 16, count, tall)
    p.rect(x, y, w, 15, s.wood, ink=1)


def books(p: Pen, s: Scheme, x: float, y: float, w: float) -> None:
    colours, k = (s.cloth, s.accent, s.pale, s.stone_dark, s.wood, s.leaf_dark, s.accent_pale), 0
    right = x + w
    while x < right - 26:
        wide = 15 + k * 7 % 12
        h = 62 + k * 29 % 30
        p.rect(x, y - h, wide, h, colours[k * 5 % 7], ink=0.7)
        x, k = x + wide + (26 if k % 6 == 5 else 1), k + 1


def plant(p: Pen, s: Scheme, x: float, y: float, k: float = 1.0) -> None:
    for dx, dy in ((-74, -150), (74, -146), (-44, -215), (46, -210), (0, -250)):
        tip = (x + dx * k, y + dy * k)
        mid_x, mid_y = x + dx * k * 0.62, y + (dy * 0.62 - 30) * k
        p.blob([(x, y - 62 * k), (mid_x - 20 * k, mid_y), tip, (mid_x + 20 * k, mid_y + 12 * k)],
               s.leaf if dx < 0 or not dx else s.leaf_dark, ink=0.8)  # fmt: skip
        p.stroke([(x, y - 64 * k), tip], 1.6, s.leaf_dark if dx < 0 else s.leaf)
    p.poly([(x - 46 * k, y - 84 * k), (x + 46 * k, y - 84 * k), (x + 34 * k, y),
            (x - 34 * k, y)], s.accent, ink=1)  # fmt: skip
    p.rect(x - 52 * k, y - 96 * k, 104 * k, 18 * k, s.accent, r=4, ink=1)


def desk(p: Pen, s: Scheme, x: float, y: float, w: float, h: float) -> None:
    p.rect(x, y, w, 18, s.wood, r=3, ink=1)
    p.rect(x + 12, y + 18, 15, h, s.wood_dark, ink=1)
    p.rect(x + w - 27, y + 18, 15, h, s.wood_dark, ink=1)


def monitor(p: Pen, s: Scheme, x: float, y: float, k: float = 1.0) -> None:
    """A monitor with its base at y; the screen shines, and shows a window of shapes."""
    p.rect(x - 38 * k, y - 8, 76 * k, 8, s.stone_dark, r=4, ink=0.8)
    p.rect(x - 7 * k, y - 36 * k, 14 * k, 30 * k, s.stone_dark)
    p.rect(x - 84 * k, y - 138 * k, 168 * k, 108 * k, s.ink, r=7, lit=False)
    p.rect(x - 77 * k, y - 131 * k, 154 * k, 94 * k, "#cfe4ee", r=3, lit=False)
    p.rect(x - 77 * k, y - 131 * k, 154 * k, 14 * k, "#5f86a6", r=3, lit=False)
    for j, h in enumerate((22, 40, 30, 54)):
        p.rect(x + (-62 + j * 20) * k, y - (44 + h) * k, 13 * k, h * k, s.accent, lit=False)
    for j in range(3):
        p.rect(x + 28 * k, y - (104 - j * 18) * k, 38 * k, 7 * k, "#8fa9bd", lit=False)
    if s.lamps_on:
        p.glow(x, y - 84 * k, 130 * k, "#bfe0f5", 0.12)


def chair(p: Pen, s: Scheme, x: float, y: float, k: float = 1.0, colour: str = "") -> None:
    """A chair seen from behind, with its feet at y."""
    for dx in (-40, 31):
        p.rect(x + dx * k, y - 116 * k, 9 * k, 116 * k, s.wood_dark, ink=0.8)
    p.rect(x - 52 * k, y - 118 * k, 104 * k, 20 * k, s.wood_dark, r=8, ink=1)
    p.rect(x - 46 * k, y - 230 * k, 92 * k, 94 * k, colour or s.cloth, r=16 * k, ink=1)
    for dx in (-26, 18):
        p.rect(x + dx * k, y - 138 * k, 8 * k, 24 * k, s.wood_dark, ink=0.6)


def office_chair(p: Pen, s: Scheme, x: float, y: float) -> None:
    p.rect(x - 6, y - 110, 12, 84, s.stone_dark, ink=0.8)
    for dx in (-54, 0, 54):
        p.stroke([(x, y - 34), (x + dx, y - 12)], 9, s.ink)
        p.oval(x + dx, y - 6, 9, 9, s.ink)
    p.rect(x - 62, y - 134, 124, 28, s.cloth_dark, r=12, ink=1)
    p.rect(x - 56, y - 280, 112, 138, s.cloth, r=26, ink=1)


def cup(p: Pen, s: Scheme, x: float, y: float, k: float = 1.0, colour: str = "") -> None:
    p.oval(x + 22 * k, y - 18 * k, 11 * k, 11 * k, colour or s.pale, ink=0.9)
    p.oval(x, y, 32 * k, 5 * k, s.pale, ink=0.7)
    p.poly([(x - 21 * k, y - 36 * k), (x + 21 * k, y - 36 * k), (x + 15 * k, y - 3 * k),
            (x - 15 * k, y - 3 * k)], colour or s.pale, ink=0.9)  # fmt: skip


def framed(p: Pen, s: Scheme, x: float, y: float, w: float, h: float) -> None:
    """A framed picture of hills."""
    p.rect(x, y, w, h, s.wood, ink=1)
    p.rect(x + 10, y + 10, w - 20, h - 20, s.pale, ink=0.6)
    base = y + h - 22
    p.oval(x + w * 0.66, y + h * 0.36, w * 0.1, w * 0.1, s.accent)
    p.poly([(x + 22, base), (x + w * 0.42, y + h * 0.42), (x + w * 0.74, base)], s.cloth)
    p.poly([(x + w * 0.4, base), (x + w * 0.68, y + h * 0.58), (x + w - 22, base)], s.cloth_dark)


def leaves(p: Pen, s: Scheme, x: float, y: float, way: float) -> None:
    """A plant at the frame's edge, near the lens."""
    for k, (dx, dy) in enumerate(((60, -420), (210, -330), (300, -190), (230, -60))):
        tip_x, tip_y = x + way * dx, y + dy
        p.blob([(x - way * 60, y), (x + way * (dx * 0.35 - 40), y + dy * 0.7), (tip_x, tip_y),
                (x + way * (dx * 0.6 + 50), y + dy * 0.4)],
               (s.leaf_dark, s.leaf)[k % 2])  # fmt: skip


def chair_back(p: Pen, x: float, colour: str, dark: str) -> None:
    """The back of a chair near the lens, at the bottom of the frame."""
    p.rect(x - 150, 800, 300, 1000, dark, r=60)
    p.rect(x - 130, 820, 260, 1000, colour, r=50)
