"""Things that are ridden, looked through, drilled with or slept under, drawn by hand."""

from deployments.engines.animatic.colour import mix
from deployments.engines.animatic.goods.finish import bar, box, curve, within
from deployments.engines.animatic.goods.wheel import RUBBER_DARK
from deployments.engines.animatic.pen import Pen
from deployments.engines.animatic.scheme import Scheme


def kick_scooter(p: Pen, s: Scheme) -> None:
    """A child's scooter that faces right: a low board, wheels that light up, a tall handle."""
    bar(p, [(28, -14), (16, -92)], 4.6, s.metal)
    bar(p, [(22, -52), (16, -92)], 6, s.accent)
    bar(p, [(6, -94), (30, -96)], 5.4, RUBBER_DARK)
    for x in (6, 30):
        p.oval(x, -95, 3.6, 3.6, s.accent_dark, ink=0.8)
    p.path(curve((-34, -18), (-34, -13, -28, -12), (22, -12), (30, -20), (32, -26), (24, -26),
                 (18, -19), (-30, -19)), s.accent, ink=1)  # fmt: skip
    p.stroke([(-26, -16.6), (14, -16.6)], 1.8, s.accent_pale)
    p.path(curve((-40, -20), (-44, -30, -30, -28), (-24, -19)), s.accent_dark, ink=0.8)
    for x, r in ((-32.0, 9.5), (30.0, 10.5)):
        p.oval(x, -r, r, r, RUBBER_DARK, ink=0.8)
        p.oval(x, -r, r * 0.62, r * 0.62, s.lamp, ink=0.5, lit=False)
        p.oval(x, -r, r * 0.22, r * 0.22, s.metal, ink=0.4)


def drill(p: Pen, s: Scheme) -> None:
    """A cordless drill that faces right, on its battery."""
    with within(p, box(-42, -18, 50, 18, 4), RUBBER_DARK):
        p.rect(-36, -14, 38, 4, s.stone_dark, r=2)
    p.path(curve((-34, -18), (-22, -62), (8, -62), (-2, -18)), s.accent_dark, ink=1)
    p.rect(2, -58, 7, 12, RUBBER_DARK, r=3, ink=0.7)
    body = curve((-48, -66), (-52, -92, -38, -98), (18, -98), (30, -92), (30, -70), (18, -60),
                 (-36, -60))  # fmt: skip
    with within(p, body, s.accent):
        p.rect(-60, -70, 100, 12, s.accent_dark, alpha=0.6)
        for k in range(4):
            p.rect(-42 + k * 6, -90, 3, 16, s.accent_dark, r=1.5)
        p.rect(-12, -93, 26, 4, s.accent_pale, r=2, alpha=0.8)
    p.poly([(30, -90), (48, -86), (48, -74), (30, -70)], RUBBER_DARK, ink=0.9)
    p.poly([(48, -82), (80, -81), (86, -80), (80, -79), (48, -78)], s.metal, ink=0.8)


def telescope(p: Pen, s: Scheme) -> None:
    """A telescope on three legs, pointed up to the right."""
    for foot in (-32, 34, 2):
        bar(p, [(0, -46), (foot, -1)], 3.4, s.wood)
    p.oval(0, -48, 6, 6, s.metal, ink=0.9)
    p.canvas.save()
    p.canvas.translate(0, -54)
    p.canvas.rotate(-34)
    with within(p, box(-30, -9, 66, 18, 2), s.accent):
        p.rect(-30, 2, 66, 8, s.accent_dark, alpha=0.6)
        p.rect(-26, -7, 52, 3, "#ffffff", alpha=0.4)
    p.rect(34, -12, 14, 24, s.accent_dark, r=2, ink=0.9)
    p.rect(-44, -5.5, 15, 11, s.metal, r=2, ink=0.9)
    p.rect(-51, -3.5, 8, 7, RUBBER_DARK, r=2, ink=0.8)
    p.rect(-10, -17, 26, 6, s.metal, r=3, ink=0.8)
    p.canvas.restore()


def quilt(p: Pen, s: Scheme) -> None:
    """A folded quilt: three soft layers, the pattern of its seams on top."""
    for k, colour in enumerate((s.accent_dark, s.accent, s.accent_pale)):
        y = -4 - k * 30
        with within(p, box(-92 + k * 3, y - 34, 184 - k * 6, 36, 17), colour):
            p.rect(-100, y - 8, 200, 12, s.ink, alpha=0.1)
            p.rect(-80, y - 29, 120, 4, "#ffffff", r=2, alpha=0.45)
        for x in range(-60, 90, 30):
            p.stroke([(x, y - 28), (x - 4, y - 6)], 1.4, s.ink, alpha=0.25)


def robot_mower(p: Pen, s: Scheme) -> None:
    """A low robot on grass, with a big wheel behind."""
    for k in range(15):
        x = -84 + k * 12
        p.poly([(x - 4, 0), (x, -24 - k * 7 % 13), (x + 4, 0)], s.leaf, ink=0.5)
    shell = curve((-74, -16), (-78, -70, -40, -88), (10, -104, 46, -76), (78, -58, 78, -20),
                  (70, -12), (-68, -12))  # fmt: skip
    with within(p, shell, s.accent):
        p.path(curve((-80, -34), (0, -44, 80, -36), (80, 0), (-80, 0)), RUBBER_DARK)
        p.rect(-30, -84, 52, 6, "#ffffff", r=3, alpha=0.45)
        p.rect(-14, -68, 30, 16, RUBBER_DARK, r=4)
        p.rect(-10, -65, 22, 5, s.lamp, r=2, lit=False)
    for x, r in ((-46.0, 25.0), (56.0, 15.0)):
        p.oval(x, -r, r, r, RUBBER_DARK, ink=0.9)
        p.oval(x, -r, r * 0.5, r * 0.5, s.metal, ink=0.5)
    for k in range(10):
        x = -88 + k * 19
        p.poly([(x - 4, 2), (x, -13 - k * 5 % 9), (x + 4, 2)], s.leaf_dark, ink=0.5)


def bookcase(p: Pen, s: Scheme) -> None:
    """A bookcase of five boards, not yet full."""
    books = (s.accent, s.leaf_dark, s.cloth, s.accent_dark, s.pale)
    p.rect(-34, -100, 68, 100, s.wood_dark, ink=1)
    for row in range(5):
        foot = -81 + row * 19
        p.rect(-30, foot - 15, 60, 15, mix(s.wood_dark, s.ink, 0.3))
        x, k = -29.0, row
        while x < 20 - row % 3 * 12:
            wide, tall = 4 + k * 3 % 3, 9 + k * 5 % 5
            p.rect(x, foot - tall, wide, tall, books[k * 3 % 5], ink=0.4)
            x, k = x + wide + 0.4, k + 1
        p.rect(-34, foot, 68, 3.4, s.wood, ink=0.7)
