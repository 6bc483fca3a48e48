"""Writes of the holder of a claim: events, stages, the conte, clips, films and the end.

Every write proves the lease first and adds its event in the same transaction.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from conte.checks.finding import Finding
from conte.clip import Clip, Film, Tier
from conte.conte import Conte
from conte.events import (
    ClipFailed,
    ClipReady,
    ClipStarted,
    ConteReady,
    FilmReady,
    FinalWaiting,
    ProductionDone,
    TakeFailed,
    TakeReady,
)
from conte.production import (
    Event,
    EventKind,
    Failure,
    Provenance,
    State,
    Version,
    Wait,
    WaitsFor,
)
from conte.revision.take_order import TakeOrder
from conte.spending import Prices
from serve.database.clock import db_now
from serve.database.put_off import put_off
from serve.database.upsert import of_each_dialect
from serve.ledger import (
    directions,
    endings,
    events,
    fairness,
    leases,
    reading,
    spending,
    take_orders,
    takes,
)
from serve.ledger.errors import VersionConflict
from serve.ledger.events import NewEvent
from serve.ledger.leases import HELD, Claim
from serve.ledger.tables import clips, films, productions, tenants, versions
from serve.stored import text_of

_p, _c = productions.c, clips.c

_ENTER = (
    update(productions)
    .where(*HELD)
    .values(state=bindparam("into"), entered_at=db_now(), updated_at=db_now())
    .returning(_p.updated_at)
)
_NEWEST = (
    update(productions).where(*HELD).values(version=bindparam("newest"), num_cuts=bindparam("cuts"))
)
_RETRIED = (
    update(tenants)
    .where(tenants.c.name == bindparam("tenant"))
    .values(clip_retries=tenants.c.clip_retries + bindparam("more"))
)
_OF_CUT = (
    _c.production == bindparam("of"),
    _c.version == bindparam("in_version"),
    _c.cut == bindparam("number"),
    _c.tier == bindparam("of_tier"),
)


def _or_change(*columns: str) -> Mapping[str, Any]:
    """Return the statement that inserts a cut's row, or changes these columns of it."""
    return of_each_dialect(
        clips,
        lambda insert: insert.on_conflict_do_update(
            index_elements=clips.primary_key.columns,
            set_={name: insert.excluded[name] for name in columns},
        ),
    )


_START = _or_change("state", "attempts", "failure", "wait")
_WAIT = _or_change("state", "wait")
_READY = _or_change("state", "key", "clip", "failure", "wait")
_FAILED = _or_change("state", "attempts", "failure", "wait")
_FRESH = {"attempts": 0, "key": None, "clip": None, "failure": None, "wait": None}
_STANDING_CLIP = select(_c.key).where(*_OF_CUT, _c.state == "ready")
_OF_FILM = (
    films.c.production == bindparam("of"),
    films.c.version == bindparam("in_version"),
    films.c.tier == bindparam("of_tier"),
)
_STANDING_FILM = select(films.c.key).where(*_OF_FILM)
_NEW_FILM = (
    update(films).where(*_OF_FILM).values(key=bindparam("new_key"), film=bindparam("new_film"))
)


def append(conn: Connection, claim: Claim, draft: NewEvent) -> Event | None:
    """Append one event; None if its `once` mark exists."""
    if draft.once is not None and events.stands(conn, claim.production.id, draft.once):
        leases.see(conn, claim)
        return None
    _count_retries(conn, claim, told := leases.tell(conn, claim, [draft]))
    return told[0]


def append_many(conn: Connection, claim: Claim, drafts: Sequence[NewEvent]) -> tuple[Event, ...]:
    """Append the events whose `once` mark does not exist, in one transaction."""
    leases.see(conn, claim)
    marks = [draft.once for draft in drafts if draft.once is not None]
    stood = events.standing(conn, claim.production.id, marks)
    new: list[NewEvent] = []
    for draft in drafts:
        if draft.once is not None:
            if draft.once in stood:
                continue
            stood.add(draft.once)
        new.append(draft)
    _count_retries(conn, claim, told := leases.tell(conn, claim, new))
    return told


def _count_retries(conn: Connection, claim: Claim, told: Sequence[Event]) -> None:
    if more := sum(event.kind is EventKind.CLIP_RETRIED for event in told):
        put_off(conn, _count_retried, [claim.production.tenant] * more, turn=2)


