"""People seen from straight above: at a table, or walking."""

import math

import skia

from conte.vocabulary import ProductForm, ScreenDirection
from deployments.engines.animatic.colour import lighter
from deployments.engines.animatic.goods.by_form import HEADS
from deployments.engines.animatic.pen import Pen
from deployments.engines.animatic.people.look import PersonLook
from deployments.engines.animatic.scheme import Scheme
from deployments.engines.animatic.top_view.goods import goods_picture


class Sitter:
    """Head and shoulders of a person at the table, with both hands on it."""

    def __init__(
        self, pen: Pen, scheme: Scheme, look: PersonLook, form: ProductForm | None
    ) -> None:
        self._pen, self._look = Pen(pen.canvas, pen.light, pen.ink, 2.6), look
        self._item = goods_picture(pen, scheme, form) if form is not None else None
        self._size = min(max(HEADS[form] * 1.5, 0.8), 1.5) if form is not None else 0.0

    def draw(self, canvas: skia.Canvas, t: float) -> None:
        pen, look = self._pen, self._look
        pen.canvas = canvas
        breath = math.sin(2 * math.pi * t / 3.4) * 3
        wide, hand_y = 118 * look.build, 12.0 + breath
        sleeve = lighter(look.top, -0.02)
        if self._item is not None:
            canvas.save()
            canvas.translate(0, hand_y + 24)
            canvas.scale(self._size, self._size)
            canvas.drawPicture(self._item)
            canvas.restore()
        for side in (-1, 1):
            elbow = (side * (wide + 36), 170.0)
            hand = (side * 44.0, hand_y)
            path = [(side * wide * 0.8, 236.0), elbow, (side * 62.0, hand_y + 34)]
            pen.stroke(path, 62 + pen.line * 2, pen.ink, curved=True)
            pen.stroke(path, 62, sleeve, curved=True)
            pen.oval(hand[0], hand[1], 27, 24, look.skin, ink=1)
            for k in range(3):
                pen.stroke([(hand[0] - side * (4 + k * 7), hand[1] - 16 + k * 3),
                            (hand[0] - side * (11 + k * 6), hand[1] - 25 + k * 6)], 9,
                           look.skin)  # fmt: skip
        pen.oval(0, 258 + breath * 0.4, wide * 1.12, 74, look.top, ink=1)
        _crown_of_head(pen, look, 0.0, 236 + breath * 0.4, 62.0, 1.0)


class Walker:
    """A person walking, with a shadow as long as the person."""

    def __init__(
        self, pen: Pen, look: PersonLook, direction: ScreenDirection, phase: float
    ) -> None:
        self._pen, self._look, self._phase = Pen(pen.canvas, pen.light, pen.ink, 2.6), look, phase
        self._turn = {ScreenDirection.LEFT: -90.0, ScreenDirection.RIGHT: 90.0}.get(direction, 0.0)

    def draw(self, canvas: skia.Canvas, t: float) -> None:
        pen, look = self._pen, self._look
        pen.canvas = canvas
        swing = math.sin(2 * math.pi * (t * 0.95 + self._phase))
        canvas.save()
        canvas.save()
        canvas.rotate(42)
        pen.oval(150, 0, 190, 46, pen.ink, alpha=0.2)
        pen.oval(330, 0, 46, 34, pen.ink, alpha=0.2)
        canvas.restore()
        canvas.rotate(self._turn)
        for side in (-1, 1):
            step = swing * side * 46
            pen.rect(side * 26 - 17, -step - 34, 34, 66, look.shoes, r=16, ink=1)
            arm = -swing * side * 40
            pen.rect(side * 78 - 19, -arm - 34, 38, 74, look.top_dark, r=19, ink=1)
            pen.oval(side * 76, -arm - 38, 15, 15, look.skin, ink=0.8)
        pen.oval(0, 0, 92 * look.build, 46, look.top, ink=1)
        _crown_of_head(pen, look, 0.0, -6.0, 44.0, 1.0)
        canvas.restore()


def _crown_of_head(pen: Pen, look: PersonLook, x: float, y: float, r: float, way: float) -> None:
    colour = look.hair_colour if look.hair != "bald" else look.skin
    if look.hair in ("long", "ponytail"):
        pen.blob([(x - r * 0.8, y + r * 0.2), (x, y + r * 0.5), (x + r * 0.8, y + r * 0.2),
                  (x + r * 0.6, y + r * 1.5), (x, y + r * 1.7), (x - r * 0.6, y + r * 1.5)],
                 lighter(colour, -0.02), ink=1)  # fmt: skip
    pen.oval(x, y - r * 0.16 * way, r * 0.84, r * 0.98, look.skin, ink=1)
    pen.oval(x, y + r * 0.04 * way, r * 0.92, r * 0.98, colour, ink=1)
    if look.hair == "bun":
        pen.oval(x, y + r * 0.5, r * 0.42, r * 0.42, colour, ink=1)
    shine = lighter(colour, 0.13)
    pen.stroke([(x - r * 0.5, y - r * 0.3), (x, y - r * 0.56), (x + r * 0.5, y - r * 0.3)],
               r * 0.09, shine, curved=True, alpha=0.8)  # fmt: skip
    pen.stroke([(x + r * 0.06, y - r * 0.86), (x + r * 0.02, y + r * 0.1)], r * 0.05, shine,
               alpha=0.6)  # fmt: skip
