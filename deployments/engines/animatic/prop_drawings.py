"""Props drawn by hand: 100 high with the middle of the base at (0, 0), as goods are."""

import math
from collections.abc import Callable

from deployments.engines.animatic.goods.finish import box, line, ring, within
from deployments.engines.animatic.pen import Pen, smooth
from deployments.engines.animatic.rooms import fittings
from deployments.engines.animatic.rooms.shell import outside
from deployments.engines.animatic.scheme import Scheme


def umbrella(p: Pen, s: Scheme) -> None:
    """An open umbrella, held by its handle at the base."""
    p.canvas.save()
    p.canvas.scale(0.76, 1)
    p.stroke([(0, -4), (0, -96)], 5, p.ink)
    p.stroke([(0, -4), (0, -96)], 2.4, s.metal)
    p.stroke([(0, -12), (0, 0), (8, 2), (9, -6)], 5.5, s.wood_dark, curved=True)
    canopy = smooth(
        [(-74, -46), (-62, -78), (0, -101), (62, -78), (74, -46), (50, -52), (25, -46), (0, -52),
         (-25, -46), (-50, -52)], tension=0.7,
    )  # fmt: skip
    with within(p, canopy, s.accent):
        p.blob([(-25, -40), (-16, -80), (0, -102), (16, -80), (25, -40)], s.accent_pale, alpha=0.5)
        for x in (-25, 25):
            line(p, [(0, -100), (x * 0.8, -74), (x, -46)], 0.7, curved=True)
    p.canvas.restore()


def laptop_from_behind(p: Pen, s: Scheme) -> None:
    """A laptop seen from behind its screen, as in front of a person who types."""
    p.poly([(-72, -100), (72, -100), (80, -8), (-80, -8)], s.metal, ink=1)
    p.oval(0, -56, 11, 11, s.pale, ink=0.6)
    p.rect(-86, -9, 172, 9, s.stone_dark, r=4, ink=1)


def suitcase(p: Pen, s: Scheme) -> None:
    p.stroke([(-14, -74), (-14, -98), (14, -98), (14, -74)], 5, p.ink)
    p.stroke([(-14, -74), (-14, -98), (14, -98), (14, -74)], 2.5, s.metal)
    for x in (-22, 22):
        p.oval(x, -4, 5, 5, p.ink)
    with within(p, box(-32, -80, 64, 75, 9), s.accent):
        for x in (-18, 0, 18):
            p.stroke([(x, -76), (x, -9)], 3, s.accent_dark)


def carton(p: Pen, s: Scheme) -> None:
    """A plain cardboard box, not a product."""
    p.rect(-46, -78, 92, 78, "#c79a67", ink=1)
    p.poly([(-46, -78), (-30, -99), (60, -99), (46, -78)], "#d8b07e", ink=1)
    p.poly([(46, -78), (60, -99), (60, -20), (46, 0)], "#a97e50", ink=1)
    p.poly([(-6, -78), (6, -78), (22, -99), (10, -99)], "#efe2c6")
    p.rect(-6, -78, 12, 24, "#efe2c6")


def gift(p: Pen, s: Scheme) -> None:
    with within(p, box(-44, -62, 88, 62, 3), s.accent):
        p.rect(-9, -62, 18, 62, s.pale)
    p.rect(-50, -76, 100, 20, s.accent_dark, r=4, ink=1)
    p.rect(-9, -76, 18, 20, s.pale, ink=0.6)
    for way in (-1, 1):
        p.blob([(0, -76), (way * 30, -100), (way * 36, -84)], s.pale, ink=0.9)


def flowers(p: Pen, s: Scheme) -> None:
    p.poly([(-26, -52), (26, -52), (8, 0), (-8, 0)], s.pale, ink=1)
    for x, y, colour in (
        (-28, -62, s.leaf), (28, -62, s.leaf), (0, -88, "#e8a0ab"), (-20, -76, "#f0c24e"),
        (20, -76, "#d96f78"), (0, -64, "#f3e5dc"),
    ):  # fmt: skip
        for k in range(5):
            turn = 2 * math.pi * k / 5
            p.oval(x + 9 * math.cos(turn), y + 9 * math.sin(turn), 8, 8, colour, ink=0.5)
        p.oval(x, y, 5, 5, "#fff3cf")


