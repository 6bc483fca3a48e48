"""View: the camera's way over a shot, and the places of its subjects in the frame."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

import skia

from conte.clip import Shot
from deployments.engines.animatic.camera import Camera, moved
from deployments.engines.animatic.framing import SLANTS, Band, Slant, faces_within, goods_within
from deployments.engines.animatic.subjects import Placed

SUBJECT = 1.0
"""Depth of the subjects."""
_EDGE = 0.008
"""Share of the frame's height that stays free around a face."""
_OVER = 0.012
"""Share of the frame's height by which a face may leave its part of the frame."""
_REACHES = (1.0, 0.8, 0.6, 0.4, 0.2, 0.0)
_ROLLED = 1.08
"""Factor on the lens of a rolled camera, which fills the frame's corners."""


@runtime_checkable
class Looked(Protocol):
    """A subject that people look at: it has a face, or is the product."""

    def face(self, t: float) -> skia.Rect | None:
        """Return the head's box at a moment, in the subject's units; None: no face."""
        ...

    def goods(self, t: float) -> skia.Rect | None:
        """Return the product's box at a moment, in the subject's units; None: no product."""
        ...


@dataclass(frozen=True)
class View:
    shot: Shot
    start: Camera
    """Camera at the middle of its move."""
    across: float = 1.0
    """Scale of sideways moves, below 1 for a frame narrower than 16:9."""
    reach: float = 1.0
    """Scale of the whole move, below 1 where it would leave a face or the product."""

    @property
    def slant(self) -> Slant:
        return SLANTS[self.shot.angle]

    def at(self, share: float) -> Camera:
        """Return the camera at a share of the cut."""
        shot = self.shot
        seconds = share * shot.num_frames / shot.fps
        camera = moved(self.start, shot.move, share, seconds, shot.seed, self.across, self.reach)
        if not self.slant.roll:
            return camera
        return replace(camera, lens=camera.lens * _ROLLED, roll=camera.roll + self.slant.roll)

    def onto(self, placed: Placed, camera: Camera, share: float) -> skia.Matrix | None:
        """Return the matrix from a subject's units to pixels; None: the camera does not see it."""
        matrix = camera.matrix(SUBJECT, self.shot.width, self.shot.height)
        return matrix and matrix.preConcat(self.in_scene(placed, camera, share))

    def in_scene(self, placed: Placed, camera: Camera, share: float) -> skia.Matrix:
        """Return the matrix from a subject's units to those of the scene."""
        slant = self.slant
        foot = placed.y if placed.foot is None else placed.foot
        matrix = skia.Matrix.Translate(placed.at(share), foot)
        if slant.taper:
            # The middle of the frame keeps its scale; below it the scale changes.
            grown = 1 + slant.taper * max(0.0, foot - camera.y) / 900
            matrix.preConcat(
                skia.Matrix.MakeAll(
                    grown, 0, 0, 0, grown * slant.squash, 0, 0, -slant.taper / 900, 1
                )
            )
        return matrix.preTranslate(0.0, placed.y - foot)

    def keeping(self, placed: Sequence[Placed]) -> "View":
        """Return the view with the longest move that leaves every face, and the product, in its
        part of the frame. What is outside in the middle of the move does not count.
        """
        looked = [(one, one.subject) for one in placed if isinstance(one.subject, Looked)]
        width, height = self.shot.width, self.shot.height
        aspect, edge = width / height, _EDGE * height
        frame = skia.Rect.MakeWH(width, height).makeInset(edge, edge)

        def within(band: Band) -> skia.Rect:
            top, bottom = (band.top - _OVER) * height, (band.bottom + _OVER) * height
            return skia.Rect.MakeLTRB(edge, top, width - edge, bottom)

        bands = within(faces_within(aspect)), within(goods_within(aspect))

        def boxes(view: View, share: float) -> Iterator[skia.Rect]:
            camera, t = view.at(share), share * self.shot.num_frames / self.shot.fps
            for one, subject in looked:
                matrix = view.onto(one, camera, share)
                for box in (subject.face(t), subject.goods(t)):
                    yield matrix.mapRect(box) if matrix and box else skia.Rect.MakeEmpty()

        kept = [
            next((room for room in (bands[k % 2], frame) if room.contains(box)), None)
            for k, box in enumerate(boxes(replace(self, reach=0.0), 0.5))
        ]
        for reach in _REACHES:
            view = replace(self, reach=reach)
            ends = [list(boxes(view, share)) for share in (0.0, 1.0)]
            if all(
                room is None or box.isEmpty() or room.contains(box)
                for end in ends
                for box, room in zip(end, kept, strict=True)
            ):
                return view
        return replace(self, reach=0.0)
