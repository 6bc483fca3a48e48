"""Videos ordered by a prompt alone: accepted, leased, rendered, listed, deleted.

A lease as a production's: owner, fence, until. Every write of a renderer's director carries the
fence, so that one that lost the lease, or whose video was deleted, can write nothing.
"""

from dataclasses import dataclass
from typing import Any, get_args

from sqlalchemy import (
    Boolean,
    Connection,
    Row,
    bindparam,
    case,
    func,
    insert,
    select,
    tuple_,
    update,
)

from conte.clip import Clip, Tier
from conte.production import Failure
from conte.spending import Prices
from conte.video import OrderedVideo, VideoOrder, VideoState
from serve.database.clock import db_now
from serve.database.wakes import ring
from serve.ledger import fairness, pace, spending
from serve.ledger.errors import IdempotencyConflict, LeaseLost, NotFound, QueueFull, check_same_body
from serve.ledger.ids import made_at, new_id
from serve.ledger.places import PagePosition
from serve.ledger.tables import video_lease as lease
from serve.ledger.tables import videos
from serve.stored import Unreadable, read, text_of

WORK = "videos"
"""Topic of the directors of videos: one waits, or one of theirs was deleted."""
_TIERS: tuple[Tier, ...] = get_args(Tier)

_v = videos.c
_SHOWN = select(videos).where(_v.gone.is_(False))
_BY_ID = _SHOWN.where(_v.id == bindparam("of"))
_EVER = select(_v.tenant, _v.created_at).where(_v.id == bindparam("of"))
_BY_KEY = select(videos).where(
    _v.tenant == bindparam("tenant"), _v.idempotency_key == bindparam("key")
)
_WAITING = select(func.count()).where(
    _v.tenant == bindparam("tenant"),
    _v.ended_at.is_(None),
    _v.state == VideoState.QUEUED.value,
    _v.gone.is_(False),
)
# Counting recent ends among the newest rows only keeps the query fast, however long the table gets.
_NEWEST = (
    select(_v.ended_at)
    .where(_v.tenant == bindparam("tenant"))
    .order_by(_v.created_at.desc(), _v.id.desc())
    .limit(bindparam("most"))
    .subquery()
)
_ENDED_LATELY = select(func.count()).where(_NEWEST.c.ended_at > db_now() - pace.OVER_S)
_COUNTED = 1000
_INSERT = insert(videos).values(created_at=db_now()).returning(*videos.c)
_free = (
    _v.ended_at.is_(None),
    *lease.free(bindparam("take_over", type_=Boolean), bindparam("except_owner")),
)
_ANY_FREE = select(_v.id).where(*_free).limit(1)
_others = videos.alias()
# The tenant with the fewest videos in work goes first; within a tenant, the oldest video.
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
        **lease.taken(bindparam("by"), bindparam("lease_s")),
        takeovers=_v.takeovers + bindparam("more"),
        # Still queued: a claimed video may wait at the renderers for long.
        state=VideoState.QUEUED.value,
        progress=0.0,
    )
    .returning(*videos.c)
)
_HELD = (
    *lease.held(bindparam("held_id"), bindparam("held_by"), bindparam("held_fence")),
    _v.ended_at.is_(None),
)
_RENEW = (
    update(videos).where(*_HELD).values(**lease.renewed(bindparam("lease_s"))).returning(_v.gone)
)
_RELEASE = (
    update(videos)
    .where(*_HELD)
    .values(
        **lease.released(case((bindparam("in_s") > 0, db_now() + bindparam("in_s")), else_=0.0)),
        state=VideoState.QUEUED.value,
        progress=0.0,
    )
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
        **lease.released(),
        state=bindparam("new_state"),
        clip=bindparam("new_clip"),
        failure=bindparam("why"),
    )
    .returning(_v.ended_at)
)
_GONE = select(_v.id).where(_v.owner == bindparam("by"), _v.ended_at.is_(None), _v.gone)
_DELETE = update(videos).where(_v.id == bindparam("of"), _v.gone.is_(False)).values(gone=True)
# Deletion ends a video that nobody renders; another one's director sees it and stops.
_END_IDLE = (
    update(videos)
    .where(_v.id == bindparam("of"), _v.ended_at.is_(None), lease.unheld)
    .values(ended_at=db_now(), **lease.released())
)


