"""The camera of an ensemble: it includes the whole row, framed by the tallest person."""

from conte.proportions import HEAD_AT, HEADS_SEEN
from conte.vocabulary import CameraMove, ShotSize
from deployments.engines.animatic import framing
from deployments.engines.animatic.camera import Camera
from deployments.engines.animatic.ensemble.row import (
    TRAVELS,
    Stood,
    half_of,
    head_y,
    in_bed,
    lifts,
)
from deployments.engines.animatic.ensemble.scene import CLOSEST, NEAR, Scene
from deployments.engines.animatic.framing import HEAD, WIDEST
from deployments.engines.animatic.goods.by_form import WIDTH
from deployments.engines.animatic.players import Player
from deployments.engines.animatic.subjects import goods_height

_LYING_AT = 0.64
"""Share of the frame above a lying person's head: the bed or floor is near the frame's lower edge.
"""
_DRIFT = 0.13
"""Share of the frame by which a tilt moves what it shows, to each side."""
_TIGHT = 0.05
"""Share of the frame by which a small one's chin may be lower than faces usually are."""
_UP_AND_DOWN = (
    CameraMove.TILT_UP, CameraMove.TILT_DOWN, CameraMove.CRANE_UP, CameraMove.CRANE_DOWN,
)  # fmt: skip
_GROWS = 2.4
"""Largest factor by which a shot may be widened to include everybody."""


def camera_of(scene: Scene, row: list[Stood]) -> Camera:
    size = scene.shot.size
    if not row:
        return _on_things(scene)
    if size is ShotSize.CU and row[0].player.holds is not None:
        # Near enough to the face, but with the held things in view.
        size = ShotSize.MCU
    band = framing.faces_within(scene.aspect)
    plain = seen = _seen(size, band, scene.shot.move)
    tops = [head_y(stood) + _raised(stood.player, size) for stood in row]
    top, low = max(tops), min(head_y(stood) for stood in row)
    lowest = min((head_y(one) for one in row if one.look is not None), default=low)
    left = min(stood.x - half_of(stood.player) - _arm(stood, -1.0) for stood in row)
    right = max(stood.x + half_of(stood.player) + _arm(stood, 1.0) for stood in row)
    if len(row) > 1:
        # Everybody is in the frame, from the crown of the tallest to the chin of the smallest, who
        # is not behind the subtitles.
        needed = max((right - left) * 0.94 / scene.aspect, (top - low + 1.7) * HEAD)
        if size in HEAD_AT:
            needed = max(needed, (top - lowest + 1.2) * HEAD / (band.height + _TIGHT))
        seen = min(max(seen, needed), seen * _GROWS * max(1.0, len(row) / 3))
    if any(_raised(stood.player, size) for stood in row):
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
        at = _LYING_AT if lies else HEAD_AT[size]
        if len(row) > 1 and seen > plain * 1.3:
            at = 0.22
        if size is not ShotSize.ECU:
            at = max(at, band.top + 0.64 * HEAD / seen)
            chin = (top - lowest + 0.55) * HEAD / seen
            at = min(at, max(band.bottom + _TIGHT - chin, 0.1))
            if scene.shot.move in _UP_AND_DOWN and len(row) == 1:
                # At the end of the move the face is at the edge of its part of the frame.
                middle = (band.top + band.bottom) / 2
                at = max(at, min(band.top + 0.64 * HEAD / seen + _DRIFT, middle))
        y = floor - top * HEAD + (0.5 - at) * seen
    else:
        y = floor - 0.46 * seen if size is ShotSize.FS else floor - 0.36 * seen
        # Who sits on the floor is not behind the subtitles.
        y = max(y, floor - (lowest - 0.5) * HEAD - (band.bottom - 0.5) * seen)
    x = (left + right) / 2 if len(row) > 1 else row[0].x
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


def _seen(size: ShotSize, band: framing.Band, move: CameraMove) -> float:
    """Return the height of the frame in scene units. In an upright frame a close-up is wider: its
    width, too, holds little more than a face."""
    heads = HEADS_SEEN[size]
    if size in (ShotSize.CU, ShotSize.MCU):
        heads = max(heads, 1.2 * min(framing.grown_by(move), 1.06) / band.height)
    # Feet and crown of a full shot are both clear.
    return heads * HEAD * (1 + band.top / 1.6 if size is ShotSize.FS else 1.0)


def _arm(stood: Stood, way: float) -> float:
    """Return how far an arm, or a walk, reaches beyond the body on a side, in scene units."""
    if stood.player.drawn in TRAVELS:
        return 40.0
    return 100.0 if stood.player.drawn == "reach" and (stood.way or 1.0) == way else 0.0


def _raised(player: Player, size: ShotSize) -> float:
    """Return how far above the head's middle hands or things are held, in heads."""
    if size in NEAR:
        return 0.0
    return 0.9 if lifts(player) or player.drawn == "cheer" else 0.0


def _on_things(scene: Scene) -> Camera:
    """Return a camera on the product if there is one, else on the place."""
    product = scene.played.product
    if product is None:
        return framing.on_place(scene.shot.size)
    height = goods_height(product.form)
    return framing.on_goods(
        scene.shot.size, scene.floor_y, WIDTH[product.form] / 100 * height, height, scene.aspect
    )