def balloon(p: Pen, s: Scheme) -> None:
    p.stroke([(0, 0), (-4, -20), (4, -40), (0, -56)], 1.6, p.ink, curved=True)
    p.blob([(0, -58), (-22, -76), (-20, -94), (0, -101), (20, -94), (22, -76)], s.accent, ink=1)
    p.oval(-8, -88, 4, 6, "#ffffff", alpha=0.6)


def paper(p: Pen, s: Scheme) -> None:
    for k, turn in enumerate((-5, 4)):
        p.canvas.save()
        p.canvas.rotate(turn)
        p.rect(-36, -98, 72, 96, "#fbf8f0", ink=1)
        if k:
            for row in range(5):
                p.stroke([(-24, -80 + row * 15), (20 - row % 2 * 14, -80 + row * 15)], 3, s.stone)
        p.canvas.restore()


def letter(p: Pen, s: Scheme) -> None:
    p.rect(-70, -94, 140, 92, s.pale, r=3, ink=1)
    line(p, [(-68, -92), (0, -40), (68, -92)], 1)
    p.oval(0, -44, 9, 9, s.accent, ink=0.8)


def photo(p: Pen, s: Scheme) -> None:
    p.rect(-45, -100, 90, 100, "#fbf8f0", ink=1)
    p.rect(-37, -92, 74, 68, s.sky[3], ink=0.6, lit=False)
    p.oval(0, -56, 13, 14, "#eec3a2", ink=0.6)
    p.blob([(-24, -24), (-16, -40), (0, -44), (16, -40), (24, -24)], s.accent, ink=0.6)


def microphone(p: Pen, s: Scheme) -> None:
    p.poly([(-7, -62), (7, -62), (5, 0), (-5, 0)], s.stone_dark, ink=1)
    p.oval(0, -78, 17, 21, s.metal, ink=1)
    p.rect(-16, -66, 32, 8, p.ink, r=3)


def glass(p: Pen, s: Scheme) -> None:
    p.poly([(-28, -100), (28, -100), (21, 0), (-21, 0)], "#dcedf3", ink=1, alpha=0.85)
    p.poly([(-25, -66), (25, -66), (20, -4), (-20, -4)], s.accent_pale, alpha=0.9)
    p.stroke([(-16, -88), (-13, -16)], 3, "#ffffff", alpha=0.7)


def bowl(p: Pen, s: Scheme) -> None:
    """A plain bowl, seen a little from above."""
    p.blob([(-73, -84), (73, -84), (58, -34), (26, -10), (-26, -10), (-58, -34)], s.pale, ink=1,
           tension=0.5)  # fmt: skip
    p.rect(-27, -12, 54, 12, s.stone, r=4, ink=0.8)
    p.oval(0, -84, 74, 15, s.pale, ink=1)
    p.oval(0, -83, 63, 10, s.stone_dark)
    p.stroke([(-62, -52), (0, -42), (62, -52)], 6, s.accent, curved=True)


def dish(p: Pen, s: Scheme) -> None:
    """A wide plate with thin slices in a row on green leaves."""
    p.oval(0, -26, 122, 26, s.stone, ink=1)
    p.oval(0, -34, 122, 26, "#fbf7ef", ink=1)
    for x in (-78, -40, 30, 74):
        p.blob([(x - 34, -40), (x - 16, -78), (x, -92), (x + 18, -74), (x + 34, -40)], s.leaf,
               ink=0.8)  # fmt: skip
    for k in range(6):
        x = -72 + k * 27
        p.blob([(x - 18, -34), (x - 12, -66), (x + 14, -70), (x + 24, -36)], "#f2c9b4", ink=0.9,
               tension=0.5)  # fmt: skip
        p.stroke([(x - 6, -40), (x + 2, -62)], 3, "#e08a70")
    p.oval(92, -46, 13, 9, "#d9c24e", ink=0.8)


