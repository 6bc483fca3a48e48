"""Products that are worn, played or trained with. 100 high, the base at (0, 0)."""

from deployments.engines.animatic.colour import mix
from deployments.engines.animatic.goods.finish import (
    bar,
    box,
    curve,
    gloss,
    line,
    ring,
    within,
)
from deployments.engines.animatic.pen import Pen
from deployments.engines.animatic.scheme import Scheme


def smartwatch(p: Pen, s: Scheme) -> None:
    strap = curve((-15, -99.5), (15, -99.5), (18, -72), (18, -28), (15, -0.5), (-15, -0.5),
                  (-18, -28), (-18, -72))  # fmt: skip
    with within(p, strap, s.accent):
        p.rect(8, -100, 12, 100, s.accent_dark, alpha=0.6)
        for y in (-6, -12, -18):
            p.oval(0, y, 1.8, 2.2, s.accent_dark)
    p.rect(26, -60, 4, 12, s.metal, r=2, ink=0.8)
    p.rect(-27, -80, 54, 60, s.metal, r=15, ink=1)
    with within(p, box(-23, -76, 46, 52, 11), s.ink, 0.6):
        for r, colour, sweep in ((16, s.accent, 280), (11, s.leaf, 210), (6, s.sky[1], 150)):
            bounds = ring(0, -47, r, r).getBounds()
            p.canvas.drawArc(bounds, 0, 360, False, p.paint(colour, 0.25, 3.4, lit=False))
            p.canvas.drawArc(bounds, -90, sweep, False, p.paint(colour, 1.0, 3.4, lit=False))
        for k in range(3):
            p.rect(-13 + k * 10, -72, 6, 3, s.accent_pale, r=1.5, lit=False)
        p.poly([(-4, -80), (4, -80), (-16, -20), (-24, -20)], "#ffffff", alpha=0.12)


def speaker(p: Pen, s: Scheme) -> None:
    with within(p, box(-30, -99.5, 60, 98, 8), s.accent):
        p.rect(15, -100, 16, 100, s.accent_dark, alpha=0.5)
        gloss(p, -26, -94, 3, 30)
    for y, r in ((-77, 12), (-37, 22)):
        p.oval(0, y, r, r, s.metal, ink=1)
        p.oval(0, y, r * 0.84, r * 0.84, s.ink)
        p.oval(0, y, r * 0.62, r * 0.62, mix(s.ink, s.metal, 0.25), ink=0.5)
        p.oval(0, y, r * 0.28, r * 0.28, s.accent_pale, ink=0.6)
        p.canvas.drawArc(ring(0, y, r * 0.73, r * 0.73).getBounds(), 195, 60, False,
                         p.paint("#ffffff", 0.5, 1.6))  # fmt: skip
    for x in (-24, 16):
        p.rect(x, -2, 8, 2, s.ink)


def golf_club(p: Pen, s: Scheme) -> None:
    bar(p, [(16, -97), (-10, -10)], 1.6, s.metal)
    bar(p, [(17, -98), (10.5, -74)], 3, s.ink)
    with within(p, curve((-8, -14), (-21, -12, -22, -5), (-20, -0.5, -12, -0.5), (0, -1, -5, -14)),
                s.accent):  # fmt: skip
        p.stroke([(-18, -7), (-12, -10)], 1.6, "#ffffff", alpha=0.6)
    p.oval(18, -3.4, 3.4, 3.4, "#ffffff", ink=0.9)
    for x, y in ((17, -4), (19, -3), (18, -5)):
        p.oval(x, y, 0.4, 0.4, s.stone_dark)


def dumbbell(p: Pen, s: Scheme) -> None:
    p.rect(-52, -58, 104, 16, s.metal, r=4, ink=1)
    for k in range(5):
        line(p, [(-22 + k * 11, -57), (-18 + k * 11, -43)], 0.5)
    for side in (-1, 1):
        for x, half, colour in ((52, 50, s.accent), (80, 36, s.accent_dark)):
            with within(p, box(side * (x + 12) - 12, -50 - half, 24, 2 * half - 0.5, 7), colour):
                p.rect(side * (x + 12) + 2, -100, 12, 100, s.ink, alpha=0.2)
                p.rect(side * (x + 12) - 9, -46 - half + 6, 4, half, "#ffffff", r=2, alpha=0.4)
        p.rect(side * 101 - 6, -58, 12, 16, s.metal, r=3, ink=0.8)


