"""Boxes of what a shot's drawing shows: faces, animals and goods, in pixels of the frame."""

from collections.abc import Iterator
from typing import Literal, NamedTuple

import skia

from conte.clip import Shot
from deployments.engines.animatic.blocking import Blocking
from deployments.engines.animatic.ensemble.subjects import Animal, Distant
from deployments.engines.animatic.subjects import Person, Placed
from deployments.engines.animatic.view import Looked

Kind = Literal["face", "animal", "goods", "held"]
MOMENTS = (0.0, 0.5, 1.0)


class Seen(NamedTuple):
    kind: Kind
    left: float
    top: float
    right: float
    bottom: float

    @property
    def area(self) -> float:
        return max(0.0, self.right - self.left) * max(0.0, self.bottom - self.top)

    def shared(self, left: float, top: float, right: float, bottom: float) -> float:
        """Return the area that the box has in common with a rectangle."""
        across = min(self.right, right) - max(self.left, left)
        down = min(self.bottom, bottom) - max(self.top, top)
        return max(0.0, across) * max(0.0, down)


def seen(shot: Shot, *shares: float) -> Iterator[Seen]:
    """Yield the boxes at shares of the cut; at its middle if none is given."""
    blocking = Blocking.of(shot)
    for share in shares or (0.5,):
        yield from _seen_at(blocking, share)


def _seen_at(blocking: Blocking, share: float) -> Iterator[Seen]:
    view, shot = blocking.view, blocking.shot
    t = share * shot.num_frames / shot.fps
    for one in blocking.scene.placed:
        subject = one.subject
        if not isinstance(subject, Looked):
            continue
        matrix = view.onto(one, view.at(share), share)
        person = isinstance(subject, Person)
        of: tuple[tuple[Kind, skia.Rect | None], ...] = (
            ("face" if person else "animal", subject.face(t)),
            ("held" if person else "goods", subject.goods(t)),
        )
        for kind, box in of:
            if matrix is not None and box is not None:
                rect = matrix.mapRect(box)
                yield Seen(kind, rect.left(), rect.top(), rect.right(), rect.bottom())


def num_drawn(placed: tuple[Placed, ...]) -> tuple[int, int]:
    """Return the numbers of people and of animals, those on a back seat among them."""
    own = [one.subject for one in placed]
    every = [one.subject if isinstance(one, Distant) else one for one in own]
    people = sum(isinstance(one, Person) for one in every)
    return people, sum(isinstance(one, Animal) for one in every)
