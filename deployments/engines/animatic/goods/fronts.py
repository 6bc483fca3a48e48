"""Fronts of small shops, seen from the street: one house, with what each sells in its window."""

from collections.abc import Callable

from deployments.engines.animatic.colour import mix
from deployments.engines.animatic.drawn import drawing
from deployments.engines.animatic.goods import gear, large, small, tech, worn
from deployments.engines.animatic.goods.finish import box, within
from deployments.engines.animatic.pen import Pen
from deployments.engines.animatic.scheme import Scheme

Draw = Callable[[Pen, Scheme], None]
LEFT, SILL, HEAD, RIGHT = -64.0, -16.0, -52.0, 14.0
"""Edges of the shop window."""
_DARK = "#4b3a33"


def _at(p: Pen, s: Scheme, x: float, y: float, height: float, draw: Draw) -> None:
    """Draw a thing of a window with its base at (x, y), with a line as fine as the window's."""
    line, p.line = p.line, p.line * 45 / height
    p.canvas.save()
    p.canvas.translate(x, y)
    p.canvas.scale(height / 100, height / 100)
    draw(p, s)
    p.canvas.restore()
    p.line = line


def _of_set(name: str) -> Draw:
    return lambda p, s: drawing.draw(p, name, s)


def _row(p: Pen, s: Scheme, y: float, height: float, things: tuple[Draw, ...]) -> None:
    """Things side by side on one board of the window."""
    step = (RIGHT - LEFT) / len(things)
    for k, draw in enumerate(things):
        _at(p, s, LEFT + step * (k + 0.5), y, height, draw)
    p.rect(LEFT, y, RIGHT - LEFT, 1.8, s.wood_dark, ink=0.4)


def _house(p: Pen, s: Scheme, *, wall: str, awning: bool = True) -> None:
    """The house: a wall, a blank board over the window, an awning, a door that stands open."""
    lit = s.lamp if s.lamps_on else mix(s.window, "#fff6e0", 0.45)
    with within(p, box(-75, -99, 150, 99), wall):
        for k in range(7):
            p.stroke([(-75, -92 + k * 14), (75, -92 + k * 14)], 0.8, s.ink, alpha=0.12)
    p.rect(-79, -100, 158, 7, s.stone_dark, ink=0.9)
    p.rect(-66, -89, 132, 16, s.accent_dark, r=2, ink=0.9)
    p.rect(-60, -85.5, 120, 9, s.accent, r=2)
    p.rect(LEFT - 3, HEAD - 3, RIGHT - LEFT + 6, SILL - HEAD + 6, s.wood_dark, ink=0.9)
    p.rect(LEFT, HEAD, RIGHT - LEFT, SILL - HEAD, lit, lit=not s.lamps_on)
    p.rect(LEFT - 6, SILL + 2, RIGHT - LEFT + 12, 4, s.pale, ink=0.8)
    # The doorway with its light, and the leaf that is turned inwards.
    p.rect(24, -60, 38, 60, s.wood_dark, ink=0.9)
    p.rect(28, -56, 30, 56, lit, ink=0.6, lit=not s.lamps_on)
    p.poly([(58, -56), (47, -52), (47, -3), (58, 0)], s.accent_dark, ink=0.8)
    p.poly([(55.5, -48), (49.5, -46), (49.5, -28), (55.5, -28)], lit, ink=0.4, lit=not s.lamps_on)
    p.rect(20, -2.5, 46, 3, s.stone, ink=0.8)
    if awning:
        for k in range(9):
            x = -70 + k * 15.6
            p.poly([(x, -72), (x + 15.6, -72), (x + 16.6, -60), (x + 8.3, -56.5), (x - 1, -60)],
                   s.pale if k % 2 else s.accent, ink=0.8)  # fmt: skip
    if s.lamps_on:
        p.glow(43, -30, 26, s.lamp, 0.2)


def _glass(p: Pen) -> None:
    """Reflections over what lies in the window."""
    for x in (-52.0, -40.0):
        p.poly([(x, SILL), (x + 14, HEAD), (x + 20, HEAD), (x + 6, SILL)], "#ffffff", alpha=0.16,
               lit=False)  # fmt: skip


def _pot(p: Pen, s: Scheme, x: float) -> None:
    p.blob([(x - 6, -13), (x - 8, -24), (x, -30), (x + 8, -24), (x + 6, -13)], s.leaf, ink=0.7)
    p.poly([(x - 6, -13), (x + 6, -13), (x + 4, 0), (x - 4, 0)], s.wood, ink=0.8)


def shop_front(p: Pen, s: Scheme) -> None:
    """A shop of all things: boxes and jars."""
    _house(p, s, wall=s.pale)
    _row(p, s, -34, 13, (small.jar, small.package, small.bottle, small.jar, small.package))
    _row(p, s, -17, 13, (small.package, small.bottle, small.package, small.jar, small.bottle))
    _glass(p)
    _pot(p, s, 69)


