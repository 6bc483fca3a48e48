"""The product by its form, 100 units high, its base at (0, 0). An emblem stands for any label."""

import math
from collections.abc import Callable

import skia

from conte.vocabulary import ProductForm as F
from deployments.engines.animatic.pen import Pen
from deployments.engines.animatic.scheme import Scheme

Draw = Callable[[Pen, Scheme], None]


def _emblem(p: Pen, s: Scheme, x: float, y: float, r: float) -> None:
    p.oval(x, y, r, r, s.pale)
    p.blob([(x - r * 0.6, y + r * 0.2), (x, y - r * 0.6), (x + r * 0.6, y + r * 0.2),
            (x, y + r * 0.5)], s.accent_dark)  # fmt: skip


def _package(p: Pen, s: Scheme) -> None:
    p.poly([(-34, -92), (26, -92), (38, -100), (-20, -100)], s.accent_pale, ink=1)
    p.poly([(26, -92), (38, -100), (38, -8), (26, 0)], s.accent_dark, ink=1)
    p.rect(-34, -92, 60, 92, s.accent, ink=1)
    p.rect(-34, -26, 60, 9, s.accent_pale)
    _emblem(p, s, -4, -58, 17)


def _pouch(p: Pen, s: Scheme) -> None:
    p.blob([(-32, -96), (0, -94), (32, -96), (30, -60), (38, -8), (0, 0), (-38, -8), (-30, -60)],
           s.accent, ink=1, tension=0.6)  # fmt: skip
    p.rect(-31, -100, 62, 10, s.accent_dark, r=2, ink=1)
    p.blob([(-24, -80), (-18, -80), (-22, -20), (-30, -14)], s.accent_pale, alpha=0.7)
    _emblem(p, s, 4, -48, 17)


def _bottle(p: Pen, s: Scheme) -> None:
    p.rect(-7, -100, 14, 14, s.metal, r=3, ink=1)
    p.blob([(-7, -87), (7, -87), (9, -74), (18, -60), (18, -8), (14, 0), (-14, 0), (-18, -8),
            (-18, -60), (-9, -74)], s.accent, ink=1, tension=0.5)  # fmt: skip
    p.rect(-18, -48, 36, 30, s.pale)
    _emblem(p, s, 0, -33, 10)
    p.rect(-14, -58, 4, 52, s.pale, r=2, alpha=0.45)


def _can(p: Pen, s: Scheme) -> None:
    p.rect(-27, -94, 54, 92, s.accent, r=7, ink=1)
    p.rect(10, -92, 15, 88, s.accent_dark, r=5)
    p.oval(0, -93, 24, 6, s.metal, ink=1)
    p.oval(0, -4, 24, 4, s.metal, ink=1)
    p.rect(-20, -84, 5, 74, s.pale, r=2, alpha=0.5)
    _emblem(p, s, -2, -48, 16)


def _jar(p: Pen, s: Scheme) -> None:
    p.rect(-52, -72, 104, 72, s.accent_pale, r=18, ink=1)
    p.rect(-56, -100, 112, 32, s.accent, r=6, ink=1)
    p.rect(26, -66, 20, 58, s.accent, r=8, alpha=0.25)
    _emblem(p, s, 0, -34, 17)


def _tube(p: Pen, s: Scheme) -> None:
    p.poly([(-24, -100), (24, -100), (17, -18), (-17, -18)], s.accent, ink=1)
    p.rect(-26, -100, 52, 8, s.accent_dark, ink=1)
    p.rect(-15, -18, 30, 18, s.pale, r=3, ink=1)
    _emblem(p, s, 0, -58, 12)


def _cup(p: Pen, s: Scheme) -> None:
    p.poly([(-36, -84), (36, -84), (26, 0), (-26, 0)], s.pale, ink=1)
    p.poly([(-33, -58), (33, -58), (29, -24), (-29, -24)], s.accent, ink=0.6)
    p.rect(-40, -96, 80, 13, s.accent_dark, r=5, ink=1)
    _emblem(p, s, 0, -41, 12)


