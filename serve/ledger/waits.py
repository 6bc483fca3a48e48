"""Waiting times in the last hour: of productions for their first clip, of cuts for a renderer."""

import json
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from conte.production import EventKind
from serve.database.clock import db_now
from serve.ledger.tables import events, productions

LATEST = 200
"""Largest number of productions that are read, the newest first."""
_SINCE_S = 3600.0

_e, _p = events.c, productions.c
# Ids sort by creation, so that the newest ones are found without an index of times.
_NEWEST = (
    select(_p.id, _p.created_at)
    .where(_p.created_at >= db_now() - _SINCE_S)
    .order_by(_p.id.desc())
    .limit(LATEST)
    .subquery()
)
_KINDS = (EventKind.CUT_WRITTEN, EventKind.CLIP_STARTED, EventKind.CLIP_READY)
_EVENTS = (
    select(_e.production, _e.kind, _e.at, _e.data, _NEWEST.c.created_at)
    .join(_NEWEST, _NEWEST.c.id == _e.production)
    .where(_e.kind.in_([kind.value for kind in _KINDS]))
    .order_by(_e.production, _e.id)
)


@dataclass(frozen=True)
class Waits:
    """Waiting times in seconds, by tier."""

    first_clip_s: Mapping[str, tuple[float, ...]]
    """Seconds from each production's order to its first clip."""
    cut_s: Mapping[str, tuple[float, ...]]
    """Seconds from the end of writing each cut to the start of its render."""


def waits(conn: Connection) -> Waits:
    first: dict[tuple[str, str], float] = {}
    written: dict[tuple[str, Any], float] = {}
    started: dict[tuple[str, Any, str], float] = {}
    for row in conn.execute(_EVENTS):
        with suppress(ValueError, KeyError, TypeError):  # a row that cannot be read fails alone
            data: dict[str, Any] = json.loads(row.data)
            if row.kind == EventKind.CUT_WRITTEN:
                written.setdefault((row.production, data["cut"]["number"]), row.at)
            elif row.kind == EventKind.CLIP_READY:
                first.setdefault((row.production, data["tier"]), row.at - row.created_at)
            elif (at := written.get((row.production, data["cut"]))) is not None:
                started.setdefault((row.production, data["cut"], data["tier"]), row.at - at)
    firsts, cuts = defaultdict[str, list[float]](list), defaultdict[str, list[float]](list)
    for (_, tier), seconds in first.items():
        firsts[tier].append(max(0.0, seconds))
    for (_, _, tier), seconds in started.items():
        cuts[tier].append(max(0.0, seconds))
    return Waits(
        {tier: tuple(found) for tier, found in firsts.items()},
        {tier: tuple(found) for tier, found in cuts.items()},
    )
