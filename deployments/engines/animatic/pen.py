"""Pen: flat shapes and a hand-drawn ink line on a Skia canvas. Knows colours, no motifs."""

import math
import random
from collections.abc import Sequence
from itertools import pairwise

import skia

from deployments.engines.animatic.colour import Light

Point = tuple[float, float]
UNLIT = Light((1.0, 1.0, 1.0), "#ffffff", 0.0)


def smooth(points: Sequence[Point], *, closed: bool = True, tension: float = 0.5) -> skia.Path:
    """Return a Catmull-Rom curve through the points."""
    path, n = skia.Path(), len(points)
    path.moveTo(*points[0])
    last = n if closed else n - 1
    for i in range(last):
        if closed:
            a, b, c, d = (points[(i + k - 1) % n] for k in range(4))
        else:
            a, b = points[max(0, i - 1)], points[i]
            c, d = points[i + 1], points[min(n - 1, i + 2)]
        k = tension / 3 * 2
        path.cubicTo(
            b[0] + (c[0] - a[0]) * k / 2,
            b[1] + (c[1] - a[1]) * k / 2,
            c[0] - (d[0] - b[0]) * k / 2,
            c[1] - (d[1] - b[1]) * k / 2,
            c[0],
            c[1],
        )
    if closed:
        path.close()
    return path


def polygon(points: Sequence[Point], *, closed: bool = True) -> skia.Path:
    path = skia.Path()
    path.addPoly([skia.Point(*point) for point in points], closed)
    return path


class Pen:
    """Draws in its light. `line`: width of the ink, 0 for none."""

    def __init__(
        self, canvas: skia.Canvas, light: Light = UNLIT, ink: str = "#2b2530", line: float = 2.2
    ) -> None:
        self.canvas, self.light, self.ink, self.line = canvas, light, ink, line
        self.rng = random.Random(1)
        self._paints: dict[tuple[str, float, float, bool], skia.Paint] = {}

    def paint(
        self, colour: str, alpha: float = 1.0, stroke: float = 0.0, lit: bool = True
    ) -> skia.Paint:
        key = (colour, alpha, stroke, lit)
        if (known := self._paints.get(key)) is not None:
            return known
        value = int((self.light.on(colour) if lit else colour)[1:], 16)
        paint = skia.Paint(Color=round(alpha * 255) << 24 | value, AntiAlias=True)
        if stroke:
            paint.setStyle(skia.Paint.kStroke_Style)
            paint.setStrokeWidth(stroke)
            paint.setStrokeCap(skia.Paint.kRound_Cap)
            paint.setStrokeJoin(skia.Paint.kRound_Join)
        self._paints[key] = paint
        return paint

    def path(
        self,
        path: skia.Path,
        colour: str,
        *,
        ink: float = 0.0,
        alpha: float = 1.0,
        lit: bool = True,
    ) -> None:
        """Fill the path, and outline it with `ink` times the pen's line."""
        self.canvas.drawPath(path, self.paint(colour, alpha, lit=lit))
        if ink and self.line:
            self.canvas.drawPath(path, self.paint(self.ink, 1.0, self.line * ink))

    def rect(
        self,
        x: float,
        y: float,
        w: float,
        h: float,
        colour: str,
        *,
        r: float = 0.0,
        ink: float = 0.0,
        alpha: float = 1.0,
        lit: bool = True,
    ) -> None:
        box = skia.Rect.MakeXYWH(x, y, w, h)
        self.canvas.drawRoundRect(box, r, r, self.paint(colour, alpha, lit=lit))
        if ink and self.line:
            self.canvas.drawRoundRect(box, r, r, self.paint(self.ink, 1.0, self.line * ink))

    def oval(
        self,
        x: float,
        y: float,
        rx: float,
        ry: float,
        colour: str,
        *,
        ink: float = 0.0,
        alpha: float = 1.0,
        lit: bool = True,
    ) -> None:
        box = skia.Rect.MakeLTRB(x - rx, y - ry, x + rx, y + ry)
        self.canvas.drawOval(box, self.paint(colour, alpha, lit=lit))
        if ink and self.line:
            self.canvas.drawOval(box, self.paint(self.ink, 1.0, self.line * ink))

    def poly(
        self,
        points: Sequence[Point],
        colour: str,
        *,
        ink: float = 0.0,
        alpha: float = 1.0,
        lit: bool = True,
    ) -> None:
        self.path(polygon(points), colour, ink=ink, alpha=alpha, lit=lit)

    def blob(
        self,
        points: Sequence[Point],
        colour: str,
        *,
        ink: float = 0.0,
        alpha: float = 1.0,
        lit: bool = True,
        tension: float = 1.0,
    ) -> None:
        self.path(smooth(points, tension=tension), colour, ink=ink, alpha=alpha, lit=lit)

    def stroke(
        self,
        points: Sequence[Point],
        width: float,
        colour: str,
        *,
        curved: bool = False,
        alpha: float = 1.0,
        lit: bool = True,
    ) -> None:
        path = (
            smooth(points, closed=False, tension=1.0) if curved else polygon(points, closed=False)
        )
        self.canvas.drawPath(path, self.paint(colour, alpha, width, lit))

    def hand(
        self, points: Sequence[Point], width: float, colour: str = "", *, alpha: float = 1.0
    ) -> None:
        """Draw a line as by hand: slightly bent, and overshooting its corners."""
        path, rng = skia.Path(), self.rng
        for (x0, y0), (x1, y1) in pairwise(points):
            length = math.hypot(x1 - x0, y1 - y0) or 1.0
            ux, uy = (x1 - x0) / length, (y1 - y0) / length
            over, bow = min(4.0, length * 0.02), rng.uniform(-0.006, 0.006) * length
            path.moveTo(x0 - ux * over, y0 - uy * over)
            path.quadTo(
                (x0 + x1) / 2 - uy * bow,
                (y0 + y1) / 2 + ux * bow,
                x1 + ux * over,
                y1 + uy * over + rng.uniform(-0.8, 0.8),
            )
        self.canvas.drawPath(path, self.paint(colour or self.ink, alpha, width))

    def glow(self, x: float, y: float, r: float, colour: str, alpha: float = 0.22) -> None:
        """Draw a halo in three flat steps: a gradient would cost ten times as much."""
        for share in (1.0, 0.68, 0.4):
            self.oval(x, y, r * share, r * share, colour, alpha=alpha * 0.6, lit=False)


def record(width: float, height: float, x: float = 0.0, y: float = 0.0) -> skia.PictureRecorder:
    recorder = skia.PictureRecorder()
    recorder.beginRecording(skia.Rect.MakeXYWH(x, y, width, height))
    return recorder
