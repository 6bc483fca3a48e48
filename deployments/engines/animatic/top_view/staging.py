"""Top-down staging: a flat lay on a table, a person at it, walkers and a car on the ground."""

import math

from conte.clip import Shot
from conte.proportions import GOODS_SEEN
from conte.vocabulary import ProductForm, Setting, ShotSize
from deployments.engines.animatic.camera import Camera
from deployments.engines.animatic.framing import NEAREST, WIDEST
from deployments.engines.animatic.goods.by_form import HEADS, HELD, WIDTH
from deployments.engines.animatic.pen import Pen
from deployments.engines.animatic.people.look import look_of
from deployments.engines.animatic.reading import Reading
from deployments.engines.animatic.scheme import Scheme
from deployments.engines.animatic.staging import Staged
from deployments.engines.animatic.subjects import Placed
from deployments.engines.animatic.top_view.goods import FlatLay, TopCar
from deployments.engines.animatic.top_view.ground import draw_ground
from deployments.engines.animatic.top_view.people import Sitter, Walker

CENTRE = 500.0
_PEOPLE_SEEN = {
    ShotSize.ECU: 330.0,
    ShotSize.CU: 430.0,
    ShotSize.MCU: 540.0,
    ShotSize.MS: 660.0,
    ShotSize.MLS: 820.0,
    ShotSize.FS: 1000.0,
    ShotSize.LS: 1400.0,
    ShotSize.ELS: 1950.0,
}
_AT_TABLE = (ShotSize.ECU, ShotSize.CU, ShotSize.MCU, ShotSize.MS)
_TABLE = 480.0
"""Half the length of a table, in scene units."""


def seen_from_above(shot: Shot, reading: Reading, scheme: Scheme, pen: Pen) -> Staged:
    """Stage subjects around (0, 500), the camera over them, and the ground or table under them."""
    form = reading.product.form if reading.product else None
    driving = reading.pose == "drive" or (form is ProductForm.CAR and not reading.cast)
    placed: list[Placed] = []
    table = False
    if driving:
        seen = min(WIDEST, max(1000.0, _PEOPLE_SEEN[shot.size] * 1.3))
        placed.append(Placed(TopCar(pen, scheme, shot.direction), 0.0, CENTRE))
    elif reading.cast:
        seen = _PEOPLE_SEEN[shot.size]
        table = shot.size in _AT_TABLE or reading.pose in ("type", "cook", "sit")
        looks = [look_of(member, scheme) for member in reading.cast]
        for k, look in enumerate(looks):
            x = (k - (len(looks) - 1) / 2) * 330.0
            if table:
                item = form if k == 0 else None
                placed.append(Placed(Sitter(pen, scheme, look, item), x, CENTRE))
            else:
                placed.append(Placed(Walker(pen, look, shot.direction, 0.3 * k), x, CENTRE))
    elif form is not None:
        height = min(HEADS[form] * 131.0, 700.0)
        table = form in HELD or HEADS[form] < 1.7
        aspect = shot.width / shot.height
        seen = min(WIDEST, max(height, WIDTH[form] / 100 * height / aspect) * GOODS_SEEN[shot.size])
        placed.append(Placed(FlatLay(pen, scheme, form, height, table), 0.0, CENTRE))
    else:
        seen = _PEOPLE_SEEN[shot.size]

    def ground(pen: Pen, scheme: Scheme) -> None:
        draw_ground(pen, scheme, Setting.ROAD if driving else shot.setting)
        if table:
            _table(pen, scheme)
            _laid_around(pen, scheme, 1.0 if reading.cast else seen / 700)

    near = min(1000 / seen, NEAREST)
    camera = Camera(0.0, CENTRE, near, 1000 / seen / near)
    return Staged(tuple(placed), camera, ground=ground)


def _table(pen: Pen, s: Scheme) -> None:
    """Draw a table whose near edge is a little below the middle, where a person may sit."""
    top, low, half = CENTRE - 620, CENTRE + 150, _TABLE * 1.9
    pen.rect(-half + 26, top + 34, 2 * half, low - top, s.ink, r=30, alpha=0.22)
    pen.rect(-half, top, 2 * half, low - top, s.wood, r=26, ink=1)
    for k in range(1, 6):
        y = top + k * (low - top) / 6
        pen.stroke([(-half + 30, y), (half - 30, y + 6)], 2, s.wood_dark, alpha=0.5)


def _laid_around(pen: Pen, s: Scheme, size: float) -> None:
    """Draw two cups, a sprig and a card around the middle."""
    canvas = pen.canvas
    canvas.save()
    canvas.translate(0, CENTRE)
    canvas.scale(size, size)
    for x, y in ((-330.0, -70.0), (345.0, -130.0)):
        pen.oval(x + 7, y + 9, 62, 62, s.ink, alpha=0.2)
        pen.oval(x, y, 62, 62, s.pale, ink=1)
        pen.oval(x, y, 42, 42, s.accent_pale if x > 0 else "#7a4d33", ink=0.6)
    for dx, dy, turn in ((-215, -190, 0.4), (-185, -150, 0.9), (-240, -140, -0.1)):
        x, y = dx, dy
        tip = (x + 62 * math.cos(turn), y - 62 * math.sin(turn))
        side = (22 * math.sin(turn), 22 * math.cos(turn))
        middle = ((x + tip[0]) / 2, (y + tip[1]) / 2)
        pen.blob([(x, y), (middle[0] + side[0], middle[1] + side[1]), tip,
                  (middle[0] - side[0], middle[1] - side[1])], s.leaf, ink=0.7)  # fmt: skip
    pen.poly([(190, 20), (300, -6), (326, 104), (216, 130)],
             s.accent_pale, ink=0.8)  # fmt: skip
    canvas.restore()
