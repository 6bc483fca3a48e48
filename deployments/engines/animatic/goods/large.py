"""Large products: vehicles, furniture, a building; and a service's badge."""

from deployments.engines.animatic.colour import mix
from deployments.engines.animatic.goods.finish import bar, box, curve, line, within
from deployments.engines.animatic.goods.wheel import (
    RUBBER_DARK,
    draw_bicycle_wheel,
    draw_wheel,
)
from deployments.engines.animatic.pen import Pen, smooth
from deployments.engines.animatic.scheme import Scheme

CAR_WHEELS, CAR_WHEEL = (-77.0, 78.0), 20.5
BICYCLE_WHEELS, BICYCLE_WHEEL = (-57.0, 57.0), 34.0


def car(p: Pen, s: Scheme, turn: float = 0.0) -> None:
    """A car that faces right; `turn` rotates its wheels, in radians."""
    body = curve((-118, -16), (-126, -18, -126, -34), (-127, -54, -122, -62),
                 (-112, -78, -98, -90), (-90, -99, -66, -99.5), (-10, -100), (14, -100, 28, -91),
                 (48, -76, 62, -64), (96, -61, 112, -53), (126, -47, 126, -30),
                 (126, -17, 116, -16))  # fmt: skip
    with within(p, body, s.accent):
        p.path(curve((-130, -34), (0, -40, 130, -36), (130, 0), (-130, 0)), s.accent_dark,
               alpha=0.6)  # fmt: skip
        p.path(curve((-124, -60), (0, -66, 70, -62), (106, -58), (112, -53), (0, -60, -124, -55)),
               s.accent_pale, alpha=0.75)  # fmt: skip
        p.stroke([(-70, -97), (0, -97.5)], 2.2, "#ffffff", alpha=0.5)
        p.rect(-130, -22, 260, 10, RUBBER_DARK)
        for x in CAR_WHEELS:
            p.oval(x, -CAR_WHEEL, 26, 26, RUBBER_DARK)
    glass = mix(s.sky[2], s.accent_pale, 0.1)
    house = curve((-106, -65), (-98, -80, -88, -88), (-82, -93.5, -66, -93.5), (-10, -94),
                  (8, -94, 20, -87), (38, -76, 50, -65))  # fmt: skip
    with within(p, house, glass):
        for x, w in ((-70, 9), (-54, 4), (-4, 9), (12, 4)):
            p.poly([(x, -100), (x + w, -100), (x + w - 22, -60), (x - 22, -60)], "#ffffff",
                   alpha=0.5)  # fmt: skip
        for top, foot in (((-84, -96), (-76, -62)), ((-28, -96), (-26, -62))):
            p.stroke([top, foot], 4.4, RUBBER_DARK)
    line(p, [(-26, -64), (-26, -30), (-20, -23)], 0.6, curved=True)
    line(p, [(46, -64), (44, -36), (50, -28)], 0.6, curved=True)
    line(p, [(-76, -64), (-74, -54)], 0.6)
    for x in (-66, -16):
        p.rect(x, -53, 11, 3.2, s.pale, r=1.6, ink=0.5)
    p.blob([(30, -70), (42, -70), (44, -62), (32, -62)], s.accent_dark, ink=0.8, tension=0.5)
    light = curve((98, -51), (116, -51, 121, -44), (122, -40, 108, -41), (100, -43))
    p.path(light, s.lamp, ink=0.8, lit=False)
    rear = curve((-124.5, -58), (-108, -57), (-106, -50), (-126, -47))
    p.path(rear, "#c23b34", ink=0.8, lit=False)
    p.rect(110, -33, 15, 5, RUBBER_DARK, r=2)
    for x in CAR_WHEELS:
        p.canvas.save()
        p.canvas.translate(x, -CAR_WHEEL)
        draw_wheel(p, s, CAR_WHEEL, turn)
        p.canvas.restore()


