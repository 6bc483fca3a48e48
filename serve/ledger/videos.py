"""Videos asked for by their prompts alone: accepted, leased, rendered, told of, deleted.

A lease as a production's: owner, fence, until. Every write of whoever renders carries the fence, so
that one who lost the lease, or whose video was deleted and ended, can write nothing.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select, tuple_, update

from conte.clip import Clip, Tier
from conte.production import Failure
from conte.video import Video, VideoOrder, VideoState
from serve.ledger import fairness
from serve.ledger.clock import db_now
from serve.ledger.errors import IdempotencyConflict, LeaseLost, NotFound, QueueFull
from serve.ledger.ids import new_id
from serve.ledger.jsontext import text_of
from serve.ledger.tables import videos

RETRY_AFTER_S = 10.0

_v = videos.c
_SHOWN = select(videos).where(_v.gone.is_(False))
_BY_ID = _SHOWN.where(_v.id == bindparam("of"))
_BY_KEY = select(videos).where(
    _v.tenant == bindparam("tenant"), _v.idempotency_key == bindparam("key")
)
_WAITING = select(func.count()).where(
    _v.tenant == bindparam("tenant"),
    _v.ended_at.is_(None),
    _v.state == VideoState.QUEUED.value,
    _v.gone.is_(False),
)
_INSERT = insert(videos).values(created_at=db_now()).returning(*videos.c)
_free = (_v.ended_at.is_(None), _v.lease_until <= db_now())
_ANY_FREE = select(_v.id).where(*_free).limit(1)
_others = videos.alias()
# The tenant with the fewest at work goes first; within one, who came first.
_at_work = (
    select(func.count())
    .where(
        _others.c.tenant == _v.tenant,
        _others.c.ended_at.is_(None),
        _others.c.lease_until > db_now(),
    )
    .scalar_subquery()
)
_NEXT_FREE = (
    select(videos)
    .where(*_free)
    .order_by(_at_work, _v.created_at, _v.id)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_TAKE = (
    update(videos)
    .where(_v.id == bindparam("taken"))
    .values(
        owner=bindparam("by"),
        fence=_v.fence + 1,
        lease_until=db_now() + bindparam("lease_s"),
        takeovers=_v.takeovers + bindparam("more"),
        # Claimed is not begun: it may wait at the renderers for long.
        state=VideoState.QUEUED.value,
        progress=0.0,
    )
    .returning(*videos.c)
)
_HELD = (
    _v.id == bindparam("held_id"),
    _v.owner == bindparam("held_by"),
    _v.fence == bindparam("held_fence"),
    _v.ended_at.is_(None),
)
_RENEW = (
    update(videos)
    .where(*_HELD)
    .values(lease_until=db_now() + bindparam("lease_s"))
    .returning(_v.gone)
)
_RELEASE = (
    update(videos)
    .where(*_HELD)
    .values(owner=None, lease_until=0.0, state=VideoState.QUEUED.value, progress=0.0)
    .returning(_v.id)
)
_PROGRESS = (
    update(videos)
    .where(*_HELD)
    .values(state=VideoState.IN_PROGRESS.value, progress=bindparam("done"))
    .returning(_v.gone)
)
_END = (
    update(videos)
    .where(*_HELD)
    .values(
        ended_at=db_now(),
        lease_until=0.0,
        owner=None,
        state=bindparam("new_state"),
        clip=bindparam("new_clip"),
        failure=bindparam("why"),
    )
    .returning(_v.tenant)
)
_GONE = select(_v.id).where(_v.owner == bindparam("by"), _v.ended_at.is_(None), _v.gone)
_DELETE = update(videos).where(_v.id == bindparam("of"), _v.gone.is_(False)).values(gone=True)
# What nobody renders ends with its deletion; the director of another sees it and stops.
_END_IDLE = (
    update(videos)
    .where(_v.id == bindparam("of"), _v.ended_at.is_(None), _v.lease_until <= db_now())
    .values(ended_at=db_now(), owner=None, lease_until=0.0)
)


@dataclass(frozen=True)
class VideoClaim:
    """A video in the hands of one director."""

    video: Video
    owner: str
    fence: int

    @property
    def held(self) -> dict[str, Any]:
        return {"held_id": self.video.id, "held_by": self.owner, "held_fence": self.fence}


def accept(
    conn: Connection,
    tenant: str,
    order: VideoOrder,
    tier: Tier,
    key: str | None,
    body_hash: str,
    max_queued: int,
) -> tuple[Video, bool]:
    fairness.lock(conn, tenant)
    if key is not None:
        stood = conn.execute(_BY_KEY, {"tenant": tenant, "key": key}).first()
        if stood is not None:
            if stood.body_hash != body_hash:
                raise IdempotencyConflict(
                    "this Idempotency-Key was used with another body; a new order needs a new key"
                )
            if stood.gone:
                raise IdempotencyConflict(
                    f"this Idempotency-Key made {stood.id}, which was deleted; a new order needs"
                    " a new key"
                )
            return _video(stood), False
    waiting = conn.execute(_WAITING, {"tenant": tenant}).scalar_one()
    if waiting >= max_queued:
        raise QueueFull(waiting, max_queued, RETRY_AFTER_S, of="videos")
    row = conn.execute(
        _INSERT,
        {
            "id": new_id("video"),
            "tenant": tenant,
            "state": VideoState.QUEUED.value,
            "asked": text_of(order),
            "tier": tier,
            "idempotency_key": key,
            "body_hash": body_hash,
        },
    ).one()
    return _video(row), True


def get(conn: Connection, id: str, tenant: str | None) -> Video:  # noqa: A002
    return _video(_row(conn, id, tenant))


def page(
    conn: Connection, tenant: str, limit: int, after: str | None, *, newest_first: bool
) -> tuple[tuple[Video, ...], bool]:
    """A page, and whether more follow. The cursor is the id of the last video before it."""
    place = tuple_(_v.created_at, _v.id)
    wanted = _SHOWN.where(_v.tenant == tenant)
    if after is not None:
        last = _row(conn, after, tenant)
        at = tuple_(last.created_at, last.id)
        wanted = wanted.where(place < at if newest_first else place > at)
    order = (_v.created_at.desc(), _v.id.desc()) if newest_first else (_v.created_at, _v.id)
    rows = conn.execute(wanted.order_by(*order).limit(limit + 1)).all()
    return tuple(_video(row) for row in rows[:limit]), len(rows) > limit


def delete(conn: Connection, id: str, tenant: str | None) -> Video:  # noqa: A002
    row = _row(conn, id, tenant)
    if conn.execute(_DELETE, {"of": id}).rowcount == 0:
        raise _unknown(id)  # somebody deleted it in this moment
    conn.execute(_END_IDLE, {"of": id})
    return _video(row)


def any_free(conn: Connection) -> bool:
    """Whether a claim is worth the write lock."""
    return conn.execute(_ANY_FREE).first() is not None


def claim(conn: Connection, owner: str, lease_s: float, max_takeovers: int) -> VideoClaim | None:
    """The video whose turn it is. On the way, what nobody should render any more is ended."""
    while (row := conn.execute(_NEXT_FREE).first()) is not None:
        taken_over = row.owner is not None
        if row.gone:
            conn.execute(_END_IDLE, {"of": row.id})
            continue
        told = {"taken": row.id, "by": owner, "lease_s": lease_s, "more": int(taken_over)}
        taken = conn.execute(_TAKE, told).one()
        found = VideoClaim(_video(taken), owner, taken.fence)
        if taken.takeovers <= max_takeovers:
            return found
        reason = f"{taken.takeovers} directors were lost while they rendered this video"
        fail(conn, found, Failure(stage="clip", reason=reason, attempts=taken.takeovers))
    return None


def renew(conn: Connection, claim: VideoClaim, lease_s: float) -> bool:
    """Keep it for another `lease_s`. True: it has been deleted."""
    renewed = conn.execute(_RENEW, {**claim.held, "lease_s": lease_s}).first()
    return bool(_held(renewed, claim).gone)


def release(conn: Connection, claim: VideoClaim) -> None:
    """Hand it back unfinished; another may claim it at once."""
    _held(conn.execute(_RELEASE, claim.held).first(), claim)


def progress(conn: Connection, claim: VideoClaim, fraction: float) -> bool:
    """It is being rendered, and this far. True: it has been deleted."""
    row = conn.execute(_PROGRESS, {**claim.held, "done": min(max(fraction, 0.0), 1.0)}).first()
    return bool(_held(row, claim).gone)


def deleted(conn: Connection, owner: str) -> tuple[str, ...]:
    """The owner's videos that somebody deleted."""
    return tuple(row.id for row in conn.execute(_GONE, {"by": owner}))