def socket(p: Pen, s: Scheme) -> None:
    """A socket strip with a plug in every place."""
    p.rect(-126, -46, 236, 46, s.pale, r=12, ink=1)
    p.stroke([(110, -22), (150, -14), (180, -26)], 9, s.ink, curved=True)
    for k in range(4):
        x = -96 + k * 56
        p.oval(x, -23, 19, 19, s.stone, ink=0.8)
        p.rect(x - 16, -80, 32, 46, (s.ink, s.stone_dark)[k % 2], r=7, ink=0.9, lit=False)
        p.stroke([(x, -80), (x + (k - 1.5) * 26, -118), (x + (k - 1.5) * 60, -96)], 7, s.ink,
                 curved=True)  # fmt: skip
    p.rect(90, -32, 12, 18, "#c8433a", r=3, ink=0.7)


def pan(p: Pen, s: Scheme) -> None:
    p.rect(38, -60, 96, 18, p.ink, r=8, lit=False)
    p.blob([(-62, -64), (62, -64), (50, -14), (-50, -14)], s.stone_dark, ink=1, tension=0.4)
    p.oval(0, -64, 64, 16, s.ink, ink=1)
    for x, y, colour in ((-24, -70, "#d9793f"), (4, -76, s.leaf), (26, -70, "#e2b14d"),
                         (-4, -66, "#c94f3f")):  # fmt: skip
        p.oval(x, y, 16, 10, colour, ink=0.7)


def pot(p: Pen, s: Scheme) -> None:
    for way in (-1, 1):
        p.rect(way * 62 - 10, -66, 20, 10, s.ink, r=4, lit=False)
    p.rect(-58, -74, 116, 72, s.accent, r=12, ink=1)
    p.oval(0, -76, 62, 13, s.metal, ink=1)
    p.oval(0, -94, 8, 7, s.ink, lit=False)


def fruit(p: Pen, s: Scheme) -> None:
    for x, y, colour in ((-26, -30, "#d9793f"), (28, -30, "#c94f3f"), (0, -62, "#e2b14d")):
        p.oval(x, y, 31, 30, colour, ink=1)
        p.stroke([(x, y - 28), (x + 5, y - 38)], 4, s.leaf_dark)


def cake(p: Pen, s: Scheme) -> None:
    p.rect(-62, -54, 124, 52, "#f3dcc0", r=6, ink=1)
    p.blob([(-64, -56), (0, -70), (64, -56), (50, -36), (26, -44), (0, -34), (-26, -44),
            (-50, -36)], "#fbf8f0", ink=0.9, tension=0.7)  # fmt: skip
    for x in (-30, 0, 30):
        p.rect(x - 4, -88, 8, 26, s.accent, ink=0.7)
        p.oval(x, -94, 4, 7, "#f4b13f", lit=False)


def ball(p: Pen, s: Scheme) -> None:
    with within(p, ring(0, -50, 50, 50), "#d98648"):
        line(p, [(0, -100), (0, 0)], 0.9)
        line(p, [(-50, -50), (50, -50)], 0.9)
        for way in (-1, 1):
            line(p, [(way * 36, -100), (way * 14, -50), (way * 36, 0)], 0.9, curved=True)


def towel(p: Pen, s: Scheme) -> None:
    p.blob([(-34, -98), (34, -98), (38, -2), (-38, -2)], s.pale, ink=1, tension=0.2)
    for y in (-30, -22):
        p.stroke([(-36, y), (36, y)], 3, s.accent)


def key(p: Pen, s: Scheme) -> None:
    p.stroke([(0, -62), (0, -4)], 13, p.ink)
    p.stroke([(0, -62), (0, -4)], 8, "#d9b356")
    for y in (-8, -24):
        p.stroke([(0, y), (20, y)], 9, "#d9b356")
    p.oval(0, -76, 24, 24, "#d9b356", ink=1)
    p.oval(0, -82, 8, 8, s.pale, ink=0.7)


def clock(p: Pen, s: Scheme) -> None:
    p.oval(0, -50, 50, 50, s.wood, ink=1)
    p.oval(0, -50, 42, 42, "#fbf8f0", ink=0.8)
    for k in range(12):
        turn = math.pi * k / 6
        p.oval(34 * math.cos(turn), -50 + 34 * math.sin(turn), 2.4, 2.4, p.ink)
    p.stroke([(0, -50), (0, -80)], 4, p.ink)
    p.stroke([(0, -50), (18, -40)], 5, s.accent)


