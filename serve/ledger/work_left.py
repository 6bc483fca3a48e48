"""Frames still to be rendered for work that waits for a director."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from conte.brief import Brief
from conte.clip import Tier
from conte.production import Wait
from conte.video import FPS, VideoOrder
from serve.ledger.tables import clips, productions, videos
from serve.stored import Unreadable, read

READ = 200
"""Largest number of orders that are read; the others are assumed to be average."""

_p, _v, _c = productions.c, videos.c, clips.c
_ALL = func.count().over().label("num_rows")
# A later version renders only what has changed, which nobody knows before it is claimed.
_FILMS = (
    select(_p.tenant, _p.brief.label("order"), _ALL)
    .where(
        _p.ended_at.is_(None),
        _p.owner.is_(None),
        _p.version == 0,
    )
    .limit(READ)
)
_VIDEOS = (
    select(_v.tenant, _v.asked.label("order"), _ALL)
    .where(
        _v.ended_at.is_(None),
        _v.owner.is_(None),
        _v.tier == bindparam("tier"),
    )
    .limit(READ)
)


def unclaimed_frames(conn: Connection, tier: Tier) -> dict[str, float]:
    """Return the frames that a tier's renderers will have to render, by tenant, as far as known
    from the orders.
    """
    found = defaultdict[str, float](float)
    _add(found, conn.execute(_FILMS).all(), lambda text: read(Brief, text).num_frames)
    clips = conn.execute(_VIDEOS, {"tier": tier}).all()
    _add(found, clips, lambda text: read(VideoOrder, text).seconds * FPS)
    return dict(found)


_WAITING = (
    select(_c.wait)
    .join(productions, _p.id == _c.production)
    .where(_p.ended_at.is_(None), _c.state == "waiting", _c.wait.is_not(None))
    .limit(READ)
)


def finals_short_of_gpus(conn: Connection) -> int:
    """Return the finals that wait for a renderer, and not for money; at most `READ`."""
    found = 0
    for row in conn.execute(_WAITING):
        with suppress(Unreadable):  # a row that cannot be read fails alone
            found += read(Wait, row.wait).reason == "gpu"
    return found


_CONTES = select(func.count()).where(_p.ended_at.is_(None), _p.version == 0)


def contes_left(conn: Connection) -> int:
    """Return the productions whose conte is being written or waits to be."""
    return conn.execute(_CONTES).scalar_one()


def _add(found: dict[str, float], orders: Sequence[Any], frames: Callable[[str], int]) -> None:
    """Add frames by tenant. `orders`: each with its tenant and the number of equal orders."""
    known: list[tuple[str, int]] = []
    for order in orders:
        with suppress(Unreadable):
            known.append((order.tenant, frames(order.order)))
    for tenant, count in known:
        found[tenant] += count * orders[0].num_rows / len(known)
