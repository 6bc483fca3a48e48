"""Subjects: people and things in the scene, and how each is drawn at a moment.

A subject draws in scene units with the floor at y = 0, centred on x = 0.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import skia

from conte.vocabulary import ProductForm
from deployments.engines.animatic.colour import mix
from deployments.engines.animatic.framing import HEAD
from deployments.engines.animatic.goods.by_form import HEADS, ON_FLOOR, WIDTH, draw_goods
from deployments.engines.animatic.pen import Pen, record
from deployments.engines.animatic.people.figure import Figure
from deployments.engines.animatic.scheme import Scheme
from deployments.engines.animatic.weather import steam

SHOWN_AT_MOST = 780.0
"""Largest height drawn, in scene units; a house would exceed the set."""
SMALL = 1.7
"""Height in heads; lower products stand on a table."""
_STEAMS = (ProductForm.FOOD, ProductForm.CUP)


class Subject(Protocol):
    def draw(self, canvas: skia.Canvas, t: float) -> None: ...


@runtime_checkable
class PartlyStill(Protocol):
    """A subject of which the lower part, or all of it, looks the same at any moment."""

    @property
    def moves(self) -> bool: ...

    def draw_still(self, canvas: skia.Canvas) -> None: ...

    def draw_moving(self, canvas: skia.Canvas, t: float) -> None:
        """Draw the changing part on top; draws nothing if `moves` is false."""
        ...


class Beneath:
    """The unchanging part of a subject."""

    def __init__(self, subject: PartlyStill) -> None:
        self._subject = subject

    def draw(self, canvas: skia.Canvas, t: float) -> None:
        self._subject.draw_still(canvas)


class OnTop:
    """The changing part of a subject whose unchanging part was drawn before."""

    def __init__(self, subject: PartlyStill) -> None:
        self._subject = subject

    def draw(self, canvas: skia.Canvas, t: float) -> None:
        self._subject.draw_moving(canvas, t)


@dataclass(frozen=True)
class Placed:
    """A subject and its position. `along`: shift in x by share of the cut, for moving subjects."""

    subject: Subject
    x: float
    y: float
    along: Callable[[float], float] | None = None
    foot: float | None = None
    """y of the foot of what the subject stands on, by which a slanted camera shows both; None: it
    stands by itself."""

    def at(self, share: float) -> float:
        return self.x + (self.along(share) if self.along else 0.0)


class Person:
    def __init__(self, figure: Figure) -> None:
        self.figure = figure

    def face(self, t: float) -> skia.Rect:
        return _scaled(self.figure.face(t), HEAD / 100)

    def goods(self, t: float) -> skia.Rect | None:
        box = self.figure.goods(t)
        return None if box is None else _scaled(box, HEAD / 100)

    def draw(self, canvas: skia.Canvas, t: float) -> None:
        if self.figure.part.pose != "lie":
            shadow(canvas, 118, 17)
        canvas.save()
        canvas.scale(HEAD / 100, HEAD / 100)
        self.figure.draw(canvas, t)
        canvas.restore()


def _scaled(box: skia.Rect, by: float) -> skia.Rect:
    return skia.Matrix.Scale(by, by).mapRect(box)


class SteeringWheel:
    """A steering wheel in the driver's hands, seen from the side they face."""

    def __init__(self, pen: Pen, scheme: Scheme, facing: float) -> None:
        self._pen, self._scheme, self._facing = pen, scheme, facing

    def draw(self, canvas: skia.Canvas, t: float) -> None:
        pen, f = self._pen, self._facing
        pen.canvas = canvas
        canvas.save()
        canvas.translate(128 * f, -322)
        canvas.rotate(14 * f + 3 * math.sin(2 * math.pi * t / 3.1))
        rim = skia.Rect.MakeLTRB(-26, -104, 26, 104)
        pen.stroke([(0, 0), (70 * f, 52)], 26, self._scheme.ink, lit=False)
        canvas.drawOval(rim, pen.paint(self._scheme.ink, 1.0, 21, lit=False))
        canvas.drawOval(rim, pen.paint(self._scheme.stone_dark, 1.0, 9))
        canvas.restore()


