"""Things of an ensemble: behind everybody, on the ground, sat on, and before everybody."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from conte.staging_vocabulary import Prop, Seat
from conte.vocabulary import ScreenDirection
from deployments.engines.animatic import prop_drawings
from deployments.engines.animatic.camera import Camera
from deployments.engines.animatic.ensemble.row import LENGTH, Stood, in_bed
from deployments.engines.animatic.ensemble.scene import Scene
from deployments.engines.animatic.ensemble.subjects import Thing
from deployments.engines.animatic.framing import HEAD
from deployments.engines.animatic.pen import Pen
from deployments.engines.animatic.props import SHAPES, drawing_of, width_of
from deployments.engines.animatic.scheme import Scheme
from deployments.engines.animatic.subjects import Placed

_SET_DEPTH, _SET_FLOOR, _SET_SCALE = 0.62, 796.0, 0.74
"""Depth of the set's middle plane, y of its floor there, and scale of things on it."""
SEATS: dict[Seat, tuple[Prop, float]] = {
    Seat.SOFA: (Prop.SOFA, 3.0),
    Seat.BENCH: (Prop.BENCH, 2.9),
    Seat.BED: (Prop.BED, 3.0),
}
"""Seat -> the prop drawn for it, and its height in heads at which the cushion fits a sitter."""


def behind(scene: Scene, camera: Camera) -> Callable[[Pen, Scheme], None] | None:
    """Return a drawing of the set's things behind everybody, placed so that all are in the
    frame.
    """
    things = [prop for prop in scene.played.props if SHAPES[prop].stand in ("wall", "far")]
    sat_on = {SEATS[p.seat][0] for p in scene.front if p.seat and p.seat in SEATS}
    things = [prop for prop in things if prop not in sat_on]
    drawn = [(prop, draw) for prop in things if (draw := drawing_of(prop)) is not None]
    scale = camera.scale(_SET_DEPTH)
    if not drawn or scale is None:
        return None
    high = 1000 / scale
    wide, middle = high * scene.aspect, camera.x * _SET_DEPTH
    top = 500 + (camera.y - 500) * _SET_DEPTH - high / 2
    side = -1.0 if scene.shot.direction is ScreenDirection.RIGHT else 1.0
    at: list[tuple[Callable[[Pen, Scheme], None], float, float, float]] = []
    for prop, draw in drawn:
        shape = SHAPES[prop]
        height = shape.heads * HEAD * _SET_SCALE
        width = width_of(prop) / 100 * height
        if prop is Prop.STAIRS:
            x = middle
        else:
            x = middle + side * max(wide / 2 - width * 0.54, wide * 0.13)
            side = -side
        base = _SET_FLOOR
        if shape.stand == "wall":
            hung = _SET_FLOOR - shape.lifted * HEAD * _SET_SCALE
            base = min(max(hung, top + high * 0.05 + height), _SET_FLOOR - 60)
        at.append((draw, x, base, height))

    def draw_all(pen: Pen, scheme: Scheme) -> None:
        line = pen.line
        for draw, x, base, height in at:
            pen.canvas.save()
            pen.canvas.translate(x, base)
            pen.canvas.scale(height / 100, height / 100)
            pen.line = line * 100 / height
            own = Pen(pen.canvas, pen.light, pen.ink, pen.line)
            draw(own, scheme)
            pen.canvas.restore()
        pen.line = line

    return draw_all


def ground(scene: Scene, camera: Camera) -> list[Placed]:
    """Return the things painted on the ground in front of everybody."""
    props = (prop for prop in scene.played.props if SHAPES[prop].stand == "ground")
    found = (prop_at(scene, prop, camera.x, scene.floor_y + 90) for prop in props)
    return [one for one in found if one is not None]


def seats(scene: Scene, row: list[Stood]) -> list[Placed]:
    found: list[Placed | None] = []
    for seat, (prop, heads) in SEATS.items():
        on_it = [stood for stood in row if stood.player.seat is seat]
        on_it = [stood for stood in on_it if not in_bed(stood.player)]
        if on_it:
            # Who lies has the head where who sits has it, and the feet to one side.
            lying_by = (LENGTH * (one.way or 1.0) for one in on_it if one.player.drawn == "lie")
            x = (sum(one.x for one in on_it) + sum(lying_by) * 0.45) / len(on_it)
            found.append(prop_at(scene, prop, x, scene.floor_y + 4, heads * HEAD))
    return [one for one in found if one is not None]