def bakery_front(p: Pen, s: Scheme) -> None:
    bread, cake = _of_set("bread"), _of_set("shortcake")
    _house(p, s, wall=mix(s.pale, s.wood, 0.3))
    _row(p, s, -34, 12, (bread, bread, bread, bread))
    _row(p, s, -17, 12, (cake, bread, cake, bread))
    _glass(p)


def cafe_front(p: Pen, s: Scheme) -> None:
    _house(p, s, wall=mix(s.pale, s.leaf, 0.25))
    _row(p, s, -34, 11, (small.cup, small.cup, _of_set("shortcake"), small.cup))
    _glass(p)
    # A table for two on the pavement.
    p.rect(-41, -14, 2.4, 14, s.ink)
    p.rect(-54, -16, 28, 3, s.wood, r=1, ink=0.8)
    for x in (-62, -22):
        p.rect(x, -11, 10, 2.6, s.accent, ink=0.7)
        p.rect(x + (0 if x < -40 else 8), -22, 2.4, 22, s.accent_dark, ink=0.5)
    _at(p, s, -40, -16, 8, small.cup)


def restaurant_front(p: Pen, s: Scheme) -> None:
    """A curtain of cloth over the entrance, lanterns, bowls in the window."""
    _house(p, s, wall=mix(s.wood, s.pale, 0.35), awning=False)
    _row(p, s, -17, 15, (small.food, small.food, small.food))
    _glass(p)
    for k in range(4):
        p.rect(25 + k * 9, -62, 9, 18, s.accent if k % 2 else s.accent_dark, ink=0.6)
    for x in (-56.0, -24.0, 8.0):
        p.oval(x, -62, 6, 7.4, "#d9583f", ink=0.8, lit=not s.lamps_on)
        p.rect(x - 3, -70.5, 6, 2.4, _DARK)


def library_front(p: Pen, s: Scheme) -> None:
    """Steps, columns, a gable, tall windows with shelves behind them."""
    lit = s.lamp if s.lamps_on else mix(s.window, "#fff6e0", 0.3)
    p.rect(-75, -72, 150, 72, s.pale, ink=1)
    p.poly([(-82, -72), (0, -100), (82, -72)], s.stone, ink=1)
    p.oval(0, -82, 7, 7, s.accent, ink=0.8)
    p.rect(-82, -74, 164, 6, s.stone_dark, ink=0.9)
    books = (s.accent, s.leaf_dark, s.cloth, s.accent_dark, s.wood)
    for x in (-66.0, -38.0, 22.0, 50.0):
        p.rect(x - 1.5, -61, 19, 46, s.stone_dark, ink=0.8)
        p.rect(x, -59, 16, 42, lit, lit=not s.lamps_on)
        for row in range(3):
            for k in range(5):
                p.rect(
                    x + 0.8 + k * 3, -48 + row * 12, 2.4, 9 - (k + row) % 3, books[(k + row) % 5]
                )
            p.rect(x, -38.6 + row * 12, 16, 1.4, s.wood_dark)
    p.rect(-13, -52, 26, 52, s.wood_dark, ink=0.9)
    p.rect(-10, -49, 20, 49, lit, ink=0.5, lit=not s.lamps_on)
    p.poly([(10, -49), (3, -46), (3, -2), (10, 0)], s.accent_dark, ink=0.7)
    for x in (-74.0, -46.0, -18.0, 13.0, 41.0, 69.0):
        p.rect(x, -68, 5, 60, s.pale, ink=0.8)
    for k in range(3):
        p.rect(-24 - k * 5, -9 + k * 3, 48 + k * 10, 3.2, s.stone, ink=0.7)


def bookshop_front(p: Pen, s: Scheme) -> None:
    _house(p, s, wall=mix(s.pale, s.cloth, 0.35))
    _row(p, s, -34, 14, (small.book,) * 6)
    _row(p, s, -17, 14, (small.book,) * 6)
    _glass(p)
    # A barrow of books before the window.
    p.rect(-58, -11, 34, 9, s.wood, ink=0.8)
    for k in range(7):
        p.rect(-56 + k * 4.4, -17 - k % 2, 3.6, 7, (s.accent, s.leaf, s.cloth)[k % 3], ink=0.4)
    for x in (-52, -30):
        p.oval(x, -1.5, 2.6, 2.6, s.ink)


def salon_front(p: Pen, s: Scheme) -> None:
    """Mirrors with their chairs, and the pole of a barber."""
    _house(p, s, wall=s.accent_pale)
    for x in (-50.0, -24.0, 2.0):
        p.rect(x - 8, -51, 16, 21, s.wood_dark, r=8, ink=0.7)
        p.rect(x - 6, -49, 12, 17, "#dbe9ee", r=6, lit=False)
        p.rect(x - 6, -28, 12, 9, s.accent, r=3, ink=0.6)
        p.rect(x - 1, -19, 2, 4, s.ink)
    _glass(p)
    p.rect(67, -50, 8, 26, s.pale, r=3, ink=0.8)
    for k in range(4):
        p.poly([(67, -46 + k * 6), (75, -50 + k * 6), (75, -47 + k * 6), (67, -43 + k * 6)],
               "#c8433a" if k % 2 else "#3f6fa8")  # fmt: skip


