"""Things of a picture without people or a product: side by side, on a table or the floor."""

from dataclasses import dataclass, replace

from conte.staging_vocabulary import Prop
from deployments.engines.animatic.ensemble.scene import Scene
from deployments.engines.animatic.ensemble.things import prop_at
from deployments.engines.animatic.framing import HEAD
from deployments.engines.animatic.props import SHAPES, drawing_of, width_of
from deployments.engines.animatic.subjects import Placed

_APART = 0.12
"""Gap between two things, in widths of the wider one."""


@dataclass(frozen=True)
class Laid:
    """A positioned thing, in scene units. `x`: its middle; `y`: the height of its base."""

    prop: Prop
    x: float
    y: float
    width: float
    height: float


def is_still_life(props: tuple[Prop, ...]) -> bool:
    """Return whether one of the props lies or stands, so that a camera can frame it."""
    return bool(_shown(props))


def laid_out(scene: Scene) -> tuple[float, list[Laid]]:
    """Return the height of the surface on which the things stand, and the things from left to
    right."""
    shown, table = _shown(scene.played.props), _table(scene.played.props)
    base = scene.floor_y + 26
    if table is not None and SHAPES[shown[0]].stand == "small":
        base = scene.floor_y + 46 - SHAPES[table].heads * HEAD
    sizes = [(SHAPES[prop].heads * HEAD, prop) for prop in shown]
    widths = [width_of(prop) / 100 * height for height, prop in sizes]
    gap = _APART * max(widths)
    left = -(sum(widths) + gap * (len(widths) - 1)) / 2
    things: list[Laid] = []
    for (height, prop), width in zip(sizes, widths, strict=True):
        things.append(Laid(prop, left + width / 2, base, width, height))
        left += width + gap
    return base, things


def placed_things(scene: Scene, things: list[Laid]) -> list[Placed]:
    """Return the things as subjects, behind them the table for small ones."""
    table = _table(scene.played.props)
    found = [] if table is None else [prop_at(scene, table, 0.0, scene.floor_y + 40)]
    things_ = [prop_at(scene, one.prop, one.x, one.y) for one in things]
    foot = None if table is None else scene.floor_y + 40
    found += [replace(one, foot=foot) for one in things_ if one is not None]
    return [one for one in found if one is not None]


def _table(props: tuple[Prop, ...]) -> Prop | None:
    return next((prop for prop in props if SHAPES[prop].stand == "table"), None)


def _shown(props: tuple[Prop, ...]) -> list[Prop]:
    """Return the small props; if there are none, those on the floor. They are the picture's
    subject."""
    drawn = [prop for prop in props if drawing_of(prop) is not None]
    for stand in ("small", "floor"):
        if found := [prop for prop in drawn if SHAPES[prop].stand == stand]:
            return found
    return []
