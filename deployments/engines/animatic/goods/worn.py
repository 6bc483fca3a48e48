"""Products that are worn or carried: shoes, clothes, a bag, glasses. 100 high, base at (0, 0)."""

import skia

from deployments.engines.animatic.colour import mix
from deployments.engines.animatic.goods.finish import bar, curve, emblem, line, within
from deployments.engines.animatic.pen import Pen
from deployments.engines.animatic.scheme import Scheme


def shoes(p: Pen, s: Scheme) -> None:
    p.canvas.save()
    p.canvas.translate(18, -11)
    _shoe(p, s, s.accent_dark, s.accent_dark)
    p.canvas.restore()
    p.canvas.save()
    p.canvas.translate(-16, 0)
    _shoe(p, s, s.accent, s.accent_dark)
    p.canvas.restore()


def _shoe(p: Pen, s: Scheme, colour: str, dark: str) -> None:
    """A running shoe; its toe is on the right."""
    p.path(curve((-66, -80), (-50, -90, -24, -84), (-22, -70), (-40, -58, -66, -66)), s.ink,
           ink=1)  # fmt: skip
    upper = curve((-72, -18), (-80, -44, -72, -70, -70, -88), (-66, -92, -60, -84),
                  (-52, -68, -34, -70, -24, -82), (-18, -88, -12, -80),
                  (0, -62, 14, -54, 34, -48), (72, -42, 80, -34, 80, -18))  # fmt: skip
    with within(p, upper, colour):
        p.path(curve((-84, -60), (-60, -46, -58, -10), (-84, -10)), dark, alpha=0.8)
        p.path(curve((46, -60), (50, -34, 40, -10), (90, -10), (90, -60)), s.accent_pale)
        p.path(curve((-34, -14), (-4, -20, 22, -50), (34, -48), (16, -22, -8, -14)), s.pale)
    for k in range(4):
        x, y = -17 + k * 10.5, -74 + k * 7.2
        bar(p, [(x - 7, y + 7), (x + 4, y - 3)], 3, s.pale)
    p.stroke([(-69, -84), (-66, -74)], 3.4, s.accent_pale)
    sole = curve((-76, -20), (0, -15, 82, -21), (90, -14, 82, -3), (80, -0.5, 72, -0.5),
                 (-66, -0.5), (-76, -0.5, -78, -10))  # fmt: skip
    with within(p, sole, s.pale):
        p.rect(-90, -6, 190, 8, colour)
        p.path(curve((30, -20), (60, -16, 92, -22), (92, -12), (40, -12)), s.metal, alpha=0.4)


def clothing(p: Pen, s: Scheme) -> None:
    p.stroke([(0, -84), (0, -90), (5, -94), (2, -98.5), (-4, -97)], p.line * 1.3, s.ink,
             curved=True)  # fmt: skip
    bar(p, [(-26, -78), (0, -86), (26, -78)], 3.4, s.wood)
    for side in (-1, 1):
        sleeve = curve((side * 36, -74), (side * 48, -68, side * 52, -52), (side * 60, -14),
                       (side * 47, -9), (side * 33, -50))  # fmt: skip
        with within(p, sleeve, s.accent if side < 0 else s.accent_dark):
            p.path(curve((side * 64, -24), (side * 42, -16), (side * 44, -4), (side * 66, -8)),
                   s.accent_pale)  # fmt: skip
        line(p, [(side * 57.8, -23), (side * 44, -18)], 0.6)
    torso = curve((-17, -82), (0, -70, 17, -82), (38, -74), (34, -50, 36, -0.5), (-36, -0.5),
                  (-34, -50, -38, -74))  # fmt: skip
    with within(p, torso, s.accent):
        p.path(curve((22, -84), (44, -84), (44, 4), (18, 4), (26, -40, 22, -84)), s.accent_dark,
               alpha=0.55)  # fmt: skip
        p.rect(-40, -9, 80, 10, s.accent_pale)
        for k in range(12):
            p.stroke([(-33 + k * 6, -8), (-33 + k * 6, 0)], 0.9, s.accent, alpha=0.7)
        p.stroke([(-27, -64), (-26, -20)], 2.6, "#ffffff", alpha=0.25)
    line(p, [(-35.6, -9), (35.6, -9)], 0.6)
    collar = curve((-19, -82.5), (0, -66, 19, -82.5), (14, -86), (0, -74, -14, -86))
    p.path(collar, s.accent_pale, ink=0.8)
    emblem(p, s, 0, -43, 12)