def mirror(p: Pen, s: Scheme) -> None:
    p.rect(-36, -100, 72, 100, s.wood, r=30, ink=1)
    p.rect(-29, -93, 58, 86, "#d5e6ea", r=25, ink=0.6)
    for x in (-14, -2):
        p.stroke([(x, -22), (x + 22, -80)], 5, "#ffffff", alpha=0.5)


def table(p: Pen, s: Scheme) -> None:
    for x in (-128, 116):
        p.rect(x, -88, 12, 88, s.wood_dark, ink=1)
    p.rect(-150, -100, 300, 15, s.wood, r=4, ink=1)


def table_laid(p: Pen, s: Scheme) -> None:
    """A laid table: cloth to the knees, bowls and dishes. Its top is at 100."""
    table(p, s)
    p.poly([(-156, -101), (156, -101), (150, -58), (-150, -58)], s.pale, ink=1)
    p.stroke([(-152, -66), (152, -66)], 3, s.accent_pale)
    for x, kind in ((-112, 0), (-62, 1), (-8, 2), (56, 1), (108, 0)):
        if kind == 0:
            p.poly(
                [(x - 20, -122), (x + 20, -122), (x + 11, -102), (x - 11, -102)], "#fbf8f0", ink=1
            )
            p.blob([(x - 18, -121), (x, -136), (x + 18, -121)], "#ffffff", ink=0.8)
        elif kind == 1:
            p.oval(x, -106, 24, 6, s.accent_pale, ink=1)
            for dx, colour in ((-9, s.leaf), (5, "#d9793f")):
                p.oval(x + dx, -112, 9, 7, colour, ink=0.7)
        else:
            p.rect(x - 28, -132, 56, 30, s.stone_dark, r=7, ink=1)
            p.oval(x, -132, 30, 7, "#c9563f", ink=0.9)


def laundry(p: Pen, s: Scheme) -> None:
    """A laundry basket with a heap of clothes."""
    heap = [(-62, -50), (-66, -72), (-44, -86), (-20, -84), (2, -100), (30, -92), (48, -78),
            (66, -72), (62, -50)]  # fmt: skip
    p.blob(heap, s.pale, ink=1, tension=0.7)
    p.blob([(-62, -52), (-64, -74), (-40, -86), (-18, -80), (-24, -56)], s.accent, ink=1,
           tension=0.7)  # fmt: skip
    p.blob([(12, -54), (16, -80), (40, -84), (64, -72), (62, -52)], s.leaf, ink=1, tension=0.7)
    for ends in (((-46, -82), (-34, -66)), ((-4, -94), (4, -70)), ((34, -82), (30, -64))):
        p.stroke(list(ends), 1.6, p.ink)
    p.poly([(-66, -48), (66, -48), (54, 0), (-54, 0)], s.wood, ink=1)
    for k in range(1, 4):
        y = -48 + k * 12
        inset = 66 - k * 3
        p.stroke([(-inset, y), (inset, y)], 1.8, s.wood_dark)
    for k in range(-3, 4):
        p.stroke([(k * 16, -42), (k * 14, -4)], 1.8, s.wood_dark)
    p.rect(-72, -54, 144, 11, s.wood_dark, r=5, ink=1)
    # A shirt's sleeve and a sock hang over the rim.
    p.blob([(-32, -56), (-12, -58), (-10, -36), (-18, -24), (-31, -30)], "#8fa3bf", ink=1,
           tension=0.6)  # fmt: skip
    p.blob([(37, -56), (51, -56), (52, -34), (66, -28), (64, -18), (44, -20), (38, -30)], "#ffffff",
           ink=1, tension=0.6)  # fmt: skip


def desk(p: Pen, s: Scheme) -> None:
    p.rect(56, -88, 84, 88, s.wood_dark, ink=1)
    for y in (-80, -52, -24):
        p.rect(62, y, 72, 22, s.wood, r=2, ink=0.7)
        p.rect(90, y + 8, 16, 4, s.metal, r=2)
    p.rect(-138, -88, 12, 88, s.wood_dark, ink=1)
    p.rect(-150, -100, 300, 15, s.wood, r=3, ink=1)


