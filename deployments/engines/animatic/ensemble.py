"""Ensemble: a reading from staging -> people and things in their places, framed by the tallest.

A row of people in front, a crowd behind them; things behind, between and before them.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import skia

from conte.clip import Shot
from conte.conte import ProductEntry
from conte.proportions import HEAD_AT, HEADS_SEEN
from conte.staging_vocabulary import Extra, Facing, Motion, Prop, Seat
from conte.vocabulary import Angle, CameraMove, ProductForm, ScreenDirection, Setting, ShotSize
from deployments.engines.animatic import framing, prop_drawings
from deployments.engines.animatic.camera import Camera
from deployments.engines.animatic.framing import HEAD, WIDEST
from deployments.engines.animatic.goods.by_form import BODILESS, HEADS, HELD, WIDTH
from deployments.engines.animatic.pen import Pen, record
from deployments.engines.animatic.people.animals import HEIGHTS, draw_animal
from deployments.engines.animatic.people.figure import Figure, Part
from deployments.engines.animatic.people.look import PersonLook, look_of
from deployments.engines.animatic.people.lying import HEAD_UP
from deployments.engines.animatic.people.poses import Body, stance
from deployments.engines.animatic.players import Played, Player
from deployments.engines.animatic.props import SHAPES, Carried, drawing_of, width_of
from deployments.engines.animatic.scheme import Scheme
from deployments.engines.animatic.staging import LINE_PIXELS, Staged
from deployments.engines.animatic.subjects import (
    SMALL,
    Goods,
    Person,
    Placed,
    SteeringWheel,
    goods_height,
    held,
    shadow,
)

_FACING = {Facing.LEFT: -1.0, Facing.RIGHT: 1.0, Facing.CAMERA: 0.0, Facing.AWAY: 0.0}
_DIRECTION = {ScreenDirection.LEFT: -1.0, ScreenDirection.RIGHT: 1.0, ScreenDirection.NEUTRAL: 0.0}
_CLOSEST = (ShotSize.ECU, ShotSize.CU)
_NEAR = (*_CLOSEST, ShotSize.MCU)
_SIDEWAYS = ("walk", "run", "cycle", "drive", "crouch", "reach", "hug", "lean")
"""Poses seen from the side unless the staging sets a direction."""
_TRAVELS = ("walk", "run", "cycle")
_NO_HANDS = ("drive", "cycle", "lie", "type")
"""Poses that leave no hand free to hold something."""
_SMALL_ONES = ("extra_toddler", "extra_girl", "extra_boy")
_HALF = 96.0
"""Half the width of a standing person, in scene units."""
_HALVES = {"cycle": 250.0, "lie": 330.0, "sit": 118.0, "crouch": 120.0, "run": 130.0}
_CLOSER = 0.82
"""Factor on the distance between two people in a portrait frame."""
_SET_DEPTH, _SET_FLOOR, _SET_SCALE = 0.62, 796.0, 0.74
"""Depth of the set's middle plane, y of its floor there, and scale of things on it."""
_GROWS = 2.4
"""Largest factor by which a shot may be widened to include everybody."""
_SEATS: dict[Seat, tuple[Prop, float]] = {
    Seat.SOFA: (Prop.SOFA, 3.0),
    Seat.BENCH: (Prop.BENCH, 2.9),
    Seat.BED: (Prop.BED, 3.0),
}
"""Seat -> the prop drawn for it, and its height in heads at which the cushion fits a sitter."""


class Thing:
    """A prop, recorded once and drawn every frame; (0, 0) is the middle of its base."""

    def __init__(
        self,
        pen: Pen,
        draw: Callable[[Pen, Scheme], None],
        scheme: Scheme,
        height: float,
        width: float,
        *,
        casts: bool = True,
    ) -> None:
        """Record the drawing.

        `height`: in scene units. `width`: in hundredths of the height. `casts`: with a shadow on
        the ground.
        """
        self._height, self._width, self._casts = height, width / 100 * height, casts
        recorder = record(6 * width + 600, 700, -3 * width - 300, -500)
        # The ink has the same width on the frame, whatever the size of the thing.
        own = Pen(
            recorder.getRecordingCanvas(),
            pen.light,
            pen.ink,
            max(0.8, pen.line * HEAD / height),
        )
        draw(own, scheme)
        self._picture = recorder.finishRecordingAsPicture()

    def draw(self, canvas: skia.Canvas, t: float) -> None:
        if self._casts:
            shadow(canvas, self._width * 0.54, min(22.0, self._width * 0.07))
        canvas.save()
        canvas.scale(self._height / 100, self._height / 100)
        canvas.drawPicture(self._picture)
        canvas.restore()


