"""Weather and other air: rain, snow, fog, wind, steam. A few strokes over the finished frame."""

import math
import random

import skia

from deployments.engines.animatic.reading import Weather

_DROPS = 150
_FLAKES = 110


class Air:
    """Draws weather over a finished frame; the same seed gives the same weather."""

    def __init__(self, weather: Weather, width: int, height: int, seed: int) -> None:
        self._weather, self._size = weather, (width, height)
        rng = random.Random(seed)
        count = {"rain": _DROPS, "snow": _FLAKES, "wind": 9, "fog": 5}.get(weather, 0)
        self._motes = [
            (rng.random(), rng.random(), rng.uniform(0.5, 1.0), rng.random()) for _ in range(count)
        ]

    def draw(self, canvas: skia.Canvas, t: float) -> None:
        if self._weather == "rain":
            self._rain(canvas, t)
        elif self._weather == "snow":
            self._snow(canvas, t)
        elif self._weather in ("wind", "fog"):
            self._streaks(canvas, t)

    def _rain(self, canvas: skia.Canvas, t: float) -> None:
        width, height = self._size
        ends: list[skia.Point] = []
        for x, y, near, _ in self._motes:
            fall = (y + t * 1.9 * near) % 1.1 - 0.05
            left = ((x - 0.12 * fall) % 1.0) * width
            length = 0.055 * near * height
            ends.append(skia.Point(left, fall * height))
            ends.append(skia.Point(left - 0.11 * length, fall * height + length))
        # Line by line: one path of all lines spans the frame and takes twice as long.
        lines = skia.Canvas.PointMode.kLines_PointMode
        paint = _stroke(0x78E4EEF8, height / 400)
        # Round ends would take half as long again, and are not seen.
        paint.setStrokeCap(skia.Paint.kSquare_Cap)
        canvas.drawPoints(lines, ends, paint)

    def _snow(self, canvas: skia.Canvas, t: float) -> None:
        width, height = self._size
        path = skia.Path()
        for x, y, near, phase in self._motes:
            fall = (y + t * 0.13 * near) % 1.05
            left = (x + 0.02 * math.sin(2 * math.pi * (t * 0.3 + phase))) * width
            path.addCircle(left, fall * height, near * height / 170)
        canvas.drawPath(path, skia.Paint(Color=0xD8FFFFFF, AntiAlias=True))

    def _streaks(self, canvas: skia.Canvas, t: float) -> None:
        width, height = self._size
        fog = self._weather == "fog"
        for x, y, near, phase in self._motes:
            drift = (x + t * (0.03 if fog else 0.35) * near) % 1.5 - 0.3
            at, rise = drift * width, (0.35 + 0.6 * y if fog else y) * height
            sway = math.sin(2 * math.pi * (t * 0.4 + phase)) * height * 0.01
            path = skia.Path()
            path.moveTo(at, rise)
            path.cubicTo(
                at + 0.1 * width,
                rise + sway,
                at + 0.16 * width,
                rise - sway,
                at + 0.3 * width,
                rise,
            )
            if fog:
                canvas.drawPath(path, _stroke(0x30FFFFFF, height * 0.11))
            else:
                canvas.drawPath(path, _stroke(0x66FFFFFF, height / 320))


def steam(canvas: skia.Canvas, x: float, y: float, size: float, t: float) -> None:
    """Draw three wisps that rise from (x, y); `size` is the height of the steaming thing."""
    for k in range(3):
        rise = (t * 0.45 + k / 3) % 1.0
        sway = math.sin(2 * math.pi * (t * 0.5 + k * 0.37)) * size * 0.09
        at, up = x + (k - 1) * size * 0.22, y - size * (0.1 + 0.65 * rise)
        path = skia.Path()
        path.moveTo(at, up)
        path.cubicTo(
            at + sway, up - size * 0.12, at - sway, up - size * 0.22, at + sway, up - size * 0.36
        )
        alpha = round(120 * math.sin(math.pi * rise))
        canvas.drawPath(path, _stroke(alpha << 24 | 0xFFFFFF, size * 0.07))


def _stroke(colour: int, width: float) -> skia.Paint:
    return skia.Paint(
        Color=colour,
        AntiAlias=True,
        Style=skia.Paint.kStroke_Style,
        StrokeWidth=width,
        StrokeCap=skia.Paint.kRound_Cap,
    )
