"""People and animals of an ensemble: the row in front, and the crowd behind it."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

import skia

from conte.conte import ProductEntry
from conte.staging_vocabulary import Facing, Prop, Seat
from conte.vocabulary import CameraMove
from deployments.engines.animatic import prop_drawings
from deployments.engines.animatic.camera import Camera
from deployments.engines.animatic.ensemble.row import (
    TRAVELS,
    Stood,
    head_y,
    in_bed,
    in_cot,
    lies_at,
    look_in,
)
from deployments.engines.animatic.ensemble.scene import CLOSEST, NEAR, Scene
from deployments.engines.animatic.ensemble.subjects import Animal, Distant, Thing
from deployments.engines.animatic.ensemble.things import SEATS
from deployments.engines.animatic.framing import HEAD
from deployments.engines.animatic.goods.by_form import HELD, WIDTH
from deployments.engines.animatic.pen import Pen, record
from deployments.engines.animatic.people.figure import Figure, Part
from deployments.engines.animatic.people.look import look_of
from deployments.engines.animatic.players import NO_HANDS
from deployments.engines.animatic.props import SHAPES, Carried, drawing_of, fits_a_hand
from deployments.engines.animatic.subjects import Person, Placed, held, held_heads

_REAR = 0.72
"""Scale of those on a car's back seat."""


def person(scene: Scene, stood: Stood, row: Sequence[Stood] = ()) -> Placed:
    """Return the subject for a person or an animal of the row."""
    player = stood.player
    if in_cot(player):
        thing = Thing(scene.pen, prop_drawings.cot, scene.scheme, 3.4 * HEAD, 196)
        return Placed(thing, stood.x, scene.floor_y + 10)
    if stood.look is None:
        return Placed(Animal(scene.pen, player, stood.way or 1.0), stood.x, scene.floor_y + 14,
                      _travel(scene, stood))  # fmt: skip
    number = (*scene.front, *scene.rear).index(player)
    part = _part(scene, stood, number, scene.shot.size in NEAR)
    if (other := _ahead(stood, row)) is not None:
        part = replace(
            part, near=abs(other.x - stood.x) * 100 / HEAD, below=-100 * (head_y(other) - 0.5)
        )
    figure = Figure(scene.pen, stood.look, part)
    y = scene.floor_y - lies_at(player) * HEAD
    return Placed(Person(figure), stood.x, y, _travel(scene, stood))


def _ahead(stood: Stood, row: Sequence[Stood]) -> Stood | None:
    """Return the next person in front of the gaze; None: nobody."""
    way = stood.way or 1.0
    ahead = [one for one in row if one.look is not None and (one.x - stood.x) * way > 0]
    return min(ahead, key=lambda one: (one.x - stood.x) * way, default=None)


def rear(scene: Scene) -> list[Placed]:
    """Return those on the back seat of a car: between the front seats, smaller."""
    found: list[Placed] = []
    for k, player in enumerate(scene.rear):
        x = 300.0 + (k - (len(scene.rear) - 1) / 2) * 210.0
        subject = person(scene, Stood(player, look_in(scene, player), x, 0.0)).subject
        if isinstance(subject, Person | Animal):
            found.append(Placed(Distant(subject, _REAR), x, scene.floor_y - 120))
    return found


def crowd(scene: Scene, camera: Camera) -> list[Placed]:
    """Return the crowd behind the row: two staggered rows over the frame's width."""
    if not scene.many or scene.shot.size in CLOSEST:
        return []
    found: list[Placed] = []
    seen = 1000 / camera.near * scene.aspect
    step, scale = 132.0, 0.84
    count = max(4, min(12, math.ceil(seen / step) + 2))
    rows = 2 if len(scene.many) > 3 else 1
    if rows == 1:
        count, step = max(3, min(6, count // 2)), 250.0
    for depth in range(rows):
        for k in range(count):
            player = scene.many[(k + depth * 2) % len(scene.many)]
            if player.member is None:
                continue
            x = camera.x + (k - (count - 1) / 2 + 0.4 * depth) * step
            way = 1.0 if player.drawn in TRAVELS and k % 2 else -1.0
            way = way if player.drawn in TRAVELS else 0.0
            part = Part(pose=player.drawn, mood=player.mood, facing=way, phase=0.23 * k + depth)
            look = look_of(
                player.member.model_copy(update={"id": f"{player.member.id}_{k}"}),
                scene.scheme,
                whole_words=True,
            )
            figure = Figure(scene.pen, look, part)
            along = _advance(130 * way) if player.drawn in TRAVELS else None
            smaller = scale - 0.1 * (rows - 1 - depth)
            y = scene.floor_y - 46 * (rows - depth)
            found.append(Placed(Distant(Person(figure), smaller), x, y, along))
    return found


def _part(scene: Scene, stood: Stood, number: int, detail: bool) -> Part:
    player = stood.player
    item: skia.Picture | None = None
    carried: Carried = "front"
    if player.holds is not None and player.drawn not in NO_HANDS:
        item, carried = _held(scene, player.holds)
    seat: Literal["chair", "floor", "none"] = "chair"
    if in_bed(player):
        seat = "chair"
    elif player.seat is Seat.FLOOR:
        seat = "floor"
    elif player.seat in SEATS or scene.in_car:
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
        product=_shown_at(player.holds) if item is not None else None,
    )


def _shown_at(held: Prop | ProductEntry | None) -> tuple[float, float] | None:
    """Return width and height of a product in a hand, in hundredths of a head; None: no product."""
    if not isinstance(held, ProductEntry):
        return None
    height = held_heads(held.form) * 100
    return WIDTH[held.form] / 100 * height, height


def _held(scene: Scene, thing: Prop | ProductEntry) -> tuple[skia.Picture | None, Carried]:
    if isinstance(thing, ProductEntry):
        in_hand = thing.form in HELD
        return held(scene.pen, thing.form, scene.scheme) if in_hand else None, "front"
    draw, shape = drawing_of(thing), SHAPES[thing]
    if draw is None or not fits_a_hand(thing):
        return None, "front"
    recorder = record(900, 900, -450, -450)
    canvas = recorder.getRecordingCanvas()
    size = shape.heads if shape.carried != "front" else max(shape.heads * 1.15, 0.5)
    canvas.scale(size, size)
    # The hand is at the thing's middle, foot or handle.
    canvas.translate(0, {"front": 50, "up": 6, "down": 98}[shape.carried])
    draw(Pen(canvas, scene.pen.light, scene.pen.ink, max(1.0, 2.4 / size)), scene.scheme)
    return recorder.finishRecordingAsPicture(), shape.carried


def _travel(scene: Scene, stood: Stood) -> Callable[[float], float] | None:
    """Return a person's walk, as a shift by share of the cut; None: no walk.

    Nobody walks if the camera tracks the row, or if somebody in the row does not walk.
    """
    shot, pose = scene.shot, stood.player.drawn
    alone = all(one.drawn in TRAVELS for one in scene.front)
    if pose not in TRAVELS or shot.size in NEAR or not alone:
        return None
    if shot.move in (CameraMove.TRACK_LEFT, CameraMove.TRACK_RIGHT):
        return None
    reach = (150.0 if pose == "walk" else 330.0) * min(1.0, scene.aspect / 1.4)
    return _advance((stood.way or 0.0) * reach)


def _advance(distance: float) -> Callable[[float], float]:
    """Return the walked distance by share of the cut, 0 at the middle of the cut."""
    return lambda share: distance * (share - 0.5)