def counter(p: Pen, s: Scheme) -> None:
    p.rect(-190, -92, 380, 92, s.cloth, ink=1)
    for k in range(1, 6):
        p.stroke([(-190 + k * 63, -86), (-190 + k * 63, -4)], 2, s.cloth_dark)
    p.rect(-200, -104, 400, 16, s.pale, r=4, ink=1)


def chair(p: Pen, s: Scheme) -> None:
    _fitting(p, s, fittings.chair, 0.43)


def sofa(p: Pen, s: Scheme) -> None:
    """A sofa with its seat at 46 of 100."""
    for x in (-146, 130):
        p.rect(x, -12, 16, 12, s.wood_dark, ink=0.8)
    p.rect(-140, -100, 280, 80, s.cloth, r=22, ink=1)
    line(p, [(0, -94), (0, -50)], 0.7)
    p.rect(-132, -52, 264, 42, s.cloth, r=12, ink=1)
    line(p, [(0, -50), (0, -14)], 0.8)
    for x in (-166, 126):
        p.rect(x, -70, 40, 60, s.cloth_dark, r=16, ink=1)


def bench(p: Pen, s: Scheme) -> None:
    for x in (-118, 106):
        p.rect(x, -100, 12, 100, s.stone_dark, ink=1)
    for y in (-96, -72):
        p.rect(-140, y, 280, 16, s.wood, r=3, ink=1)
    p.rect(-146, -48, 292, 14, s.wood, r=4, ink=1)


def lamp(p: Pen, s: Scheme) -> None:
    if s.lamps_on:
        p.glow(0, -86, 70, s.lamp, 0.3)
    p.rect(-1.6, -78, 3.2, 76, p.ink)
    p.rect(-13, -3, 26, 3, p.ink, r=1.5)
    shade = s.lamp if s.lamps_on else s.accent_pale
    p.poly([(-12, -100), (12, -100), (19, -76), (-19, -76)], shade, ink=1, lit=not s.lamps_on)


def plant(p: Pen, s: Scheme) -> None:
    p.canvas.save()
    p.canvas.scale(0.4, 0.4)
    fittings.plant(p, s, 0, 0)
    p.canvas.restore()


def shelf(p: Pen, s: Scheme) -> None:
    p.rect(-34, -100, 68, 100, s.wood_dark, ink=1)
    p.rect(-31, -97, 62, 92, s.wood, ink=0.6)
    p.canvas.save()
    p.canvas.scale(0.22, 0.22)
    for y in (-340, -250, -160, -70):
        fittings.books(p, s, -130, y, 260)
        p.rect(-136, y, 272, 12, s.wood_dark, ink=1)
    p.canvas.restore()


def board(p: Pen, s: Scheme) -> None:
    p.rect(-92, -100, 184, 100, s.wood, r=3, ink=1)
    p.rect(-85, -93, 170, 84, "#3f6b57", ink=0.7)
    p.stroke([(-66, -70), (-20, -78), (8, -66)], 3, "#e8efe6", curved=True)
    p.stroke([(-66, -44), (-8, -44)], 3, "#e8efe6")
    p.oval(46, -54, 20, 20, "#3f6b57")
    p.canvas.drawCircle(46, -54, 20, p.paint("#e8efe6", 1, 3))


def door(p: Pen, s: Scheme) -> None:
    p.rect(-26, -101, 52, 101, s.pale, ink=1)
    p.rect(-21, -96, 42, 96, s.wood, ink=1)
    for y in (-88, -44):
        p.rect(-14, y, 28, 34, s.wood_dark, r=1, alpha=0.5, ink=0.5)
    p.oval(14, -48, 2.4, 2.4, "#d9b356", ink=0.5)


def window(p: Pen, s: Scheme) -> None:
    p.rect(-56, -100, 112, 96, s.pale, r=2, ink=1)
    p.canvas.save()
    p.canvas.scale(0.2, 0.2)
    outside(p, s, -250, -470, 500, 430, city=False)
    p.canvas.restore()
    p.rect(-2.5, -94, 5, 86, s.pale, ink=0.5)
    p.rect(-62, -8, 124, 8, s.pale, r=2, ink=1)


