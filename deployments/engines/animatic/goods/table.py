"""Food and drink, as sold or served. 100 high, the base at (0, 0)."""

from deployments.engines.animatic.colour import mix
from deployments.engines.animatic.drawn.drawing import draw
from deployments.engines.animatic.goods.finish import box, curve, emblem, line, within
from deployments.engines.animatic.pen import Pen, polygon, smooth
from deployments.engines.animatic.scheme import Scheme


def carton(p: Pen, s: Scheme) -> None:
    """A gable-top carton of milk or an oat drink."""
    p.poly([(8, -72), (25, -78), (25, -6), (8, 0)], s.metal, ink=1)
    with within(p, box(-26, -72, 34, 72), s.pale):
        p.path(smooth([(-32, -26), (-16, -34), (-2, -24), (14, -32), (20, 10), (-32, 10)],
                      tension=0.9), s.accent)  # fmt: skip
        p.rect(-24, -68, 3, 40, "#ffffff", alpha=0.7)
    p.poly([(8, -24), (25, -30), (25, -6), (8, 0)], s.accent_dark, ink=0.6)
    p.poly([(-26, -72), (8, -72), (14, -91), (-17, -91)], s.accent, ink=1)
    p.poly([(8, -72), (25, -78), (14, -91)], s.accent_dark, ink=0.9)
    p.poly([(-17, -91), (14, -91), (14, -99.5), (-17, -99.5)], s.accent_pale, ink=1)
    line(p, [(-17, -95), (14, -95)], 0.5)
    p.oval(-8, -81, 6, 5, s.pale, ink=0.8)
    p.oval(-8, -82, 3.6, 2.8, s.metal)
    emblem(p, s, -9, -52, 10)


def sack(p: Pen, s: Scheme) -> None:
    """A sack of rice: woven, tied, with an ear of rice in place of a label."""
    body = curve((-24, -84), (-36, -60, -36, -30), (-38, -2, -26, -1), (0, 1, 26, -1),
                 (38, -2, 36, -30), (36, -60, 24, -84), (0, -78, -24, -84))  # fmt: skip
    with within(p, body, mix(s.pale, s.wood, 0.18)):
        p.path(curve((14, -90), (44, -90), (44, 4), (20, 4), (28, -40, 14, -90)), s.wood,
               alpha=0.28)  # fmt: skip
        for y in (-72, -10):
            p.rect(-40, y, 80, 3.4, s.accent)
        for x in (-22, -9, 4, 17):
            p.stroke([(x, -82), (x - 2, -76)], 1.2, s.wood_dark, alpha=0.6)
    p.blob([(-24, -84), (-30, -97), (-12, -92), (0, -99), (12, -92), (30, -97), (24, -84),
            (0, -80)], mix(s.pale, s.wood, 0.18), ink=1, tension=0.7)  # fmt: skip
    p.rect(-25, -87, 50, 5, s.accent, r=2.4, ink=0.9)
    p.oval(0, -40, 21, 21, s.accent_pale, ink=0.7)
    p.stroke([(-6, -24), (-2, -40), (8, -54)], 1.8, s.leaf_dark, curved=True)
    for k in range(6):
        x, y = -4 + k * 2.4, -34 - k * 4
        for side in (-1, 1):
            p.oval(x + side * 4, y - 1.5, 2.2, 3.6, "#e2b04a", ink=0.35)


def gift_box(p: Pen, s: Scheme) -> None:
    """An open gift box of meat."""
    p.poly([(-80, -99), (80, -99), (92, -46), (-92, -46)], s.accent_dark, ink=1)
    p.poly([(-72, -94), (72, -94), (82, -48), (-82, -48)], mix(s.accent_dark, s.ink, 0.35))
    for x in (-46, 2, 50):
        p.canvas.save()
        p.canvas.translate(x - 2, -38)
        p.canvas.scale(0.52, 0.52)
        draw(Pen(p.canvas, p.light, p.ink, p.line / 0.6), "cut-of-meat", s)
        p.canvas.restore()
    for x, tilt in ((-70, -8), (-20, 6), (27, -6), (74, 8)):
        p.blob([(x - 6, -46), (x + tilt, -64), (x + 7, -46)], s.leaf, ink=0.7)
    with within(p, box(-95, -48, 190, 47, 3), s.accent):
        p.rect(62, -50, 40, 60, s.accent_dark, alpha=0.5)
        p.rect(-96, -48, 192, 7, s.accent_pale, alpha=0.8)
    emblem(p, s, 0, -21, 15)


