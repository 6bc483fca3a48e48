"""Recent render and film times of all tenants, from which quotes are computed."""

from collections import defaultdict
from contextlib import suppress

from sqlalchemy import Connection, func, select

from conte.clip import Clip, Film, Tier
from conte.revision.quote import Measured
from serve.ledger.tables import films, productions, takes
from serve.stored import Unreadable, read

LATEST = 200
"""Number of the latest clips, and of the latest films, from which the figures are computed."""

_p = productions.c
_CLIPS = select(takes.c.clip).order_by(takes.c.made_at.desc()).limit(LATEST)
_FILMS = (
    select(films.c.film)
    .join(productions, _p.id == films.c.production)
    .order_by(_p.updated_at.desc())
    .limit(LATEST)
)
_OPEN = select(func.count()).where(_p.ended_at.is_(None))
_LATELY = (
    select(_p.ended_at - _p.created_at)
    .where(_p.ended_at.is_not(None), _p.version == 1)
    .order_by(_p.ended_at.desc())
    .limit(LATEST)
)


def measured(conn: Connection, directors_places: int) -> Measured:
    """Return the latest figures. `directors_places`: productions that are worked on at once."""
    per_frame = defaultdict[Tier, list[float]](list)
    for row in conn.execute(_CLIPS):
        with suppress(Unreadable):
            clip = read(Clip, row.clip)
            # For each frame that is shown: quotes know no handles.
            shown = clip.num_frames - clip.head - clip.tail
            if clip.render_s and not clip.reused and shown > 0:
                per_frame[clip.tier].append(clip.render_s / shown)
    edit_s: list[float] = []
    for row in conn.execute(_FILMS):
        with suppress(Unreadable):
            edit_s += [film.edit_s] if (film := read(Film, row.film)).edit_s else []
    waiting = conn.execute(_OPEN).scalar_one()
    took = [seconds for (seconds,) in conn.execute(_LATELY)]
    each_s = sum(took) / len(took) if took else 0.0
    return Measured(
        seconds_per_frame={tier: tuple(values) for tier, values in per_frame.items()},
        edit_s=tuple(edit_s),
        queue_s=round(each_s * waiting / max(1, directors_places), 2),
    )
