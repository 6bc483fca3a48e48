"""Draft -> the next version: its conte, the clips it inherits, and what is left to render.

One transaction: a sealed version is queued with every clip that it keeps, or nothing happened.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from conte.checks.finding import Finding
from conte.clip import Clip, Tier
from conte.events import VersionSealed
from conte.ideas import with_built_on
from conte.production import Production, Revision, Version
from conte.revision.draft import WholeDraft
from conte.revision.fate import Fate, fates
from conte.revision.operations import AnyOperation
from conte.revision.phrase import in_state, phrase
from conte.revision.working import Working
from serve.database.clock import db_now
from serve.ledger import borrowing, drafts, events, fairness, productions, reading, takes
from serve.ledger.errors import NoDraft, NotSealable, check_same_body
from serve.ledger.tables import clips, versions
from serve.ledger.tables import productions as table
from serve.stored import text_of

_p, _v = table.c, versions.c
_WITH_KEY = select(_v.number, _v.body_hash).where(
    _v.production == bindparam("of"), _v.idempotency_key == bindparam("key")
)
_GO_ON = (
    update(table)
    .where(_p.id == bindparam("of"))
    .values(
        version=bindparam("newest"),
        num_cuts=bindparam("cuts"),
        **productions.QUEUED_AGAIN,
        last_event=_p.last_event + 1,
    )
    .returning(_p.last_event, _p.updated_at)
)


@dataclass(frozen=True)
class Sealing:
    """Request to seal a draft."""

    message: str
    findings_of: Callable[[Working], tuple[Finding, ...]]
    tiers: Sequence[Tier]
    continues: Mapping[Tier, bool]
    """Tiers whose engine starts a cut from the last frame of the one before."""
    operations: Sequence[AnyOperation] = ()
    """Operations to apply to the draft before it is sealed."""
    causes: Sequence[str] = ()
    """Comment or feedback that each operation answers."""
    idempotency_key: str | None = None
    body_hash: str = ""
    max_queued: int = 100
    agreed: Callable[[WholeDraft, tuple[Fate, ...]], dict[str, Any] | None] = lambda *_: None
    """Returns the quote to store beside the version; raises if the draft is not what was quoted."""


@dataclass(frozen=True)
class Standing:
    """A draft beside the version that it started from."""

    base: Version
    fates: tuple[Fate, ...]
    """What becomes of each clip if the draft is sealed now."""
    lent: tuple[Clip, ...] = ()
    """Takes that come with borrowed cuts."""

    @property
    def before(self) -> Working:
        return drafts.fresh("", self.base).working


def standing(
    conn: Connection, draft: WholeDraft, tiers: Sequence[Tier], continues: Mapping[Tier, bool]
) -> Standing:
    base = drafts.base_of(conn, draft.production, draft.base)
    before = drafts.fresh(draft.production, base).working
    known = reading.clips_of(conn, draft.production, draft.base)
    have = [state.clip for state in known if state.clip is not None]
    unmade: set[tuple[Tier, int]] = {
        (state.clip.tier, state.cut)
        for state in known
        if state.clip is not None and state.state != "ready"
    }
    picks = takes.of(conn, draft.production)
    lenders = borrowing.lenders(conn, draft)
    becomes = fates(before, draft.working, have, picks, tiers, continues, unmade, lenders)
    lent = (
        clip
        for cut in draft.working.conte.cuts
        if (lender := lenders.get(cut.id)) is not None
        for tier in tiers
        for clip in lender.lent(draft.working, cut, tier)
    )
    return Standing(base, becomes, tuple(lent))


def seal(
    conn: Connection,
    id: str,  # noqa: A002
    tenant: str | None,
    asked: Sealing,
    weights: Mapping[str, float],
) -> tuple[Production, int, bool]:
    """Return the production, the version's number, and False if its key had made it before.

    Raises:
        NoDraft: if nothing was changed.
        NotSealable: if the newest version is still being made, or is not the draft's base.
        QueueFull: as for a new production.
    """
    row = reading.row(conn, id, tenant, lock=True)
    if asked.idempotency_key is not None:
        found = conn.execute(_WITH_KEY, {"of": id, "key": asked.idempotency_key}).first()
        if found is not None:
            otherwise = "another version needs another key"
            check_same_body(found.body_hash, asked.body_hash, otherwise)
            return reading.production(conn, id, tenant), found.number, False
    draft = drafts.whole(conn, id, tenant)
    if asked.operations:
        draft = draft.after(*drafts.applied(conn, draft, asked.operations, asked.causes))
    if not draft.done:
        raise NoDraft(phrase("nothing_changed", number=row.version))
    if draft.base != row.version:
        raise NotSealable(phrase("another_version_came", base=draft.base, number=row.version))
    if row.ended_at is None:
        raise NotSealable(phrase("still_made", number=row.version, state=in_state(row.state)))
    productions.check_queue(conn, row.tenant, asked.max_queued)
    stands = standing(conn, draft, asked.tiers, asked.continues)
    becomes = stands.fates
    quote = asked.agreed(draft, becomes)
    number = draft.base + 1
    renders = sum(fate.what == "rendered" for fate in becomes)
    revision = Revision(
        base=draft.base,
        message=asked.message,
        operations=draft.operations,
        causes=tuple(step.cause for step in draft.done),
        renders=renders,
        quote=quote,
    )
    conn.execute(
        insert(versions).values(created_at=db_now()),
        {
            "production": id,
            "number": number,
            "conte": text_of(with_built_on(draft.working.conte, draft.working.brief)),
            "findings": text_of(asked.findings_of(draft.working), "findings"),
            "provenance": text_of(stands.base.provenance),
            "brief": text_of(draft.working.brief),
            "base": draft.base,
            "revision": text_of(revision),
            "idempotency_key": asked.idempotency_key,
            "body_hash": asked.body_hash,
        },
    )
    for clip in stands.lent:
        takes.keep(conn, id, number, clip)
    _inherit(conn, id, draft.base, number, becomes)
    drafts.drop(conn, id, tenant)
    fairness.join(conn, row.tenant, weights)
    cuts = len(draft.working.conte.cuts)
    at = conn.execute(_GO_ON, {"of": id, "newest": number, "cuts": cuts}).one()
    data = VersionSealed(
        version=number,
        base=draft.base,
        message=asked.message,
        operations=len(draft.done),
        renders=renders,
    )
    events.write(conn, id, at.last_event, at.updated_at, [events.NewEvent(productions.BY, data)])
    return reading.production(conn, id, tenant), number, True


def _inherit(
    conn: Connection,
    id: str,  # noqa: A002
    base: int,
    number: int,
    becomes: Sequence[Fate],
) -> None:
    """Give the version the clips that it keeps; one that is to be replaced stays until its
    replacement is ready.
    """
    rows: list[dict[str, Any]] = []
    for fate in becomes:
        if fate.clip is None:
            continue
        takes.keep(conn, id, base, fate.clip)
        rows.append(
            {
                "production": id,
                "version": number,
                "cut": fate.number,
                "tier": fate.tier,
                "state": "waiting" if fate.what == "rendered" else "ready",
                "attempts": 0,
                "key": fate.clip.key,
                "clip": text_of(fate.clip),
            }
        )
    if rows:
        conn.execute(insert(clips), rows)