class Dashboard:
    """The dashboard before the front seats, with the wheel before the driver's, in the middle."""

    TOP = -318.0
    """Its upper edge: from a medium shot on it hides the legs of those who sit behind it."""

    def __init__(self, pen: Pen, scheme: Scheme) -> None:
        self._pen, self._scheme = pen, scheme

    def draw(self, canvas: skia.Canvas, t: float) -> None:
        pen, s = self._pen, self._scheme
        pen.canvas = canvas
        dark = mix(s.ink, s.stone_dark, 0.2)
        canvas.save()
        canvas.translate(0, self.TOP - 18)
        canvas.rotate(3 * math.sin(2 * math.pi * t / 3.1))
        rim = skia.Rect.MakeLTRB(-128, -104, 128, 104)
        canvas.drawOval(rim, pen.paint(pen.ink, 1.0, 25, lit=False))
        canvas.drawOval(rim, pen.paint(s.stone_dark, 1.0, 15))
        pen.stroke([(-120, 20), (0, 34), (120, 20)], 22, pen.ink, lit=False)
        pen.oval(0, 36, 44, 34, s.stone_dark, ink=1)
        canvas.restore()
        top = self.TOP
        edge = [(-1900, top + 40), (-500, top + 16), (0, top), (600, top + 8), (1900, top + 40)]
        pen.blob([*edge, (1900, 1900), (-1900, 1900)], dark, ink=1, tension=0.3)
        pen.stroke([(-1900, top + 92), (1900, top + 92)], 9, s.stone_dark)
        pen.rect(236, top + 60, 150, 96, s.ink, r=14, ink=1, lit=False)
        pen.rect(246, top + 70, 130, 76, s.sky[3], r=8, lit=False)


class Goods:
    """The product, recorded once and drawn every frame; on a table if it is small."""

    def __init__(
        self,
        pen: Pen,
        form: ProductForm,
        scheme: Scheme,
        *,
        hero: bool = False,
        on_table: bool = False,
        height: float = 0.0,
        mirrored: bool = False,
    ) -> None:
        """Record the drawing.

        `height`: in scene units; 0: the real one. `mirrored`: faces left.
        """
        self.form, self._hero, self._scheme, self._mirrored = form, hero, scheme, mirrored
        self.height = height or goods_height(form)
        self.width = WIDTH[form] / 100 * self.height
        self.stands = table_height(form) if on_table else 0.0
        self._pen = pen
        recorder = record(WIDTH[form] * 2, 200, -WIDTH[form], -150)
        draw_goods(Pen(recorder.getRecordingCanvas(), pen.light, pen.ink, 2.0), form, scheme)
        self._picture = recorder.finishRecordingAsPicture()

    def face(self, t: float) -> skia.Rect | None:
        return None

    def goods(self, t: float) -> skia.Rect:
        half = self.width / 2
        return skia.Rect.MakeLTRB(-half, -self.stands - self.height, half, -self.stands)

    def draw(self, canvas: skia.Canvas, t: float) -> None:
        self.draw_still(canvas)
        self.draw_moving(canvas, t)

    @property
    def moves(self) -> bool:
        return self._hero or self.form in _STEAMS

    def draw_still(self, canvas: skia.Canvas) -> None:
        pen = self._pen
        pen.canvas = canvas
        if self.stands:
            _table(pen, self._scheme, self.width, self.height, self.stands, hero=self._hero)
        canvas.save()
        canvas.translate(0, -self.stands)
        shadow(canvas, self.width * 0.56, self.height * 0.055)
        way = -1 if self._mirrored else 1
        canvas.scale(way * self.height / 100, self.height / 100)
        canvas.drawPicture(self._picture)
        canvas.restore()

    def draw_moving(self, canvas: skia.Canvas, t: float) -> None:
        if self.form in _STEAMS:
            steam(canvas, 0, -self.stands - self.height, self.height * 0.8, t)
        if self._hero:
            _sparkles(canvas, self.width, self.height, self.stands, t)


