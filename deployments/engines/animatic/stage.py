"""Stage: a set in three planes that the camera moves past."""

from collections.abc import Callable
from dataclasses import dataclass

from deployments.engines.animatic.pen import Pen
from deployments.engines.animatic.scheme import Scheme


@dataclass(frozen=True)
class Stage:
    """A set: `far` fills the frame, `mid` shows the place, `front` is out of focus at the edges."""

    far: Callable[[Pen, Scheme], None]
    mid: Callable[[Pen, Scheme], None]
    front: Callable[[Pen, Scheme], None] | None = None
    floor_y: float = 930.0
    indoors: bool = True
