"""Subjects of an ensemble besides people and the product: things, animals, and the background."""

from collections.abc import Callable

import skia

from conte.staging_vocabulary import Extra
from deployments.engines.animatic.framing import HEAD
from deployments.engines.animatic.pen import Pen, record
from deployments.engines.animatic.people.animals import HEIGHTS, draw_animal
from deployments.engines.animatic.players import Player
from deployments.engines.animatic.scheme import Scheme
from deployments.engines.animatic.subjects import Person, shadow


class Thing:
    """A prop, recorded once and drawn every frame; (0, 0) is the middle of its base."""

    def __init__(
        self,
        pen: Pen,
        draw: Callable[[Pen, Scheme], None],
        scheme: Scheme,
        height: float,
        width: float,
        *,
        casts: bool = True,
    ) -> None:
        """Record the drawing.

        `height`: in scene units. `width`: in hundredths of the height. `casts`: with a shadow on
        the ground.
        """
        self._height, self._width, self._casts = height, width / 100 * height, casts
        recorder = record(6 * width + 600, 700, -3 * width - 300, -500)
        # The ink has the same width on the frame, whatever the size of the thing.
        own = Pen(
            recorder.getRecordingCanvas(),
            pen.light,
            pen.ink,
            max(0.8, pen.line * HEAD / height),
        )
        draw(own, scheme)
        self._picture = recorder.finishRecordingAsPicture()

    moves = False

    def draw(self, canvas: skia.Canvas, t: float) -> None:
        self.draw_still(canvas)

    def draw_moving(self, canvas: skia.Canvas, t: float) -> None:
        pass

    def draw_still(self, canvas: skia.Canvas) -> None:
        if self._casts:
            shadow(canvas, self._width * 0.54, min(22.0, self._width * 0.07))
        canvas.save()
        canvas.scale(self._height / 100, self._height / 100)
        canvas.drawPicture(self._picture)
        canvas.restore()


class Animal:
    def __init__(self, pen: Pen, player: Player, way: float) -> None:
        self._pen = Pen(pen.canvas, pen.light, pen.ink, pen.line)
        self._player, self._way = player, way

    def face(self, t: float) -> skia.Rect | None:
        """Return the box of the whole animal: small ones are mostly head."""
        if self._player.animal is None:
            return None
        tall = HEIGHTS[self._player.animal] * HEAD
        half = (0.3 if self._player.animal is Extra.BIRD else 0.32) * tall
        return skia.Rect.MakeLTRB(-half, -tall, half, 0)

    def goods(self, t: float) -> skia.Rect | None:
        return None

    def draw(self, canvas: skia.Canvas, t: float) -> None:
        if self._player.animal is None:
            return
        shadow(canvas, 120, 14)
        canvas.save()
        canvas.scale(self._way * HEAD / 100, HEAD / 100)
        self._pen.canvas = canvas
        draw_animal(self._pen, self._player.animal, self._player.pose, t)
        canvas.restore()


class Coming:
    """A thing that approaches the lens and grows."""

    def __init__(self, thing: Thing) -> None:
        self._thing = thing

    def draw(self, canvas: skia.Canvas, t: float) -> None:
        grown = 0.92 + 0.05 * min(t, 6.0)
        canvas.save()
        canvas.scale(grown, grown)
        self._thing.draw(canvas, t)
        canvas.restore()


class Distant:
    """A subject further away, drawn smaller."""

    def __init__(self, subject: Person | Animal, scale: float) -> None:
        self.subject, self._scale = subject, scale

    def draw(self, canvas: skia.Canvas, t: float) -> None:
        canvas.save()
        canvas.scale(self._scale, self._scale)
        self.subject.draw(canvas, t)
        canvas.restore()
