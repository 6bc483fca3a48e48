"""An imported storyboard -> a production with it as version 1. One transaction.

Its panels become waiting take orders of the version's cuts: the director makes a clip from each
instead of rendering one, and these clips are takes like any other.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, insert

from conte.brief import Brief
from conte.checks.finding import Finding
from conte.clip import Tier
from conte.conte import Conte
from conte.events import ConteReady, ProductionAccepted
from conte.frozen import seed_of
from conte.production import Production, Provenance
from serve.database.clock import db_now
from serve.ledger import events, fairness, productions, reading, uploads
from serve.ledger.tables import take_orders, versions
from serve.stored import text_of


@dataclass(frozen=True)
class OwnStoryboard:
    """The imported storyboard, and what its request asks for."""

    brief: Brief
    conte: Conte
    findings: tuple[Finding, ...]
    provenance: Provenance
    tier: Tier
    """Tier of the clips made from the panels."""
    panels: Mapping[int, str] = field(default_factory=dict[int, str])
    """Vault key of the uploaded picture, by the number of its cut."""
    idempotency_key: str | None = None
    body_hash: str = ""
    max_queued: int = 100


def adopt(
    conn: Connection, tenant: str, own: OwnStoryboard, weights: Mapping[str, float]
) -> tuple[Production, bool]:
    """Return the production, and False if its key had made it before.

    Raises:
        IdempotencyConflict, QueueFull
        NotTakable: if a panel was uploaded too long ago.
    """
    fairness.lock(conn, tenant)
    key, seed = own.idempotency_key, own.provenance.seed
    if key is not None:
        stood = productions.with_key(conn, tenant, key, own.body_hash)
        if stood is not None:
            return stood, False
    productions.check_queue(conn, tenant, own.max_queued)
    fairness.join(conn, tenant, weights)
    conte = own.conte.born(seed)
    row = productions.add(conn, tenant, own.brief, seed, key, own.body_hash, len(conte.cuts))
    conn.execute(
        insert(versions).values(created_at=db_now()),
        {
            "production": row.id,
            "number": 1,
            "conte": text_of(conte),
            "findings": text_of(own.findings, "findings"),
            "provenance": text_of(own.provenance),
        },
    )
    _order_panels(conn, row.id, conte, own)
    ready = ConteReady(
        version=1,
        title=conte.title,
        num_cuts=len(conte.cuts),
        num_frames=conte.num_frames,
        provenance=own.provenance,
        findings=own.findings,
    )
    accepted = ProductionAccepted(brief=own.brief, seed=seed)
    drafts = [events.NewEvent(productions.BY, data) for data in (accepted, ready)]
    events.write(conn, row.id, 2, row.created_at, drafts)
    return reading.production(conn, row.id, tenant), True


def _order_panels(conn: Connection, production: str, conte: Conte, own: OwnStoryboard) -> None:
    rows = [
        {
            "production": production,
            "number": number,
            "cut": conte.cuts[cut - 1].id,
            "version": 1,
            "tier": own.tier,
            "seed": seed_of([conte.cuts[cut - 1].id, "panel"]),
            "source": "uploaded",
            "upload": own.panels[cut],
            "state": "waiting",
            "body_hash": own.body_hash,
        }
        for number, cut in enumerate(sorted(own.panels), 1)
    ]
    for row in rows:
        uploads.ordered(conn, str(row["upload"]))
    if rows:
        conn.execute(insert(take_orders).values(made_at=db_now()), rows)