def bicycle(p: Pen, s: Scheme, turn: float = 0.0) -> None:
    """A bicycle that faces right; `turn` rotates its wheels, in radians."""
    (back, front), hub = BICYCLE_WHEELS, -BICYCLE_WHEEL - 1.5
    for x in BICYCLE_WHEELS:
        p.canvas.save()
        p.canvas.translate(x, hub)
        draw_bicycle_wheel(p, s, BICYCLE_WHEEL, turn)
        p.canvas.restore()
    crank, seat, head = (-10.0, -31.0), (-25.0, -78.0), (36.0, -78.0)
    bar(p, [(back, hub), crank], 2.4, s.accent_dark)
    bar(p, [(back, hub), (-23, -72)], 2.4, s.accent_dark)
    bar(p, [(34, -86), (41, -66), (50, -50), (front, hub)], 3.4, s.metal, curved=True)
    for one, other in ((seat, crank), ((-23.6, -73), head), (crank, (39.5, -68))):
        bar(p, [one, other], 4.6, s.accent)
    bar(p, [head, (40.5, -66)], 5.6, s.accent)
    bar(p, [seat, (-28, -88)], 2.6, s.metal)
    p.path(curve((-46, -93), (-40, -97, -26, -94), (-12, -94), (-11, -90, -24, -89),
                 (-36, -84, -44, -87)), RUBBER_DARK, ink=0.8)  # fmt: skip
    bar(p, [(34, -84), (32, -95)], 2.6, s.metal)
    bar(p, [(32, -95), (44, -97), (52, -91), (47, -86)], 3, RUBBER_DARK, curved=True)
    p.stroke([(back, hub - 3.5), (-10, -38)], 1.2, s.ink)
    p.stroke([(back, hub + 3.5), (-10, -24)], 1.2, s.ink)
    p.oval(*crank, 8.6, 8.6, s.metal, ink=0.9)
    p.oval(*crank, 4, 4, s.accent_dark)
    bar(p, [crank, (2, -17)], 2.2, s.stone_dark)
    p.rect(-4, -17.5, 12, 3.6, RUBBER_DARK, r=1.6)
    p.stroke([(-20, -75.4), (30, -79.6)], 1.2, s.accent_pale)


def furniture(p: Pen, s: Scheme) -> None:
    """An armchair."""
    for side in (-1, 1):
        p.poly([(side * 32, -16), (side * 42, -16), (side * 46, -0.5), (side * 42, -0.5)], s.wood,
               ink=1)  # fmt: skip
    back = curve((-36, -30), (-42, -70, -36, -86), (-30, -99.5, 0, -99.5), (30, -99.5, 36, -86),
                 (42, -70, 36, -30))  # fmt: skip
    with within(p, back, s.accent):
        p.path(curve((18, -104), (46, -104), (46, -24), (20, -24), (30, -60, 18, -104)),
               s.accent_dark, alpha=0.5)  # fmt: skip
        p.stroke([(-30, -80), (-24, -92), (-6, -95)], 3, "#ffffff", curved=True, alpha=0.35)
        for x, y in ((-15, -80), (15, -80), (0, -66)):
            p.oval(x, y, 2.2, 2.2, s.accent_dark)
            p.stroke([(x - 5, y - 3.4), (x - 2.4, y - 1.4)], 1, s.accent_dark)
            p.stroke([(x + 5, y - 3.4), (x + 2.4, y - 1.4)], 1, s.accent_dark)
    p.blob([(-22, -70), (12, -74), (14, -48), (-20, -46)], s.pale, ink=0.9, tension=0.45)
    p.stroke([(-20, -58), (12.5, -62)], 3.4, s.accent_pale)
    with within(p, box(-38, -30, 76, 17, 4), s.accent):
        p.rect(18, -32, 24, 22, s.accent_dark, alpha=0.5)
    with within(p, box(-36, -48, 72, 22, 8), s.accent_pale):
        p.rect(-40, -34, 80, 10, s.accent, alpha=0.35)
        p.stroke([(-30, -43), (8, -44)], 3, "#ffffff", alpha=0.6)
    for side in (-1, 1):
        arm = curve((side * 32, -12), (side * 30, -40, side * 31, -50),
                    (side * 34, -64, side * 46, -63), (side * 58, -62, side * 56, -46),
                    (side * 52, -30, side * 50, -14), (side * 44, -11))  # fmt: skip
        with within(p, arm, s.accent if side < 0 else s.accent_dark):
            p.oval(side * 45, -53, 6.5, 6.5, s.accent_dark if side < 0 else s.accent, alpha=0.7)