class Animal:
    def __init__(self, pen: Pen, player: Player, way: float) -> None:
        self._pen = Pen(pen.canvas, pen.light, pen.ink, pen.line)
        self._player, self._way = player, way

    def draw(self, canvas: skia.Canvas, t: float) -> None:
        if self._player.animal is None:
            return
        shadow(canvas, 120, 14)
        canvas.save()
        canvas.scale(self._way * HEAD / 100, HEAD / 100)
        self._pen.canvas = canvas
        draw_animal(self._pen, self._player.animal, self._player.pose, t)
        canvas.restore()


class Coming:
    """A thing that comes towards the lens: it grows."""

    def __init__(self, thing: Thing) -> None:
        self._thing = thing

    def draw(self, canvas: skia.Canvas, t: float) -> None:
        grown = 0.92 + 0.05 * min(t, 6.0)
        canvas.save()
        canvas.scale(grown, grown)
        self._thing.draw(canvas, t)
        canvas.restore()


class Distant:
    """A subject further away, drawn smaller."""

    def __init__(self, subject: Person, scale: float) -> None:
        self._subject, self._scale = subject, scale

    def draw(self, canvas: skia.Canvas, t: float) -> None:
        canvas.save()
        canvas.scale(self._scale, self._scale)
        self._subject.draw(canvas, t)
        canvas.restore()


@dataclass(frozen=True)
class _Stood:
    """A player with a place in the row."""

    player: Player
    look: PersonLook | None
    """Look of a person; None: an animal."""
    x: float
    way: float
    """Direction of the gaze: -1 left, 0 camera, 1 right."""


def ensemble(shot: Shot, played: Played, scheme: Scheme, pen: Pen, floor_y: float) -> Staged:
    return _Ensemble(shot, played, scheme, pen, floor_y).staged()


def with_things(
    of: Staged, shot: Shot, played: Played, scheme: Scheme, pen: Pen, floor_y: float
) -> Staged:
    """Add the things of a picture without people to what is staged already."""
    around = _Ensemble(shot, played, scheme, pen, floor_y)
    behind, before = around.things(of.camera)
    return replace(of, placed=(*of.placed, *before), behind=behind)