def bag(p: Pen, s: Scheme) -> None:
    bar(p, [(-27, -58), (-24, -86), (0, -96), (24, -86), (27, -58)], 5.2, s.accent_dark,
        curved=True)  # fmt: skip
    body = curve((-47, -66), (0, -69, 47, -66), (55, -58, 58, -10), (58, -1, 48, -0.5),
                 (-48, -0.5), (-58, -1, -58, -10), (-55, -58, -47, -66))  # fmt: skip
    with within(p, body, s.accent):
        p.path(curve((26, -70), (64, -70), (64, 6), (18, 6), (34, -20, 26, -70)), s.accent_dark,
               alpha=0.5)  # fmt: skip
        p.stroke([(-50, -40), (-52, -12)], 3.4, "#ffffff", alpha=0.35)
        p.stroke([(-60, -5), (60, -5)], 1.2, s.accent_pale, alpha=0.8)
    flap = curve((-48, -66), (0, -70, 48, -66), (52, -52, 50, -42), (26, -28, 0, -28),
                 (-26, -28, -50, -42), (-52, -52, -48, -66))  # fmt: skip
    with within(p, flap, s.accent):
        p.path(curve((24, -72), (60, -72), (60, -24), (12, -24), (30, -44)), s.accent_dark,
               alpha=0.4)  # fmt: skip
        p.stroke([(-46, -44), (-24, -33), (0, -31.5), (24, -33), (46, -44)], 1.2, s.accent_pale,
                 curved=True)  # fmt: skip
        p.stroke([(-42, -61), (-12, -64)], 3, "#ffffff", alpha=0.4)
    for x in (-27, 27):
        p.oval(x, -60, 4.6, 4.6, s.lamp, ink=0.8)
    p.rect(-8, -37, 16, 15, s.lamp, r=3.5, ink=0.9)
    p.rect(-2, -32, 4, 6, s.ink, r=2)


def glasses(p: Pen, s: Scheme) -> None:
    tint = mix(s.sky[2], s.accent_pale, 0.3)
    for side in (-1, 1):
        bar(p, [(side * 108, -84), (side * 116, -74), (side * 104, -62)], 6, s.accent_dark)
    for side in (-1, 1):
        rim = curve((side * 15, -82), (side * 20, -98, side * 48, -97), (side * 96, -98),
                    (side * 112, -96, side * 110, -78), (side * 108, -2, side * 62, -1),
                    (side * 18, -2, side * 15, -82))  # fmt: skip
        lens = curve((side * 26, -76), (side * 28, -86, side * 46, -86), (side * 90, -86),
                     (side * 100, -85, side * 99, -74), (side * 95, -13, side * 61, -12),
                     (side * 30, -13, side * 26, -76))  # fmt: skip
        whole = rim
        whole.addPath(lens)
        whole.setFillType(skia.PathFillType.kEvenOdd)
        p.path(lens, tint, alpha=0.6)
        p.canvas.save()
        p.canvas.clipPath(lens, skia.ClipOp.kIntersect, True)
        x = side * 62
        p.poly([(x - 6, -90), (x + 14, -90), (x - 22, -8), (x - 42, -8)], "#ffffff", alpha=0.5)
        p.poly([(x + 22, -90), (x + 28, -90), (x - 8, -8), (x - 14, -8)], "#ffffff", alpha=0.5)
        p.canvas.restore()
        p.path(whole, s.accent, ink=1)
        p.stroke([(side * 30, -91.5), (side * 84, -92)], 2.4, s.accent_pale, alpha=0.8)
        p.rect(side * 101 - 2.5, -90, 5, 3, s.lamp, r=1.5)
    bridge = curve((-17, -84), (0, -94, 17, -84), (19, -66), (0, -82, -19, -66))
    p.path(bridge, s.accent_dark, ink=1)
