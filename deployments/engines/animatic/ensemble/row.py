"""The row of an ensemble: the position and the gaze of each person and animal in front."""

from collections.abc import Sequence
from dataclasses import dataclass

from conte.proportions import WORN
from conte.staging_vocabulary import Extra, Facing, Prop, Seat
from conte.vocabulary import ScreenDirection, ShotSize
from deployments.engines.animatic.ensemble.scene import Scene
from deployments.engines.animatic.people.animals import HEIGHTS
from deployments.engines.animatic.people.look import PersonLook, look_of, wearing
from deployments.engines.animatic.people.lying import BACK, HEAD_UP
from deployments.engines.animatic.people.poses import Body, stance
from deployments.engines.animatic.players import Player
from deployments.engines.animatic.props import SHAPES

_FACING = {Facing.LEFT: -1.0, Facing.RIGHT: 1.0, Facing.CAMERA: 0.0, Facing.AWAY: 0.0}
_DIRECTION = {ScreenDirection.LEFT: -1.0, ScreenDirection.RIGHT: 1.0, ScreenDirection.NEUTRAL: 0.0}
_SIDEWAYS = ("walk", "run", "cycle", "drive", "crouch", "reach", "hug", "lean", "lie")
"""Poses seen from the side unless the staging sets a direction."""
LENGTH = 600.0
"""Distance from the head to the feet of a lying person, in scene units."""
SEAT_HEADS = {Seat.SOFA: 1.4, Seat.BENCH: 1.38}
"""Height in head heights of seats on which a person can lie."""
TRAVELS = ("walk", "run", "cycle")
_SMALL_ONES = ("extra_toddler", "extra_girl", "extra_boy")
_HALF = 96.0
"""Half the width of a standing person, in scene units."""
_HALVES = {
    "cycle": 250.0, "lie": 330.0, "sit": 118.0, "crouch": 120.0, "run": 130.0, "walk": 120.0,
    "reach": 126.0,
}  # fmt: skip
_WIDE = (ShotSize.FS, ShotSize.LS, ShotSize.ELS)
_CLOSER = 0.82
"""Factor on the distance between two people in a portrait frame."""


@dataclass(frozen=True)
class Stood:
    """A person or animal with a position in the row."""

    player: Player
    look: PersonLook | None
    """Look of a person; None: an animal."""
    x: float
    way: float
    """Direction of the gaze: -1 left, 0 camera, 1 right."""


def row_of(scene: Scene) -> list[Stood]:
    """Return the positions of the row. Of three the first is in the middle; of two the first is on
    the left."""
    front, direction = scene.front, _DIRECTION[scene.shot.direction]
    if scene.in_car:
        # A car has two seats in front; the driver's is in the middle of the set.
        return [Stood(p, look_in(scene, p), 600.0 * k, 0.0) for k, p in enumerate(front)]
    count = len(front)
    order = {3: (1, 0, 2), 4: (1, 0, 2, 3), 5: (3, 1, 0, 2, 4)}.get(count, tuple(range(count)))
    closer = _CLOSER if scene.aspect < 1 and scene.shot.size not in _WIDE else 1.0
    if count > 1 and _alike(front):
        # Each has room for an outstretched arm.
        closer = 1.4
    if count == 2 and any(player.drawn == "hug" for player in front):
        # An arm round somebody as tall: their heads stay apart.
        closer *= 0.8
    halves = [half_of(front[index]) * closer for index in order]
    x, row = -sum(halves), dict[int, Stood]()
    for place, (index, half) in enumerate(zip(order, halves, strict=True)):
        player = front[index]
        way = _way(scene, player, place, count, direction)
        row[index] = Stood(player, look_in(scene, player), x + half, way)
        x += 2 * half
    return [row[index] for index in range(count)]


def _alike(front: Sequence[Player]) -> bool:
    """Return whether all reach out: they do the same thing, side by side."""
    return all(one.drawn == "reach" for one in front)


def look_in(scene: Scene, player: Player) -> PersonLook | None:
    """Return a person's look in the scene, which may wear the product; None: an animal."""
    if player.member is None:
        return None
    look = look_of(player.member, scene.scheme, whole_words=True)
    product = scene.played.product
    if product is None or not wears(scene, player):
        return look
    return wearing(look, product.form, scene.scheme)


def wears(scene: Scene, player: Player) -> bool:
    """Return whether a person has the product on: the first one, if it is clothes and not held."""
    product = scene.played.product
    first = next((one for one in scene.front if one.member is not None), None)
    on_sheet = player.member is not None and not player.member.id.startswith("extra_")
    if product is None or product.form not in WORN or player is not first or not on_sheet:
        return False
    return product.id not in scene.played.held


def _way(scene: Scene, player: Player, place: int, count: int, direction: float) -> float:
    if player.facing is not None:
        return _FACING[player.facing]
    together = all(one.drawn in TRAVELS for one in scene.front) or _alike(scene.front)
    if count == 1 or together:
        return direction or (1.0 if player.drawn in _SIDEWAYS else 0.0)
    if sum(one.holds is not None for one in scene.front) > 1:
        # Things in hands are seen from the front.
        return 0.0
    # People look towards the middle; the person in the middle looks at the camera.
    middle = (count - 1) / 2
    return 0.0 if place == middle else 1.0 if place < middle else -1.0


def in_cot(player: Player) -> bool:
    """Return whether the player is a lying baby, which is drawn in a cot."""
    member = player.member
    return member is not None and member.id == "extra_toddler" and player.drawn == "lie"


def in_bed(player: Player) -> bool:
    """Return whether the player lies in a bed, which is the default for a lying person."""
    return player.drawn == "lie" and player.seat in (None, Seat.BED, Seat.CHAIR)


def lies_at(player: Player) -> float:
    """Return the height, in heads, of the surface on which the player lies; 0: the floor, or a bed
    that the figure draws."""
    return SEAT_HEADS.get(player.seat, 0.0) if player.drawn == "lie" and player.seat else 0.0


def lifts(player: Player) -> bool:
    """Return whether the player holds something above the head."""
    return isinstance(player.holds, Prop) and SHAPES[player.holds].carried == "up"


def half_of(player: Player) -> float:
    """Return half of the width that the player needs, in scene units."""
    if player.animal is not None:
        return 60.0 if player.animal is Extra.BIRD else 150.0
    if player.member is not None and player.member.id in _SMALL_ONES and not in_cot(player):
        return max(76.0, 0.8 * _HALVES.get(player.drawn, 0.0))
    if in_cot(player):
        return 220.0
    if player.sits and player.drawn != "drive":
        return _HALVES["sit"]
    return _HALVES.get(player.drawn, _HALF if player.holds is None else 116.0)


def head_y(stood: Stood) -> float:
    """Return the height of the head's middle above the floor, in head heights."""
    player = stood.player
    if in_cot(player):
        return 2.6
    if player.animal is not None:
        return HEIGHTS[player.animal] - 0.5
    if player.drawn == "lie" and not in_bed(player):
        return lies_at(player) + BACK / 100
    if stood.look is None or player.drawn == "lie":
        return HEAD_UP
    on_floor = player.seat is Seat.FLOOR
    body = Body(stood.look.heads)
    now = stance(body, player.drawn, stood.way, 0.0, False, 0.0, "", on_floor, player.sits)
    return -(now.neck[1] - 52) / 100
