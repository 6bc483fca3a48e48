"""Staging: reading + size -> the subjects' places, and the camera on them. Draws nothing itself."""

from collections.abc import Callable
from dataclasses import dataclass

from conte.clip import Shot
from conte.easing import eased
from conte.proportions import FRONTS
from conte.vocabulary import CameraMove, ProductForm, ScreenDirection, Setting, ShotSize
from deployments.engines.animatic import framing
from deployments.engines.animatic.camera import Camera
from deployments.engines.animatic.framing import HEAD
from deployments.engines.animatic.goods.by_form import BODILESS, HEADS, HELD, WIDTH
from deployments.engines.animatic.pen import Pen
from deployments.engines.animatic.people.figure import Figure, Part
from deployments.engines.animatic.people.look import look_of
from deployments.engines.animatic.reading import Reading
from deployments.engines.animatic.scheme import Scheme
from deployments.engines.animatic.subjects import (
    SMALL,
    Goods,
    Person,
    Placed,
    SteeringWheel,
    goods_height,
    held,
    table_height,
)

LINE_PIXELS = 2.6
"""Width of the ink in pixels, in a frame 720 pixels high."""
_FACING = {ScreenDirection.LEFT: -1.0, ScreenDirection.RIGHT: 1.0, ScreenDirection.NEUTRAL: 0.0}
_NEAR = (ShotSize.ECU, ShotSize.CU, ShotSize.MCU)
_CLOSEST = (ShotSize.ECU, ShotSize.CU)
_WHEELED = (ProductForm.CAR, ProductForm.BICYCLE)
_BOTH_HANDS = ("drive", "type", "run", "lie", "cycle")
"""Poses that leave no hand free for the product."""
_USED: dict[str, tuple[ProductForm, ...]] = {
    "lie": (ProductForm.BED, ProductForm.FURNITURE),
    "cycle": (ProductForm.BICYCLE,),
}
"""Pose -> products that are drawn as part of it."""
_OUTSIDE_ROADS = (Setting.ROAD, Setting.STREET, Setting.MOUNTAIN, Setting.SEA, Setting.FIELD)


@dataclass(frozen=True)
class Staged:
    """Subjects from back to front, and the camera at the middle of its move."""

    placed: tuple[Placed, ...]
    camera: Camera
    hero: tuple[float, float] | None = None
    """Middle of a packshot's product, with light behind it of radius `reach`; None: no packshot."""
    reach: float = 0.0
    behind: Callable[[Pen, Scheme], None] | None = None
    """Draws the things within the set, together with its middle plane."""
    ground: Callable[[Pen, Scheme], None] | None = None
    """Draws the ground or table of a top view, at the subjects' depth."""


_PLACES = FRONTS | {ProductForm.HOTEL, ProductForm.HOSPITAL, ProductForm.SCHOOL}
_SEEN_FROM = frozenset({
    Setting.STUDIO, Setting.STREET, Setting.SKYLINE, Setting.ROAD, Setting.HOME_EXTERIOR,
    Setting.PARK, Setting.FIELD, Setting.FOREST, Setting.MOUNTAIN, Setting.SEA,
})  # fmt: skip
"""Settings in which a house is seen from outside: indoors one is in it."""


def staged(shot: Shot, reading: Reading, scheme: Scheme, pen: Pen, floor_y: float) -> Staged:
    form = reading.product.form if reading.product else None
    if reading.pose == "drive" and reading.cast and shot.setting is not Setting.VEHICLE:
        # A driver is inside the car: wide sizes show the car, close ones its interior.
        car = form is None or form in HELD or shot.size not in (*_NEAR, ShotSize.MS)
        return _goods(shot, reading, ProductForm.CAR if car or form is None else form, scheme, pen,
                      floor_y)  # fmt: skip
    if reading.cast:
        return _people(shot, reading, scheme, pen, floor_y)
    if form is not None and not (form in _PLACES and shot.setting not in _SEEN_FROM):
        return _goods(shot, reading, form, scheme, pen, floor_y)
    return Staged((), framing.on_place(shot.size))