def yoga_mat(p: Pen, s: Scheme) -> None:
    with within(p, curve((-104, -92), (104, -92), (136, -92, 136, -46), (136, -1, 104, -1),
                         (-104, -1)), s.accent):  # fmt: skip
        p.rect(-110, -24, 260, 30, s.accent_dark, alpha=0.5)
        p.rect(-100, -84, 190, 7, "#ffffff", r=3.5, alpha=0.35)
    for x in (-40, 62):
        p.rect(x, -93, 14, 93, s.ink, r=3, ink=0.6)
    p.oval(-104, -46.5, 42, 46, s.accent_pale, ink=1)
    for k, r in enumerate((34, 25, 16, 7)):
        p.canvas.drawArc(ring(-104, -46.5, r * 0.92, r).getBounds(), 30 * k, 320, False,
                         p.paint(s.accent_dark, 1.0, 3))  # fmt: skip
    p.poly([(96, -8), (148, -6), (150, 0), (88, -0.5)], s.accent, ink=0.9)


def blocks(p: Pen, s: Scheme) -> None:
    for x, y, w, colour in ((-58, 0, 58, s.accent), (2, 0, 56, s.sky[1]), (-28, -46, 56, s.lamp)):
        for k in range(2):
            p.rect(x + w * (0.16 + k * 0.42), y - 53, w * 0.26, 10, mix(colour, "#ffffff", 0.15),
                   r=2, ink=0.8)  # fmt: skip
        with within(p, box(x, y - 46, w, 45, 3), colour):
            p.rect(x + w * 0.74, y - 46, w * 0.3, 50, s.ink, alpha=0.14)
            p.rect(x + 5, y - 40, 4, 22, "#ffffff", r=2, alpha=0.5)


def stroller(p: Pen, s: Scheme) -> None:
    bar(p, [(-20, -44), (14, -12)], 3, s.metal)
    bar(p, [(16, -42), (-20, -12)], 3, s.metal)
    bar(p, [(16, -44), (30, -80), (37, -84)], 3, s.stone_dark, curved=True)
    with within(p, curve((-34, -60), (24, -60), (22, -34, 0, -34), (-28, -34, -34, -60)), s.accent):
        p.rect(4, -64, 30, 40, s.accent_dark, alpha=0.45)
    hood = curve((-34, -60), (-36, -99, 4, -99.5), (-2, -78, 0, -60))
    with within(p, hood, s.accent_pale):
        p.stroke([(-18, -60), (-16, -82), (2, -98)], 2, s.accent, curved=True)
    for x in (-22, 16):
        p.oval(x, -10, 10, 9.5, s.ink)
        p.oval(x, -10, 6, 5.6, s.metal, ink=0.6)
        p.oval(x, -10, 2, 2, s.accent)


def wallet(p: Pen, s: Scheme) -> None:
    for k, colour in enumerate((s.sky[1], s.lamp)):
        p.rect(-46 + k * 8, -99 + k * 8, 80, 30, colour, r=4, ink=0.8)
    with within(p, box(-63, -82, 126, 81, 9), s.accent):
        p.rect(30, -84, 40, 90, s.accent_dark, alpha=0.5)
        p.rect(-56, -74, 112, 3, s.accent_pale, alpha=0.6)
        p.stroke([(-57, -12), (57, -12)], 1.6, s.accent_pale, alpha=0.7)
    with within(p, box(18, -58, 46, 32, 9), s.accent_dark):
        p.rect(18, -58, 50, 6, s.accent, alpha=0.7)
    p.oval(34, -42, 6, 6, s.lamp, ink=0.9)


def gold_bar(p: Pen, s: Scheme) -> None:
    def bar_at(x: float, y: float) -> None:
        p.poly([(x - 34, y - 44), (x + 22, y - 44), (x + 36, y - 50), (x - 20, y - 50)], "#fff0b0",
               ink=0.9)  # fmt: skip
        p.poly([(x + 22, y - 44), (x + 36, y - 50), (x + 48, y - 6), (x + 36, y)], "#c9952a", ink=1)
        p.poly([(x - 34, y - 44), (x + 22, y - 44), (x + 36, y), (x - 48, y)], "#ecc04e", ink=1)
        p.poly([(x - 20, y - 38), (x - 10, y - 38), (x - 18, y - 6), (x - 30, y - 6)], "#ffffff",
               alpha=0.4)  # fmt: skip

    bar_at(-46, -0.5)
    bar_at(46, -0.5)
    bar_at(0, -48)


