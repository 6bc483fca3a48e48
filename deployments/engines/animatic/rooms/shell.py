"""Shell of a room: wall, floor, windows with the hour's sky, curtains, blinds, lamps."""

from collections.abc import Callable
from typing import Literal

import skia

from deployments.engines.animatic.colour import mix
from deployments.engines.animatic.pen import Pen
from deployments.engines.animatic.scheme import Scheme

Draw = Callable[[Pen, Scheme], None]
FLOOR = 640.0


def wall(p: Pen, colour: str) -> None:
    p.rect(-1900, -700, 3800, FLOOR + 702, colour)


def floor(
    p: Pen, colour: str, line: str, kind: Literal["planks", "tiles", "plain"] = "planks"
) -> None:
    """A floor whose lines converge behind the middle of the wall."""
    p.rect(-1900, FLOOR, 3800, 1100, colour)
    if kind == "plain":
        return
    for k in range(-24, 25):
        p.stroke([(k * 78, FLOOR + 2), (k * 260, 1700)], 1.8, line)
    if kind == "tiles":
        for depth in (664, 700, 752, 824, 920, 1044, 1200, 1400, 1640):
            p.stroke([(-1900, depth), (1900, depth)], 1.8, line)
        return
    for k in range(-20, 20):
        share = (0.08, 0.45, 0.2, 0.7, 0.32)[k % 5]
        y = FLOOR + share * 1060
        left, right = ((k + i) * (78 + 182 * share) for i in (0, 1))
        p.stroke([(left, y), (right, y)], 1.8, line)


def skirting(p: Pen, s: Scheme, colour: str = "") -> None:
    p.rect(-1910, FLOOR - 22, 3820, 24, colour or s.pale, ink=0.7)


def tiles(p: Pen, colour: str, line: str, top: float, bottom: float, size: float = 62.0) -> None:
    p.rect(-1900, top, 3800, bottom - top, colour)
    y, row = bottom, 0
    while y > top:
        p.stroke([(-1900, y), (1900, y)], 1.3, line)
        for k in range(-16, 17):
            x = k * size * 2 + row % 2 * size
            p.stroke([(x, max(top, y - size)), (x, y)], 1.3, line)
        y, row = y - size, row + 1


_SUN_OR_MOON = -540.0
"""Where both stand along the wall: a row of windows shows each of them in one at most."""


