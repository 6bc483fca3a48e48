"""Shot -> the places of its faces and its product on the frame, as the animatic draws them.

A film's lettering keeps clear of them. Other engines are asked for the same composition.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce

import skia

from conte.clip import Shot
from conte.formats.subjects import Box
from conte.vocabulary import ShotSize
from deployments.engines.animatic.blocking import Blocking
from deployments.engines.animatic.view import Looked, View

MOMENTS = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Shares of the cut at which the places are computed."""
_DOT = 0.06
"""Height of a face, as a share of the frame, below which it is a dot."""


@dataclass(frozen=True)
class Layout:
    """Boxes that cover faces and product over the whole cut."""

    faces: tuple[Box, ...] = ()
    product: Box | None = None


def layout_of(shot: Shot) -> Layout:
    blocking = Blocking.of(shot)
    looked = [
        (one, one.subject) for one in blocking.scene.placed if isinstance(one.subject, Looked)
    ]
    faces: list[Box] = []
    products: list[Box] = []
    for one, subject in looked:
        seen: list[list[Box]] = [[], []]
        for share in MOMENTS:
            t = share * shot.num_frames / shot.fps
            matrix = blocking.view.onto(one, blocking.view.at(share), share)
            for boxes, box in zip(seen, (subject.face(t), subject.goods(t)), strict=True):
                if matrix is not None and box is not None:
                    boxes.append(_on_frame(matrix.mapRect(box), blocking.view))
        faces += _around(seen[0])
        products += _around(seen[1])
    if shot.size is ShotSize.ECU:
        faces = []  # the frame is all face
    return Layout(
        tuple(box for box in faces if box.height > _DOT), next(iter(_around(products)), None)
    )


def _around(boxes: Iterable[Box]) -> list[Box]:
    """Return the box around all of them within the frame, if there is any."""
    inside = [one for box in boxes if (one := box.inside()).width > 0 and one.height > 0]
    return [reduce(Box.around, inside)] if inside else []


def _on_frame(rect: skia.Rect, view: View) -> Box:
    width, height = view.shot.width, view.shot.height
    return Box(
        rect.left() / width, rect.top() / height, rect.right() / width, rect.bottom() / height
    )
