"""Order of a film -> its pictures: a still of each cut for the sheet, and the poster."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from conte.conte import Conte, ProductEntry
from deployments.cut_overlays import CutOverlays
from deployments.cutting_room import FilmOrder
from deployments.encoding import planes_of, rgb_of
from deployments.engines.protocols import Cancelled
from deployments.fitting import Size
from deployments.footage import Footage
from deployments.pieces import piece_key
from deployments.png import png
from deployments.stills import Picture, Stills
from deployments.transitions import Edited


@dataclass
class Pictures:
    cuts: list[Picture]
    """The middle frame of each cut without lettering, from `Stills`."""
    poster: bytes
    """The poster as PNG, in the film's size."""
    width: int
    height: int
    """Height of the film in pixels."""


def pictures_of(
    order: FilmOrder,
    paths: Mapping[int, Path],
    stills: Stills,
    should_stop: Callable[[], bool],
) -> Pictures:
    """Decode the pictures that are not in memory. Raises as `cut_piece` does."""
    cuts = order.conte.cuts
    shown = [Footage(cut, order.clip(k), paths[k]) for k, cut in enumerate(cuts)]
    size = order.size or shown[0].picture()
    found: list[Picture] = []
    for footage in shown:
        if should_stop():
            raise Cancelled
        found.append(stills.of(footage, size))
    hero = _hero(order.conte)
    poster = stills.poster(piece_key(order, hero), lambda: _poster(order, hero, shown[hero], size))
    return Pictures(found, poster, *size)


def _poster(order: FilmOrder, k: int, footage: Footage, size: Size) -> bytes:
    # The middle third has no transition, and every caption is fully visible.
    frame, num_frames = footage.middle(size), order.conte.cuts[k].num_frames
    frame.make_writable()
    overlays = CutOverlays(order.words(k), num_frames, order.brief.fps, size)
    overlays.onto(Edited(num_frames // 2, frame, planes_of(frame), 1.0))
    return png(rgb_of(frame))


def _hero(conte: Conte) -> int:
    """Return the index of the poster's cut: the last that shows the product, else the last."""
    products = {entry.id for entry in conte.sheet if isinstance(entry, ProductEntry)}
    shown = [k for k, cut in enumerate(conte.cuts) if products.intersection(cut.shows)]
    return shown[-1] if shown else len(conte.cuts) - 1