def tablet(p: Pen, s: Scheme) -> None:
    p.rect(-66, -99.5, 132, 99, s.ink, r=8, ink=1)
    with within(p, box(-60, -94, 120, 88, 4), s.accent_pale, 0.4):
        p.rect(-60, -94, 120, 88, mix(s.accent_pale, s.sky[2], 0.35), lit=False)
        p.oval(22, -64, 13, 13, s.lamp, lit=False)
        p.blob([(-70, -30), (-40, -52), (-10, -36), (20, -46), (70, -26), (70, 4), (-70, 4)],
               s.accent, tension=0.8)  # fmt: skip
        p.poly([(10, -96), (34, -96), (-10, -4), (-34, -4)], "#ffffff", alpha=0.13, lit=False)
    p.oval(0, -97, 1.2, 1.2, s.metal)
    bar(p, [(70, -8), (78, -92)], 3, s.pale)
    p.poly([(68.6, -8), (71.6, -8), (69.6, -1)], s.ink)


def drone(p: Pen, s: Scheme) -> None:
    for side in (-1, 1):
        bar(p, [(side * 20, -58), (side * 86, -76)], 6, s.stone_dark)
        p.rect(side * 86 - 5, -88, 10, 18, s.ink, r=3, ink=0.7)
        p.oval(side * 86, -92, 42, 6, s.metal, alpha=0.85)
        p.oval(side * 86, -92, 4, 4, s.accent, ink=0.6)
        bar(p, [(side * 20, -40), (side * 40, -4), (side * 54, -3)], 4, s.stone_dark)
    body = curve((-36, -58), (-30, -84, 0, -84), (30, -84, 36, -58), (32, -36, 0, -34),
                 (-32, -36, -36, -58))  # fmt: skip
    with within(p, body, s.accent):
        p.path(curve((8, -90), (44, -90), (44, -30), (10, -30), (22, -60, 8, -90)), s.accent_dark,
               alpha=0.5)  # fmt: skip
        p.stroke([(-26, -64), (-18, -76), (-6, -79)], 3.4, "#ffffff", curved=True, alpha=0.45)
    p.rect(-12, -36, 24, 20, s.stone_dark, r=5, ink=0.9)
    p.oval(0, -25, 8, 8, s.ink, ink=0.8)
    p.oval(-2, -27, 2.6, 2.6, "#ffffff", alpha=0.8)


def helmet(p: Pen, s: Scheme) -> None:
    shell = curve((-58, -18), (-66, -99, 4, -99.5), (60, -98, 60, -40), (30, -34), (26, -2),
                  (-30, -0.5), (-54, -2, -58, -18))  # fmt: skip
    with within(p, shell, s.accent):
        p.path(curve((-62, -30), (-20, -18, 30, -24), (30, 4), (-62, 4)), s.accent_dark, alpha=0.5)
        p.stroke([(-40, -54), (-30, -80), (-6, -90)], 5, "#ffffff", curved=True, alpha=0.45)
        p.stroke([(8, -100), (-8, -60), (-12, 0)], 7, s.pale, curved=True, alpha=0.8)
    with within(p, curve((14, -74), (50, -78), (64, -52, 58, -36), (20, -32), (8, -50, 14, -74)),
                s.ink):  # fmt: skip
        p.poly([(24, -80), (36, -80), (30, -30), (18, -30)], "#ffffff", alpha=0.25)
    p.oval(12, -52, 6, 6, s.metal, ink=0.8)


def necklace(p: Pen, s: Scheme) -> None:
    chain = [(-38, -99), (-42, -70), (-24, -40), (0, -30), (24, -40), (42, -70), (38, -99)]
    p.stroke(chain, 3 + 2 * p.line, p.ink, curved=True)
    p.stroke(chain, 3, s.lamp, curved=True)
    p.oval(0, -29, 4, 4, s.lamp, ink=0.7)
    stone = curve((0, -0.5), (-13, -16), (-9, -26), (9, -26), (13, -16))
    with within(p, stone, s.accent):
        p.poly([(-5, -26), (5, -26), (4, -16), (-4, -16)], s.accent_pale)
        p.poly([(4, -16), (14, -16), (0, 0)], s.accent_dark, alpha=0.6)
    for x in (-4, 4):
        line(p, [(x, -16), (0, -1)], 0.4)
    line(p, [(-13, -16), (13, -16)], 0.4)