def stairs(p: Pen, s: Scheme) -> None:
    """Stairs that lead up and away: each step is narrower and higher."""
    for k in range(7, -1, -1):
        half, y = 150 - k * 11, -k * 12.5
        p.rect(-half, y - 12.5, 2 * half, 12.8, s.stone if k % 2 else s.pale, ink=0.7)
        p.rect(-half, y - 4, 2 * half, 4, s.stone_dark, alpha=0.6)
    for way in (-1, 1):
        p.stroke([(way * 150, -34), (way * 66, -128)], 5, p.ink)
        for k in range(4):
            x, y = way * (150 - k * 26), -34 - k * 29
            p.stroke([(x, y), (x, y + 30)], 3.4, p.ink)


def crosswalk(p: Pen, s: Scheme) -> None:
    """A crosswalk: stripes on the ground that run towards the camera, 100 deep."""
    p.poly([(-330, -100), (330, -100), (520, 0), (-520, 0)], s.stone_dark, alpha=0.85)
    for k in range(-3, 4):
        a, b = k * 88, k * 140
        p.poly([(a - 28, -98), (a + 28, -98), (b + 44, -2), (b - 44, -2)], "#f6f2ea")


def street_lamp(p: Pen, s: Scheme) -> None:
    if s.lamps_on:
        p.glow(12, -96, 44, s.lamp, 0.34)
    p.rect(-1.6, -98, 3.2, 98, p.ink)
    p.stroke([(0, -97), (8, -100), (14, -97)], 2.4, p.ink, curved=True)
    p.poly([(8, -97), (18, -97), (20, -92), (6, -92)], s.lamp if s.lamps_on else s.pale, ink=0.8,
           lit=not s.lamps_on)  # fmt: skip


def tree(p: Pen, s: Scheme) -> None:
    p.poly([(-5, -44), (5, -44), (8, 0), (-8, 0)], s.wood_dark, ink=1)
    p.blob([(-34, -52), (-40, -76), (-18, -96), (12, -99), (38, -80), (36, -54), (8, -42),
            (-16, -42)], s.leaf, ink=1)  # fmt: skip
    p.blob([(-10, -60), (8, -78), (28, -66), (12, -54)], s.leaf_dark, alpha=0.6)


def campfire(p: Pen, s: Scheme) -> None:
    p.glow(0, -50, 120, s.lamp, 0.3)
    for turn in (-18, 18):
        p.canvas.save()
        p.canvas.rotate(turn)
        p.rect(-52, -18, 104, 16, s.wood_dark, r=8, ink=1)
        p.canvas.restore()
    for k, colour in enumerate(("#e0662f", "#f2a23a", "#fbe08a")):
        r = 1 - k * 0.28
        p.blob([(-32 * r, -16), (-26 * r, -52 * r - 8), (-6 * r, -100 * r), (10 * r, -66 * r - 6),
                (30 * r, -46 * r - 6), (32 * r, -16)], colour, lit=False)  # fmt: skip


def stage(p: Pen, s: Scheme) -> None:
    p.rect(-420, -100, 840, 100, s.wood_dark, ink=1)
    p.rect(-430, -112, 860, 24, s.wood, r=4, ink=1)
    for k in range(-6, 7):
        p.stroke([(k * 64, -84), (k * 64, -6)], 2, s.ink, alpha=0.4)


def cart(p: Pen, s: Scheme) -> None:
    p.stroke([(-70, -92), (-52, -90), (-34, -24), (44, -24)], 5, p.ink)
    p.poly([(-50, -84), (58, -78), (46, -36), (-38, -34)], s.metal, ink=1, alpha=0.7)
    for k in range(1, 5):
        p.stroke([(-48 + k * 21, -82), (-38 + k * 18, -36)], 2, p.ink)
    for x, colour in ((-18, s.accent), (8, s.leaf), (30, "#d9793f")):
        p.rect(x - 11, -98, 22, 26, colour, r=3, ink=0.8)
    for x in (-26, 38):
        p.oval(x, -8, 8, 8, p.ink)


