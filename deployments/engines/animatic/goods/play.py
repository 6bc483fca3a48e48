"""Things of one's own, drawn by hand: ridden, slept on, written with, at one's door."""

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


def pillow(p: Pen, s: Scheme) -> None:
    """A plump pillow, its seam in the accent."""
    shape = curve((-84, -12), (-74, -50, -82, -88), (-40, -102, 0, -96), (40, -102, 82, -88),
                  (74, -50, 84, -12), (40, 2, 0, -4), (-40, 2, -84, -12))  # fmt: skip
    with within(p, shape, "#fbf8f1"):
        p.path(curve((-90, -30), (0, -12, 90, -30), (90, 10), (-90, 10)), s.stone, alpha=0.35)
        p.stroke([(-40, -80), (0, -84), (40, -80)], 4, "#ffffff", curved=True)
        p.stroke([(-30, -52), (0, -44), (30, -52)], 2, s.stone_dark, curved=True, alpha=0.5)
    for way in (-1, 1):
        p.stroke([(way * 72, -84), (way * 66, -50), (way * 74, -16)], 3, s.accent, curved=True)


def pen(p: Pen, s: Scheme) -> None:
    """A fountain pen that lies on its cap, its nib to the left."""
    p.canvas.save()
    p.canvas.translate(0, -42)
    p.canvas.rotate(-26)
    with within(p, box(-26, -11, 88, 22, 10), s.accent):
        p.rect(-26, 2, 90, 10, s.accent_dark, alpha=0.6)
        p.rect(-16, -8, 60, 3.4, "#ffffff", r=1.6, alpha=0.5)
    p.rect(-30, -11, 8, 22, "#d8b45a", ink=0.8)
    p.poly([(-30, -8), (-48, -6), (-48, 6), (-30, 8)], RUBBER_DARK, ink=0.9)
    p.poly([(-48, -6), (-70, 0), (-48, 6)], "#d8b45a", ink=0.9)
    p.stroke([(-68, 0), (-54, 0)], 1.4, p.ink)
    p.poly([(20, -11), (58, -16), (60, -12), (24, -9)], "#d8b45a", ink=0.7)
    p.canvas.restore()


def door_lock(p: Pen, s: Scheme) -> None:
    """A digital door lock: a dark face with keys of light, a handle below."""
    with within(p, box(-20, -99, 40, 98, 9), RUBBER_DARK):
        p.rect(-20, -40, 40, 40, s.metal)
        p.rect(-15, -92, 5, 44, "#ffffff", r=2, alpha=0.18)
    for k in range(9):
        p.oval(-9 + k % 3 * 9, -80 + k // 3 * 11, 2.4, 2.4, s.lamp, lit=False)
    p.oval(0, -50, 7, 7, s.accent, ink=0.8)
    p.rect(-6, -30, 12, 22, s.stone_dark, r=4, ink=0.8)
    p.rect(-2, -26, 28, 9, s.metal, r=4, ink=0.9)


def home_camera(p: Pen, s: Scheme) -> None:
    """A round camera on its foot, a small light beneath the lens."""
    p.oval(0, -5, 36, 6, s.stone_dark, ink=1)
    p.rect(-9, -26, 18, 20, s.pale, ink=1)
    p.oval(0, -60, 40, 39, s.pale, ink=1)
    p.oval(0, -62, 28, 27, RUBBER_DARK, ink=0.9)
    p.oval(0, -62, 15, 15, "#33465e", ink=0.8)
    p.oval(-5, -67, 5, 5, "#ffffff", alpha=0.8, lit=False)
    p.oval(0, -30, 3.4, 3.4, s.accent, ink=0.6, lit=False)


def sleep_mask(p: Pen, s: Scheme) -> None:
    """A soft mask for the eyes with its band."""
    p.stroke([(-92, -60), (-108, -30), (-96, -10)], 9, s.accent_dark, curved=True)
    p.stroke([(92, -60), (108, -30), (96, -10)], 9, s.accent_dark, curved=True)
    shape = curve((-96, -66), (-84, -98, -30, -96), (0, -92, 30, -96), (84, -98, 96, -66),
                  (94, -8, 46, -4), (14, -6, 0, -34), (-14, -6, -46, -4),
                  (-94, -8, -96, -66))  # fmt: skip
    with within(p, shape, s.accent):
        p.path(curve((-100, -40), (0, -60, 100, -40), (100, 6), (-100, 6)), s.accent_dark,
               alpha=0.45)  # fmt: skip
    for way in (-1, 1):
        p.stroke([(way * 66, -52), (way * 46, -42), (way * 26, -52)], 3, s.accent_pale, curved=True)
