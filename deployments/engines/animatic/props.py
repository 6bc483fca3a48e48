"""Prop -> its drawing, size and place. Draws 100 high from (0, 0)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from conte.proportions import WIDTH
from conte.staging_vocabulary import Prop
from conte.vocabulary import ProductForm as F
from deployments.engines.animatic import prop_drawings as by_hand
from deployments.engines.animatic.drawn import drawing
from deployments.engines.animatic.drawn.names import BY_PROP
from deployments.engines.animatic.goods.by_form import draw_goods
from deployments.engines.animatic.pen import Pen
from deployments.engines.animatic.scheme import Scheme

Stand = Literal["small", "floor", "table", "wall", "ground", "far"]
"""Place of a prop.

`small` lies on a table or is held, `table` is one, `floor` stands beside people, `ground` is
painted before their feet, `wall` and `far` are part of the set behind everybody.
"""
Carried = Literal["front", "up", "down"]
"""Position of a held prop: before the chest; over the head; at the end of a hanging arm."""
Draw = Callable[[Pen, Scheme], None]


@dataclass(frozen=True)
class PropShape:
    heads: float
    """Height in heads."""
    width: float
    """Width in hundredths of the height."""
    stand: Stand
    carried: Carried = "front"
    lifted: float = 0.0
    """Height of the base above the floor, in heads, for things on a wall."""


def _small(heads: float, width: float = 100, carried: Carried = "front") -> PropShape:
    return PropShape(heads, width, "small", carried)


SHAPES: Mapping[Prop, PropShape] = {
    Prop.BABY: _small(1.3, 136),
    Prop.UMBRELLA: _small(4.0, 112, "up"),
    Prop.SUITCASE: PropShape(2.6, 64, "floor", "down"),
    Prop.BACKPACK: _small(1.7, 118, "down"),
    Prop.SHOPPING_BAG: _small(1.6, 118, "down"),
    Prop.GIFT: _small(0.9),
    Prop.BOX: _small(1.3, 78),
    Prop.FLOWERS: _small(1.5, 84),
    Prop.BALLOON: _small(3.2, 44, "up"),
    Prop.BOOK: _small(0.9, 78),
    Prop.PAPER: _small(0.9, 76),
    Prop.LETTER: _small(0.5, 140),
    Prop.PHOTO: _small(0.75, 90),
    Prop.PHONE: _small(0.62, 53),
    Prop.LAPTOP: _small(1.0, 170),
    Prop.CAMERA: _small(0.7, 140),
    Prop.HEADPHONES: _small(0.9),
    Prop.MICROPHONE: _small(0.9, 40),
    Prop.CUP: _small(0.5, 78),
    Prop.GLASS: _small(0.6, 56),
    Prop.BOTTLE: _small(0.95, 38),
    Prop.BOWL: _small(0.55, 150),
    Prop.NOODLES: _small(0.6, 154),
    Prop.DISH: _small(0.42, 250),
    Prop.PAN: _small(0.6, 196),
    Prop.POT: _small(0.9, 144),
    Prop.LUNCHBOX: _small(0.6, 176),
    Prop.BREAD: _small(0.5, 140),
    Prop.FRUIT: _small(0.6, 118),
    Prop.CAKE: _small(0.9, 124),
    Prop.TOY: _small(1.0, 88),
    Prop.BALL: _small(1.1),
    Prop.TOWEL: _small(1.3, 76),
    Prop.CLOTHES: _small(1.7, 122),
    Prop.LAUNDRY: PropShape(2.3, 150, "floor"),
    Prop.SHOES: _small(0.6, 200),
    Prop.KEY: _small(0.45, 48),
    Prop.TOOLBOX: _small(1.2, 117),
    Prop.SOCKET: _small(0.5, 260),
    Prop.CLOCK: PropShape(1.1, 100, "wall", lifted=5.6),
    Prop.MIRROR: PropShape(4.4, 72, "wall", lifted=2.4),
    Prop.TABLE_LAID: PropShape(2.4, 312, "table"),
    Prop.TABLE: PropShape(2.4, 300, "table"),
    Prop.DESK: PropShape(2.4, 300, "table"),
    Prop.COUNTER: PropShape(2.9, 400, "table"),
    Prop.CHAIR: PropShape(3.0, 48, "far"),
    Prop.SOFA: PropShape(3.0, 330, "far"),
    Prop.BED: PropShape(3.2, 192, "far"),
    Prop.BENCH: PropShape(2.4, 292, "far"),
    Prop.LAMP: PropShape(5.6, 38, "far"),
    Prop.PLANT: PropShape(3.0, 62, "far"),
    Prop.SHELF: PropShape(6.4, 68, "far"),
    Prop.TV: PropShape(2.6, 170, "far"),
    Prop.MONITOR: _small(1.5, 122),
    Prop.BOARD: PropShape(3.4, 184, "wall", lifted=3.6),
    Prop.FRIDGE: PropShape(6.6, 48, "far"),
    Prop.WASHER: PropShape(3.2, 88, "far"),
    Prop.DOOR: PropShape(7.4, 52, "far"),
    Prop.WINDOW: PropShape(4.4, 124, "wall", lifted=3.4),
    Prop.STAIRS: PropShape(3.6, 300, "far"),
    Prop.CROSSWALK: PropShape(1.6, 1040, "ground"),
    Prop.STREET_LAMP: PropShape(11.0, 24, "far"),
    Prop.TREE: PropShape(9.0, 78, "far"),
    Prop.TENT: PropShape(5.0, 208, "far"),
    Prop.CAMPFIRE: PropShape(2.0, 104, "floor"),
    Prop.STAGE: PropShape(1.2, 860, "ground"),
    Prop.STEERING_WHEEL: PropShape(2.0, 100, "floor"),
    Prop.BICYCLE: PropShape(4.4, 186, "far"),
    Prop.SCOOTER: PropShape(3.6, 88, "floor"),
    Prop.STROLLER: PropShape(4.0, 104, "floor"),
    Prop.CART: PropShape(4.2, 130, "floor"),
    Prop.CAR: PropShape(5.6, 254, "far"),
    Prop.TAXI: PropShape(5.6, 220, "far"),
    Prop.TRUCK: PropShape(8.0, 150, "far"),
    Prop.BUS: PropShape(9.0, 190, "far"),
    Prop.MOTORCYCLE: PropShape(4.4, 150, "far"),
    Prop.TRAIN: PropShape(9.0, 190, "far"),
    Prop.PLANE: PropShape(3.0, 120, "wall", lifted=7.0),
    Prop.BOAT: PropShape(6.0, 150, "far"),
}

_BY_FORM: Mapping[Prop, F] = {
    Prop.BOOK: F.BOOK,
    Prop.PHONE: F.PHONE,
    Prop.LAPTOP: F.LAPTOP,
    Prop.CUP: F.CUP,
    Prop.BOTTLE: F.BOTTLE,
    Prop.NOODLES: F.FOOD,
    Prop.TOOLBOX: F.TOOLBOX,
    Prop.SCOOTER: F.KICK_SCOOTER,
    Prop.TOY: F.TOY,
    Prop.CLOTHES: F.CLOTHING,
    Prop.SHOES: F.SHOES,
    Prop.BACKPACK: F.BACKPACK,
    Prop.CAMERA: F.CAMERA,
    Prop.HEADPHONES: F.HEADPHONES,
    Prop.LUNCHBOX: F.LUNCH_BOX,
    Prop.BREAD: F.BREAD,
    Prop.BED: F.BED,
    Prop.TV: F.TELEVISION,
    Prop.FRIDGE: F.REFRIGERATOR,
    Prop.WASHER: F.WASHING_MACHINE,
    Prop.TENT: F.TENT,
    Prop.STROLLER: F.STROLLER,
    Prop.BICYCLE: F.BICYCLE,
    Prop.CAR: F.CAR,
    Prop.TAXI: F.TAXI,
    Prop.TRUCK: F.TRUCK,
    Prop.BUS: F.BUS,
    Prop.MOTORCYCLE: F.MOTORCYCLE,
    Prop.TRAIN: F.TRAIN,
}
"""Props that are drawn as a product form."""
_BY_HAND: Mapping[Prop, Draw] = {
    Prop.BABY: by_hand.baby,
    Prop.UMBRELLA: by_hand.umbrella,
    Prop.SUITCASE: by_hand.suitcase,
    Prop.GIFT: by_hand.gift,
    Prop.MONITOR: by_hand.monitor,
    Prop.BOX: by_hand.carton,
    Prop.FLOWERS: by_hand.flowers,
    Prop.BALLOON: by_hand.balloon,
    Prop.PAPER: by_hand.paper,
    Prop.LETTER: by_hand.letter,
    Prop.PHOTO: by_hand.photo,
    Prop.MICROPHONE: by_hand.microphone,
    Prop.GLASS: by_hand.glass,
    Prop.BOWL: by_hand.bowl,
    Prop.DISH: by_hand.dish,
    Prop.SOCKET: by_hand.socket,
    Prop.PAN: by_hand.pan,
    Prop.POT: by_hand.pot,
    Prop.FRUIT: by_hand.fruit,
    Prop.CAKE: by_hand.cake,
    Prop.BALL: by_hand.ball,
    Prop.TOWEL: by_hand.towel,
    Prop.LAUNDRY: by_hand.laundry,
    Prop.KEY: by_hand.key,
    Prop.CLOCK: by_hand.clock,
    Prop.MIRROR: by_hand.mirror,
    Prop.TABLE_LAID: by_hand.table_laid,
    Prop.TABLE: by_hand.table,
    Prop.DESK: by_hand.desk,
    Prop.COUNTER: by_hand.counter,
    Prop.CHAIR: by_hand.chair,
    Prop.SOFA: by_hand.sofa,
    Prop.BENCH: by_hand.bench,
    Prop.LAMP: by_hand.lamp,
    Prop.PLANT: by_hand.plant,
    Prop.SHELF: by_hand.shelf,
    Prop.BOARD: by_hand.board,
    Prop.DOOR: by_hand.door,
    Prop.WINDOW: by_hand.window,
    Prop.STAIRS: by_hand.stairs,
    Prop.CROSSWALK: by_hand.crosswalk,
    Prop.STREET_LAMP: by_hand.street_lamp,
    Prop.TREE: by_hand.tree,
    Prop.CAMPFIRE: by_hand.campfire,
    Prop.STAGE: by_hand.stage,
    Prop.CART: by_hand.cart,
}


def drawing_of(prop: Prop) -> Draw | None:
    """Return the function that draws a prop; None: there is none yet, and the prop is left out.

    The only place that knows where a prop's drawing comes from.
    """
    if (form := _BY_FORM.get(prop)) is not None:
        return lambda pen, scheme: draw_goods(pen, form, scheme)
    if (drawn := BY_PROP.get(prop)) is not None:
        return lambda pen, scheme: drawing.draw(pen, drawn.name, scheme, drawn.dyed)
    return _BY_HAND.get(prop)


def fits_a_hand(prop: Prop) -> bool:
    """Return whether a prop is drawn in a hand. What is too large stands beside its holder."""
    shape = SHAPES[prop]
    return drawing_of(prop) is not None and (shape.heads <= 3 or shape.carried != "front")


def width_of(prop: Prop) -> float:
    """Return a prop's width in hundredths of its height."""
    if (form := _BY_FORM.get(prop)) is not None:
        return WIDTH[form]
    drawn = BY_PROP.get(prop)
    return drawing.width_of(drawn.name) if drawn is not None else SHAPES[prop].width
