"""Products and cars as seen from straight above. The middle of a thing is at (0, 0)."""

import math

import skia

from conte.vocabulary import ProductForm, ScreenDirection
from deployments.engines.animatic.goods.by_form import WIDTH, draw_goods
from deployments.engines.animatic.pen import Pen, record
from deployments.engines.animatic.scheme import Scheme


class FlatLay:
    """A product lying flat."""

    def __init__(
        self, pen: Pen, scheme: Scheme, form: ProductForm, height: float, tilted: bool
    ) -> None:
        self._pen, self._scheme, self._form = pen, scheme, form
        self._height, self._turn = height, -9.0 if tilted else 0.0
        self._picture = goods_picture(pen, scheme, form)

    moves = False

    def draw(self, canvas: skia.Canvas, t: float) -> None:
        self.draw_still(canvas)

    def draw_moving(self, canvas: skia.Canvas, t: float) -> None:
        pass

    def draw_still(self, canvas: skia.Canvas) -> None:
        h = self._height
        shade = skia.Paint(ColorFilter=skia.ColorFilters.Blend(0x48150F22, skia.BlendMode.kSrcIn))
        canvas.save()
        canvas.rotate(self._turn)
        canvas.translate(0, h / 2)
        canvas.scale(h / 100, h / 100)
        canvas.save()
        canvas.translate(5, 5)
        canvas.drawPicture(self._picture, skia.Matrix(), shade)
        canvas.restore()
        canvas.drawPicture(self._picture)
        canvas.restore()


class TopCar:
    """A car driving along the road."""

    def __init__(self, pen: Pen, scheme: Scheme, direction: ScreenDirection) -> None:
        self._pen, self._scheme = Pen(pen.canvas, pen.light, pen.ink, 3.2), scheme
        self._way = -1 if direction is ScreenDirection.LEFT else 1

    def draw(self, canvas: skia.Canvas, t: float) -> None:
        pen, s = self._pen, self._scheme
        pen.canvas = canvas
        canvas.save()
        canvas.scale(self._way, 1)
        canvas.translate(0, 3 * math.sin(2 * math.pi * t * 0.7))
        pen.rect(-330, -120, 690, 290, s.ink, r=90, alpha=0.24)
        for x in (-215, 195):
            pen.rect(x - 48, -157, 96, 314, s.ink, r=18)
        pen.blob([(-345, -100), (-250, -146), (60, -150), (260, -136), (345, -84), (358, 0),
                  (345, 84), (260, 136), (60, 150), (-250, 146), (-345, 100), (-356, 0)],
                 s.accent, ink=1, tension=0.8)  # fmt: skip
        glass = "#33404f"
        pen.blob([(70, -112), (150, -126), (176, 0), (150, 126), (70, 112), (92, 0)], glass,
                 ink=0.8, tension=0.7)  # fmt: skip
        pen.blob([(-240, -104), (-186, -110), (-196, 0), (-186, 110), (-240, 104), (-262, 0)],
                 glass, ink=0.8, tension=0.7)  # fmt: skip
        pen.rect(-188, -112, 262, 224, s.accent_dark, r=34, ink=0.8)
        pen.rect(-166, -96, 218, 192, s.accent, r=28)
        for side in (-1, 1):
            pen.blob([(318, side * 96), (346, side * 70), (340, side * 44), (312, side * 62)],
                     "#fff4cf", ink=0.8, lit=False)  # fmt: skip
            pen.rect(90, side * 156 - 14, 36, 28, s.accent_dark, r=9, ink=0.8)
        if s.lamps_on:
            pen.poly([(340, -84), (900, -210), (900, 210), (340, 84)], s.lamp, alpha=0.22,
                     lit=False)  # fmt: skip
        canvas.restore()


def goods_picture(pen: Pen, scheme: Scheme, form: ProductForm) -> skia.Picture:
    recorder = record(WIDTH[form] * 2, 220, -WIDTH[form], -160)
    own = Pen(recorder.getRecordingCanvas(), pen.light, pen.ink, 1.8)
    draw_goods(own, form, scheme)
    return recorder.finishRecordingAsPicture()