def gym_front(p: Pen, s: Scheme) -> None:
    """Tall glass, with weights and a bag behind it."""
    _house(p, s, wall=s.stone, awning=False)
    p.rect(LEFT - 3, -72, RIGHT - LEFT + 6, 12, s.stone_dark, ink=0.8)
    for y in (-38.0, -26.0):
        for x in (-54.0, -36.0, -18.0):
            _at(p, s, x, y, 8, gear.dumbbell)
        p.rect(LEFT, y, 56, 1.6, s.metal, ink=0.4)
    p.stroke([(4, HEAD), (4, -46)], 1.4, s.ink)
    p.rect(-1, -46, 10, 25, s.accent, r=4, ink=0.7)
    _glass(p)


def florist_front(p: Pen, s: Scheme) -> None:
    bouquet = _of_set("bouquet")
    _house(p, s, wall=mix(s.pale, s.leaf, 0.3))
    _row(p, s, -17, 30, (bouquet, bouquet, bouquet))
    _glass(p)
    for x in (-66.0, -48.0, -30.0, -12.0):
        _at(p, s, x, -8, 17, bouquet)
        p.poly([(x - 6, -10), (x + 6, -10), (x + 4.5, 0), (x - 4.5, 0)], s.metal, ink=0.8)


def optician_front(p: Pen, s: Scheme) -> None:
    _house(p, s, wall=s.pale)
    _row(p, s, -40, 7, (worn.glasses,) * 3)
    _row(p, s, -28, 7, (worn.glasses,) * 3)
    _row(p, s, -17, 7, (worn.glasses,) * 3)
    _glass(p)


def convenience_store_front(p: Pen, s: Scheme) -> None:
    """A wide bright window under a band of colour, shelves from end to end."""
    _house(p, s, wall=s.pale, awning=False)
    p.rect(-76, -73, 152, 5, s.pale, ink=0.6)
    p.rect(-76, -69, 152, 5, s.accent, ink=0.6)
    _row(p, s, -38, 11, (small.can, small.pouch, small.can, small.pouch, small.bottle, small.can))
    _row(p, s, -26, 10, (small.pouch, small.cup, small.pouch, small.cup, small.pouch, small.cup))
    _row(p, s, -17, 8, (small.can, small.can, small.pouch, small.can, small.can, small.pouch))
    _glass(p)


def launderette_front(p: Pen, s: Scheme) -> None:
    """A row of round windows: two machines on two."""
    _house(p, s, wall=mix(s.pale, s.sky[3], 0.4))
    _row(p, s, -34, 17, (tech.washing_machine,) * 4)
    _row(p, s, -17, 17, (tech.washing_machine,) * 4)
    _glass(p)


def garage_front(p: Pen, s: Scheme) -> None:
    """A gate that is rolled up, a car on its lift, tyres at the wall."""
    p.rect(-82, -99, 164, 99, s.stone, ink=1)
    p.rect(-86, -100, 172, 7, s.stone_dark, ink=0.9)
    p.rect(-70, -90, 140, 13, s.accent, r=2, ink=0.9)
    p.rect(-62, -72, 124, 72, mix(s.ink, s.stone_dark, 0.35), ink=1)
    for k in range(4):
        p.rect(-62, -72 + k * 3.4, 124, 3.4, s.metal, ink=0.5)
    p.rect(-56, -54, 22, 26, s.wood_dark, ink=0.5)
    for k in range(3):
        p.stroke([(-52 + k * 7, -50), (-52 + k * 7, -34)], 2, s.metal)
    if s.lamps_on:
        p.glow(0, -50, 60, s.lamp, 0.25)
    for x in (-20.0, 26.0):
        p.rect(x, -24, 7, 24, "#c9a53a", ink=0.8)
    p.rect(-34, -25, 78, 3, "#c9a53a", ink=0.7)
    _at(p, s, 5, -25, 30, large.car)
    for x, y in ((-73, -9), (-73, -25), (73, -9)):
        p.oval(x, y, 8.6, 8.6, _DARK, ink=0.8)
        p.oval(x, y, 4, 4, s.metal)


def hardware_front(p: Pen, s: Scheme) -> None:
    """Tools in the window, ladders and buckets before it."""
    tools = _of_set("toolbox")
    _house(p, s, wall=mix(s.pale, s.metal, 0.4))
    _row(p, s, -35, 12, (tools, tools, tools))
    for k in range(7):
        x = LEFT + 6 + k * 11
        p.stroke([(x, -30), (x, -19)], 2, s.wood)
        p.rect(x - 4, -32, 8, 4, s.metal, r=1, ink=0.5)
    _glass(p)
    for x in (67.0, 74.0):
        p.stroke([(x, -52), (x, 0)], 1.8, s.wood_dark)
    for k in range(6):
        p.stroke([(67, -46 + k * 8), (74, -46 + k * 8)], 1.6, s.wood_dark)
    for x in (-64.0, -48.0):
        p.poly([(x - 6, -12), (x + 6, -12), (x + 4.6, 0), (x - 4.6, 0)], s.accent, ink=0.8)