def goods_height(form: ProductForm) -> float:
    return min(HEADS[form] * HEAD, SHOWN_AT_MOST)


def table_height(form: ProductForm) -> float:
    return 260.0 if HEADS[form] < SMALL and form not in ON_FLOOR else 0.0


def held_heads(form: ProductForm) -> float:
    """Return the height of a product in a hand, in heads."""
    return max(HEADS[form] * 1.25, 0.42)


def held(pen: Pen, form: ProductForm, scheme: Scheme) -> skia.Picture:
    """Record the product for a hand: its middle at (0, 0), in figure units, slightly enlarged."""
    recorder = record(400, 400, -200, -200)
    canvas = recorder.getRecordingCanvas()
    size = held_heads(form)
    canvas.scale(size, size)
    canvas.translate(0, 50)
    draw_goods(Pen(canvas, pen.light, pen.ink, 2.4), form, scheme)
    return recorder.finishRecordingAsPicture()


def shadow(canvas: skia.Canvas, rx: float, ry: float) -> None:
    paint = skia.Paint(Color=0x38150F22, AntiAlias=True)
    canvas.drawOval(skia.Rect.MakeLTRB(-rx, -ry, rx, ry), paint)


def _table(
    pen: Pen, scheme: Scheme, width: float, height: float, stands: float, *, hero: bool
) -> None:
    """Draw a plinth for a hero, else a table top; the product stands on its upper face."""
    half = max(width * 1.05, height * 0.95) + 26
    thick = half * 0.17
    top = -stands
    if hero:
        body = scheme.accent_pale
        pen.rect(-half, top, 2 * half, stands + 900, body, ink=1)
        pen.rect(half * 0.3, top, half * 0.7, stands + 900, scheme.wall_dark, alpha=0.55)
        pen.oval(0, top, half, thick, scheme.pale, ink=1)
    else:
        half *= 2.4
        pen.rect(-half, top, 2 * half, thick * 0.9, scheme.wood_dark, ink=1)
        pen.rect(-half * 0.82, top + thick * 0.9, 16, stands + 60, scheme.wood_dark, ink=1)
        pen.rect(half * 0.82 - 16, top + thick * 0.9, 16, stands + 60, scheme.wood_dark, ink=1)
        pen.oval(0, top + thick * 0.2, half * 1.02, thick * 0.55, scheme.wood, ink=1)


def halo(pen: Pen, scheme: Scheme, middle: tuple[float, float], reach: float) -> None:
    """Draw the light behind a hero: rays and a disc. Part of the backdrop: it fills the frame."""
    x, y = middle
    rays = skia.Path()
    for k in range(16):
        turn = 2 * math.pi * (k + 0.5) / 16
        rays.moveTo(x, y)
        for edge in (-0.075, 0.075):
            rays.lineTo(
                x + math.cos(turn + edge) * reach * 9, y + math.sin(turn + edge) * reach * 9
            )
        rays.close()
    pen.path(rays, scheme.pale, alpha=0.16)
    for share in (1.25, 1.0, 0.78):
        pen.oval(x, y, reach * share, reach * share, scheme.pale, alpha=0.22)


def _sparkles(canvas: skia.Canvas, width: float, height: float, stands: float, t: float) -> None:
    for k, (x, y) in enumerate(((-0.62, 0.86), (0.66, 0.62), (0.5, 1.06))):
        glow = max(0.0, math.sin(2 * math.pi * (t * 0.45 + k * 0.33)))
        r = height * 0.09 * glow
        if r < 1:
            continue
        cx, cy = x * max(width, height * 0.8), -stands - y * height
        star = skia.Path()
        star.moveTo(cx, cy - r)
        for ax, ay in ((r, 0), (0, r), (-r, 0), (0, -r)):
            star.quadTo(cx, cy, cx + ax, cy + ay)
        canvas.drawPath(star, skia.Paint(Color=0xF0FFFFFF, AntiAlias=True))