def _count_retried(conn: Connection, of_tenants: list[str]) -> None:
    for tenant, more in sorted(Counter(of_tenants).items()):
        conn.execute(_RETRIED, {"tenant": tenant, "more": more})


def enter(conn: Connection, claim: Claim, state: State) -> None:
    """Enter a stage and count the time of the one before. Entering the same stage does nothing."""
    if state.ended:
        raise ValueError(f"{state} is an end; it is entered by finish, fail or cancelled")
    row = leases.see(conn, claim)
    if row.state != state.value:
        at = conn.execute(_ENTER, {**claim.held, "into": state.value}).one()
        endings.leave_stage(conn, row, at.updated_at)


def add_version(
    conn: Connection,
    claim: Claim,
    number: int,
    conte: Conte,
    findings: tuple[Finding, ...],
    provenance: Provenance,
    by: str,
    compared: Collection[str] | None = None,
) -> Version | None:
    """Store a complete conte, with ids for its cuts. The same conte again returns the existing
    version.

    `compared`: letters of the directions that it was compared with. Returns None and stores nothing
    if another direction has been written since.
    """
    row = leases.see(conn, claim)
    conte = conte.born(row.seed)
    stood = reading.standing_version(conn, row.id, number)
    if stood is not None:
        if stood.conte != conte:
            raise VersionConflict(f"version {number} of {row.id} stands with another conte")
        return stood
    if number != row.version + 1:
        raise VersionConflict(f"version {number} of {row.id} cannot follow version {row.version}")
    if compared is not None and not directions.all_compared(conn, claim.production, compared):
        return None
    data = ConteReady(
        version=number,
        title=conte.title,
        num_cuts=len(conte.cuts),
        num_frames=conte.num_frames,
        provenance=provenance,
        findings=findings,
    )
    told = leases.tell(conn, claim, [NewEvent(by, data)])
    conn.execute(_NEWEST, {**claim.held, "newest": number, "cuts": len(conte.cuts)})
    version = Version(
        number=number,
        conte=conte,
        findings=findings,
        provenance=provenance,
        created_at=told[0].at,
        brief=claim.production.brief,
    )
    conn.execute(
        insert(versions),
        {
            "production": row.id,
            "number": number,
            "conte": text_of(conte),
            "findings": text_of(findings, "findings"),
            "provenance": text_of(provenance),
            "created_at": version.created_at,
        },
    )
    return version


def start_clip(
    conn: Connection, claim: Claim, version: int, cut: int, tier: Tier, by: str, attempt: int
) -> None:
    data = ClipStarted(version=version, cut=cut, tier=tier, attempt=attempt)
    leases.tell(conn, claim, [NewEvent(by, data)])
    _write_cut(conn, claim, _START, version, cut, tier, "rendering", attempts=attempt)


def clip_waits(
    conn: Connection,
    claim: Claim,
    version: int,
    cut: int,
    tier: Tier,
    reason: WaitsFor,
    eta_s: float | None,
    prices: Prices,
) -> None:
    """Record why a clip has not begun. Its event comes once for each reason; for money, once a
    day.
    """
    at = leases.see(conn, claim).now
    once = f"waiting/{version}/{cut}/{tier}/{reason}"
    if reason == "budget":
        once += f"/{prices.day(at)}"
    if not events.stands(conn, claim.production.id, once):
        data = FinalWaiting(version=version, cut=cut, reason=reason, eta_s=eta_s)
        leases.tell(conn, claim, [NewEvent(tier, data, once)])
    wait = Wait(reason=reason, eta_s=eta_s, since=at)
    _write_cut(conn, claim, _WAIT, version, cut, tier, "waiting", wait=text_of(wait))


def record_clip(
    conn: Connection,
    claim: Claim,
    version: int,
    clip: Clip,
    by: str,
    gpu_s: float,
    prices: Prices,
) -> bool:
    """Record a stored clip and charge its GPU-seconds. False: it was recorded before."""
    place = {
        "of": claim.production.id, "in_version": version, "number": clip.cut, "of_tier": clip.tier
    }  # fmt: skip
    if conn.execute(_STANDING_CLIP, place).scalar() == clip.key:
        leases.see(conn, claim)
        return False
    data = ClipReady(version=version, cut=clip.cut, tier=clip.tier, clip=clip)
    told = leases.tell(conn, claim, [NewEvent(by, data)], charged_s=gpu_s)
    new = {"attempts": 1, "key": clip.key, "clip": text_of(clip)}
    _write_cut(conn, claim, _READY, version, clip.cut, clip.tier, "ready", **new)
    takes.keep(conn, claim.production.id, version, clip)
    _charge(conn, claim, clip, gpu_s, prices, told[0].at)
    return True