def before(scene: Scene, row: list[Stood], camera: Camera) -> list[Placed]:
    """Return the table in front of the people with things on it, and the things on the floor.

    Without a table, small things lie as `_lying` places them.
    """
    props = scene.played.props
    found: list[Placed | None] = []
    tables = [prop for prop in props if SHAPES[prop].stand == "table"]
    wide = 1000 / camera.near * scene.aspect
    if tables:
        prop = tables[0]
        top = SHAPES[prop].heads * HEAD
        sitting = all(stood.player.sits for stood in row) and bool(row)
        x = camera.x
        if not sitting and prop is not Prop.COUNTER and len(row) == 1 and scene.aspect > 1:
            x = camera.x + (row[0].way or 1.0) * wide * 0.24
        found.append(prop_at(scene, prop, x, scene.floor_y + 40))
        small = [one for one in props if SHAPES[one].stand == "small"]
        if any(stood.player.drawn == "type" for stood in row):
            small = [one for one in small if one is not Prop.LAPTOP]
            laptop = prop_drawings.laptop_from_behind
            thing = Thing(scene.pen, laptop, scene.scheme, HEAD * 1.05, 170, casts=False)
            found.append(_on(Placed(thing, row[0].x + 8, scene.floor_y + 40 - top + 6), scene))
        room = min(wide * 0.7, width_of(prop) / 100 * top * 0.8)
        for k, one in enumerate(small):
            place = x + (k - (len(small) - 1) / 2) * room / max(1, len(small)) + room * 0.22
            found.append(_on(prop_at(scene, one, place, scene.floor_y + 40 - top + 6), scene))
    else:
        small = [one for one in props if SHAPES[one].stand == "small"]
        found += lying(scene, small, camera)
    return [*(one for one in found if one is not None), *on_floor(scene, camera, tables[1:])]


def on_floor(scene: Scene, camera: Camera, more: Sequence[Prop] = ()) -> list[Placed]:
    """Return the things on the floor, and `more`, at the sides of the frame."""
    wide = 1000 / (camera.near * camera.lens) * scene.aspect
    floor = [prop for prop in scene.played.props if SHAPES[prop].stand == "floor"]
    found: list[Placed | None] = []
    for k, prop in enumerate((*floor, *more)):
        side = 1.0 if k % 2 == 0 else -1.0
        width = width_of(prop) / 100 * SHAPES[prop].heads * HEAD
        x = camera.x + side * max(wide / 2 - width * 0.5, 60.0)
        found.append(prop_at(scene, prop, x, scene.floor_y + 24))
    return [one for one in found if one is not None]


def _on(placed: Placed | None, scene: Scene) -> Placed | None:
    """Return a thing that stands on the table: an angle shows both alike."""
    return None if placed is None else replace(placed, foot=scene.floor_y + 40)


def lying(scene: Scene, small: list[Prop], camera: Camera) -> list[Placed | None]:
    """Place small things without a table: near the lens in a close shot, else on the floor."""
    seen = 1000 / camera.near
    found: list[Placed | None] = []
    for k, prop in enumerate(small):
        side = 1.0 if k % 2 == 0 else -1.0
        far = seen * scene.aspect * (0.36 if scene.aspect > 1 else 0.3)
        height = SHAPES[prop].heads * HEAD
        low = camera.y + seen * 0.5
        if low < scene.floor_y - 10:
            # The floor is not in the frame: the thing is in the near corner.
            height = max(height * 1.3, seen * 0.22)
            found.append(prop_at(scene, prop, camera.x + side * far, low - seen * 0.015, height))
        else:
            found.append(prop_at(scene, prop, camera.x + side * far, scene.floor_y + 26))
    return found


def prop_at(scene: Scene, prop: Prop, x: float, y: float, height: float = 0.0) -> Placed | None:
    """Return a prop that stands at (x, y), in its own height if none is given; None: not drawn."""
    draw = drawing_of(prop)
    if draw is None:
        return None
    shape = SHAPES[prop]
    height = height or shape.heads * HEAD
    casts = shape.stand in ("floor", "table")
    thing = Thing(scene.pen, draw, scene.scheme, height, width_of(prop), casts=casts)
    return Placed(thing, x, y)