def _food(p: Pen, s: Scheme) -> None:
    p.blob([(-70, -56), (-30, -84), (0, -96), (34, -86), (70, -56)], s.lamp, ink=1)
    for x, y, c in (
        (-34, -66, s.leaf),
        (0, -78, s.accent),
        (32, -66, s.leaf_dark),
        (10, -62, s.pale),
    ):
        p.oval(x, y, 14, 9, c, ink=0.6)
    p.blob([(-80, -56), (80, -56), (54, -8), (0, 0), (-54, -8)], s.accent, ink=1, tension=0.7)
    p.oval(0, -56, 80, 9, s.accent_pale, ink=1, alpha=0.0)


def _phone(p: Pen, s: Scheme) -> None:
    p.rect(-25, -100, 50, 100, s.ink, r=9)
    p.rect(-22, -96, 44, 92, s.accent, r=6, lit=False)
    p.poly([(-22, -44), (0, -62), (22, -36), (22, -6), (-22, -6)], s.accent_pale, lit=False)
    p.oval(0, -91, 3, 3, s.ink)


def _app(p: Pen, s: Scheme) -> None:
    p.rect(-25, -100, 50, 100, s.ink, r=9)
    p.rect(-22, -96, 44, 92, s.pale, r=6, lit=False)
    p.rect(-22, -96, 44, 20, s.accent, r=6, lit=False)
    for k, c in enumerate((s.accent_pale, s.leaf, s.cloth, s.lamp, s.accent, s.sky[1])):
        p.rect(-18 + (k % 2) * 19, -70 + (k // 2) * 22, 17, 18, c, r=4, lit=False)


def _laptop(p: Pen, s: Scheme) -> None:
    p.rect(-66, -100, 132, 84, s.ink, r=6)
    p.rect(-60, -94, 120, 72, s.sky[2], lit=False)
    p.poly(
        [(-60, -40), (-14, -66), (24, -42), (60, -58), (60, -22), (-60, -22)], s.accent, lit=False
    )
    p.poly([(-66, -16), (66, -16), (84, 0), (-84, 0)], s.metal, ink=1)


def _screen(p: Pen, s: Scheme) -> None:
    p.rect(-84, -100, 168, 90, s.ink, r=4)
    p.rect(-79, -95, 158, 80, s.sky[1], lit=False)
    p.poly(
        [(-79, -44), (-22, -74), (28, -46), (79, -64), (79, -15), (-79, -15)], s.accent, lit=False
    )
    p.rect(-40, -10, 80, 10, s.metal, r=3, ink=1)


def _earphones(p: Pen, s: Scheme) -> None:
    p.rect(-46, -46, 92, 46, s.pale, r=20, ink=1)
    p.stroke([(-46, -26), (46, -26)], 2, s.ink)
    for x in (-22, 22):
        p.rect(x - 5, -74, 10, 34, s.accent, r=5, ink=1)
        p.oval(x, -82, 15, 17, s.accent, ink=1)
        p.oval(x - 4, -87, 5, 6, s.accent_pale)


def _watch(p: Pen, s: Scheme) -> None:
    p.rect(-15, -100, 30, 100, s.accent_dark, r=8, ink=1)
    p.rect(-27, -76, 54, 52, s.metal, r=14, ink=1)
    p.oval(0, -50, 20, 20, s.ink)
    p.stroke([(0, -50), (0, -63)], 3, s.pale)
    p.stroke([(0, -50), (9, -46)], 3, s.accent)


def _appliance(p: Pen, s: Scheme) -> None:
    p.rect(-42, -100, 84, 100, s.pale, r=5, ink=1)
    p.rect(-42, -100, 84, 18, s.accent, r=5, ink=1)
    p.oval(28, -91, 5, 5, s.pale)
    p.oval(0, -42, 30, 30, s.metal, ink=1)
    p.oval(0, -42, 23, 23, s.sky[1], ink=1)
    p.blob([(-22, -36), (-6, -44), (10, -36), (22, -40), (12, -22), (-12, -22)], s.sky[3])


def _wheel(p: Pen, s: Scheme, x: float, y: float, r: float) -> None:
    p.oval(x, y, r, r, s.ink)
    p.oval(x, y, r * 0.62, r * 0.62, s.metal, ink=1)
    for k in range(5):
        a = 2 * math.pi * k / 5 - 0.3
        p.stroke(
            [(x, y), (x + math.cos(a) * r * 0.56, y + math.sin(a) * r * 0.56)],
            r * 0.13,
            s.stone_dark,
        )
    p.oval(x, y, r * 0.14, r * 0.14, s.ink)


def _car(p: Pen, s: Scheme) -> None:
    p.blob([(-124, -24), (-120, -50), (-88, -58), (-56, -94), (6, -99), (48, -92), (78, -60),
            (116, -50), (125, -32), (120, -16), (-120, -16)], s.accent, ink=1,
                   tension=0.35)  # fmt: skip
    p.poly([(-74, -58), (-48, -87), (-6, -91), (-6, -58)], s.sky[3], ink=1)
    p.poly([(2, -58), (2, -91), (42, -85), (64, -58)], s.sky[2], ink=1)
    p.rect(-118, -34, 236, 7, s.accent_dark, r=3)
    p.blob([(122, -44), (104, -46), (100, -38), (122, -34)], s.lamp, ink=0.8, lit=False)
    p.rect(-124, -46, 12, 10, "#c23b34", r=3, ink=0.8)
    p.stroke([(-2, -58), (-4, -24)], 1.6, s.ink)
    _wheel(p, s, -72, -21, 23)
    _wheel(p, s, 76, -21, 23)


def _tire(p: Pen, s: Scheme) -> None:
    p.oval(9, -50, 46, 50, "#22242b", ink=1)
    p.oval(0, -50, 46, 50, "#3a3d46", ink=1)
    for k in range(26):
        a = 2 * math.pi * k / 26
        x, y = math.cos(a), math.sin(a)
        p.stroke([(x * 39, -50 + y * 43), (x * 45.5, -50 + y * 49.5)], 3.4, "#17181d")
    p.oval(0, -50, 37, 41, "#2b2d35")
    p.oval(0, -50, 29, 32, s.accent)
    p.oval(0, -50, 26.5, 29.5, s.metal, ink=1)
    p.oval(0, -50, 22, 25, s.stone_dark)
    for k in range(5):
        a = 2 * math.pi * k / 5 - math.pi / 2
        p.stroke([(0, -50), (math.cos(a) * 23, -50 + math.sin(a) * 26)], 6.5, s.metal)
    p.oval(0, -50, 6.5, 7, s.accent, ink=0.8)
    p.stroke([(-33, -76), (-20, -88)], 3, s.pale, alpha=0.6)


def _bicycle(p: Pen, s: Scheme) -> None:
    for x in (-58, 58):
        p.canvas.drawOval(_box(x, -32, 32), p.paint(s.ink, 1.0, 5))
        p.canvas.drawOval(_box(x, -32, 27), p.paint(s.metal, 1.0, 2))
    frame = [(-58, -32), (-14, -34), (40, -78), (-26, -76), (-58, -32)]
    p.stroke(frame, 6.5, s.accent)
    p.stroke([(-14, -34), (-30, -90)], 6, s.accent)
    p.stroke([(58, -32), (38, -94), (52, -98)], 6, s.ink)
    p.rect(-44, -97, 28, 7, s.ink, r=3)
    p.oval(-14, -34, 9, 9, s.metal, ink=1)


def _box(x: float, y: float, r: float) -> skia.Rect:
    return skia.Rect.MakeLTRB(x - r, y - r, x + r, y + r)


def _shoes(p: Pen, s: Scheme) -> None:
    for dx, c in ((34, s.accent_dark), (-22, s.accent)):
        p.blob([(-72 + dx, -96), (-40 + dx, -90), (-28 + dx, -62), (40 + dx, -40), (66 + dx, -24),
                (66 + dx, -10), (-74 + dx, -10), (-78 + dx, -50)], c, ink=1,
                       tension=0.6)  # fmt: skip
        p.rect(-78 + dx, -16, 146, 16, s.pale, r=7, ink=1)
        for k in range(3):
            p.stroke(
                [(-24 + dx + k * 15, -62 + k * 9), (-12 + dx + k * 15, -72 + k * 9)], 4, s.pale
            )


def _clothing(p: Pen, s: Scheme) -> None:
    p.stroke([(0, -86), (0, -94), (8, -98), (4, -100)], 2.5, s.ink, curved=True)
    p.poly([(-16, -84), (16, -84), (44, -74), (58, -36), (42, -30), (34, -50), (34, 0), (-34, 0),
            (-34, -50), (-42, -30), (-58, -36), (-44, -74)], s.accent, ink=1)  # fmt: skip
    p.poly([(-16, -84), (0, -70), (16, -84)], s.pale, ink=1)
    p.poly([(18, -60), (34, -56), (34, 0), (14, 0)], s.accent_dark, alpha=0.6)


def _bag(p: Pen, s: Scheme) -> None:
    p.canvas.drawOval(_box(0, -66, 30), p.paint(s.accent_dark, 1.0, 7))
    p.blob([(-50, -64), (50, -64), (60, -6), (0, 0), (-60, -6)], s.accent, ink=1, tension=0.4)
    p.blob(
        [(-51, -64), (51, -64), (50, -40), (0, -30), (-50, -40)], s.accent_dark, ink=1, tension=0.5
    )
    p.rect(-8, -42, 16, 14, s.lamp, r=3, ink=1)


def _glasses(p: Pen, s: Scheme) -> None:
    for x in (-52, 52):
        p.rect(x - 42, -92, 84, 76, s.sky[3], r=32, alpha=0.5)
        p.canvas.drawOval(_box(x, -54, 40), p.paint(s.accent, 1.0, 10))
    p.stroke([(-14, -62), (0, -70), (14, -62)], 9, s.accent, curved=True)
    for x in (-1, 1):
        p.stroke([(x * 92, -62), (x * 112, -84), (x * 116, -96)], 8, s.accent_dark)


def _furniture(p: Pen, s: Scheme) -> None:
    p.rect(-34, -98, 68, 66, s.accent, r=16, ink=1)
    p.rect(-56, -62, 26, 52, s.accent_dark, r=11, ink=1)
    p.rect(30, -62, 26, 52, s.accent_dark, r=11, ink=1)
    p.rect(-34, -48, 68, 28, s.accent_pale, r=9, ink=1)
    p.rect(-48, -22, 96, 12, s.accent_dark, r=4, ink=1)
    for x in (-40, 34):
        p.poly([(x, -10), (x + 7, -10), (x + 5, 0), (x + 2, 0)], s.wood_dark, ink=1)


def _bed(p: Pen, s: Scheme) -> None:
    p.rect(-98, -100, 16, 100, s.wood, r=5, ink=1)
    p.rect(82, -58, 14, 58, s.wood, r=5, ink=1)
    p.rect(-84, -46, 168, 30, s.pale, r=8, ink=1)
    p.blob([(-30, -58), (84, -54), (86, -18), (-36, -18)], s.accent, ink=1, tension=0.4)
    p.blob([(-78, -70), (-40, -72), (-36, -50), (-78, -48)], s.pale, ink=1)
    p.rect(-84, -18, 168, 10, s.wood_dark, ink=1)


def _book(p: Pen, s: Scheme) -> None:
    p.rect(-34, -100, 70, 100, s.pale, r=2, ink=1)
    p.rect(-38, -100, 68, 100, s.accent, r=3, ink=1)
    p.rect(-38, -100, 10, 100, s.accent_dark, r=3, ink=1)
    p.rect(-18, -82, 38, 5, s.accent_pale)
    _emblem(p, s, 1, -48, 16)


def _toy(p: Pen, s: Scheme) -> None:
    for x in (-21, 21):
        p.oval(x, -94, 9, 9, s.wood, ink=1)
        p.oval(x * 1.3, -10, 14, 10, s.wood, ink=1)
        p.oval(x * 1.65, -36, 9, 15, s.wood, ink=1)
    p.oval(0, -30, 29, 30, s.wood, ink=1)
    p.oval(0, -26, 18, 19, s.accent_pale)
    p.oval(0, -74, 28, 25, s.wood, ink=1)
    p.oval(0, -67, 12, 9, s.pale)
    for x in (-10, 10):
        p.oval(x, -79, 3, 3.5, s.ink)
    p.oval(0, -70, 4, 3, s.ink)
    p.poly([(0, -50), (-16, -56), (-16, -43)], s.accent, ink=1)
    p.poly([(0, -50), (16, -56), (16, -43)], s.accent, ink=1)


def _card(p: Pen, s: Scheme) -> None:
    p.rect(-78, -98, 156, 98, s.accent, r=10, ink=1)
    p.poly([(-77, -30), (77, -62), (77, -10), (70, -2), (-70, -2), (-77, -10)], s.accent_dark)
    p.rect(-60, -74, 26, 20, s.lamp, r=4, ink=1)
    p.oval(40, -22, 13, 13, s.pale, alpha=0.8)
    p.oval(54, -22, 13, 13, s.accent_pale, alpha=0.8)


def _building(p: Pen, s: Scheme) -> None:
    for x, w, h, c in (
        (-46, 34, 82, s.accent_pale),
        (12, 36, 90, s.pale),
        (-18, 38, 100, s.accent),
    ):
        p.rect(x, -h, w, h, c, ink=1)
        for row in range(int(h / 9) - 1):
            for column in range(3):
                p.rect(x + 4 + column * (w - 6) / 3, -h + 6 + row * 9, 6, 5, s.window, lit=False)
    p.rect(-60, -6, 120, 6, s.leaf_dark, r=3)


def _service(p: Pen, s: Scheme) -> None:
    p.oval(0, -50, 50, 50, s.accent, ink=1)
    p.oval(0, -50, 38, 38, s.pale, ink=1)
    p.blob(
        [(-24, -58), (-12, -74), (0, -64), (12, -74), (24, -58), (0, -26)],
        s.accent,
        ink=1,
        tension=0.7,
    )


_DRAW: dict[F, tuple[Draw, float, float]] = {
    F.PACKAGE: (_package, 76, 0.9),
    F.POUCH: (_pouch, 78, 0.9),
    F.BOTTLE: (_bottle, 38, 0.95),
    F.CAN: (_can, 56, 0.55),
    F.JAR: (_jar, 114, 0.4),
    F.TUBE: (_tube, 54, 0.65),
    F.CUP: (_cup, 82, 0.55),
    F.FOOD: (_food, 164, 0.5),
    F.PHONE: (_phone, 52, 0.65),
    F.LAPTOP: (_laptop, 170, 1.0),
    F.SCREEN: (_screen, 170, 3.0),
    F.APP: (_app, 52, 0.65),
    F.EARPHONES: (_earphones, 94, 0.3),
    F.WATCH: (_watch, 56, 0.35),
    F.APPLIANCE: (_appliance, 86, 3.7),
    F.CAR: (_car, 252, 5.6),
    F.TIRE: (_tire, 104, 2.8),
    F.BICYCLE: (_bicycle, 186, 4.4),
    F.SHOES: (_shoes, 190, 0.6),
    F.CLOTHING: (_clothing, 118, 3.2),
    F.BAG: (_bag, 122, 1.5),
    F.GLASSES: (_glasses, 236, 0.22),
    F.FURNITURE: (_furniture, 114, 3.8),
    F.BED: (_bed, 200, 3.2),
    F.BOOK: (_book, 76, 1.0),
    F.TOY: (_toy, 80, 1.2),
    F.CARD: (_card, 158, 0.3),
    F.BUILDING: (_building, 120, 60.0),
    F.SERVICE: (_service, 102, 1.2),
}
WIDTH = {form: width for form, (_, width, _) in _DRAW.items()}
HEADS = {form: heads for form, (_, _, heads) in _DRAW.items()}
HELD = frozenset({
    F.PACKAGE, F.POUCH, F.BOTTLE, F.CAN, F.JAR, F.TUBE, F.CUP, F.FOOD, F.PHONE, F.APP, F.EARPHONES,
    F.WATCH, F.SHOES, F.BAG, F.GLASSES, F.BOOK, F.TOY, F.CARD,
})  # fmt: skip
"""What a hand can hold."""


def draw_goods(pen: Pen, form: F, scheme: Scheme) -> None:
    """Its base at (0, 0), 100 high, `WIDTH[form]` wide; `HEADS[form]` is its real height."""
    _DRAW[form][0](pen, scheme)
