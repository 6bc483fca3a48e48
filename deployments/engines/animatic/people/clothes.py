"""Clothes: the torso of a figure by outfit. Torso space: hips at (0, 0), neck at (0, -torso)."""

from typing import Literal

import skia

from deployments.engines.animatic.colour import lighter
from deployments.engines.animatic.pen import Pen, Point, smooth
from deployments.engines.animatic.people.look import PersonLook
from deployments.engines.animatic.people.poses import Body

INNER = "#f4f0e8"


def sleeve_length(look: PersonLook) -> Literal["long", "short"]:
    return "short" if look.outfit in ("tee", "dress", "vest") else "long"


def _torso_path(look: PersonLook, body: Body, f: float, seated: bool) -> skia.Path:
    t, turn = body.torso, 1 - 0.28 * abs(f)
    shoulder = body.shoulder * turn * look.build
    waist = shoulder * (0.66 if look.female else 0.80)
    hip = shoulder * (0.76 if look.female else 0.78)
    low = 26.0 if look.outfit in ("sweater", "hoodie", "tee", "suit", "coat", "vest") else 10.0
    points: list[Point] = [
        (-14, -t - 4),
        (-shoulder * 0.62, -t + 7),
        (-shoulder, -t + 24),
        (-shoulder * 0.96, -t + 62),
        (-waist, -t * 0.36),
        (-hip, 0),
        (-hip, low),
        (hip, low),
        (hip, 0),
        (waist, -t * 0.36),
        (shoulder * 0.96, -t + 62),
        (shoulder, -t + 24),
        (shoulder * 0.62, -t + 7),
        (14, -t - 4),
    ]
    if look.outfit == "dress" and not seated:
        points[6], points[7] = (-hip * 1.75, body.leg * 0.52), (hip * 1.75, body.leg * 0.52)
    if look.outfit == "coat" and not seated:
        points[6], points[7] = (-hip * 1.22, body.leg * 0.42), (hip * 1.22, body.leg * 0.42)
    return smooth(points, tension=0.45)


def draw_torso(pen: Pen, look: PersonLook, body: Body, f: float, *, seated: bool = False) -> None:
    t, dx = body.torso, 12 * f
    path = _torso_path(look, body, f, seated)
    colour = look.top if look.outfit != "apron" else INNER
    pen.path(path, colour)
    shade = skia.Path(path)
    shade.offset(-15 if f >= 0 else 15, -3)
    pen.path(skia.Op(path, shade, skia.kDifference_PathOp), look.top_dark, alpha=0.8)
    _details(pen, look, body, path, dx, t, seated)
    pen.path(path, colour, alpha=0.0, ink=1)


def _details(
    pen: Pen, look: PersonLook, body: Body, path: skia.Path, dx: float, t: float, seated: bool
) -> None:
    dark = lighter(look.top, -0.2)
    match look.outfit:
        case "suit" | "coat":
            pen.poly([(dx - 17, -t - 4), (dx + 17, -t - 4), (dx + 2, -t * 0.42)], INNER)
            if look.outfit == "suit" and not look.female:
                tie = [(dx - 5, -t + 4), (dx + 5, -t + 4), (dx + 6, -t * 0.55), (dx, -t * 0.46),
                       (dx - 4, -t * 0.55)]  # fmt: skip
                pen.poly(tie, "#6e3b46")
            for side in (-1, 1):
                lapel = [(dx + side * 15, -t - 5), (dx + side * 32, -t + 22),
                         (dx + side * 23, -t + 34), (dx + side * 27, -t + 42),
                         (dx + 2, -t * 0.40)]  # fmt: skip
                pen.poly(lapel, look.top, ink=0.7)
            pen.stroke([(dx + 2, -t * 0.40), (dx + 2, 24)], pen.line * 0.8, pen.ink)
            pen.oval(dx + 8, -t * 0.3, 2.6, 2.6, dark)
        case "shirt":
            pen.poly([(dx - 10, -t - 2), (dx + 10, -t - 2), (dx, -t + 20)], look.skin_dark)
            for side in (-1, 1):
                pen.poly([(dx + side * 14, -t - 8), (dx + side * 21, -t + 10),
                          (dx + side * 5, -t + 24), (dx, -t + 16)], lighter(look.top, 0.05),
                         ink=0.7)  # fmt: skip
            pen.stroke([(dx, -t + 22), (dx, 6)], 1.6, dark)
            for k in range(4):
                pen.oval(dx, -t + 42 + k * 36, 2.1, 2.1, dark)
        case "hoodie":
            pen.blob([(-30 + dx, -t + 4), (0 + dx, -t + 26), (30 + dx, -t + 4), (20 + dx, -t - 12),
                      (-20 + dx, -t - 12)], look.top_dark, ink=0.8)  # fmt: skip
            for side in (-1, 1):
                pen.stroke([(dx + side * 9, -t + 20), (dx + side * 10, -t + 50)], 2.2, INNER)
            pen.poly([(dx - 26, -38), (dx + 26, -38), (dx + 34, -2), (dx - 34, -2)],
                     look.top_dark, ink=0.6)  # fmt: skip
        case "sweater":
            pen.blob([(-17 + dx, -t - 10), (17 + dx, -t - 10), (19 + dx, -t + 6), (dx, -t + 12),
                      (-19 + dx, -t + 6)], look.top_dark, ink=0.7)  # fmt: skip
            hem = skia.Path()
            hem.addRect(skia.Rect.MakeLTRB(-120, 14, 120, 40))
            pen.path(skia.Op(hem, path, skia.kIntersect_PathOp), look.top_dark)
        case "apron":
            bib = skia.Path()
            bib.addRoundRect(skia.Rect.MakeLTRB(dx - 26, -t + 34, dx + 26, 60), 6, 6)
            bib.addRect(skia.Rect.MakeLTRB(-120, -t * 0.42, 120, 60))
            pen.path(skia.Op(bib, path, skia.kIntersect_PathOp), look.top)
            for side in (-1, 1):
                pen.stroke([(dx + side * 22, -t + 36), (dx + side * 13, -t - 2)], 5, look.top)
            pen.rect(dx - 17, -t * 0.28, 34, 26, lighter(look.top, -0.06), r=4)
        case "vest":
            for side in (-1, 1):
                pen.stroke([(dx + side * 22, -t + 6), (dx + side * 22, 20)], 7, look.trim)
            pen.stroke([(dx, -t + 10), (dx, 24)], pen.line * 0.8, pen.ink)
        case "dress":
            pen.blob([(-16 + dx, -t - 6), (16 + dx, -t - 6), (dx, -t + 18)], look.skin)
            waist = skia.Path()
            waist.addRect(skia.Rect.MakeLTRB(-120, -t * 0.42, 120, -t * 0.42 + 9))
            pen.path(skia.Op(waist, path, skia.kIntersect_PathOp), lighter(look.top, -0.12))
            for x in () if seated else (-20, 6, 26):
                pen.stroke([(x, 4), (x * 1.9, body.leg * 0.44)], 1.6, dark, alpha=0.5)
        case _:
            pen.blob([(-15 + dx, -t - 6), (15 + dx, -t - 6), (dx, -t + 12)], look.skin)
            pen.stroke([(-16 + dx, -t - 4), (dx, -t + 13), (16 + dx, -t - 4)], 3, look.top_dark,
                       curved=True)  # fmt: skip