def _charge(
    conn: Connection, claim: Claim, clip: Clip, gpu_s: float, prices: Prices, at: float
) -> None:
    tenant = claim.production.tenant
    fairness.charge(conn, tenant, gpu_s, reused=clip.reused)
    spending.charge(conn, prices, claim.production.id, tenant, clip, at)


def record_clip_failure(
    conn: Connection, claim: Claim, version: int, failure: Failure, tier: Tier, by: str
) -> None:
    if failure.cut is None:
        raise ValueError("a clip's failure says which cut it is about")
    data = ClipFailed(version=version, cut=failure.cut, tier=tier, failure=failure)
    leases.tell(conn, claim, [NewEvent(by, data)])
    new = {"attempts": failure.attempts, "failure": text_of(failure)}
    _write_cut(conn, claim, _FAILED, version, failure.cut, tier, "failed", **new)


def _write_cut(
    conn: Connection,
    claim: Claim,
    statement: Mapping[str, Any],
    version: int,
    cut: int,
    tier: Tier,
    state: str,
    **new: Any,
) -> None:
    """Insert the cut's row, or change it. `new`: columns that are not null, or 0."""
    place = {"production": claim.production.id, "version": version, "cut": cut, "tier": tier}
    conn.execute(statement[conn.dialect.name], {**_FRESH, **place, "state": state, **new})


def record_film(conn: Connection, claim: Claim, version: int, film: Film, by: str) -> bool:
    """Record a stored film. False: it was recorded before."""
    place = {"of": claim.production.id, "in_version": version, "of_tier": film.tier}
    stood = conn.execute(_STANDING_FILM, place).scalar()
    if stood == film.key:
        leases.see(conn, claim)
        return False
    data = FilmReady(version=version, tier=film.tier, film=film)
    leases.tell(conn, claim, [NewEvent(by, data)])
    new = {"new_key": film.key, "new_film": text_of(film)}
    if stood is not None:
        conn.execute(_NEW_FILM, {**place, **new})
    else:
        row = {
            "production": place["of"], "version": version, "tier": film.tier, "key": film.key,
            "film": new["new_film"],
        }  # fmt: skip
        conn.execute(insert(films), row)
    return True


def finish(conn: Connection, claim: Claim, version: int, film: Film, by: str) -> None:
    """Record the last film and set the production to done."""
    record_film(conn, claim, version, film, by)
    row = leases.see(conn, claim)
    endings.end(conn, row, State.DONE, [NewEvent(by, ProductionDone(version=version, film=film))])


def record_take(
    conn: Connection,
    claim: Claim,
    order: TakeOrder,
    clip: Clip,
    by: str,
    gpu_s: float,
    prices: Prices,
) -> bool:
    """Record a take that was ordered and charge its GPU-seconds. False: it was recorded before."""
    id_ = leases.see(conn, claim).id
    if not take_orders.ready(conn, id_, order.number, clip.take):
        return False
    data = TakeReady(
        order=order.number, version=order.version, cut=clip.cut, tier=clip.tier, clip=clip
    )
    told = leases.tell(conn, claim, [NewEvent(by, data)], charged_s=gpu_s)
    takes.keep(conn, id_, order.version, clip)
    _charge(conn, claim, clip, gpu_s, prices, told[0].at)
    return True


def record_take_failure(
    conn: Connection, claim: Claim, order: TakeOrder, failure: Failure, by: str
) -> None:
    id_ = leases.see(conn, claim).id
    if take_orders.failed(conn, id_, order.number, failure):
        data = TakeFailed(
            order=order.number,
            version=order.version,
            cut=failure.cut or 0,
            tier=order.tier,
            failure=failure,
        )
        leases.tell(conn, claim, [NewEvent(by, data)])


def finish_takes(conn: Connection, claim: Claim, by: str) -> bool:
    """Return the production to its state before the takes. False: some takes still wait."""
    row = leases.see(conn, claim)
    if take_orders.waiting(conn, row.id):
        return False
    endings.end_takes(conn, row, by)
    return True