def bed(p: Pen, s: Scheme) -> None:
    for x in (-86, 78):
        p.poly([(x, -14), (x + 9, -14), (x + 7, -0.5), (x + 2, -0.5)], s.wood_dark, ink=1)
    head = curve((-93, -10), (-96, -90), (-96, -99.5, -86, -99.5), (-80, -99.5, -79, -90),
                 (-77, -10))  # fmt: skip
    with within(p, head, s.wood):
        p.rect(-85, -102, 10, 100, s.wood_dark, alpha=0.5)
    with within(p, box(-80, -26, 172, 15, 3), s.wood):
        p.rect(-84, -18, 180, 10, s.wood_dark, alpha=0.6)
    with within(p, box(-78, -46, 168, 22, 7), s.pale):
        p.rect(-80, -32, 176, 10, s.metal, alpha=0.5)
        p.stroke([(-78, -36), (92, -36)], 1.2, s.accent)
    p.blob([(-76, -78), (-64, -82), (-48, -58), (-48, -46), (-70, -46)], s.accent_pale, ink=0.9,
           tension=0.8)  # fmt: skip
    with within(p, smooth([(-66, -58), (-42, -68), (-18, -62), (-12, -50), (-36, -44), (-66, -46)],
                          tension=0.9), "#ffffff"):  # fmt: skip
        p.path(curve((-68, -50), (-40, -46, -10, -54), (-10, -40), (-70, -40)), s.metal, alpha=0.5)
    cover = curve((-22, -50), (-14, -62, 4, -60), (30, -64, 52, -60), (84, -60, 92, -50),
                  (97, -36, 93, -16), (80, -11, 66, -16), (48, -22, 34, -15), (18, -10, 4, -16),
                  (-8, -22, -22, -16), (-28, -30, -22, -50))  # fmt: skip
    with within(p, cover, s.accent):
        p.path(curve((-30, -40), (40, -46, 100, -40), (100, -4), (-30, -4)), s.accent_dark,
               alpha=0.35)  # fmt: skip
        p.path(curve((-32, -70), (2, -70), (-8, -40, -2, -8), (-32, -8)), s.accent_pale)
        for x in (18, 46, 74):
            p.stroke([(x, -46), (x - 4, -32), (x + 1, -18)], 1.6, s.accent_dark, curved=True)
        p.stroke([(14, -57), (60, -57)], 3, "#ffffff", alpha=0.4)
    line(p, [(-3, -61), (-8, -40), (-4, -19)], 0.6, curved=True)


def building(p: Pen, s: Scheme) -> None:
    pane = s.window if s.lamps_on else mix(s.sky[3], s.accent_pale, 0.15)
    p.rect(-4, -99.5, 2, 10, s.ink)
    for x, w, h, colour, shade in (
        (16, 30, 66, s.pale, s.metal),
        (-46, 26, 50, s.accent_pale, s.accent),
        (-24, 42, 93, s.accent, s.accent_dark),
    ):
        with within(p, box(x, -h, w, h - 1), colour):
            p.rect(x + w * 0.7, -h, w * 0.3, h, shade, alpha=0.6)
            p.rect(x, -h, w, 3.4, shade)
            rows, columns = int((h - 22) / 7.6), max(3, int(w / 8))
            step = (w - 4) / columns
            for row in range(rows):
                for column in range(columns):
                    lit = (row * 5 + column * 3) % 7
                    tone = s.lamp if lit == 0 else s.pale if lit == 3 and colour != s.pale else pane
                    p.rect(x + 2.9 + column * step, -h + 7 + row * 7.6, step - 1.8, 5, tone, r=0.5,
                           lit=False)  # fmt: skip
    p.rect(-13, -14, 20, 13, pane, ink=0.7, lit=False)
    line(p, [(-3, -14), (-3, -1)], 0.6)
    p.rect(-17, -18, 28, 4, s.pale, r=1.5, ink=0.8)
    for x, r in ((-42, 8), (-32, 6), (34, 8.5), (46, 6)):
        bar(p, [(x, -2), (x, -r)], 1.6, s.wood_dark)
        p.oval(x, -r * 1.7, r, r * 1.05, s.leaf, ink=0.8)
        p.oval(x - r * 0.3, -r * 2, r * 0.4, r * 0.4, "#ffffff", alpha=0.25)
    p.rect(-56, -2.6, 112, 2.6, s.stone_dark, r=1.3, ink=0.6)
