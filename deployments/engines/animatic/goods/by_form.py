"""Draws the product by its form, 100 units high, base at (0, 0). An emblem replaces any label.

The packed set draws the forms it has (`drawn`); functions draw the others.
"""

from collections.abc import Callable

from conte.proportions import BODILESS, HEADS, HELD, ON_FLOOR, WIDTH
from conte.vocabulary import ProductForm as F
from deployments.engines.animatic.drawn import drawing
from deployments.engines.animatic.drawn.names import BY_FORM
from deployments.engines.animatic.goods import (
    fronts,
    gear,
    home,
    kitchen,
    large,
    play,
    small,
    table,
    tech,
    wheel,
    works,
    worn,
)
from deployments.engines.animatic.pen import Pen
from deployments.engines.animatic.scheme import Scheme

__all__ = [
    "BODILESS",
    "HEADS",
    "HELD",
    "ON_FLOOR",
    "WIDTH",
    "draw_goods",
    "draw_wheel",
    "drawing_name",
]

Draw = Callable[[Pen, Scheme], None]

_BY_HAND: dict[F, Draw] = {
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
    F.APPLIANCE: home.appliance,
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
    F.SERVICE: works.service,
    F.CARTON: table.carton,
    F.SACK: table.sack,
    F.GIFT_BOX: table.gift_box,
    F.TUMBLER: kitchen.tumbler,
    F.FRIED_CHICKEN: table.fried_chicken,
    F.KIMCHI: table.kimchi,
    F.SMARTWATCH: gear.smartwatch,
    F.SPEAKER: gear.speaker,
    F.LAMP: home.lamp,
    F.WASHING_MACHINE: tech.washing_machine,
    F.DISHWASHER: kitchen.dishwasher,
    F.REFRIGERATOR: kitchen.refrigerator,
    F.AIR_CONDITIONER: home.air_conditioner,
    F.DEHUMIDIFIER: home.dehumidifier,
    F.AIR_PURIFIER: home.air_purifier,
    F.FAN: home.fan,
    F.VACUUM: home.vacuum,
    F.ROBOT_VACUUM: home.robot_vacuum,
    F.WATER_PURIFIER: kitchen.water_purifier,
    F.RICE_COOKER: kitchen.rice_cooker,
    F.MICROWAVE: kitchen.microwave,
    F.AIR_FRYER: kitchen.air_fryer,
    F.COFFEE_MACHINE: kitchen.coffee_machine,
    F.BLENDER: kitchen.blender,
    F.COOKTOP: kitchen.cooktop,
    F.BOILER: home.boiler,
    F.HAIR_DRYER: home.hair_dryer,
    F.MASSAGE_CHAIR: home.massage_chair,
    F.MACHINE_TOOL: works.machine_tool,
    F.SOLAR_PANEL: works.solar_panel,
    F.STROLLER: gear.stroller,
    F.WARDROBE: home.wardrobe,
    F.PIANO: home.piano,
    F.GOLF_CLUB: gear.golf_club,
    F.DUMBBELL: gear.dumbbell,
    F.YOGA_MAT: gear.yoga_mat,
    F.BLOCKS: gear.blocks,
    F.WALLET: gear.wallet,
    F.GOLD_BAR: gear.gold_bar,
    F.PAN: kitchen.pan,
    F.HOSPITAL: works.hospital,
    F.KETTLE: kitchen.kettle,
    F.TELEVISION: home.television,
    F.NECKLACE: gear.necklace,
    F.TABLET: gear.tablet,
    F.DRONE: gear.drone,
    F.HELMET: gear.helmet,
    F.DESK: home.desk,
    F.KITCHEN_UNIT: home.kitchen_unit,
    F.CURTAIN: home.curtain,
    F.TOWEL: home.towel,
    F.APRON: home.apron,
    F.RUG: home.rug,
    F.SHOP: fronts.shop_front,
    F.BAKERY: fronts.bakery_front,
    F.CAFE: fronts.cafe_front,
    F.RESTAURANT: fronts.restaurant_front,
    F.LIBRARY: fronts.library_front,
    F.BOOKSHOP: fronts.bookshop_front,
    F.SALON: fronts.salon_front,
    F.GYM: fronts.gym_front,
    F.FLORIST: fronts.florist_front,
    F.OPTICIAN: fronts.optician_front,
    F.CONVENIENCE_STORE: fronts.convenience_store_front,
    F.LAUNDERETTE: fronts.launderette_front,
    F.GARAGE: fronts.garage_front,
    F.HARDWARE_STORE: fronts.hardware_front,
    F.KICK_SCOOTER: play.kick_scooter,
    F.DRILL: play.drill,
    F.TELESCOPE: play.telescope,
    F.BOOKCASE: play.bookcase,
    F.PILLOW: play.pillow,
    F.PEN: play.pen,
    F.DOOR_LOCK: play.door_lock,
    F.HOME_CAMERA: play.home_camera,
    F.SLEEP_MASK: play.sleep_mask,
    F.QUILT: play.quilt,
    F.ROBOT_MOWER: play.robot_mower,
}

draw_wheel = wheel.draw_wheel


def draw_goods(pen: Pen, form: F, scheme: Scheme) -> None:
    """Draw a product form with its base at (0, 0), 100 high, `WIDTH[form]` wide.

    `HEADS[form]` is its real height, in heads.
    """
    if (drawn := BY_FORM.get(form)) is not None:
        drawing.draw(pen, drawn.name, scheme, drawn.dyed)
    else:
        _BY_HAND[form](pen, scheme)


def drawing_name(form: F) -> str:
    """Return the name of the form's drawing in the set, or of the function that draws it."""
    drawn = BY_FORM.get(form)
    return drawn.name if drawn is not None else _BY_HAND[form].__name__