@dataclass(frozen=True)
class VideoClaim:
    """A video held by one director."""

    video: OrderedVideo
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
) -> tuple[OrderedVideo, bool]:
    fairness.lock(conn, tenant)
    if key is not None:
        stood = conn.execute(_BY_KEY, {"tenant": tenant, "key": key}).first()
        if stood is not None:
            check_same_body(stood.body_hash, body_hash, "a new order needs a new key")
            if stood.gone:
                raise IdempotencyConflict(
                    f"this Idempotency-Key made {stood.id}, which was deleted; a new order needs"
                    " a new key"
                )
            return _video(stood), False
    waiting = conn.execute(_WAITING, {"tenant": tenant}).scalar_one()
    if waiting >= max_queued:
        newest = {"tenant": tenant, "most": waiting + _COUNTED}
        ended = conn.execute(_ENDED_LATELY, newest).scalar_one()
        next_s = pace.next_place_s(waiting, max_queued, ended)
        raise QueueFull(waiting, max_queued, next_s, of="videos")
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
    ring(conn, WORK)
    return _video(row), True


def get(conn: Connection, id: str, tenant: str | None) -> OrderedVideo:  # noqa: A002
    return _video(_row(conn, id, tenant))


def page(
    conn: Connection, tenant: str, limit: int, after: str | None, *, newest_first: bool
) -> tuple[tuple[OrderedVideo, ...], bool]:
    """Return a page, and whether more follow. The cursor is the id of the last video before it,
    which may have been deleted since.
    """
    place = tuple_(_v.created_at, _v.id)
    wanted = _SHOWN.where(_v.tenant == tenant)
    if after is not None:
        at = tuple_(*_place(conn, after, tenant))
        wanted = wanted.where(place < at if newest_first else place > at)
    order = (_v.created_at.desc(), _v.id.desc()) if newest_first else (_v.created_at, _v.id)
    rows = conn.execute(wanted.order_by(*order).limit(limit + 1)).all()
    return tuple(_video(row) for row in rows[:limit]), len(rows) > limit


def _place(conn: Connection, id: str, tenant: str) -> PagePosition:  # noqa: A002
    row = conn.execute(_EVER, {"of": id}).first()
    if row is not None and row.tenant == tenant:
        return PagePosition(row.created_at, id)
    at = made_at(id) if row is None else None
    if at is None:
        raise _unknown(id)
    return PagePosition(at, id)


def delete(conn: Connection, id: str, tenant: str | None) -> OrderedVideo:  # noqa: A002
    row = _row(conn, id, tenant)
    if conn.execute(_DELETE, {"of": id}).rowcount == 0:
        raise _unknown(id)  # it was deleted at this moment
    conn.execute(_END_IDLE, {"of": id})
    ring(conn, WORK)
    return _video(row)


def any_free(conn: Connection, take_over: bool, except_owner: str) -> bool:
    """Return whether a claim is worth the write lock."""
    return (
        conn.execute(_ANY_FREE, {"take_over": take_over, "except_owner": except_owner}).first()
        is not None
    )


