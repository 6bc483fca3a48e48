"""Frames still to be rendered for work that waits for a director."""

from collections.abc import Callable, Sequence
from contextlib import suppress

from sqlalchemy import Connection, bindparam, func, select

from conte.brief import Brief
from conte.clip import Tier
from conte.video import FPS, VideoOrder
from serve.ledger.tables import productions, videos
from serve.stored import Unreadable, read

READ = 200
"""Most orders that are read; if there are more, the others count as these do on average."""

_p, _v = productions.c, videos.c
_ALL = func.count().over().label("num_rows")
# A later version renders only what has changed, which nobody knows before it is claimed.
_FILMS = (
    select(_p.brief.label("order"), _ALL)
    .where(_p.ended_at.is_(None), _p.owner.is_(None), _p.version == 0)
    .limit(READ)
)
_VIDEOS = (
    select(_v.asked.label("order"), _ALL)
    .where(_v.ended_at.is_(None), _v.owner.is_(None), _v.tier == bindparam("tier"))
    .limit(READ)
)


def unclaimed_frames(conn: Connection, tier: Tier) -> int:
    """Return the frames that a tier's renderers will have to render, as far as their orders say."""
    films = conn.execute(_FILMS).tuples().all()
    clips = conn.execute(_VIDEOS, {"tier": tier}).tuples().all()
    return _sum(films, lambda text: read(Brief, text).num_frames) + _sum(
        clips, lambda text: read(VideoOrder, text).seconds * FPS
    )


def _sum(orders: Sequence[tuple[str, int]], frames: Callable[[str], int]) -> int:
    """Return the frames of all orders, estimated if only some were read. `orders`: each beside how
    many there are in all.
    """
    found: list[int] = []
    for order, _ in orders:
        with suppress(Unreadable):
            found.append(frames(order))
    return round(sum(found) / len(found) * orders[0][1]) if found else 0
