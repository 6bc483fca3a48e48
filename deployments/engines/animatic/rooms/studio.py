"""A studio: a seamless backdrop in soft light, with its lamps at the sides."""

from deployments.engines.animatic.colour import mix
from deployments.engines.animatic.pen import Pen
from deployments.engines.animatic.scheme import Scheme


def studio_far(p: Pen, s: Scheme) -> None:
    # A studio has its own light; the time of day changes it only a little.
    base = mix(s.accent_pale, p.light.on(s.accent_pale), 0.3)
    p.rect(-1900, -700, 3800, 2400, base, lit=False)
    for rx, ry in ((1250, 760), (940, 580), (660, 420)):
        p.oval(0, 400, rx, ry, "#fffdf8", alpha=0.22, lit=False)
    # The backdrop curves into the floor without an edge, only with a change of tone.
    for y, alpha in ((690, 0.10), (740, 0.10), (800, 0.10)):
        p.blob([(-1950, y + 50), (0, y), (1950, y + 50), (1950, 1750), (-1950, 1750)],
               mix(base, s.accent, 0.45), alpha=alpha, lit=False, tension=0.6)  # fmt: skip
    p.oval(0, 950, 620, 90, "#fffdf8", alpha=0.25, lit=False)


def _softbox(p: Pen, s: Scheme, x: float, way: float) -> None:
    """A softbox on a stand, turned to the middle."""
    p.stroke([(x, 250), (x, 800)], 10, s.ink, lit=False)
    for dx in (-70, 0, 70):
        p.stroke([(x, 740), (x + dx, 840)], 8, s.ink, lit=False)
    p.glow(x + way * 60, 190, 250, "#fffbe8", 0.22)
    p.poly([(x - way * 74, 170), (x - way * 74, 236), (x + way * 20, 330), (x + way * 20, 40)],
           s.ink, ink=1, lit=False)  # fmt: skip
    p.poly([(x + way * 20, 40), (x + way * 20, 330), (x + way * 84, 300), (x + way * 84, 84)],
           "#fffdf2", ink=1.2, lit=False)  # fmt: skip


def studio_mid(p: Pen, s: Scheme) -> None:
    _softbox(p, s, -300, 1)
    _softbox(p, s, 420, -1)
    # The roll of paper above.
    p.rect(-1000, -60, 2000, 50, s.pale, r=20, ink=1)


def studio_front(p: Pen, s: Scheme) -> None:
    p.rect(-820, 520, 40, 900, s.ink, lit=False)
    p.rect(-960, 400, 260, 170, s.ink, r=24, lit=False)
    p.rect(-720, 430, 110, 110, s.ink, r=20, lit=False)