def claim(
    conn: Connection,
    owner: str,
    lease_s: float,
    max_takeovers: int,
    take_over: bool,
    except_owner: str,
) -> VideoClaim | None:
    """Claim the video whose turn it is. Ends videos on the way that must not go on."""
    wanted = {"take_over": take_over, "except_owner": except_owner}
    while (row := conn.execute(_NEXT_FREE, wanted).first()) is not None:
        taken_over = row.owner is not None
        if row.gone:
            conn.execute(_END_IDLE, {"of": row.id})
            continue
        told = {"taken": row.id, "by": owner, "lease_s": lease_s, "more": int(taken_over)}
        taken = conn.execute(_TAKE, told).one()
        found = VideoClaim(_video(taken), owner, taken.fence)
        if found.video.order is None:
            # This release cannot work on it.
            reason = found.video.failure.reason if found.video.failure else "it cannot be read"
            fail(conn, found, Failure(stage="clip", reason=reason))
            continue
        if taken.takeovers <= max_takeovers:
            return found
        reason = f"{taken.takeovers} directors were lost while they rendered this video"
        fail(conn, found, Failure(stage="clip", reason=reason, attempts=taken.takeovers))
    return None


def renew(conn: Connection, claim: VideoClaim, lease_s: float) -> bool:
    """Extend the lease by `lease_s` from now. True: the video was deleted."""
    renewed = conn.execute(_RENEW, {**claim.held, "lease_s": lease_s}).first()
    return bool(_held(renewed, claim).gone)


def release(conn: Connection, claim: VideoClaim, in_s: float = 0.0) -> None:
    """Release it unfinished; another director can claim it at once, or in `in_s` seconds."""
    _held(conn.execute(_RELEASE, {**claim.held, "in_s": in_s}).first(), claim)
    ring(conn, WORK)


def progress(conn: Connection, claim: VideoClaim, fraction: float) -> bool:
    """Record its progress while it is rendered. True: the video was deleted."""
    row = conn.execute(_PROGRESS, {**claim.held, "done": min(max(fraction, 0.0), 1.0)}).first()
    return bool(_held(row, claim).gone)


def deleted(conn: Connection, owner: str) -> tuple[str, ...]:
    """Return the owner's videos that were deleted."""
    return tuple(row.id for row in conn.execute(_GONE, {"by": owner}))


def complete(conn: Connection, claim: VideoClaim, clip: Clip, prices: Prices) -> None:
    """Record its stored clip and charge its seconds to the tenant."""
    gpu_s = 0.0 if clip.reused else clip.render_s
    at = _end(conn, claim, VideoState.COMPLETED, clip=text_of(clip))
    fairness.charge(conn, claim.video.tenant, gpu_s, reused=clip.reused)
    spending.charge(conn, prices, claim.video.id, claim.video.tenant, clip, at)


def fail(conn: Connection, claim: VideoClaim, failure: Failure) -> None:
    _end(conn, claim, VideoState.FAILED, failure=text_of(failure))


def _end(
    conn: Connection,
    claim: VideoClaim,
    state: VideoState,
    clip: str | None = None,
    failure: str | None = None,
) -> float:
    """Return when it ended."""
    new = {"new_state": state.value, "new_clip": clip, "why": failure}
    return float(_held(conn.execute(_END, {**claim.held, **new}).first(), claim).ended_at)


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


def _video(row: Row[Any]) -> OrderedVideo:
    """Convert a row. An unreadable part is left out; the failure says which and why."""
    state, tier = VideoState.FAILED, _TIERS[0]
    order = clip = failure = None
    try:
        failure = read(Failure, row.failure) if row.failure else None
        if row.tier not in _TIERS or row.state not in set(VideoState):
            raise Unreadable(f"{row.tier} or {row.state} is not known to this release")
        tier = row.tier
        order = read(VideoOrder, row.asked)
        clip = read(Clip, row.clip) if row.clip else None
        state = VideoState(row.state)
    except Unreadable as error:
        failure = failure or Failure(stage="clip", reason=str(error))
    return OrderedVideo(
        id=row.id,
        tenant=row.tenant,
        state=state,
        order=order,
        tier=tier,
        progress=1.0 if state is VideoState.COMPLETED else min(max(row.progress, 0.0), 1.0),
        created_at=row.created_at,
        completed_at=row.ended_at if state is VideoState.COMPLETED else None,
        clip=clip,
        failure=failure,
    )
