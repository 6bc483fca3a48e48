"""The scene of an ensemble: its shot, the players in front and behind, and the pen."""

from dataclasses import dataclass, replace
from typing import Self

from conte.clip import Shot
from conte.vocabulary import Angle, Setting, ShotSize
from deployments.engines.animatic.camera import Camera
from deployments.engines.animatic.framing import HEAD
from deployments.engines.animatic.pen import Pen
from deployments.engines.animatic.players import Played, Player, behind_the_lens
from deployments.engines.animatic.scheme import Scheme
from deployments.engines.animatic.staging import LINE_PIXELS

CLOSEST = (ShotSize.ECU, ShotSize.CU)
NEAR = (*CLOSEST, ShotSize.MCU)


@dataclass(frozen=True)
class Scene:
    shot: Shot
    played: Played
    scheme: Scheme
    pen: Pen
    floor_y: float
    """y of the floor in scene units, which grow downwards."""
    front: tuple[Player, ...]
    """People in the row by which the shot is framed."""
    many: tuple[Player, ...]
    """People in the crowd behind that row."""
    rear: tuple[Player, ...] = ()
    """Those on the back seat of a car."""

    @classmethod
    def of(cls, shot: Shot, played: Played, scheme: Scheme, pen: Pen, floor_y: float) -> Self:
        front = [player for player in played.players if not player.behind]
        rear: list[Player] = []
        if shot.angle is Angle.OVER_SHOULDER and (near := behind_the_lens(front)) is not None:
            front = [player for player in front if player is not near]
        if shot.size in CLOSEST:
            front = front[:1]
        if _in_car(shot, played):
            front = [replace(player, sits=True, seat=None) for player in front]
            # The driver, then whoever is named first.
            front.sort(key=lambda player: player.drawn != "drive")
            front, rear = front[:2], front[2:]
        many = tuple(player for player in played.players if player.behind)
        return cls(shot, played, scheme, pen, floor_y, tuple(front), many, tuple(rear))

    @property
    def aspect(self) -> float:
        return self.shot.width / self.shot.height

    @property
    def in_car(self) -> bool:
        return bool(self.front) and _in_car(self.shot, self.played)

    def inked_for(self, camera: Camera) -> Self:
        """Return the scene with a pen for people, who are drawn in hundredths of a head."""
        return replace(self, pen=inked_for(self, camera, HEAD))


def _in_car(shot: Shot, played: Played) -> bool:
    """Return whether people are in a car, where everybody sits; a bus or a cabin is a spot."""
    afoot = any(player.drawn in ("walk", "run", "lie") for player in played.players)
    return shot.setting is Setting.VEHICLE and played.spot is None and not afoot


def inked_for(scene: Scene, camera: Camera, height: float) -> Pen:
    """Return a pen for a drawing that is 100 units high and shown `height` scene units high."""
    pen = scene.pen
    return Pen(pen.canvas, pen.light, pen.ink, line_of(camera, height / 100))


def line_of(camera: Camera, units: float) -> float:
    """Return the ink's width in drawing units, so that it is equal on the frame at any distance."""
    pixels_per_unit = camera.near * camera.lens * 0.72 * units
    grown = min(1.9, max(1.0, camera.near**0.35))
    return LINE_PIXELS * grown / pixels_per_unit
