"""Frames of what waits for a director: its renders are still to come."""

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress

from sqlalchemy import Connection, bindparam, func, select

from conte.brief import Brief
from conte.clip import Tier
from conte.video import FPS, VideoOrder
from serve.ledger.tables import productions, videos
from serve.stored import Unreadable, read

READ = 200
"""Orders that are read; with more, the others count as these do on average."""

_p, _v = productions.c, videos.c
_ALL = func.count().over().label("num_rows")
_POOR = bindparam("poor", expanding=True)
# A later version renders only what has changed, which nobody knows before it is claimed.
_FILMS = (
    select(_p.brief.label("order"), _ALL)
    .where(
        _p.ended_at.is_(None),
        _p.owner.is_(None),
        _p.version == 0,
        _p.tenant.not_in(_POOR),
    )
    .limit(READ)
)
_VIDEOS = (
    select(_v.asked.label("order"), _ALL)
    .where(
        _v.ended_at.is_(None),
        _v.owner.is_(None),
        _v.tier == bindparam("tier"),
        _v.tenant.not_in(_POOR),
    )
    .limit(READ)
)


def unclaimed_frames(conn: Connection, tier: Tier, except_tenants: Collection[str] = ()) -> int:
    """Return the frames that a tier's renderers will have to render, as far as orders say."""
    poor = {"poor": list(except_tenants)}
    films = conn.execute(_FILMS, poor).tuples().all()
    clips = conn.execute(_VIDEOS, {"tier": tier, **poor}).tuples().all()
    return _sum(films, lambda text: read(Brief, text).num_frames) + _sum(
        clips, lambda text: read(VideoOrder, text).seconds * FPS
    )


_CONTES = select(func.count()).where(_p.ended_at.is_(None), _p.version == 0)


def contes_left(conn: Connection) -> int:
    """Return the productions whose conte is being written or waits to be."""
    return conn.execute(_CONTES).scalar_one()


def _sum(orders: Sequence[tuple[str, int]], frames: Callable[[str], int]) -> int:
    """`orders`: each with how many there are in all."""
    found: list[int] = []
    for order, _ in orders:
        with suppress(Unreadable):
            found.append(frames(order))
    return round(sum(found) / len(found) * orders[0][1]) if found else 0
