"""The product by its form, 100 units high, its base at (0, 0). An emblem stands for any label."""

from collections.abc import Callable

from conte.proportions import HEADS, HELD, WIDTH
from conte.vocabulary import ProductForm as F
from deployments.engines.animatic.goods import large, small, tech, wheel, worn
from deployments.engines.animatic.pen import Pen
from deployments.engines.animatic.scheme import Scheme

__all__ = ["HEADS", "HELD", "WIDTH", "draw_goods", "draw_wheel"]

Draw = Callable[[Pen, Scheme], None]

_DRAW: dict[F, Draw] = {
    F.PACKAGE: small.package,
    F.POUCH: small.pouch,
    F.BOTTLE: small.bottle,
    F.CAN: small.can,
    F.JAR: small.jar,
    F.TUBE: small.tube,
    F.CUP: small.cup,
    F.FOOD: small.food,
    F.PHONE: tech.phone,
    F.LAPTOP: tech.laptop,
    F.SCREEN: tech.screen,
    F.APP: tech.app,
    F.EARPHONES: tech.earphones,
    F.WATCH: tech.watch,
    F.APPLIANCE: tech.appliance,
    F.CAR: large.car,
    F.TIRE: wheel.tire,
    F.BICYCLE: large.bicycle,
    F.SHOES: worn.shoes,
    F.CLOTHING: worn.clothing,
    F.BAG: worn.bag,
    F.GLASSES: worn.glasses,
    F.FURNITURE: large.furniture,
    F.BED: large.bed,
    F.BOOK: small.book,
    F.TOY: small.toy,
    F.CARD: small.card,
    F.BUILDING: large.building,
    F.SERVICE: large.service,
}

draw_wheel = wheel.draw_wheel


def draw_goods(pen: Pen, form: F, scheme: Scheme) -> None:
    """Its base at (0, 0), 100 high, `WIDTH[form]` wide; `HEADS[form]` is its real height."""
    _DRAW[form](pen, scheme)
