"""Inside a car, seen from its dashboard: seats, windows, and the road behind."""

from deployments.engines.animatic.colour import mix
from deployments.engines.animatic.pen import Pen
from deployments.engines.animatic.scheme import Scheme


def cabin_far(p: Pen, s: Scheme) -> None:
    """View through the rear window: sky, trees or lit houses, a road to the horizon."""
    p.rect(-1900, -700, 3800, 830, s.sky[0], lit=False)
    for k, band in enumerate(s.sky):
        p.rect(-1900, 120 + k * 76, 3800, 82, band, lit=False)
    if s.night:
        p.oval(-500, 230, 34, 34, "#f5efd8", lit=False)
    elif s.lamps_on:
        p.oval(-420, 410, 60, 60, "#fff0c0", lit=False)
    dusk = 0.75 if s.night else 0.45 if s.lamps_on else 0.0
    leaf, trunk = (mix(colour, "#141b33", dusk) for colour in (s.leaf, s.leaf_dark))
    land, tar = (mix(colour, "#141b33", dusk) for colour in (s.ground, s.stone_dark))
    p.rect(-1900, 480, 3800, 1250, land, lit=False)
    for k in range(-13, 14):
        x, r = k * 150, 64 + k * 37 % 34
        if abs(k) > 1:
            p.oval(x, 450, r, r * 1.1, leaf if k % 2 else trunk, lit=False)
    for k in range(-12, 13):
        x, up = k * 158 + 60, 70 + k * 53 % 80
        if k % 3 == 0 and abs(k) > 1:
            p.rect(x, 490 - up, 96, up, mix(s.wall_dark, "#141b33", dusk), lit=False)
            for j in range(4):
                p.rect(x + 14 + j % 2 * 40, 502 - up + j // 2 * 36, 24, 22, s.window, lit=False)
    p.poly([(-26, 480), (26, 480), (900, 1300), (-900, 1300)], tar, lit=False)
    if s.lamps_on:
        for x in (-54, -30, 44, 70):
            p.glow(x, 502, 30, s.lamp, 0.5)
            p.oval(x, 502, 7, 7, "#fff6dc", lit=False)


def _seat(p: Pen, s: Scheme, x: float, belt: float) -> None:
    """A front seat; the head of its passenger is before the headrest."""
    for dx in (-30, 20):
        p.rect(x + dx, 350, 10, 70, s.metal, ink=0.8)
    p.rect(x - 88, 236, 176, 136, s.cloth, r=44, ink=1)
    p.rect(x - 60, 256, 120, 94, s.cloth_dark, r=30, ink=0.6)
    p.blob([(x - 118, 416), (x, 394), (x + 118, 416), (x + 152, 560), (x + 150, 800),
            (x - 150, 800), (x - 152, 560)], s.cloth, ink=1, tension=0.6)  # fmt: skip
    for way in (-1, 1):
        p.stroke([(x + way * 84, 412), (x + way * 100, 580), (x + way * 96, 770)], 3, s.ink,
                 curved=True)  # fmt: skip
    for y in (520, 610, 700):
        p.stroke([(x - 92, y), (x, y + 12), (x + 92, y)], 2, s.cloth_dark, curved=True)
    p.stroke([(x + belt * 164, 380), (x + belt * 104, 540), (x + belt * 78, 760)], 13, s.ink,
             lit=False)  # fmt: skip
    # The cushion, on which a product stands; its front reaches down to the mat.
    p.rect(x - 176, 960, 352, 150, s.cloth_dark, r=30, ink=1)
    p.blob([(x - 158, 756), (x, 744), (x + 158, 756), (x + 192, 960), (x + 170, 1010),
            (x - 170, 1010), (x - 192, 960)], s.cloth, ink=1, tension=0.5)  # fmt: skip
    for way in (-1, 1):
        p.stroke([(x + way * 98, 764), (x + way * 122, 996)], 3, s.ink)


def cabin_mid(p: Pen, s: Scheme) -> None:
    trim, dark = mix(s.stone, s.pale, 0.4), mix(s.ink, s.stone_dark, 0.25)
    # The roof and the panels under the windows; the gaps between the frames show the world.
    p.rect(-1900, -700, 3800, 845, trim)
    p.rect(-1900, 140, 3800, 14, s.stone_dark, ink=0.8)
    p.rect(-1900, 606, 3800, 1160, dark)
    # The back seat under the rear window, between the pillars.
    p.rect(-300, 500, 900, 420, s.cloth_dark, r=46, ink=1)
    for x in (-206, 250, 500):
        p.rect(x - 56, 444, 112, 80, s.cloth_dark, r=26, ink=1)
    for inner, way in ((-250, -1), (430, 1)):
        p.poly([(inner, 148), (inner + way * 46, 148), (inner + way * 112, 1000),
                (inner + way * 50, 1000)], trim, ink=1)  # fmt: skip
    # The doors: a belt line that falls towards the lens, a handle, a pocket.
    for top, way in ((-312, -1), (494, 1)):
        p.poly([(top, 560), (top + way * 1600, 680), (top + way * 1600, 1750),
                (top + way * 40, 1750)], dark, ink=1)  # fmt: skip
        p.poly([(top, 560), (top + way * 1600, 680), (top + way * 1600, 730),
                (top, 586)], s.stone_dark, ink=0.9)  # fmt: skip
        p.poly([(top + way * 620, 148), (top + way * 720, 148), (top + way * 640, 620),
                (top + way * 570, 610)], dark, ink=1)  # fmt: skip
        p.poly([(top + way * 90, 710), (top + way * 470, 744), (top + way * 470, 800),
                (top + way * 90, 756)], s.cloth, ink=1)  # fmt: skip
        p.poly([(top + way * 130, 634), (top + way * 250, 642), (top + way * 250, 664),
                (top + way * 130, 656)], s.metal, ink=0.8)  # fmt: skip
        p.stroke([(top + way * 150, 112), (top + way * 300, 112)], 13, s.stone_dark)
    if s.lamps_on:
        p.glow(0, 106, 220, s.lamp, 0.2)
    p.rect(-60, 92, 120, 28, "#fff0c8" if s.lamps_on else s.pale, r=12, ink=1, lit=False)
    # Between the seats: the brake and a console with a cup in it.
    p.rect(236, 780, 128, 420, s.stone_dark, r=26, ink=1)
    p.stroke([(300, 800), (300, 700)], 22, s.ink, lit=False)
    p.oval(300, 690, 22, 18, s.ink, lit=False)
    p.oval(300, 880, 40, 14, s.ink, lit=False)
    _seat(p, s, 600, -1.0)
    _seat(p, s, 0, -1.0)
    # The mirror hangs from the roof.
    p.rect(226, 90, 14, 70, dark)
    p.rect(142, 150, 186, 64, dark, r=24, ink=1)
    p.rect(150, 157, 170, 50, s.sky[3], r=19, lit=False)


def cabin_front(p: Pen, s: Scheme) -> None:
    """The ends of the dashboard. Its middle is low, so as not to hide the subject."""
    dark = mix(s.ink, s.stone_dark, 0.12)
    for way in (-1, 1):
        rim = [(way * 380, 1130), (way * 560, 960), (way * 800, 900), (way * 1400, 880)]
        p.blob([*rim, (way * 1900, 900), (way * 1900, 1900), (way * 380, 1900)], dark,
               tension=0.7)  # fmt: skip
        p.stroke(rim, 14, s.stone_dark, curved=True)
