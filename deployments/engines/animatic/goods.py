"""The product by its form, 100 units high, its base at (0, 0). An emblem stands for any label."""

from collections.abc import Callable

from conte.vocabulary import ProductForm as F
from deployments.engines.animatic import goods_large as large
from deployments.engines.animatic import goods_small as small
from deployments.engines.animatic import goods_tech as tech
from deployments.engines.animatic import goods_wheel as wheel
from deployments.engines.animatic import goods_worn as worn
from deployments.engines.animatic.pen import Pen
from deployments.engines.animatic.scheme import Scheme

__all__ = ["HEADS", "HELD", "WIDTH", "draw_goods", "draw_wheel"]

Draw = Callable[[Pen, Scheme], None]

_DRAW: dict[F, tuple[Draw, float, float]] = {
    F.PACKAGE: (small.package, 78, 0.9),
    F.POUCH: (small.pouch, 78, 0.9),
    F.BOTTLE: (small.bottle, 38, 0.95),
    F.CAN: (small.can, 56, 0.55),
    F.JAR: (small.jar, 110, 0.4),
    F.TUBE: (small.tube, 56, 0.65),
    F.CUP: (small.cup, 78, 0.55),
    F.FOOD: (small.food, 154, 0.5),
    F.PHONE: (tech.phone, 53, 0.65),
    F.LAPTOP: (tech.laptop, 170, 1.0),
    F.SCREEN: (tech.screen, 170, 3.0),
    F.APP: (tech.app, 53, 0.65),
    F.EARPHONES: (tech.earphones, 96, 0.3),
    F.WATCH: (tech.watch, 60, 0.35),
    F.APPLIANCE: (tech.appliance, 88, 3.7),
    F.CAR: (large.car, 254, 5.6),
    F.TIRE: (wheel.tire, 102, 2.8),
    F.BICYCLE: (large.bicycle, 186, 4.4),
    F.SHOES: (worn.shoes, 200, 0.6),
    F.CLOTHING: (worn.clothing, 122, 3.2),
    F.BAG: (worn.bag, 118, 1.5),
    F.GLASSES: (worn.glasses, 234, 0.22),
    F.FURNITURE: (large.furniture, 116, 3.8),
    F.BED: (large.bed, 192, 3.2),
    F.BOOK: (small.book, 78, 1.0),
    F.TOY: (small.toy, 88, 1.2),
    F.CARD: (small.card, 160, 0.3),
    F.BUILDING: (large.building, 112, 60.0),
    F.SERVICE: (large.service, 102, 1.2),
}
WIDTH = {form: width for form, (_, width, _) in _DRAW.items()}
HEADS = {form: heads for form, (_, _, heads) in _DRAW.items()}
HELD = frozenset({
    F.PACKAGE, F.POUCH, F.BOTTLE, F.CAN, F.JAR, F.TUBE, F.CUP, F.FOOD, F.PHONE, F.APP, F.EARPHONES,
    F.WATCH, F.SHOES, F.BAG, F.GLASSES, F.BOOK, F.TOY, F.CARD,
})  # fmt: skip
"""What a hand can hold."""

draw_wheel = wheel.draw_wheel


def draw_goods(pen: Pen, form: F, scheme: Scheme) -> None:
    """Its base at (0, 0), 100 high, `WIDTH[form]` wide; `HEADS[form]` is its real height."""
    _DRAW[form][0](pen, scheme)
