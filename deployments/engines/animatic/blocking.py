"""Blocking: shot -> its reading, set, subjects and view. Draws no pixels."""

from dataclasses import dataclass
from typing import Self

import skia

from conte.clip import Shot
from conte.staging_vocabulary import Prop
from conte.vocabulary import Angle, Setting
from deployments.engines.animatic.colour import ON_PEOPLE
from deployments.engines.animatic.ensemble import (
    car_ahead,
    ensemble,
    on_a_road,
    still_life,
    with_things,
)
from deployments.engines.animatic.ensemble.still import is_still_life
from deployments.engines.animatic.pen import Pen
from deployments.engines.animatic.players import Played, played
from deployments.engines.animatic.props import SHAPES
from deployments.engines.animatic.reading import Reading, read
from deployments.engines.animatic.scheme import Scheme, scheme_of
from deployments.engines.animatic.sets import stage_of
from deployments.engines.animatic.stage import Stage
from deployments.engines.animatic.staging import Staged, staged
from deployments.engines.animatic.top_view.staging import seen_from_above
from deployments.engines.animatic.view import View

_WIDE = 16 / 9
"""Aspect ratio at which sideways moves have their full reach."""


@dataclass(frozen=True)
class Blocking:
    shot: Shot
    reading: Reading
    stage: Stage
    scheme: Scheme
    scene: Staged
    view: View

    @classmethod
    def of(cls, shot: Shot) -> Self:
        reading = played(shot, shot.staging) if shot.staging is not None else read(shot)
        if shot.angle is Angle.TOP and not _seen_from_above(reading):
            # From straight above it would lack what the staging names.
            shot = shot.model_copy(update={"angle": Angle.HIGH})
        stage = stage_of(shot, reading)
        # Words of a cut without staging say what falls, not what is seen through a window.
        weather = reading.weather if isinstance(reading, Played) else ""
        scheme = scheme_of(shot.look, shot.time_of_day, weather)
        pen = Pen(skia.Canvas(), ON_PEOPLE[shot.time_of_day], scheme.ink)
        if shot.angle is Angle.TOP:
            scene = seen_from_above(shot, reading, scheme, pen)
        else:
            scene = _scene(shot, reading, scheme, pen, stage.floor_y)
        return cls(shot, reading, stage, scheme, scene, _view(shot, scene))


def _seen_from_above(reading: Reading) -> bool:
    """Return whether a top view shows all that the staging names: one or two people, a product."""
    if not isinstance(reading, Played):
        return True
    tables = all(SHAPES[prop].stand == "table" for prop in reading.props)
    alone = all(one.animal is None and not isinstance(one.holds, Prop) for one in reading.players)
    return tables and alone and len(reading.players) <= 2


def _view(shot: Shot, scene: Staged) -> View:
    if shot.staging is None:
        # A cut without staging moves as it did when its clips were made.
        return View(shot, scene.camera)
    across = min(1.0, shot.width / shot.height / _WIDE)
    return View(shot, scene.camera, across).keeping(scene.placed)


def _scene(shot: Shot, reading: Reading, scheme: Scheme, pen: Pen, floor_y: float) -> Staged:
    if not isinstance(reading, Played):
        return staged(shot, reading, scheme, pen, floor_y)
    if on_a_road(shot, reading):
        return car_ahead(shot, reading, scheme, pen, floor_y)
    driven = all(player.drawn == "drive" for player in reading.players)
    if reading.players and (not driven or shot.setting is Setting.VEHICLE):
        return ensemble(shot, reading, scheme, pen, floor_y)
    if not reading.players and reading.product is None and is_still_life(reading.props):
        return still_life(shot, reading, scheme, pen, floor_y)
    alone = staged(shot, reading, scheme, pen, floor_y)
    if reading.props and not reading.players:
        return with_things(alone, shot, reading, scheme, pen, floor_y)
    return alone
