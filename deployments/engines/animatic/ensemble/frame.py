"""The camera of an ensemble: it includes the whole row, framed by the tallest person."""

from conte.proportions import HEAD_AT, HEADS_SEEN
from conte.vocabulary import ShotSize
from deployments.engines.animatic import framing
from deployments.engines.animatic.camera import Camera
from deployments.engines.animatic.ensemble.row import Stood, half_of, head_y, in_bed, lifts
from deployments.engines.animatic.ensemble.scene import CLOSEST, NEAR, Scene
from deployments.engines.animatic.framing import HEAD, WIDEST
from deployments.engines.animatic.goods.by_form import WIDTH
from deployments.engines.animatic.subjects import goods_height

_LYING_AT = 0.64
"""Share of the frame above a lying person's head: the bed or floor is near the frame's lower edge.
"""
_GROWS = 2.4
"""Largest factor by which a shot may be widened to include everybody."""


def camera_of(scene: Scene, row: list[Stood]) -> Camera:
    size = scene.shot.size
    if not row:
        return _on_things(scene)
    if size is ShotSize.CU and row[0].player.holds is not None:
        # Near enough to the face, but with the held things in view.
        size = ShotSize.MCU
    seen = HEADS_SEEN[size] * HEAD
    tops = [head_y(stood) for stood in row]
    top, low = max(tops), min(tops)
    left = min(stood.x - half_of(stood.player) for stood in row)
    right = max(stood.x + half_of(stood.player) for stood in row)
    if len(row) > 1:
        # Everybody is in the frame, from the crown of the tallest to the chest of the smallest.
        needed = max((right - left) * 0.94 / scene.aspect, (top - low + 1.7) * HEAD)
        seen = min(max(seen, needed), seen * _GROWS)
    if any(lifts(stood.player) for stood in row) and size not in NEAR:
        # Space for a thing held overhead.
        top += 0.9
        seen *= 1.2
    if row[0].player.drawn == "lie" and size not in CLOSEST:
        seen = max(seen, 620.0 / max(scene.aspect, 0.75))
    if scene.played.props and size in (ShotSize.MS, ShotSize.MLS):
        # Space for things around: a shot of a person and a thing is a little wider.
        seen *= 1.12
    seen = min(seen, WIDEST)
    floor = scene.floor_y
    if size in HEAD_AT:
        lies = row[0].player.drawn == "lie" and not in_bed(row[0].player)
        y = floor - top * HEAD + (0.5 - (_LYING_AT if lies else HEAD_AT[size])) * seen
        if len(row) > 1 and seen > HEADS_SEEN[size] * HEAD * 1.3:
            y = floor - top * HEAD + 0.28 * seen
    else:
        y = floor - 0.46 * seen if size is ShotSize.FS else floor - 0.36 * seen
    x = (left + right) / 2 if len(row) > 1 and not scene.in_car else row[0].x
    if scene.in_car and size not in NEAR:
        # In a car nothing is wider than the front seats: what is below them is dashboard.
        closest = 1.1 * HEADS_SEEN[ShotSize.MS] * HEAD
        seats = (1000.0 if scene.aspect > 1 else 900.0) / scene.aspect
        seen = max(closest, seats) if len(row) > 1 else min(seen, closest)
        x = 300.0 if len(row) > 1 else x
        y = floor - top * HEAD + (0.16 if seen < 1.5 * closest else 0.06) * seen
    if len(row) == 1:
        # Looking room: space in front of the gaze.
        x += row[0].way * 0.07 * seen * min(1.0, scene.aspect)
        if row[0].player.drawn == "lie":
            x += 0.16 * seen * min(1.0, scene.aspect) * (row[0].way or 1.0)
    return Camera(x=x, y=y, near=1000 / seen)


def _on_things(scene: Scene) -> Camera:
    """Return a camera on the product if there is one, else on the place."""
    product = scene.played.product
    if product is None:
        return framing.on_place(scene.shot.size)
    height = goods_height(product.form)
    return framing.on_goods(
        scene.shot.size, scene.floor_y, WIDTH[product.form] / 100 * height, height, scene.aspect
    )
