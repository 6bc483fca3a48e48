"""Form or prop -> its drawing of the set, and which of its colours becomes the look's accent."""

from collections.abc import Mapping
from typing import NamedTuple

from conte.staging_vocabulary import Prop
from conte.vocabulary import ProductForm as F


class Drawn(NamedTuple):
    name: str
    dyed: str = ""
    """Colour of the drawing that becomes the look's accent, as do its shades; empty: none."""


BY_FORM: Mapping[F, Drawn] = {
    F.PUMP_BOTTLE: Drawn("lotion-bottle", "#ff8687"),
    F.RICE: Drawn("cooked-rice", "#f8312f"),
    F.BURGER: Drawn("hamburger"),
    F.PIZZA: Drawn("pizza"),
    F.DUMPLINGS: Drawn("dumpling"),
    F.LUNCH_BOX: Drawn("bento-box"),
    F.PASTA: Drawn("spaghetti"),
    F.CURRY: Drawn("curry-rice"),
    F.STEW: Drawn("pot-of-food"),
    F.MEAT: Drawn("cut-of-meat"),
    F.POULTRY: Drawn("poultry-leg"),
    F.EGG: Drawn("egg"),
    F.FISH: Drawn("fish"),
    F.FISH_CAKE: Drawn("oden"),
    F.FRUIT: Drawn("red-apple"),
    F.VEGETABLE: Drawn("leafy-green"),
    F.MUSHROOM: Drawn("brown-mushroom"),
    F.NUTS: Drawn("peanuts"),
    F.CANNED_FOOD: Drawn("canned-food", "#f8312f"),
    F.CHEESE: Drawn("cheese-wedge"),
    F.ICE_CREAM: Drawn("soft-ice-cream"),
    F.COOKIE: Drawn("cookie"),
    F.CHOCOLATE: Drawn("chocolate-bar"),
    F.CANDY: Drawn("candy"),
    F.BREAD: Drawn("bread"),
    F.CAKE: Drawn("shortcake"),
    F.RICE_CAKE: Drawn("dango"),
    F.SOAP: Drawn("soap"),
    F.TOOTHBRUSH: Drawn("toothbrush"),
    F.RAZOR: Drawn("razor"),
    F.LIPSTICK: Drawn("lipstick"),
    F.TOILET_PAPER: Drawn("roll-of-paper"),
    F.PLASTER: Drawn("adhesive-bandage"),
    F.SUNGLASSES: Drawn("sunglasses"),
    F.UMBRELLA: Drawn("umbrella", "#8d65c5"),
    F.DESKTOP: Drawn("desktop-computer"),
    F.KEYBOARD: Drawn("keyboard"),
    F.PRINTER: Drawn("printer"),
    F.HEADPHONES: Drawn("headphone"),
    F.MICROPHONE: Drawn("studio-microphone"),
    F.CAMERA: Drawn("camera"),
    F.GAME_CONSOLE: Drawn("video-game"),
    F.BATTERY: Drawn("battery"),
    F.TRUCK: Drawn("delivery-truck", "#ff822d"),
    F.SUV: Drawn("sport-utility-vehicle", "#5092ff"),
    F.MOTORCYCLE: Drawn("motorcycle", "#f92f60"),
    F.TAXI: Drawn("taxi"),
    F.BUS: Drawn("bus", "#ffb02e"),
    F.TRAIN: Drawn("high-speed-train", "#3f5fff"),
    F.AIRPLANE: Drawn("airplane-departure"),
    F.SHIP: Drawn("passenger-ship"),
    F.WHEELCHAIR: Drawn("manual-wheelchair"),
    F.BABY_BOTTLE: Drawn("baby-bottle"),
    F.CHAIR: Drawn("chair"),
    F.GUITAR: Drawn("guitar"),
    F.TENT: Drawn("tent", "#86d72f"),
    F.BALL: Drawn("soccer-ball"),
    F.SKIS: Drawn("skis"),
    F.FISHING_ROD: Drawn("fishing-pole"),
    F.TOY_CAR: Drawn("racing-car"),
    F.T_SHIRT: Drawn("t-shirt", "#86d72f"),
    F.DRESS: Drawn("dress", "#46a4fb"),
    F.JEANS: Drawn("jeans"),
    F.COAT: Drawn("coat", "#f3ad61"),
    F.SWIMSUIT: Drawn("one-piece-swimsuit", "#f70a8d"),
    F.SOCKS: Drawn("socks", "#46a4fb"),
    F.HAT: Drawn("billed-cap", "#8bafff"),
    F.SCARF: Drawn("scarf", "#f8312f"),
    F.BOOTS: Drawn("womans-boot"),
    F.DRESS_SHOE: Drawn("mans-shoe"),
    F.HIKING_BOOT: Drawn("hiking-boot"),
    F.SANDAL: Drawn("thong-sandal"),
    F.BACKPACK: Drawn("backpack", "#f8312f"),
    F.SUITCASE: Drawn("luggage", "#00a6ed"),
    F.RING: Drawn("ring"),
    F.GEM: Drawn("gem-stone"),
    F.KNIFE: Drawn("kitchen-knife"),
    F.TOOLBOX: Drawn("toolbox"),
    F.BOUQUET: Drawn("bouquet"),
    F.HOTEL: Drawn("hotel"),
    F.SCHOOL: Drawn("school"),
    F.HOUSE: Drawn("house-with-garden"),
    F.THEME_PARK: Drawn("ferris-wheel"),
    F.CLOCK: Drawn("mantelpiece-clock"),
    F.TANGERINE: Drawn("tangerine"),
    F.STRAWBERRY: Drawn("strawberry"),
    F.GRAPES: Drawn("grapes"),
    F.PEACH: Drawn("peach"),
    F.SHRIMP: Drawn("shrimp"),
    F.WINDOW: Drawn("window"),
    F.SUIT: Drawn("necktie", "#5092ff"),
    F.BOWL: Drawn("bowl-with-spoon", "#00a6ed"),
    F.CAR_SEAT: Drawn("seat", "#00a6ed"),
}
BY_PROP: Mapping[Prop, Drawn] = {
    Prop.SHOPPING_BAG: Drawn("shopping-bags", "#00a6ed"),
    Prop.BOAT: Drawn("sailboat"),
    Prop.PLANE: Drawn("airplane"),
}
"""Props, other than product forms, that the set draws."""
PARTS = ("cut-of-meat", "bread", "shortcake", "bouquet", "toolbox")
"""Drawings used inside a drawing made by hand."""
USED = frozenset((*(one.name for one in (*BY_FORM.values(), *BY_PROP.values())), *PARTS))
"""Names of all drawings that `pack` extracts from the set."""
