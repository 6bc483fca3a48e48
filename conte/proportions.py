"""Proportions: how much of a person or product each shot size shows, and how large products are.

The animatic draws by them, and a crop is judged by them.
"""

from collections.abc import Mapping

from conte.vocabulary import ProductForm as F
from conte.vocabulary import ShotSize

HEADS_SEEN: Mapping[ShotSize, float] = {
    ShotSize.ECU: 0.62,
    ShotSize.CU: 1.65,
    ShotSize.MCU: 2.6,
    ShotSize.MS: 3.7,
    ShotSize.MLS: 5.3,
    ShotSize.FS: 7.7,
    ShotSize.LS: 10.5,
    ShotSize.ELS: 15.0,
}
"""Head heights of a person that the frame's height shows."""
HEAD_AT: Mapping[ShotSize, float] = {
    ShotSize.ECU: 0.50,
    ShotSize.CU: 0.45,
    ShotSize.MCU: 0.36,
    ShotSize.MS: 0.30,
    ShotSize.MLS: 0.22,
}
"""Where the head's middle is, from the frame's top; from a full shot on the body is centred."""
GOODS_SEEN: Mapping[ShotSize, float] = {
    ShotSize.ECU: 0.75,
    ShotSize.CU: 1.5,
    ShotSize.MCU: 2.0,
    ShotSize.MS: 2.6,
    ShotSize.MLS: 3.2,
    ShotSize.FS: 3.9,
    ShotSize.LS: 5.6,
    ShotSize.ELS: 8.0,
}
"""Heights of a product, the only subject, that the frame's height shows."""

_SIZES: Mapping[F, tuple[float, float]] = {
    F.PACKAGE: (78, 0.9),
    F.POUCH: (78, 0.9),
    F.BOTTLE: (38, 0.95),
    F.CAN: (56, 0.55),
    F.JAR: (110, 0.4),
    F.TUBE: (56, 0.65),
    F.CUP: (78, 0.55),
    F.FOOD: (154, 0.5),
    F.PHONE: (53, 0.65),
    F.LAPTOP: (170, 1.0),
    F.SCREEN: (170, 3.0),
    F.APP: (53, 0.65),
    F.EARPHONES: (96, 0.3),
    F.WATCH: (60, 0.35),
    F.APPLIANCE: (88, 3.7),
    F.CAR: (254, 5.6),
    F.TIRE: (102, 2.8),
    F.BICYCLE: (186, 4.4),
    F.SHOES: (200, 0.6),
    F.CLOTHING: (122, 3.2),
    F.BAG: (118, 1.5),
    F.GLASSES: (234, 0.22),
    F.FURNITURE: (116, 3.8),
    F.BED: (192, 3.2),
    F.BOOK: (78, 1.0),
    F.TOY: (88, 1.2),
    F.CARD: (160, 0.3),
    F.BUILDING: (112, 60.0),
    F.SERVICE: (102, 1.2),
}
WIDTH: Mapping[F, float] = {form: width for form, (width, _) in _SIZES.items()}
"""Width of a product in hundredths of its height."""
HEADS: Mapping[F, float] = {form: heads for form, (_, heads) in _SIZES.items()}
"""Height of a product in head heights."""
HELD = frozenset({
    F.PACKAGE, F.POUCH, F.BOTTLE, F.CAN, F.JAR, F.TUBE, F.CUP, F.FOOD, F.PHONE, F.APP, F.EARPHONES,
    F.WATCH, F.SHOES, F.BAG, F.GLASSES, F.BOOK, F.TOY, F.CARD,
})  # fmt: skip
"""What a hand can hold."""
