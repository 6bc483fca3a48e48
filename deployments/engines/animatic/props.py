"""Prop -> how it is drawn, how large it is, and where it stands. Draws 100 high from (0, 0)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from conte.proportions import WIDTH
from conte.staging_vocabulary import Prop as P
from conte.vocabulary import ProductForm as F
from deployments.engines.animatic import prop_drawings as by_hand
from deployments.engines.animatic.goods.by_form import draw_goods
from deployments.engines.animatic.pen import Pen
from deployments.engines.animatic.scheme import Scheme

Stand = Literal["small", "floor", "table", "wall", "ground", "far"]
"""`small` lies on a table or is held, `table` is one, `floor` stands beside people, `ground` is
painted before their feet, `wall` and `far` are part of the set behind everybody."""
Carried = Literal["front", "up", "down"]
"""Before the chest; over the head; at the end of an arm that hangs."""
Draw = Callable[[Pen, Scheme], None]


@dataclass(frozen=True)
class PropShape:
    heads: float
    """Height in head heights."""
    width: float
    """In hundredths of its height."""
    stand: Stand
    carried: Carried = "front"
    lifted: float = 0.0
    """Height of its base over the floor, in heads, for what hangs on a wall."""


def _small(heads: float, width: float = 100, carried: Carried = "front") -> PropShape:
    return PropShape(heads, width, "small", carried)


SHAPES: Mapping[P, PropShape] = {
    P.BABY: _small(1.3, 136),
    P.UMBRELLA: _small(4.0, 112, "up"),
    P.SUITCASE: PropShape(2.6, 64, "floor", "down"),
    P.BACKPACK: _small(1.7, 118, "down"),
    P.SHOPPING_BAG: _small(1.6, 118, "down"),
    P.GIFT: _small(0.9),
    P.BOX: _small(1.3, 78),
    P.FLOWERS: _small(1.5, 84),
    P.BALLOON: _small(3.2, 44, "up"),
    P.BOOK: _small(0.9, 78),
    P.PAPER: _small(0.9, 76),
    P.LETTER: _small(0.5, 140),
    P.PHOTO: _small(0.75, 90),
    P.PHONE: _small(0.62, 53),
    P.LAPTOP: _small(1.0, 170),
    P.CAMERA: _small(0.7, 140),
    P.HEADPHONES: _small(0.9),
    P.MICROPHONE: _small(0.9, 40),
    P.CUP: _small(0.5, 78),
    P.GLASS: _small(0.6, 56),
    P.BOTTLE: _small(0.95, 38),
    P.BOWL: _small(0.55, 154),
    P.PAN: _small(0.6, 196),
    P.POT: _small(0.9, 144),
    P.LUNCHBOX: _small(0.6, 176),
    P.BREAD: _small(0.5, 140),
    P.FRUIT: _small(0.6, 118),
    P.CAKE: _small(0.9, 124),
    P.TOY: _small(1.0, 88),
    P.BALL: _small(1.1),
    P.TOWEL: _small(1.3, 76),
    P.CLOTHES: _small(1.7, 122),
    P.SHOES: _small(0.6, 200),
    P.KEY: _small(0.45, 48),
    P.CLOCK: PropShape(1.1, 100, "wall", lifted=5.6),
    P.MIRROR: PropShape(4.4, 72, "wall", lifted=2.4),
    P.TABLE_LAID: PropShape(2.4, 312, "table"),
    P.TABLE: PropShape(2.4, 300, "table"),
    P.DESK: PropShape(2.4, 300, "table"),
    P.COUNTER: PropShape(2.9, 400, "table"),
    P.CHAIR: PropShape(3.0, 48, "far"),
    P.SOFA: PropShape(3.0, 330, "far"),
    P.BED: PropShape(3.2, 192, "far"),
    P.BENCH: PropShape(2.4, 292, "far"),
    P.LAMP: PropShape(5.6, 38, "far"),
    P.PLANT: PropShape(3.0, 62, "far"),
    P.SHELF: PropShape(6.4, 68, "far"),
    P.TV: PropShape(2.6, 170, "far"),
    P.MONITOR: _small(1.3, 150),
    P.BOARD: PropShape(3.4, 184, "wall", lifted=3.6),
    P.FRIDGE: PropShape(6.6, 48, "far"),
    P.WASHER: PropShape(3.2, 88, "far"),
    P.DOOR: PropShape(7.4, 52, "far"),
    P.WINDOW: PropShape(4.4, 124, "wall", lifted=3.4),
    P.STAIRS: PropShape(3.6, 300, "far"),
    P.CROSSWALK: PropShape(1.6, 1040, "ground"),
    P.STREET_LAMP: PropShape(11.0, 24, "far"),
    P.TREE: PropShape(9.0, 78, "far"),
    P.TENT: PropShape(5.0, 208, "far"),
    P.CAMPFIRE: PropShape(2.0, 104, "floor"),
    P.STAGE: PropShape(1.2, 860, "ground"),
    P.STEERING_WHEEL: PropShape(2.0, 100, "floor"),
    P.BICYCLE: PropShape(4.4, 186, "far"),
    P.STROLLER: PropShape(4.0, 104, "floor"),
    P.CART: PropShape(4.2, 130, "floor"),
    P.CAR: PropShape(5.6, 254, "far"),
    P.TAXI: PropShape(5.6, 220, "far"),
    P.TRUCK: PropShape(8.0, 150, "far"),
    P.BUS: PropShape(9.0, 190, "far"),
    P.MOTORCYCLE: PropShape(4.4, 150, "far"),
    P.TRAIN: PropShape(9.0, 190, "far"),
    P.PLANE: PropShape(3.0, 120, "wall", lifted=7.0),
    P.BOAT: PropShape(6.0, 150, "far"),
}

_BY_FORM: Mapping[P, F] = {
    P.BOX: F.PACKAGE, P.BOOK: F.BOOK, P.PHONE: F.PHONE, P.LAPTOP: F.LAPTOP, P.CUP: F.CUP,
    P.BOTTLE: F.BOTTLE, P.BOWL: F.FOOD, P.TOY: F.TOY, P.CLOTHES: F.CLOTHING, P.SHOES: F.SHOES,
    P.SHOPPING_BAG: F.BAG, P.BACKPACK: F.BAG, P.HEADPHONES: F.EARPHONES, P.BED: F.BED,
    P.TV: F.SCREEN, P.MONITOR: F.SCREEN, P.BICYCLE: F.BICYCLE, P.CAR: F.CAR, P.TAXI: F.CAR,
}  # fmt: skip
"""Props that are drawn as a product of that form."""
_BY_HAND: Mapping[P, Draw] = {
    P.BABY: by_hand.baby, P.UMBRELLA: by_hand.umbrella, P.SUITCASE: by_hand.suitcase,
    P.GIFT: by_hand.gift, P.FLOWERS: by_hand.flowers, P.BALLOON: by_hand.balloon,
    P.PAPER: by_hand.paper, P.LETTER: by_hand.letter, P.PHOTO: by_hand.photo,
    P.MICROPHONE: by_hand.microphone, P.GLASS: by_hand.glass, P.PAN: by_hand.pan,
    P.POT: by_hand.pot, P.LUNCHBOX: by_hand.lunchbox, P.FRUIT: by_hand.fruit, P.CAKE: by_hand.cake,
    P.BALL: by_hand.ball, P.TOWEL: by_hand.towel, P.KEY: by_hand.key, P.CLOCK: by_hand.clock,
    P.MIRROR: by_hand.mirror, P.TABLE_LAID: by_hand.table_laid, P.TABLE: by_hand.table,
    P.DESK: by_hand.desk, P.COUNTER: by_hand.counter, P.CHAIR: by_hand.chair, P.SOFA: by_hand.sofa,
    P.BENCH: by_hand.bench, P.LAMP: by_hand.lamp, P.PLANT: by_hand.plant, P.SHELF: by_hand.shelf,
    P.BOARD: by_hand.board, P.FRIDGE: by_hand.fridge, P.WASHER: by_hand.washer,
    P.DOOR: by_hand.door, P.WINDOW: by_hand.window, P.STAIRS: by_hand.stairs,
    P.CROSSWALK: by_hand.crosswalk, P.STREET_LAMP: by_hand.street_lamp, P.TREE: by_hand.tree,
    P.TENT: by_hand.tent, P.CAMPFIRE: by_hand.campfire, P.STAGE: by_hand.stage,
    P.STROLLER: by_hand.stroller, P.CART: by_hand.cart,
}  # fmt: skip


def drawing_of(prop: P) -> Draw | None:
    """What draws it; None: nothing does yet, and it is left out of the picture.

    The one place that knows where a prop's drawing comes from.
    """
    if (form := _BY_FORM.get(prop)) is not None:
        return lambda pen, scheme: draw_goods(pen, form, scheme)
    return _BY_HAND.get(prop)


def width_of(prop: P) -> float:
    """Its width in hundredths of its height."""
    form = _BY_FORM.get(prop)
    return WIDTH[form] if form is not None else SHAPES[prop].width
