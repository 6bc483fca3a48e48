"""Ensemble: a reading made from staging -> people and things with positions, and a camera that
frames the tallest person.

People in front form a row, with a crowd behind them; things are behind, between and in front of
them.
"""

from dataclasses import replace

from conte.clip import Shot
from conte.staging_vocabulary import Motion, Prop
from conte.vocabulary import ProductForm, Setting
from deployments.engines.animatic import framing, prop_drawings
from deployments.engines.animatic.ensemble.frame import camera_of
from deployments.engines.animatic.ensemble.people import crowd, person, rear
from deployments.engines.animatic.ensemble.product import is_behind, product
from deployments.engines.animatic.ensemble.row import row_of
from deployments.engines.animatic.ensemble.scene import Scene, inked_for
from deployments.engines.animatic.ensemble.still import laid_out, placed_things
from deployments.engines.animatic.ensemble.subjects import Coming, Thing
from deployments.engines.animatic.ensemble.things import (
    before,
    behind,
    ground,
    lying,
    on_floor,
    prop_at,
    seats,
)
from deployments.engines.animatic.framing import HEAD
from deployments.engines.animatic.pen import Pen
from deployments.engines.animatic.players import Played
from deployments.engines.animatic.props import SHAPES, width_of
from deployments.engines.animatic.scheme import Scheme
from deployments.engines.animatic.staging import Staged
from deployments.engines.animatic.subjects import Dashboard, Goods, Placed, SteeringWheel


def ensemble(shot: Shot, played: Played, scheme: Scheme, pen: Pen, floor_y: float) -> Staged:
    """Return a picture with people: the positioned people and things, and its camera."""
    scene = Scene.of(shot, played, scheme, pen, floor_y)
    row = row_of(scene)
    camera = camera_of(scene, row)
    scene = scene.inked_for(camera)
    goods = product(scene, row, camera)
    tall = played.product is not None and is_behind(played.product.form)
    placed = [*ground(scene, camera), *crowd(scene, camera)]
    placed += [*(goods if tall else ()), *seats(scene, row)]
    people = [*rear(scene), *(person(scene, stood, row) for stood in row)]
    things = before(scene, row, camera)
    # Things in front of somebody who lies would hide the face.
    lies = any(stood.player.drawn == "lie" for stood in row)
    placed += [*things, *people] if lies else [*people, *things]
    placed += () if tall else goods
    if scene.in_car:
        placed.append(Placed(Dashboard(scene.pen, scheme), 0.0, floor_y))
    elif Prop.STEERING_WHEEL in played.props:
        driver = next((one for one in row if one.player.drawn == "drive"), None)
        if driver is not None:
            wheel = SteeringWheel(scene.pen, scheme, driver.way or 1.0)
            placed.append(Placed(wheel, driver.x, floor_y))
    return Staged(tuple(placed), camera, behind=behind(scene, camera))


def with_things(
    of: Staged, shot: Shot, played: Played, scheme: Scheme, pen: Pen, floor_y: float
) -> Staged:
    """Return `of`, a picture without people, extended by its things. A product alone gets a
    separate table.

    A product alone has a table of its own.
    """
    scene = Scene.of(shot, played, scheme, pen, floor_y).inked_for(of.camera)
    small = [prop for prop in played.props if SHAPES[prop].stand == "small"]
    things = [*ground(scene, of.camera), *_beside_product(of, scene, small)]
    things += on_floor(scene, of.camera)
    around = (one for one in things if one is not None)
    return replace(of, placed=(*of.placed, *around), behind=behind(scene, of.camera))


def _beside_product(of: Staged, scene: Scene, small: list[Prop]) -> list[Placed | None]:
    """Place small things where the product stands, at its sides and within its frame."""
    goods = next((one.subject for one in of.placed if isinstance(one.subject, Goods)), None)
    if goods is None:
        return lying(scene, small, of.camera)
    # A close-up of a product has a longer lens: less is seen than at its distance.
    seen = 1000 / (of.camera.near * of.camera.lens)
    half = seen * scene.aspect / 2
    found: list[Placed | None] = []
    for k, prop in enumerate(small):
        side = 1.0 if k % 2 == 0 else -1.0
        height = min(SHAPES[prop].heads * HEAD, 0.45 * seen)
        width = width_of(prop) / 100 * height
        x = of.camera.x + side * min(goods.width / 2 + width * 0.6, half * 0.96 - width / 2)
        found.append(prop_at(scene, prop, x, scene.floor_y - goods.stands + 0.02 * seen, height))
    return found


def still_life(shot: Shot, played: Played, scheme: Scheme, pen: Pen, floor_y: float) -> Staged:
    """Return a picture of things alone: framed by the things that lie or stand, on their table if
    there is one.

    The shot size is applied as it would be to a product.
    """
    plain = Scene.of(shot, played, scheme, pen, floor_y)
    base, things = laid_out(plain)
    height = max(thing.height for thing in things)
    width = 2 * max(abs(thing.x) + thing.width / 2 for thing in things)
    camera = framing.on_goods(shot.size, base, width, height, plain.aspect)
    scene = plain.inked_for(camera)
    around = (*ground(scene, camera), *placed_things(scene, things))
    laid = {thing.prop for thing in things}
    if not any(SHAPES[prop].stand == "floor" for prop in laid):
        around += tuple(on_floor(scene, camera))
    return Staged(around, camera, behind=behind(scene, camera))


def on_a_road(shot: Shot, played: Played) -> bool:
    """Return whether a car is on a road that leads away from the camera, so that it is drawn from
    the front.
    """
    driven = any(player.drawn == "drive" for player in played.players)
    alone = not played.players and played.product is not None
    is_car = alone and played.product is not None and played.product.form is ProductForm.CAR
    return shot.setting is Setting.ROAD and (driven or is_car)


def car_ahead(shot: Shot, played: Played, scheme: Scheme, pen: Pen, floor_y: float) -> Staged:
    """Return a car that approaches on the road, drawn from the front, and the people who cross
    before it."""
    height, aspect = 3.6 * HEAD, shot.width / shot.height
    camera = framing.on_goods(shot.size, floor_y, 1.36 * height, height, aspect)
    camera = framing.grounded(camera, shot.size, shot.angle)
    scene = Scene.of(shot, played, scheme, pen, floor_y + 60)
    thing = Thing(inked_for(scene, camera, height), prop_drawings.car_ahead, scheme, height, 140)
    car = Coming(thing) if played.moves is Motion.VEHICLE else thing
    on_foot = tuple(player for player in scene.front if player.drawn != "drive")
    scene = replace(scene, front=on_foot).inked_for(camera)
    crossing = [*ground(scene, camera), *(person(scene, stood) for stood in row_of(scene))]
    return Staged((Placed(car, 0.0, floor_y + 12), *crossing), camera)