def fried_chicken(p: Pen, s: Scheme) -> None:
    """A paper box heaped with fried chicken."""
    crust, dark = "#d9963e", "#b06f26"
    for x, y, turn in ((-24, -62, -14), (20, -60, 16), (-2, -70, 4)):
        p.canvas.save()
        p.canvas.translate(x, y + 16)
        p.canvas.rotate(turn)
        p.rect(-3, -50, 6, 18, "#f5ead8", r=3, ink=0.8)
        p.oval(-2.6, -49, 3.6, 3.6, "#f5ead8", ink=0.6)
        p.oval(2.6, -49, 3.6, 3.6, "#f5ead8", ink=0.6)
        p.blob([(-16, -8), (-13, -28), (-4, -38), (6, -37), (14, -26), (16, -6), (0, 2)], crust,
               ink=1)  # fmt: skip
        for dx, dy in ((-8, -22), (4, -28), (9, -14), (-3, -12), (-11, -9)):
            p.oval(dx, dy, 2, 1.5, dark)
        p.stroke([(-9, -16), (-6, -28)], 2.4, "#ffffff", alpha=0.35)
        p.canvas.restore()
    for x in (-38, 36):
        p.blob([(x - 12, -44), (x - 6, -62), (x + 8, -60), (x + 12, -44)], crust, ink=0.9)
        p.oval(x, -52, 2, 1.5, dark)
    front = polygon([(-51, -50), (51, -50), (42, -0.5), (-42, -0.5)])
    with within(p, front, s.accent):
        p.poly([(22, -52), (56, -52), (44, 0), (16, 0)], s.accent_dark, alpha=0.5)
        p.rect(-56, -50, 112, 5, s.accent_pale)
    emblem(p, s, 0, -22, 14)


def kimchi(p: Pen, s: Scheme) -> None:
    """Kimchi in a lidless earthenware bowl."""
    red, pale, green = "#c8402c", "#f0d8a8", mix(s.leaf, "#8aa84a", 0.4)
    for x, y, w in ((-40, -62, 1.0), (36, -62, 1.0), (-6, -70, 1.25)):
        p.blob([(x - 30 * w, y + 14), (x - 26 * w, y - 14), (x - 6, y - 24 * w),
                (x + 16 * w, y - 20), (x + 30 * w, y - 4), (x + 26 * w, y + 16)], red,
               ink=1)  # fmt: skip
        p.blob([(x - 16 * w, y + 10), (x - 12, y - 12), (x + 2, y - 15), (x + 4, y + 10)], pale,
               ink=0.5)  # fmt: skip
        p.stroke([(x - 8, y + 8), (x - 4, y - 10)], 2, red, alpha=0.6)
        p.blob([(x + 10, y - 12), (x + 20 * w, y - 20), (x + 28 * w, y - 8), (x + 16, y - 2)],
               green, ink=0.6)  # fmt: skip
    for x, y in ((-52, -66), (-22, -84), (14, -80), (48, -70), (26, -58), (-30, -60)):
        p.oval(x, y, 2.4, 1.8, "#8e2417")
    for x, y in ((-14, -62), (40, -78), (-56, -56)):
        p.stroke([(x, y), (x + 9, y - 5)], 3.4, s.leaf, alpha=0.95)
    bowl = curve((-74, -54), (0, -44, 74, -54), (68, -10, 34, -4), (-34, -4), (-68, -10, -74, -54))
    clay = mix("#6d4a3a", s.wood_dark, 0.3)
    with within(p, bowl, clay):
        p.path(curve((30, -60), (80, -60), (80, 0), (14, 0), (44, -20, 30, -60)), s.ink, alpha=0.3)
        p.path(curve((-80, -56), (0, -44, 80, -56), (80, -48), (0, -36, -80, -48)),
               mix(clay, "#ffffff", 0.3))  # fmt: skip
        p.stroke([(-58, -38), (-48, -20), (-36, -12)], 4, "#ffffff", curved=True, alpha=0.3)
    p.rect(-30, -5, 60, 5, s.ink, r=2)
