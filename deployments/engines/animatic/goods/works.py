"""Factory machines, public buildings, and services without a body. 100 high, base at (0, 0)."""

from deployments.engines.animatic.colour import mix
from deployments.engines.animatic.goods.finish import bar, box, curve, gloss, line, within
from deployments.engines.animatic.pen import Pen
from deployments.engines.animatic.scheme import Scheme


def machine_tool(p: Pen, s: Scheme) -> None:
    """A machining centre behind its sliding door."""
    for x in (-62, -10, 50):
        p.rect(x, -4, 12, 4, s.ink)
    with within(p, box(-69, -99.5, 138, 96, 3), s.pale):
        p.rect(36, -100, 34, 100, s.metal, alpha=0.6)
        p.rect(-70, -100, 140, 14, s.accent)
        p.rect(36, -100, 34, 14, s.accent_dark, alpha=0.5)
        p.rect(-70, -18, 140, 16, s.stone_dark)
    line(p, [(36, -86), (36, -18)], 0.8)
    glass = mix(s.sky[0], s.ink, 0.5)
    with within(p, box(-60, -80, 86, 56, 3), glass):
        p.rect(-26, -82, 18, 22, s.metal, ink=0.8)
        p.poly([(-22, -60), (-12, -60), (-15, -50), (-19, -50)], s.stone, ink=0.7)
        p.rect(-18, -50, 2, 8, s.pale)
        p.rect(-50, -36, 66, 6, s.metal, ink=0.7)
        p.rect(-27, -42, 20, 6, s.accent, ink=0.6)
        for x, y in ((-12, -46), (-23, -47), (-8, -50)):
            p.stroke([(-17, -42), (x, y)], 0.8, s.lamp, lit=False)
        p.poly([(2, -82), (12, -82), (-8, -22), (-18, -22)], "#ffffff", alpha=0.15)
    line(p, [(-17, -80), (-17, -24)], 0.9)
    p.rect(-14, -60, 3, 18, s.metal, r=1.5, ink=0.5)
    p.rect(42, -78, 22, 22, s.ink, r=2)
    p.rect(45, -75, 16, 11, mix(s.sky[1], "#ffffff", 0.2), r=1, lit=False)
    for k in range(6):
        p.rect(43.5 + k % 3 * 7, -51 + k // 3 * 6, 5, 4, s.accent_pale, r=1)
    p.oval(53, -33, 4, 4, s.accent, ink=0.8)
    gloss(p, -66, -84, 2.4, 50)


def solar_panel(p: Pen, s: Scheme) -> None:
    for x in (-44, 40):
        bar(p, [(x, -40), (x, -2)], 4, s.metal)
        p.rect(x - 9, -4, 18, 4, s.stone_dark, ink=0.7)
    frame = curve((-50, -99), (74, -99), (50, -24), (-74, -24))
    with within(p, frame, "#2b4a86"):
        p.poly([(-10, -100), (30, -100), (6, -20), (-34, -20)], "#ffffff", alpha=0.14)
        for k in range(1, 6):
            x = -50 + k * 124 / 6
            p.stroke([(x, -99), (x - 24, -24)], 1.4, "#9db7e6")
        for k in range(1, 4):
            y = -99 + k * 18.7
            p.stroke([(-80, y), (80, y)], 1.4, "#9db7e6")


def hospital(p: Pen, s: Scheme) -> None:
    pane = s.window if s.lamps_on else mix(s.sky[3], s.accent_pale, 0.15)
    for x, w, h in ((-58, 44, 62), (14, 44, 62)):
        with within(p, box(x, -h, w, h - 1), s.pale):
            p.rect(x + w * 0.72, -h, w * 0.3, h, s.metal, alpha=0.5)
            for row in range(4):
                for column in range(3):
                    p.rect(x + 5 + column * 12.4, -h + 7 + row * 13, 8.6, 7.4, pane, r=1, lit=False)
    with within(p, box(-24, -92, 48, 91), s.accent_pale):
        p.rect(12, -94, 14, 94, s.accent, alpha=0.28)
        for row in range(3):
            for column in range(3):
                p.rect(-18 + column * 13, -52 + row * 12, 9.4, 7, pane, r=1, lit=False)
    p.rect(-27, -95, 54, 5, s.accent, r=1.6, ink=0.9)
    p.oval(0, -73, 12.5, 12.5, "#ffffff", ink=0.9)
    for x, y, w, h in ((-2.6, -81.5, 5.2, 17), (-8.5, -75.6, 17, 5.2)):
        p.rect(x, y, w, h, s.accent, r=1)
    p.rect(-12, -16, 24, 15, pane, ink=0.8, lit=False)
    line(p, [(0, -16), (0, -1)], 0.6)
    p.rect(-18, -20, 36, 4.4, s.accent, r=1.6, ink=0.8)
    for x in (-50, 48):
        bar(p, [(x, -2), (x, -8)], 1.8, s.wood_dark)
        p.oval(x, -13, 8, 8, s.leaf, ink=0.8)
    p.rect(-62, -2.6, 124, 2.6, s.stone_dark, r=1.3, ink=0.6)


def service(p: Pen, s: Scheme) -> None:
    """A service, which has no body: light through an open door."""
    with within(p, box(-25, -99.5, 50, 99, 2), s.wood_dark):
        p.rect(14, -100, 12, 100, s.ink, alpha=0.2)
    p.rect(-20, -95, 40, 95, s.lamp, ink=0.7, lit=False)
    p.poly([(-20, -95), (20, -95), (20, 0), (-4, 0)], "#ffffff", alpha=0.35, lit=False)
    for r in (15, 10, 5):
        p.oval(4, -52, r, r * 1.6, "#ffffff", alpha=0.4, lit=False)
    leaf = curve((-20, -95), (-44, -88), (-44, -0.5), (-20, -0.5))
    with within(p, leaf, s.accent):
        p.poly([(-26, -98), (-20, -98), (-20, 0), (-26, 0)], s.accent_dark, alpha=0.5)
    for top, bottom in ((-78, -52), (-42, -12)):
        p.poly([(-39, top), (-26, top - 3), (-26, bottom), (-39, bottom + 1)], s.accent_dark,
               alpha=0.6)  # fmt: skip
    p.oval(-40, -46, 1.8, 2.4, s.lamp, ink=0.5)