def complete(conn: Connection, claim: VideoClaim, clip: Clip) -> None:
    """Its clip is in the vault; its seconds are charged to the tenant."""
    gpu_s = 0.0 if clip.reused else clip.render_s
    _end(conn, claim, VideoState.COMPLETED, clip=text_of(clip))
    fairness.charge(conn, claim.video.tenant, gpu_s, reused=clip.reused)


def fail(conn: Connection, claim: VideoClaim, failure: Failure) -> None:
    _end(conn, claim, VideoState.FAILED, failure=text_of(failure))


def _end(
    conn: Connection,
    claim: VideoClaim,
    state: VideoState,
    clip: str | None = None,
    failure: str | None = None,
) -> None:
    new = {"new_state": state.value, "new_clip": clip, "why": failure}
    _held(conn.execute(_END, {**claim.held, **new}).first(), claim)


def _row(conn: Connection, id: str, tenant: str | None) -> Row[Any]:  # noqa: A002
    found = conn.execute(_BY_ID, {"of": id}).first()
    if found is None or (tenant is not None and found.tenant != tenant):
        raise _unknown(id)
    return found


def _unknown(id: str) -> NotFound:  # noqa: A002
    return NotFound(f"there is no video {id}")


def _held(row: Any, claim: VideoClaim) -> Row[Any]:
    if row is None:
        raise LeaseLost(f"{claim.owner} (fence {claim.fence}) does not hold {claim.video.id}")
    return row


def _video(row: Row[Any]) -> Video:
    return Video(
        id=row.id,
        tenant=row.tenant,
        state=VideoState(row.state),
        order=VideoOrder.model_validate_json(row.asked),
        tier=row.tier,
        progress=1.0 if row.state == VideoState.COMPLETED else row.progress,
        created_at=row.created_at,
        completed_at=row.ended_at if row.state == VideoState.COMPLETED else None,
        clip=Clip.model_validate_json(row.clip) if row.clip else None,
        failure=Failure.model_validate_json(row.failure) if row.failure else None,
    )
