"""Short words for tests on a ledger: accept, claim, let a lease end, a clip, a film."""

from sqlalchemy import create_engine, select, update

from conte.brief import Brief
from conte.clip import Clip, Film, Tier
from conte.conte import Conte
from conte.events import ClipProgress, ClipRetried, CutWritten
from conte.production import Event, Failure, Provenance
from serve.ledger.leases import Claim
from serve.ledger.ledger import Ledger
from serve.ledger.tables import productions
from tests.fake_crew import ENGINE, plain_conte

BRIEF = Brief.model_validate({"product": {"name": "시안"}, "duration_s": 6, "cuts": 4})
CONTE = plain_conte(BRIEF)
PROVENANCE = Provenance(engine=ENGINE, seed=7)
WRITTEN = CutWritten(cut=CONTE.cuts[0])
LEASE_S = 600.0
"""Longer than any test: a lease ends here when a test says so, never by waiting."""


def accept(
    ledger: Ledger,
    tenant: str = "a",
    *,
    key: str | None = None,
    body: str = "",
    max_queued: int = 1000,
) -> str:
    production, _ = ledger.accept(
        tenant=tenant,
        brief=BRIEF,
        seed=7,
        idempotency_key=key,
        body_hash=body,
        max_queued=max_queued,
    )
    return production.id


def claim(ledger: Ledger, owner: str = "director-1") -> Claim:
    claimed = ledger.claim(owner, LEASE_S)
    assert claimed is not None
    return claimed


def claimed(ledger: Ledger, tenant: str = "a") -> Claim:
    """A production just accepted, in the hands of director-1."""
    accept(ledger, tenant)
    return claim(ledger)


def let_lease_end(url: str, production: str) -> None:
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        connection.execute(
            update(productions)
            .where(productions.c.id == production, productions.c.owner.is_not(None))
            .values(lease_until=1.0)
        )
    engine.dispose()


def rows(url: str, *columns: str) -> list[tuple[object, ...]]:
    """These columns of all productions, as they lie in the table."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        found = connection.execute(select(*(productions.c[name] for name in columns)))
        result = [tuple(row) for row in found]
    engine.dispose()
    return result


def clip(cut: int, tier: Tier = "draft", *, shot: str = "0", reused: bool = False) -> Clip:
    return Clip(
        cut=cut,
        tier=tier,
        key=f"clips/{shot * 63}{cut}.mp4",
        num_frames=45,
        engine=ENGINE,
        seed=cut,
        render_s=1.0,
        reused=reused,
    )


def film(tier: Tier = "draft", shot: str = "0") -> Film:
    return Film(
        tier=tier,
        key=f"films/{shot * 64}.mp4",
        sheet_key=f"sheets/{shot * 64}.png",
        poster_key=f"posters/{shot * 64}.png",
        num_frames=BRIEF.num_frames,
        fps=BRIEF.fps,
        width=128,
        height=72,
        edit_s=0.5,
        labelled_ai=True,
    )


def progress(cut: int, done: float = 0.0) -> ClipProgress:
    return ClipProgress(cut=cut, tier="draft", progress=done)


def retried(reason: str = "no memory") -> ClipRetried:
    return ClipRetried(cut=1, tier="draft", attempt=2, reason=reason)


def write_conte(ledger: Ledger, claim: Claim, conte: Conte = CONTE) -> None:
    ledger.add_version(claim, 1, conte, (), PROVENANCE, "composer@1")


def fail_cut(ledger: Ledger, claim: Claim, cut: int, tier: Tier = "draft") -> Failure:
    """The cut fails, and with it the production."""
    failure = Failure(stage="clip", cut=cut, reason="no memory", attempts=3)
    ledger.record_clip_failure(claim, 1, failure, tier)
    ledger.fail(claim, failure, "director-1")
    return failure


def finish(ledger: Ledger, claim: Claim, gpu_s: float = 0.0) -> None:
    """All that is left to do, charged with `gpu_s`."""
    write_conte(ledger, claim)
    ledger.record_clip(claim, 1, clip(1), "fake@1", gpu_s)
    ledger.finish(claim, 1, film(), "editor")


def story(ledger: Ledger, production: str) -> list[str]:
    return [str(event.kind) for event in all_events(ledger, production)]


def all_events(ledger: Ledger, production: str) -> tuple[Event, ...]:
    return ledger.events(production, 0, 10_000)