def outside(
    p: Pen, s: Scheme, x: float, y: float, w: float, h: float, city: bool | None = None
) -> None:
    """The hour's sky in a rectangle, over trees or (`city`) roofs; None: sky alone."""
    p.canvas.save()
    p.canvas.clipRect(skia.Rect.MakeXYWH(x, y, w, h))
    for k, band in enumerate(s.sky):
        p.rect(x, y + h * k / 5, w, h / 5 + 1, band, lit=False)
    far = mix(s.sky[2], "#20304a" if s.lamps_on else "#7c93a3", 0.6)
    if s.overcast:
        pass
    elif s.night:
        p.oval(_SUN_OR_MOON, y + h * 0.24, 19, 19, "#f5efd8", lit=False)
        for k in range(7):
            p.oval(x + w * (k * 0.37 % 1), y + h * (k * 0.23 % 0.55), 2, 2, "#f5efd8", lit=False)
    elif city is not None and not s.lamps_on:
        for dx, dy in ((0.2, 0.2), (0.27, 0.22), (0.7, 0.36), (0.78, 0.34)):
            p.oval(x + w * dx, y + h * dy, 34, 12, "#ffffff", alpha=0.75, lit=False)
    elif s.lamps_on:
        p.oval(_SUN_OR_MOON, y + h * 0.72, 34, 34, "#fff0c0", lit=False)
    if city:
        for k in range(int(w // 46) + 1):
            up = h * (0.22 + (k * 53 % 31) / 80)
            p.rect(x + k * 46, y + h - up, 42, up, far, lit=False)
            for j in range(5 if s.lamps_on else 0):
                if (k + j * 3) % 4:
                    p.rect(x + k * 46 + 9 + j % 2 * 16, y + h - up + 12 + j * 18, 8, 9, s.lamp,
                           lit=False, alpha=0.85)  # fmt: skip
    elif city is False:
        green = mix(s.leaf, "#172338" if s.night else s.sky[3], 0.7 if s.night else 0.3)
        for k in range(int(w // 60) + 2):
            p.oval(x + k * 60, y + h, 58, h * (0.2 + (k * 41 % 13) / 90), green, lit=False)
    _falling(p, s, x, y, w, h)
    p.canvas.restore()


def _falling(p: Pen, s: Scheme, x: float, y: float, w: float, h: float) -> None:
    """What falls behind a window's glass: streaks of rain, or flakes."""
    if s.weather not in ("rain", "snow"):
        return
    for k in range(max(12, round(w * h / 6400))):
        at, fall = x + w * (k * 0.618 % 1), y + h * (k * 0.7549 % 1)
        if s.weather == "snow":
            r = 2.8 + k % 3 * 1.2
            p.oval(at, fall, r, r, "#ffffff", alpha=0.9, lit=False)
        else:
            long = 24 + k % 3 * 10
            p.stroke([(at, fall), (at - 0.2 * long, fall + long)], 2.2, "#f2f8ff",
                     alpha=0.8, lit=False)  # fmt: skip


def window(
    p: Pen, s: Scheme, x: float, y: float, w: float, h: float,
    *, panes: tuple[int, int] = (2, 2), city: bool | None = False, sill: bool = True,
) -> None:  # fmt: skip
    p.rect(x - 14, y - 14, w + 28, h + 28, s.pale, r=3, ink=1)
    outside(p, s, x, y, w, h, city)
    p.rect(x, y, w, h, s.pale, alpha=0.0, ink=0.6)
    for k in range(1, panes[0]):
        p.rect(x + w * k / panes[0] - 5, y, 10, h, s.pale, ink=0.5)
    for k in range(1, panes[1]):
        p.rect(x, y + h * k / panes[1] - 4, w, 8, s.pale, ink=0.5)
    if not s.lamps_on and not s.overcast:
        p.poly([(x + w * 0.1, y + h), (x + w * 0.42, y), (x + w * 0.6, y), (x + w * 0.28, y + h)],
               "#ffffff", alpha=0.16, lit=False)  # fmt: skip
    if sill:
        p.rect(x - 30, y + h + 12, w + 60, 16, s.pale, ink=1)


def drape(p: Pen, s: Scheme, x: float, y: float, w: float, h: float, colour: str) -> None:
    """A curtain that hangs in folds."""
    step = w / 6
    hem = [(x + w - k * step, y + h - k % 2 * 9) for k in range(7)]
    p.poly([(x + 6, y), (x + w - 6, y), *hem], colour, ink=1)
    for k in range(1, 6):
        top, foot = x + w * k / 6, x + k * step
        p.stroke([(top, y + 4), (foot + 3, y + h - 12)], 2, s.ink, alpha=0.15 + k % 2 * 0.2)


def curtains(p: Pen, s: Scheme, x: float, y: float, w: float, h: float, colour: str) -> None:
    """Curtains drawn back at both sides of a window of this size."""
    for left in (x - 62, x + w - 48):
        drape(p, s, left, y - 36, 110, h + 110, colour)
    p.rect(x - 90, y - 46, w + 180, 12, s.wood_dark, r=6, ink=0.8)
    for knob in (x - 92, x + w + 92):
        p.oval(knob, y - 40, 12, 12, s.wood_dark, ink=0.8)


def blinds(p: Pen, s: Scheme, x: float, y: float, w: float, h: float) -> None:
    p.rect(x, y - 8, w, 16, s.pale, ink=0.8)
    for k in range(int(h // 17)):
        p.rect(x + 3, y + 12 + k * 17, w - 6, 9, s.pale, ink=0.35)


def lamp(p: Pen, s: Scheme, x: float, y: float, colour: str = "", wide: float = 52.0) -> None:
    """A pendant lamp whose shade begins at y."""
    p.stroke([(x, -700), (x, y)], 4, s.ink)
    if s.lamps_on:
        p.glow(x, y + 66, wide * 4.4, s.lamp, 0.2)
    p.oval(x, y + wide, wide * 0.6, wide * 0.22, s.lamp if s.lamps_on else s.pale, ink=0.8,
           lit=not s.lamps_on)  # fmt: skip
    p.blob([(x - 14, y), (x + 14, y), (x + wide * 0.8, y + wide * 0.55), (x + wide, y + wide),
            (x - wide, y + wide), (x - wide * 0.8, y + wide * 0.55)],
           colour or s.accent, ink=1, tension=0.5)  # fmt: skip


def warmth(p: Pen, s: Scheme, x: float, y: float, r: float = 620.0) -> None:
    """The light of lamps on the wall behind, in hours when they are on."""
    if s.lamps_on:
        p.glow(x, y, r, s.lamp, 0.13 if s.night else 0.06)


def ceiling(p: Pen, s: Scheme) -> None:
    """A ceiling, for rooms whose flat lights are set into it."""
    p.rect(-1900, -700, 3800, 724, s.pale)
    p.stroke([(-1900, 24), (1900, 24)], 3, s.stone_dark)
    for k in range(-16, 17):
        p.stroke([(k * 118, 24), (k * 420, -700)], 1.6, s.stone)


def panel_light(p: Pen, s: Scheme, x: float, w: float) -> None:
    """A flat ceiling light, seen from below."""
    if s.lamps_on:
        p.glow(x, 0, 380, "#fff3d2", 0.14 if s.night else 0.07)
    p.poly([(x - w / 2, -18), (x + w / 2, -18), (x + w * 0.42, 14), (x - w * 0.42, 14)],
           "#fffdf2", ink=0.9, lit=False)  # fmt: skip


def shade_lamp(p: Pen, s: Scheme, x: float, y: float, foot: float, colour: str = "") -> None:
    """A lamp with a foot: its shade begins at y, it stands at `foot`."""
    if s.lamps_on:
        p.glow(x, y + 50, 200, s.lamp, 0.24)
    p.rect(x - 4, y + 70, 8, foot - y - 74, s.ink)
    p.rect(x - 34, foot - 10, 68, 10, s.ink, r=5)
    shade = s.lamp if s.lamps_on else colour or s.accent_pale
    p.poly([(x - 38, y), (x + 38, y), (x + 62, y + 84), (x - 62, y + 84)], shade, ink=1,
           lit=not s.lamps_on)  # fmt: skip
