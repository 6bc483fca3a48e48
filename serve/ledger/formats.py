"""Formats of a version: each a production, whose version 1 is planned and inherits clips.

One transaction: all of them are queued, with the clips that they keep, or nothing happened.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select

from conte.clip import Clip
from conte.events import ProductionAccepted, VersionSealed
from conte.formats.quote import PlannedFormat
from conte.frozen import digest
from conte.production import FormatOf, Production, Revision, Version
from conte.revision.phrase import in_review, in_state, phrase
from conte.revision.review import ReviewState
from serve.database.clock import db_now
from serve.ledger import drafts, events, fairness, productions, reading, reviews, takes
from serve.ledger.errors import IllegalStep, NotSealable
from serve.ledger.tables import clips, versions
from serve.ledger.tables import productions as table
from serve.stored import Unreadable, read, text_of

_MADE = (
    select(table, versions.c.revision)
    .join(versions, (versions.c.production == table.c.id) & (versions.c.number == 1))
    .where(
        table.c.tenant == bindparam("tenant"),
        table.c.created_at >= bindparam("since"),
        versions.c.base.is_(None),
        versions.c.revision.like(bindparam("named")),
    )
    .order_by(table.c.created_at, table.c.id)
)
"""Productions whose first version was derived from another production, by the revision's record."""


@dataclass(frozen=True)
class Source:
    """The version that formats are made of, and the clips that stand for its cuts."""

    version: Version
    clips: tuple[Clip, ...]


@dataclass(frozen=True)
class Formats:
    """Request for formats of a version."""

    plan: Callable[[Source], Sequence[PlannedFormat]]
    agreed: Callable[[Sequence[PlannedFormat]], str]
    """Returns the hash of the quote, "" if there is none; raises if it promised something else."""
    idempotency_key: str | None = None
    body_hash: str = ""
    max_queued: int = 100


def source_of(conn: Connection, id: str, number: int, tenant: str | None) -> Source:  # noqa: A002
    """Return what formats of a version are made of.

    Raises:
        NotSealable: while its film is being made.
        IllegalStep: until it is approved.
    """
    row = reading.row(conn, id, tenant)
    reading.check_number(row, number)
    if number == row.version and row.ended_at is None:
        raise NotSealable(phrase("no_formats_yet", number=number, state=in_state(row.state)))
    state = reviews.standing(conn, id, number).state
    if state is not ReviewState.APPROVED:
        told = phrase("formats_when_approved", number=number, state=in_review(state))
        raise IllegalStep(told)
    states = reading.clips_of(conn, id, number)
    standing = tuple(one.clip for one in states if one.clip is not None and one.state == "ready")
    return Source(drafts.base_of(conn, id, number), standing)


def made_of(
    conn: Connection,
    id: str,  # noqa: A002
    number: int,
    tenant: str | None,
) -> tuple[Production, ...]:
    """Return the productions that were made of a version in other formats, the oldest first."""
    of = reading.row(conn, id, tenant)
    reading.check_number(of, number)
    asked = {"tenant": of.tenant, "since": of.created_at, "named": f"%{id}%"}
    found = [row for row in conn.execute(_MADE, asked) if _is_of(row.revision, id, number)]
    return reading.whole(conn, found)


def _is_of(text: str, id: str, number: int) -> bool:  # noqa: A002
    try:
        made = read(Revision, text).format_of
    except Unreadable:
        return False
    return made is not None and (made.production, made.version) == (id, number)


def accept(
    conn: Connection,
    id: str,  # noqa: A002
    number: int,
    tenant: str,
    asked: Formats,
    weights: Mapping[str, float],
) -> tuple[tuple[Production, ...], bool]:
    """Return one production per format, and False if its key had made them before.

    Raises:
        NotSealable, QueueFull
    """
    row = reading.row(conn, id, tenant, lock=True)
    fairness.lock(conn, tenant)
    key = asked.idempotency_key
    stood = _standing(conn, tenant, key, asked.body_hash) if key is not None else ()
    if stood:
        return stood, False
    source = source_of(conn, id, number, tenant)
    made = asked.plan(source)
    quote = asked.agreed(made)
    productions.check_queue(conn, tenant, asked.max_queued, len(made))
    fairness.join(conn, tenant, weights)
    of = FormatOf(production=id, version=number, quote=quote)
    rows = [
        _add(conn, tenant, row.seed, source.version, one, of, _key(key, at), asked.body_hash)
        for at, one in enumerate(made)
    ]
    return reading.whole(conn, rows), True


def _key(key: str | None, at: int) -> str | None:
    """Return the key of one of several productions, which no caller can have sent."""
    return None if key is None else f"formats/{digest([key])}/{at}"


def _standing(conn: Connection, tenant: str, key: str, body_hash: str) -> tuple[Production, ...]:
    found: list[Production] = []
    while one := productions.with_key(conn, tenant, _key(key, len(found)) or "", body_hash):
        found.append(one)
    return tuple(found)


def _add(
    conn: Connection,
    tenant: str,
    seed: int,
    source: Version,
    made: PlannedFormat,
    of: FormatOf,
    key: str | None,
    body_hash: str,
) -> Row[Any]:
    conte, brief = made.working.conte, made.working.brief
    new = productions.add(conn, tenant, brief, seed, key, body_hash, num_cuts=len(conte.cuts))
    renders = len(made.rendered)
    wanted = made.plan.format
    message = f"{wanted.duration_s:g} s {wanted.aspect_ratio}"
    revision = Revision(base=0, message=message, renders=renders, format_of=of)
    conn.execute(
        insert(versions).values(created_at=db_now()),
        {
            "production": new.id,
            "number": 1,
            "conte": text_of(conte),
            "findings": text_of(made.findings, "findings"),
            "provenance": text_of(source.provenance),
            "brief": text_of(brief),
            "base": None,
            "revision": text_of(revision),
        },
    )
    _inherit(conn, new.id, made)
    sealed = VersionSealed(version=1, base=0, message=message, operations=0, renders=renders)
    accepted = ProductionAccepted(brief=brief, seed=seed)
    drafts_ = [events.NewEvent(productions.BY, data) for data in (accepted, sealed)]
    events.write(conn, new.id, 2, new.created_at, drafts_)
    return new


def _inherit(conn: Connection, production: str, made: PlannedFormat) -> None:
    rows: list[dict[str, Any]] = []
    for fate in made.fates:
        if fate.clip is None:
            continue
        takes.keep(conn, production, 1, fate.clip)
        rows.append(
            {
                "production": production,
                "version": 1,
                "cut": fate.number,
                "tier": fate.tier,
                "state": "ready",
                "attempts": 0,
                "key": fate.clip.key,
                "clip": text_of(fate.clip),
            }
        )
    if rows:
        conn.execute(insert(clips), rows)
