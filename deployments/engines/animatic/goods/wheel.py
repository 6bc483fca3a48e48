"""Wheels: a car's, a bicycle's, and a tyre that shows its tread."""

import math

import skia

from deployments.engines.animatic.goods.finish import ring, within
from deployments.engines.animatic.pen import Pen, Point, polygon
from deployments.engines.animatic.scheme import Scheme

RUBBER, RUBBER_DARK, RUBBER_PALE = "#363942", "#202229", "#565b66"
_SPOKES = 5
_BLOCKS = 30
_TIRE_X, _TIRE_RX, _TIRE_R, _TIRE_DEPTH = -11.0, 39.0, 49.5, 22.0


def draw_wheel(pen: Pen, scheme: Scheme, r: float, turn: float) -> None:
    """Draw a car's wheel about (0, 0). `turn`: rotation in radians."""
    share = r / 22
    line = pen.line
    pen.line = line * min(1.0, 0.4 + share * 0.5)
    pen.oval(0, 0, r, r, RUBBER, ink=1)
    pen.canvas.drawOval(_round(r * 0.86), pen.paint(RUBBER_PALE, 0.6, r * 0.04))
    rim(pen, scheme, r * 0.68, turn)
    pen.line = line


def rim(pen: Pen, scheme: Scheme, r: float, turn: float) -> None:
    """Draw an alloy rim: five paired spokes before a dark brake."""
    with within(pen, ring(0, 0, r, r), scheme.metal, 0.8):
        pen.oval(0, 0, r * 0.86, r * 0.86, RUBBER_DARK)
        pen.oval(0, 0, r * 0.58, r * 0.58, scheme.stone_dark, alpha=0.6)
        for k in range(_SPOKES):
            a = turn + 2 * math.pi * k / _SPOKES - math.pi / 2
            for way, colour in ((-1, scheme.metal), (1, scheme.stone)):
                inner, mid, outer = a + way * 0.5, a + way * 0.07, a + way * 0.3
                pen.poly([_at(r * 0.1, a), _at(r * 0.3, inner), _at(r * 0.92, outer),
                          _at(r * 0.92, mid)], colour)  # fmt: skip
    pen.oval(0, 0, r * 0.2, r * 0.2, scheme.accent, ink=0.6)


def draw_bicycle_wheel(pen: Pen, scheme: Scheme, r: float, turn: float) -> None:
    """Draw a bicycle's wheel: thin spokes, a narrow tyre."""
    for k in range(14):
        a = turn + 2 * math.pi * k / 14
        pen.stroke([_at(r * 0.08, a + 1.2), _at(r * 0.9, a)], 0.8, scheme.stone_dark)
    pen.canvas.drawOval(_round(r * 0.86), pen.paint(scheme.metal, 1.0, r * 0.07))
    pen.canvas.drawOval(_round(r * 0.95), pen.paint(RUBBER_DARK, 1.0, r * 0.11))
    pen.oval(0, 0, r * 0.1, r * 0.1, scheme.metal, ink=0.7)


def tire(p: Pen, s: Scheme) -> None:
    draw_tire(p, s, 0.0)


def draw_tire(pen: Pen, scheme: Scheme, turn: float) -> None:
    """Draw a tyre seen a little from the side: its tread on the right, its rim on the left."""
    hull = ring(_TIRE_X + _TIRE_DEPTH, -50, _TIRE_RX, _TIRE_R)
    hull.addRect(
        skia.Rect.MakeXYWH(_TIRE_X, -50 - _TIRE_R, _TIRE_DEPTH, 2 * _TIRE_R),
    )
    hull.addOval(ring(_TIRE_X, -50, _TIRE_RX, _TIRE_R).getBounds())
    with within(pen, skia.Simplify(hull) or hull, RUBBER_DARK, 1.2):
        for k in range(_BLOCKS):
            _tread(pen, turn + 2 * math.pi * k / _BLOCKS)
    with within(pen, ring(_TIRE_X, -50, _TIRE_RX, _TIRE_R), RUBBER, 0.8):
        for k in range(_BLOCKS):
            a = turn + 2 * math.pi * k / _BLOCKS
            pen.poly([_face(0.92, a - 0.05), _face(0.92, a + 0.05), _face(1.05, a + 0.065),
                      _face(1.05, a - 0.065)], RUBBER_DARK)  # fmt: skip
    pen.canvas.save()
    pen.canvas.translate(_TIRE_X, -50)
    pen.canvas.scale(_TIRE_RX / _TIRE_R, 1)
    pen.canvas.drawOval(_round(41.5), pen.paint(RUBBER_PALE, 0.7, 1.4))
    pen.canvas.drawOval(_round(34.8), pen.paint(scheme.accent, 1.0, 2.6))
    gleam = pen.paint("#ffffff", 0.35, 3.4)
    pen.canvas.drawArc(_round(38.4), 200, 46, False, gleam)
    pen.canvas.drawArc(_round(38.4), 252, 8, False, gleam)
    rim(pen, scheme, 32.0, turn)
    pen.canvas.restore()


def _tread(pen: Pen, a: float) -> None:
    """Draw one row of the tread: three slanting blocks across, at angle `a`."""
    if math.cos(a) < -0.25:
        return
    colour = RUBBER_PALE if math.sin(a) < -0.15 else RUBBER
    for near, far, lag in ((0.02, 0.3, 0.0), (0.37, 0.64, 0.09), (0.71, 1.0, 0.0)):
        quad = [_across(near, a + lag), _across(far, a + lag + 0.05),
                _across(far, a + lag + 0.2), _across(near, a + lag + 0.15)]  # fmt: skip
        pen.path(polygon(quad), colour)


def _across(share: float, a: float) -> Point:
    """Return a point on the tread: `share` 0 is the near shoulder, 1 the far one."""
    x = _TIRE_X + _TIRE_DEPTH * share
    return x + _TIRE_RX * math.cos(a), -50 + _TIRE_R * math.sin(a)


def _face(share: float, a: float) -> Point:
    return _TIRE_X + _TIRE_RX * share * math.cos(a), -50 + _TIRE_R * share * math.sin(a)


def _at(r: float, a: float) -> Point:
    return r * math.cos(a), r * math.sin(a)


def _round(r: float) -> skia.Rect:
    return skia.Rect.MakeLTRB(-r, -r, r, r)