def baby(p: Pen, s: Scheme) -> None:
    """A baby in a blanket, lying to the right; (0, -50) is its middle, where a hand holds it."""
    p.blob([(-62, -46), (-50, -86), (0, -96), (56, -78), (74, -40), (40, -10), (-30, -8)],
           s.accent_pale, ink=1, tension=0.8)  # fmt: skip
    p.oval(-40, -62, 31, 31, "#f0c8a9", ink=1)
    p.blob([(-70, -70), (-56, -94), (-30, -96), (-16, -80), (-34, -84), (-58, -76)], "#4a382f")
    for x in (-50, -32):
        p.stroke([(x - 5, -60), (x, -57), (x + 5, -60)], 2.6, p.ink, curved=True)
    p.stroke([(-46, -47), (-41, -44), (-36, -47)], 2.4, p.ink, curved=True)
    p.stroke([(-8, -84), (6, -50), (-6, -14)], 2.4, s.accent, curved=True)


def cot(p: Pen, s: Scheme) -> None:
    """A baby asleep under a cover, behind the bars of a cot."""
    p.rect(-92, -58, 184, 18, "#f3eee5", ink=1)
    p.blob([(-84, -58), (-74, -70), (-38, -70), (-32, -58)], "#ffffff", ink=1)
    p.oval(-56, -70, 13, 12.5, "#f0c8a9", ink=1)
    p.blob([(-67, -76), (-60, -84), (-52, -84), (-46, -77), (-56, -79)], "#4a382f")
    for x in (-61, -52):
        p.stroke([(x - 2.4, -69), (x, -67.6), (x + 2.4, -69)], 1.4, p.ink, curved=True)
    p.blob([(-42, -58), (-34, -72), (-6, -74), (20, -66), (28, -46), (-40, -46)], s.accent, ink=1,
           tension=0.7)  # fmt: skip
    for x in (-96, 88):
        p.rect(x, -100, 10, 100, s.wood_dark, r=3, ink=1)
    p.rect(-92, -46, 184, 9, s.wood, r=3, ink=1)
    p.rect(-92, -14, 184, 9, s.wood, r=3, ink=1)
    for k in range(1, 10):
        p.rect(-92 + k * 18.4 - 2, -40, 4, 30, s.wood, ink=0.6)


def monitor(p: Pen, s: Scheme) -> None:
    _fitting(p, s, fittings.monitor, 0.72)


def car_ahead(p: Pen, s: Scheme) -> None:
    """A car from the front, on a road that leads away from the camera: 100 high."""
    for x in (-62, 38):
        p.rect(x, -26, 24, 26, p.ink, r=6, lit=False)
    roof = smooth([(-52, -58), (-42, -92), (0, -100), (42, -92), (52, -58)], tension=0.6)
    p.path(roof, s.accent, ink=1)
    p.poly([(-44, -60), (-35, -88), (35, -88), (44, -60)], s.sky[2], ink=0.9, lit=False)
    p.poly([(-30, -62), (-16, -88), (0, -88), (-14, -62)], "#ffffff", alpha=0.4)
    for way in (-1, 1):
        p.blob([(way * 52, -64), (way * 66, -66), (way * 66, -56), (way * 52, -56)], s.accent_dark,
               ink=0.8, tension=0.5)  # fmt: skip
    p.blob([(-66, -50), (-54, -60), (54, -60), (66, -50), (68, -14), (-68, -14)], s.accent, ink=1,
           tension=0.3)  # fmt: skip
    p.rect(-30, -34, 60, 13, p.ink, r=5, lit=False)
    p.rect(-68, -20, 136, 9, s.stone_dark, r=3, ink=0.7)
    for x in (-48, 48):
        if s.lamps_on:
            p.glow(x, -42, 46, "#fff6dc", 0.5)
        p.oval(x, -42, 14, 8, "#fff6dc" if s.lamps_on else s.pale, ink=0.9, lit=False)


def _fitting(
    p: Pen, s: Scheme, draw: Callable[[Pen, Scheme, float, float], None], scale: float
) -> None:
    """Draw an object of the rooms, scaled so that it is 100 high."""
    p.canvas.save()
    p.canvas.scale(scale, scale)
    draw(p, s, 0, 0)
    p.canvas.restore()