class _Ensemble:
    def __init__(
        self, shot: Shot, played: Played, scheme: Scheme, pen: Pen, floor_y: float
    ) -> None:
        self._shot, self._played, self._scheme, self._floor = shot, played, scheme, floor_y
        self._aspect = shot.width / shot.height
        self._pen = pen
        front = [player for player in played.players if not player.behind]
        if shot.angle is Angle.OVER_SHOULDER and len(front) > 1:
            # The second player is the one whose shoulder is in the foreground.
            front = front[:1]
        if shot.size in _CLOSEST:
            front = front[:1]
        self._front = front
        self._many = [player for player in played.players if player.behind]
        self._in_car = shot.setting is Setting.VEHICLE and any(p.drawn == "drive" for p in front)

    def staged(self) -> Staged:
        row = self._row()
        camera = self._camera(row)
        pen = Pen(self._pen.canvas, self._pen.light, self._pen.ink, _line(camera, HEAD / 100))
        self._pen = pen
        placed = [*self._ground(camera), *self._crowd(camera), *self._seats(row)]
        placed += [self._person(stood) for stood in row]
        placed += [*self._before(row, camera), *self._product(row, camera)]
        if self._in_car or Prop.STEERING_WHEEL in self._played.props:
            driver = next((one for one in row if one.player.drawn == "drive"), None)
            if driver is not None:
                wheel = SteeringWheel(pen, self._scheme, driver.way or 1.0)
                placed.append(Placed(wheel, driver.x, self._floor))
        return Staged(tuple(placed), camera, behind=self._set(camera))

    def things(
        self, camera: Camera
    ) -> tuple[Callable[[Pen, Scheme], None] | None, tuple[Placed, ...]]:
        """Return the drawing of things behind, and the things in front."""
        pen = self._pen
        self._pen = Pen(pen.canvas, pen.light, pen.ink, _line(camera, HEAD / 100))
        small = [prop for prop in self._played.props if SHAPES[prop].stand == "small"]
        found = [*self._ground(camera), *self._lying(small, camera)]
        return self._set(camera), tuple(one for one in found if one is not None)

    def crossing(self, camera: Camera) -> list[Placed]:
        """Return the people who cross in front of a car, without its driver."""
        self._front = [player for player in self._front if player.drawn != "drive"]
        pen = self._pen
        self._pen = Pen(pen.canvas, pen.light, pen.ink, _line(camera, HEAD / 100))
        return [*self._ground(camera), *(self._person(stood) for stood in self._row())]

    # People

    def _row(self) -> list[_Stood]:
        """Return the people in front with their places: the first in the middle of three, left of
        two.
        """
        front, direction = self._front, _DIRECTION[self._shot.direction]
        if self._in_car:
            # A car has two seats in front; the driver's is in the middle of the set.
            front = sorted(front, key=lambda p: p.drawn != "drive")[:2]
            return [_Stood(p, self._look(p), 600.0 * k, 0.0) for k, p in enumerate(front)]
        count = len(front)
        order = {3: (1, 0, 2), 4: (1, 0, 2, 3), 5: (3, 1, 0, 2, 4)}.get(count, tuple(range(count)))
        closer = _CLOSER if self._aspect < 1 else 1.0
        if count == 2 and any(player.drawn == "hug" for player in front):
            closer *= 0.66
        halves = [_half(front[index]) * closer for index in order]
        x, row = -sum(halves), dict[int, _Stood]()
        for place, (index, half) in enumerate(zip(order, halves, strict=True)):
            player = front[index]
            way = self._way(player, place, count, direction)
            row[index] = _Stood(player, self._look(player), x + half, way)
            x += 2 * half
        return [row[index] for index in range(count)]

    def _look(self, player: Player) -> PersonLook | None:
        if player.member is None:
            return None
        return look_of(player.member, self._scheme, whole_words=True)

    def _way(self, player: Player, place: int, count: int, direction: float) -> float:
        if player.facing is not None:
            return _FACING[player.facing]
        together = all(one.drawn in _TRAVELS for one in self._front)
        if count == 1 or together:
            return direction or (1.0 if player.drawn in _SIDEWAYS else 0.0)
        if sum(one.holds is not None for one in self._front) > 1:
            # Things in hands are seen from the front.
            return 0.0
        # People look towards the middle; the person in the middle looks at the camera.
        middle = (count - 1) / 2
        return 0.0 if place == middle else 1.0 if place < middle else -1.0

    def _part(self, stood: _Stood, number: int, detail: bool) -> Part:
        player = stood.player
        item: skia.Picture | None = None
        carried: Carried = "front"
        if player.holds is not None and player.drawn not in _NO_HANDS:
            item, carried = self._held(player.holds)
        seat: Literal["chair", "floor", "none"] = "chair"
        if player.seat is Seat.FLOOR:
            seat = "floor"
        elif player.seat in _SEATS or self._in_car:
            seat = "none"
        return Part(
            pose=player.drawn,
            mood=player.mood,
            facing=stood.way,
            phase=0.37 * number,
            item=item,
            detail=detail,
            carry=carried,
            seat=seat,
            sits=player.sits,
            away=player.facing is Facing.AWAY,
        )

    def _held(self, thing: Prop | ProductEntry) -> tuple[skia.Picture | None, Carried]:
        if isinstance(thing, ProductEntry):
            in_hand = thing.form in HELD
            return held(self._pen, thing.form, self._scheme) if in_hand else None, "front"
        draw, shape = drawing_of(thing), SHAPES[thing]
        if draw is None or (shape.heads > 3 and shape.carried == "front"):
            return None, "front"
        recorder = record(900, 900, -450, -450)
        canvas = recorder.getRecordingCanvas()
        size = shape.heads if shape.carried != "front" else max(shape.heads * 1.15, 0.5)
        canvas.scale(size, size)
        # The hand is at the thing's middle, foot or handle.
        canvas.translate(0, {"front": 50, "up": 6, "down": 98}[shape.carried])
        draw(Pen(canvas, self._pen.light, self._pen.ink, max(1.0, 2.4 / size)), self._scheme)
        return recorder.finishRecordingAsPicture(), shape.carried

    def _person(self, stood: _Stood) -> Placed:
        player = stood.player
        if _in_cot(player):
            thing = Thing(self._pen, prop_drawings.cot, self._scheme, 3.4 * HEAD, 196)
            return Placed(thing, stood.x, self._floor + 10)
        if stood.look is None:
            return Placed(Animal(self._pen, player, stood.way or 1.0), stood.x, self._floor + 14,
                          self._travel(stood))  # fmt: skip
        number = self._front.index(player)
        part = self._part(stood, number, self._shot.size in _NEAR)
        figure = Figure(self._pen, stood.look, part)
        return Placed(Person(figure), stood.x, self._floor, self._travel(stood))

    def _travel(self, stood: _Stood) -> Callable[[float], float] | None:
        """Return the walk of a person, by share of the cut; None: the person stays in place.

        People stay if the camera tracks them, or if somebody in the row does not walk.
        """
        shot, pose = self._shot, stood.player.drawn
        alone = all(one.drawn in _TRAVELS for one in self._front)
        if pose not in _TRAVELS or shot.size in _NEAR or not alone:
            return None
        if shot.move in (CameraMove.TRACK_LEFT, CameraMove.TRACK_RIGHT):
            return None
        reach = (150.0 if pose == "walk" else 330.0) * min(1.0, self._aspect / 1.4)
        way = stood.way or 0.0
        return lambda share: way * reach * (share - 0.5)

    def _crowd(self, camera: Camera) -> list[Placed]:
        """Return a crowd behind: two staggered rows over the frame's width."""
        if not self._many or self._shot.size in _CLOSEST:
            return []
        found: list[Placed] = []
        seen = 1000 / camera.near * self._aspect
        step, scale = 132.0, 0.84
        count = max(4, min(12, math.ceil(seen / step) + 2))
        rows = 2 if len(self._many) > 3 else 1
        if rows == 1:
            count, step = max(3, min(6, count // 2)), 250.0
        for depth in range(rows):
            for k in range(count):
                player = self._many[(k + depth * 2) % len(self._many)]
                if player.member is None:
                    continue
                x = camera.x + (k - (count - 1) / 2 + 0.4 * depth) * step
                way = 1.0 if player.drawn in _TRAVELS and k % 2 else -1.0
                way = way if player.drawn in _TRAVELS else 0.0
                part = Part(pose=player.drawn, mood=player.mood, facing=way, phase=0.23 * k + depth)
                look = look_of(
                    player.member.model_copy(update={"id": f"{player.member.id}_{k}"}),
                    self._scheme,
                    whole_words=True,
                )
                figure = Figure(self._pen, look, part)
                along: Callable[[float], float] | None = None
                if player.drawn in _TRAVELS:
                    along = lambda share, way=way: way * 130 * (share - 0.5)  # noqa: E731
                smaller = scale - 0.1 * (rows - 1 - depth)
                y = self._floor - 46 * (rows - depth)
                found.append(Placed(Distant(Person(figure), smaller), x, y, along))
        return found

    # The camera

    def _camera(self, row: list[_Stood]) -> Camera:
        size = self._shot.size
        if not row:
            return self._on_things()
        if size is ShotSize.CU and row[0].player.holds is not None:
            # Near enough to the face, but with the held things in view.
            size = ShotSize.MCU
        seen = HEADS_SEEN[size] * HEAD
        tops = [_head_y(stood) for stood in row]
        top, low = max(tops), min(tops)
        left = min(stood.x - _half(stood.player) for stood in row)
        right = max(stood.x + _half(stood.player) for stood in row)
        if len(row) > 1:
            # Everybody is in the frame, from the crown of the tallest to the chest of the smallest.
            needed = max((right - left) * 0.94 / self._aspect, (top - low + 1.7) * HEAD)
            seen = min(max(seen, needed), seen * _GROWS)
        if any(_lifts(stood.player) for stood in row) and size not in _NEAR:
            # Space for a thing held overhead.
            top += 0.9
            seen *= 1.2
        if row[0].player.drawn == "lie" and size not in _CLOSEST:
            seen = max(seen, 620.0 / max(self._aspect, 0.75))
        if self._played.props and size in (ShotSize.MS, ShotSize.MLS):
            # Space for things around: a shot of a person and a thing is a little wider.
            seen *= 1.12
        seen = min(seen, WIDEST)
        floor = self._floor
        if size in HEAD_AT:
            y = floor - top * HEAD + (0.5 - HEAD_AT[size]) * seen
            if len(row) > 1 and seen > HEADS_SEEN[size] * HEAD * 1.3:
                y = floor - top * HEAD + 0.28 * seen
        else:
            y = floor - 0.46 * seen if size is ShotSize.FS else floor - 0.36 * seen
        x = (left + right) / 2 if len(row) > 1 and not self._in_car else row[0].x
        if self._in_car and len(row) > 1 and self._aspect > 1 and size not in _NEAR:
            x, seen = 300.0, max(seen, 1000.0 / self._aspect)
        if len(row) == 1:
            # Looking room: space in front of the gaze.
            x += row[0].way * 0.07 * seen * min(1.0, self._aspect)
            if row[0].player.drawn == "lie":
                x += 0.16 * seen * (row[0].way or 1.0)
        return Camera(x=x, y=y, near=1000 / seen)

    def _on_things(self) -> Camera:
        """Return a camera on the product if there is one, else on the place."""
        product = self._played.product
        if product is None:
            return framing.on_place(self._shot.size)
        height = goods_height(product.form)
        return framing.on_goods(
            self._shot.size, self._floor, WIDTH[product.form] / 100 * height, height, self._aspect
        )

    # Things

    def _thing(self, prop: Prop, x: float, y: float, height: float = 0.0) -> Placed | None:
        draw = drawing_of(prop)
        if draw is None:
            return None
        shape = SHAPES[prop]
        height = height or shape.heads * HEAD
        casts = shape.stand in ("floor", "table")
        thing = Thing(self._pen, draw, self._scheme, height, width_of(prop), casts=casts)
        return Placed(thing, x, y)

    def _set(self, camera: Camera) -> Callable[[Pen, Scheme], None] | None:
        """Return a drawing of the set's things behind everybody, placed so that all are in the
        frame.
        """
        things = [prop for prop in self._played.props if SHAPES[prop].stand in ("wall", "far")]
        sat_on = {_SEATS[p.seat][0] for p in self._front if p.seat and p.seat in _SEATS}
        things = [prop for prop in things if prop not in sat_on]
        drawn = [(prop, draw) for prop in things if (draw := drawing_of(prop)) is not None]
        scale = camera.scale(_SET_DEPTH)
        if not drawn or scale is None:
            return None
        high = 1000 / scale
        wide, middle = high * self._aspect, camera.x * _SET_DEPTH
        top = 500 + (camera.y - 500) * _SET_DEPTH - high / 2
        side = -1.0 if self._shot.direction is ScreenDirection.RIGHT else 1.0
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

    def _ground(self, camera: Camera) -> list[Placed]:
        """Return the things painted on the ground in front of everybody."""
        props = (prop for prop in self._played.props if SHAPES[prop].stand == "ground")
        found = (self._thing(prop, camera.x, self._floor + 90) for prop in props)
        return [one for one in found if one is not None]

    def _seats(self, row: list[_Stood]) -> list[Placed]:
        found: list[Placed | None] = []
        for seat, (prop, heads) in _SEATS.items():
            on_it = [stood for stood in row if stood.player.seat is seat]
            on_it = [stood for stood in on_it if stood.player.drawn != "lie"]
            if on_it:
                x = sum(stood.x for stood in on_it) / len(on_it)
                found.append(self._thing(prop, x, self._floor + 4, heads * HEAD))
        return [one for one in found if one is not None]

    def _before(self, row: list[_Stood], camera: Camera) -> list[Placed]:
        """Return the table in front of the people with things on it, and the things on the floor.

        Without a table, small things lie as `_lying` places them.
        """
        props = self._played.props
        found: list[Placed | None] = []
        tables = [prop for prop in props if SHAPES[prop].stand == "table"]
        wide = 1000 / camera.near * self._aspect
        if tables:
            prop = tables[0]
            top = SHAPES[prop].heads * HEAD
            sitting = all(stood.player.sits for stood in row) and bool(row)
            x = camera.x
            if not sitting and prop is not Prop.COUNTER and len(row) == 1 and self._aspect > 1:
                x = camera.x + (row[0].way or 1.0) * wide * 0.24
            found.append(self._thing(prop, x, self._floor + 40))
            small = [one for one in props if SHAPES[one].stand == "small"]
            if any(stood.player.drawn == "type" for stood in row):
                small = [one for one in small if one is not Prop.LAPTOP]
                laptop = prop_drawings.laptop_from_behind
                thing = Thing(self._pen, laptop, self._scheme, HEAD * 1.05, 170, casts=False)
                found.append(Placed(thing, row[0].x + 8, self._floor + 40 - top + 6))
            room = min(wide * 0.7, width_of(prop) / 100 * top * 0.8)
            for k, one in enumerate(small):
                place = x + (k - (len(small) - 1) / 2) * room / max(1, len(small)) + room * 0.22
                found.append(self._thing(one, place, self._floor + 40 - top + 6))
        else:
            small = [one for one in props if SHAPES[one].stand == "small"]
            found += self._lying(small, camera)
        floor = [prop for prop in props if SHAPES[prop].stand == "floor"]
        for k, prop in enumerate(floor):
            side = 1.0 if k % 2 == 0 else -1.0
            width = width_of(prop) / 100 * SHAPES[prop].heads * HEAD
            x = camera.x + side * max(wide / 2 - width * 0.5, 60.0)
            found.append(self._thing(prop, x, self._floor + 24))
        return [one for one in found if one is not None]

    def _lying(self, small: list[Prop], camera: Camera) -> list[Placed | None]:
        """Place small things without a table: near the lens in a close shot, else on the floor."""
        seen = 1000 / camera.near
        found: list[Placed | None] = []
        for k, prop in enumerate(small):
            side = 1.0 if k % 2 == 0 else -1.0
            far = seen * self._aspect * (0.36 if self._aspect > 1 else 0.3)
            height = SHAPES[prop].heads * HEAD
            low = camera.y + seen * 0.5
            if low < self._floor - 10:
                # The floor is not in the frame: the thing is in the near corner.
                height = max(height * 1.3, seen * 0.22)
                found.append(self._thing(prop, camera.x + side * far, low - seen * 0.015, height))
            else:
                found.append(self._thing(prop, camera.x + side * far, self._floor + 26))
        return found

    def _inked(self, camera: Camera, height: float) -> Pen:
        """Return a pen for a drawing of 100 units that is scaled to this height."""
        pen = self._pen
        return Pen(pen.canvas, pen.light, pen.ink, _line(camera, height / 100))

    def _product(self, row: list[_Stood], camera: Camera) -> list[Placed]:
        """Place a product that nobody holds: on the table if there is one, else in front of the
        gaze.
        """
        product = self._played.product
        # A product without a body cannot stand beside somebody.
        if product is None or product.form in BODILESS or not row:
            return []
        holder = next((s for s in row if s.player.holds == product), None)
        free = holder is not None and holder.player.drawn not in _NO_HANDS
        if free and product.form in HELD:
            return []
        used = {"lie": (ProductForm.BED, ProductForm.FURNITURE), "cycle": (ProductForm.BICYCLE,)}
        if any(product.form in used.get(stood.player.drawn, ()) for stood in row):
            return []
        tables = [prop for prop in self._played.props if SHAPES[prop].stand == "table"]
        if tables and product.form in HELD:
            top = self._floor + 40 - SHAPES[tables[0]].heads * HEAD
            return [Placed(Goods(self._pen, product.form, self._scheme), camera.x, top + 8)]
        way = row[0].way or 1.0
        return [self._beside(product.form, way, row, camera)]

    def _beside(self, form: ProductForm, way: float, row: list[_Stood], camera: Camera) -> Placed:
        shot, seen = self._shot, 1000 / camera.near
        if shot.size in (*_NEAR, ShotSize.MS) or shot.setting is Setting.VEHICLE:
            height = seen * 0.44 * min(1.0, self._aspect)
            own = self._inked(camera, height)
            goods = Goods(own, form, self._scheme, height=height, mirrored=way < 0)
            x = camera.x + way * seen * self._aspect * 0.28
            return Placed(goods, x, camera.y + seen * 0.46)
        own = self._inked(camera, goods_height(form))
        goods = Goods(own, form, self._scheme, on_table=HEADS[form] < SMALL, mirrored=way < 0)
        edge = max(stood.x * way + _half(stood.player) for stood in row)
        return Placed(goods, way * (edge + goods.width * 0.5), self._floor + 10)


def on_a_road(shot: Shot, played: Played) -> bool:
    """Return whether a car drives on a road that leads away from the camera, so that it is seen
    from the front.
    """
    driven = any(player.drawn == "drive" for player in played.players)
    alone = not played.players and played.product is not None
    is_car = alone and played.product is not None and played.product.form is ProductForm.CAR
    return shot.setting is Setting.ROAD and (driven or is_car)


def car_ahead(shot: Shot, played: Played, scheme: Scheme, pen: Pen, floor_y: float) -> Staged:
    """Stage a car from the front, coming along the road, and people who cross in front of it."""
    height, aspect = 3.6 * HEAD, shot.width / shot.height
    camera = framing.on_goods(shot.size, floor_y, 1.36 * height, height, aspect)
    own = Pen(pen.canvas, pen.light, pen.ink, _line(camera, height / 100))
    draw = prop_drawings.car_ahead
    thing = Thing(own, draw, scheme, height, 140)
    car = Coming(thing) if played.moves is Motion.VEHICLE else thing
    crossing = _Ensemble(shot, played, scheme, pen, floor_y + 60).crossing(camera)
    return Staged((Placed(car, 0.0, floor_y + 12), *crossing), camera)


def _in_cot(player: Player) -> bool:
    """Return whether the player is a lying baby, which is drawn in a cot."""
    member = player.member
    return member is not None and member.id == "extra_toddler" and player.drawn == "lie"


def _lifts(player: Player) -> bool:
    return isinstance(player.holds, Prop) and SHAPES[player.holds].carried == "up"


def _half(player: Player) -> float:
    if player.animal is not None:
        return 60.0 if player.animal is Extra.BIRD else 150.0
    if player.member is not None and player.member.id in (
        "extra_toddler",
        "extra_girl",
        "extra_boy",
    ):
        return 76.0
    if _in_cot(player):
        return 220.0
    if player.sits and player.drawn != "drive":
        return _HALVES["sit"]
    return _HALVES.get(player.drawn, _HALF if player.holds is None else 116.0)


def _head_y(stood: _Stood) -> float:
    """Return the height of the head's middle above the floor, in heads."""
    player = stood.player
    if _in_cot(player):
        return 2.6
    if player.animal is not None:
        return HEIGHTS[player.animal] - 0.5
    if stood.look is None or player.drawn == "lie":
        return HEAD_UP
    on_floor = player.seat is Seat.FLOOR
    body = Body(stood.look.heads)
    now = stance(body, player.drawn, stood.way, 0.0, False, 0.0, "", on_floor, player.sits)
    return -(now.neck[1] - 52) / 100


def _line(camera: Camera, units: float) -> float:
    """Return the ink's width in drawing units, so that it is equal on the frame at any distance."""
    pixels_per_unit = camera.near * camera.lens * 0.72 * units
    grown = min(1.9, max(1.0, camera.near**0.35))
    return LINE_PIXELS * grown / pixels_per_unit