def _people(shot: Shot, reading: Reading, scheme: Scheme, pen: Pen, floor_y: float) -> Staged:
    facing = _FACING[shot.direction]
    if reading.pose in ("drive", "walk", "run", "cycle") and not facing:
        facing = 1.0
    form = reading.product.form if reading.product else None
    in_hand = (
        form is not None
        and form in HELD
        and reading.pose not in ("drive", "type", "run", "lie", "cycle")
    )
    two = len(reading.cast) > 1
    near = shot.size in _NEAR
    # In a close-up of two people only the first is framed; both would be cut in half.
    seen_two = two and shot.size not in _CLOSEST
    camera = framing.on_person(shot.size, 0.0, floor_y, 5.9, 0.3 if seen_two and near else 0.0)
    line = _line(camera, HEAD / 100)
    placed: list[Placed] = []
    head_y = 5.9
    for k, member in enumerate(reading.cast[: 2 if seen_two else 1]):
        turn = facing if not two else (1.0, -1.0)[k]
        if two and reading.pose in ("drive", "walk", "run"):
            turn = facing
        own_pen = Pen(pen.canvas, pen.light, pen.ink, line)
        item = held(own_pen, form, scheme) if in_hand and form is not None and k == 0 else None
        part = Part(
            pose=reading.pose if k == 0 or reading.pose not in ("phone", "point") else "stand",
            mood=reading.mood,
            facing=turn,
            phase=0.37 * k,
            item=item,
            detail=near,
            hides_legs=False,
        )
        figure = Figure(own_pen, look_of(member, scheme), part)
        x = (-118.0, 118.0)[k] if seen_two else 0.0
        placed.append(Placed(Person(figure), x, floor_y, _travel(shot, reading, turn)))
        if k == 0:
            head_y = -(figure.stance(0.0).neck[1] - 52) / 100
    seen = 1000 / camera.near
    camera = framing.on_person(
        shot.size,
        placed[0].x if two and not seen_two else 0.0,
        floor_y,
        head_y,
        0.3 if seen_two and near else 0.0,
    )
    if not two:
        # Looking room: space in front of the gaze.
        camera = Camera(x=facing * 0.07 * seen, y=camera.y, near=camera.near)
    if shot.setting is Setting.VEHICLE and reading.pose == "drive":
        wheel = SteeringWheel(pen, scheme, facing or 1.0)
        placed.append(Placed(wheel, placed[0].x, floor_y))
    used = form is not None and form in _USED.get(reading.pose, ())
    if form is not None and form not in BODILESS and not in_hand and not used:
        placed.append(_beside(shot, form, scheme, pen, floor_y, facing, camera))
    return Staged(tuple(placed), camera)


def _beside(
    shot: Shot,
    form: ProductForm,
    scheme: Scheme,
    pen: Pen,
    floor_y: float,
    facing: float,
    camera: Camera,
) -> Placed:
    """Place a product that nobody holds in front of the person's gaze; in close sizes in the
    foreground."""
    way = facing or 1.0
    seen = 1000 / camera.near
    aspect = shot.width / shot.height
    if shot.size in (*_NEAR, ShotSize.MS) or shot.setting is Setting.VEHICLE:
        height = seen * 0.46 * min(1.0, aspect)
        own = Pen(pen.canvas, pen.light, pen.ink, _line(camera, height / 100))
        goods = Goods(own, form, scheme, height=height, mirrored=way < 0)
        x = camera.x + way * seen * aspect * 0.27
        return Placed(goods, x, camera.y + seen * 0.46)
    own = Pen(pen.canvas, pen.light, pen.ink, _line(camera, goods_height(form) / 100))
    goods = Goods(own, form, scheme, on_table=HEADS[form] < SMALL, mirrored=way < 0)
    return Placed(goods, way * (150 + goods.width * 0.42), floor_y + 10)


def _travel(shot: Shot, reading: Reading, turn: float) -> Callable[[float], float] | None:
    """Return the walk of a person, by share of the cut; None: no walk, or the camera tracks."""
    if reading.pose not in ("walk", "run") or shot.size in _NEAR:
        return None
    way = turn or 1.0
    reach = 150.0 if reading.pose == "walk" else 330.0
    if shot.move in (CameraMove.TRACK_LEFT, CameraMove.TRACK_RIGHT):
        return None
    return lambda share: way * reach * (share - 0.5)


def _goods(
    shot: Shot,
    reading: Reading,
    form: ProductForm,
    scheme: Scheme,
    pen: Pen,
    floor_y: float,
) -> Staged:
    hero = reading.packshot or shot.setting is Setting.STUDIO
    aspect = shot.width / shot.height
    # A product wider than a portrait frame is drawn smaller, not cut off.
    height = min(goods_height(form), 1100 * aspect / WIDTH[form] * 100)
    stands = 0.0 if shot.setting is Setting.VEHICLE else table_height(form)
    camera = framing.on_goods(
        shot.size, floor_y - stands, WIDTH[form] / 100 * height, height, aspect
    )
    if shot.staging is not None:
        camera = framing.above_words(camera, shot.size, floor_y - stands, height, aspect, shot.move)
    if not (hero or stands):
        camera = framing.grounded(camera, shot.size, shot.angle)
    goods = Goods(
        Pen(pen.canvas, pen.light, pen.ink, _line(camera, height / 100)),
        form,
        scheme,
        hero=hero,
        on_table=stands > 0,
        height=height,
        mirrored=shot.direction is ScreenDirection.LEFT,
    )
    along = None
    drives = form in _WHEELED and not hero and shot.setting in _OUTSIDE_ROADS
    tracked = shot.move in (CameraMove.TRACK_LEFT, CameraMove.TRACK_RIGHT)
    if drives and not tracked and shot.size not in _NEAR:
        way = _FACING[shot.direction] or 1.0
        reach = 0.5 * 1000 / camera.near
        along = lambda share: way * reach * (eased(share) - 0.5)  # noqa: E731
    middle = (0.0, floor_y - stands - height * 0.52) if hero else None
    reach = max(goods.width, height) * 0.8
    return Staged((Placed(goods, 0.0, floor_y, along),), camera, middle, reach)


def _line(camera: Camera, units: float) -> float:
    """Return the ink's width in drawing units, so that it is equal on the frame at any distance."""
    pixels_per_unit = camera.near * camera.lens * 0.72 * units
    grown = min(1.9, max(1.0, camera.near**0.35))
    return LINE_PIXELS * grown / pixels_per_unit
