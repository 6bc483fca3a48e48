"""Review states of versions, with their history: append-only, under the production's lock."""

from typing import Any

from sqlalchemy import Connection, Row, bindparam, exists, func, insert, select

from conte.events import VersionReviewed
from conte.production import State
from conte.revision.phrase import Listed, in_review, phrase
from conte.revision.review import Review, ReviewState, ReviewStep
from serve.database.clock import db_now
from serve.ledger import reading
from serve.ledger.announcing import announce
from serve.ledger.errors import IllegalStep, LimitReached, NotFound
from serve.ledger.lineage import line_of
from serve.ledger.tables import reviews, versions
from serve.stored import Unreadable

MAX_STEPS = 200
"""Most steps of one version."""

_r = reviews.c
_HISTORY = (
    select(reviews)
    .where(_r.production == bindparam("of"), _r.version == bindparam("in_version"))
    .order_by(_r.number)
)
_later = reviews.alias("later").c
_NEWEST_SEEN = select(func.max(_r.version)).where(
    _r.production == bindparam("of"),
    _r.state != ReviewState.DRAFT.value,
    ~exists().where(
        _later.production == _r.production,
        _later.version == _r.version,
        _later.number > _r.number,
    ),
)
_EVER_SEEN = (
    select(_r.version)
    .where(_r.production == bindparam("of"), _r.state == ReviewState.IN_REVIEW.value)
    .distinct()
)
_INSERT = insert(reviews).values(at=db_now())
_NOW = select(db_now())
_EXISTS = select(versions.c.number).where(
    versions.c.production == bindparam("of"), versions.c.number == bindparam("in_version")
)


def check_version(conn: Connection, production_id: str, version: int) -> None:
    """Raises NotFound."""
    if conn.execute(_EXISTS, {"of": production_id, "in_version": version}).first() is None:
        raise NotFound(f"production {production_id} has no version {version}")


def review(conn: Connection, production_id: str, version: int, tenant: str | None) -> Review:
    reading.row(conn, production_id, tenant)
    check_version(conn, production_id, version)
    return standing(conn, production_id, version)


def standing(conn: Connection, production_id: str, version: int) -> Review:
    steps = tuple(
        _step(row) for row in conn.execute(_HISTORY, {"of": production_id, "in_version": version})
    )
    return Review(state=steps[-1].state if steps else ReviewState.DRAFT, history=steps)


def _step(row: Row[Any]) -> ReviewStep:
    try:
        state = ReviewState(row.state)
    except ValueError as error:
        raise Unreadable(f"review state {row.state!r} is not known to this release") from error
    return ReviewStep(state=state, by=row.by, note=row.note, at=row.at)


def take_step(
    conn: Connection,
    production_id: str,
    version: int,
    to: ReviewState,
    by: str,
    note: str,
    tenant: str | None,
) -> Review:
    """Take a step that needs no approval.

    Raises:
        IllegalStep: naming the steps that are allowed.
    """
    row = reading.row(conn, production_id, tenant, lock=True)
    check_version(conn, production_id, version)
    found = standing(conn, production_id, version)
    check_step(found, version, to)
    if to is ReviewState.APPROVED:
        raise IllegalStep(phrase("approved_in_two_steps", number=version))
    write(conn, production_id, version, found, to, by, note, State(row.state))
    return standing(conn, production_id, version)


def check_step(found: Review, version: int, to: ReviewState) -> None:
    if to in found.allowed:
        return
    states = Listed(tuple(map(in_review, found.allowed)))
    then = phrase("then_allowed", states=states) if found.allowed else phrase("then_new")
    is_, becomes = in_review(found.state), in_review(to)
    raise IllegalStep(phrase("illegal_step", number=version, state=is_, to=becomes, then=then))


def write(
    conn: Connection,
    production_id: str,
    version: int,
    before: Review,
    to: ReviewState,
    by: str,
    note: str,
    state: State,
) -> None:
    """Append a step that was checked, under the production's lock. `state`: the production's."""
    number = len(before.history) + 1
    if number > MAX_STEPS and to is not ReviewState.APPROVED:
        raise LimitReached(phrase("steps_full", number=version, most=MAX_STEPS))
    row = {"production": production_id, "version": version, "number": number, "state": to.value}
    conn.execute(_INSERT, row | {"by": by, "note": note})
    data = VersionReviewed(version=version, review=to, state=state)
    announce(conn, production_id, conn.execute(_NOW).scalar_one(), data)


def seen_before(conn: Connection, production_id: str, version: int) -> int | None:
    """Return the newest version that it was made from and that was ever put into review."""
    seen = set(conn.execute(_EVER_SEEN, {"of": production_id}).scalars())
    earlier = line_of(conn, production_id, version)[1:]
    return next((number for number in earlier if number in seen), None)


def newest_seen(conn: Connection, production_id: str) -> int | None:
    """Return the newest version that was put into review and not withdrawn."""
    return conn.execute(_NEWEST_SEEN, {"of": production_id}).scalar()
