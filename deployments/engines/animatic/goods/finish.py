"""Finishes a product's drawing: shade and gloss within its outline, and an emblem."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager

import skia

from deployments.engines.animatic.pen import Pen, Point, polygon, smooth
from deployments.engines.animatic.scheme import Scheme

Span = tuple[float, float]


@contextmanager
def within(p: Pen, path: skia.Path, colour: str, ink: float = 1.0) -> Generator[None]:
    """Fill the shape, clip the block's drawing to it, and ink its outline last."""
    p.path(path, colour)
    p.canvas.save()
    p.canvas.clipPath(path, skia.ClipOp.kIntersect, True)
    try:
        yield
    finally:
        p.canvas.restore()
    if ink and p.line:
        p.canvas.drawPath(path, p.paint(p.ink, 1.0, p.line * ink))


def box(x: float, y: float, w: float, h: float, r: float = 0.0) -> skia.Path:
    path = skia.Path()
    path.addRoundRect(skia.Rect.MakeXYWH(x, y, w, h), r, r)
    return path


def ring(x: float, y: float, rx: float, ry: float) -> skia.Path:
    path = skia.Path()
    path.addOval(skia.Rect.MakeLTRB(x - rx, y - ry, x + rx, y + ry))
    return path


def curve(start: Point, *steps: Sequence[float], closed: bool = True) -> skia.Path:
    """Return a path from `start` by lines (2 numbers), quadratic (4) and cubic (6) pieces."""
    path = skia.Path()
    path.moveTo(*start)
    for step in steps:
        if len(step) == 2:
            path.lineTo(*step)
        elif len(step) == 4:
            path.quadTo(*step)
        else:
            path.cubicTo(*step)
    if closed:
        path.close()
    return path


def barrel(top: Span, bottom: Span, bulge: float) -> skia.Path:
    """Return a round body seen from the front, by (half width, y) of its top and its bottom."""
    (a, y0), (b, y1) = top, bottom
    return curve((-a, y0), (0, y0 + bulge * 2, a, y0), (b, y1), (0, y1 + bulge * 2, -b, y1))


def line(p: Pen, points: Sequence[Point], width: float, *, curved: bool = False) -> None:
    """Draw an inner line, thinner than the outline."""
    p.stroke(points, p.line * width, p.ink, curved=curved)


def bar(
    p: Pen, points: Sequence[Point], width: float, colour: str, *, curved: bool = False
) -> None:
    """Draw a rod with an outline."""
    path = smooth(points, closed=False, tension=1.0) if curved else polygon(points, closed=False)
    p.canvas.drawPath(path, p.paint(p.ink, 1.0, width + p.line * 2))
    p.canvas.drawPath(path, p.paint(colour, 1.0, width))


def emblem(p: Pen, s: Scheme, x: float, y: float, r: float, *, ink: float = 0.0) -> None:
    """Draw a sun above a wave, in place of any label."""
    with within(p, ring(x, y, r, r), s.pale, ink):
        p.oval(x + r * 0.12, y - r * 0.22, r * 0.4, r * 0.4, s.accent)
        swell = [(x - r * 1.1, y + r * 0.22), (x - r * 0.5, y + r * 0.02), (x, y + r * 0.3),
                 (x + r * 0.5, y + r * 0.44), (x + r * 1.1, y + r * 0.12)]  # fmt: skip
        p.path(smooth([*swell, (x + r * 1.1, y + r * 1.2), (x - r * 1.1, y + r * 1.2)],
                      tension=0.9), s.accent_dark)  # fmt: skip


def gloss(p: Pen, x: float, y: float, w: float, h: float, alpha: float = 0.5) -> None:
    """Draw a streak of reflected light, broken once."""
    p.rect(x, y, w, h * 0.74, "#ffffff", r=w / 2, alpha=alpha)
    p.rect(x, y + h * 0.82, w, h * 0.18, "#ffffff", r=w / 2, alpha=alpha)
