"""Comments: kept on the version they were made on, and carried to later ones when read."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, or_, select, update

from conte.clip import Clip
from conte.events import CommentAdded, CommentChanged
from conte.production import State, Version
from conte.revision.carrying import Carried, carried, with_take
from conte.revision.comments import Audience, Comment, Misplaced, Placed
from conte.revision.phrase import phrase
from serve.database.clock import db_now
from serve.ledger import reading, reviews, takes
from serve.ledger.announcing import announce
from serve.ledger.errors import LimitReached, NotFound
from serve.ledger.ids import made_at, new_id
from serve.ledger.lineage import joints, line_of, versions_of
from serve.ledger.tables import comments
from serve.stored import Unreadable, read, text_of

MAX_PER_VERSION = 2_000
MAX_PER_TENANT = 200_000
MAX_REPLIES = 200

_c = comments.c
_OF_VERSION = (_c.production == bindparam("of"), _c.version == bindparam("in_version"))
_NUM_OF_VERSION = select(func.count()).where(*_OF_VERSION)
_NUM_OF_TENANT = select(func.count()).where(_c.tenant == bindparam("of_tenant"))
_NUM_OF_THREAD = select(func.count()).where(
    _c.production == bindparam("of"), _c.reply_to == bindparam("thread")
)
_ONE = select(comments).where(_c.production == bindparam("of"), _c.id == bindparam("one"))
_NOW = select(db_now())
_RESOLVE = (
    update(comments)
    .where(_c.production == bindparam("of"), _c.id == bindparam("one"))
    .values(resolved=bindparam("is_resolved"))
)


@dataclass(frozen=True)
class NewComment:
    """A comment before the ledger gives it an id."""

    text: str
    author: str
    audience: Audience
    place: Placed | None = None
    """None: the place of the comment that it replies to."""
    reply_to: str = ""
    guest: str = ""
    earlier: bool = True
    """False: it can reply to comments of its own version only."""


@dataclass(frozen=True)
class Thread:
    """A comment as a version shows it, with its replies, the oldest first."""

    comment: Comment
    carried: Carried
    """Its place in the version that is shown."""
    replies: tuple[Comment, ...] = ()


def add(
    conn: Connection,
    production_id: str,
    version: int,
    new: NewComment,
    tenant: str | None,
) -> Comment:
    """Keep a comment on a version.

    Raises:
        NotFound: also if it replies to a comment that its author cannot see.
        LimitReached: if the version, the thread or the tenant has too many.
        Misplaced: if the version has no such place.
    """
    row = reading.row(conn, production_id, tenant, lock=True)
    reviews.check_version(conn, production_id, version)
    _check_limits(conn, production_id, version, new, row.tenant)
    if new.reply_to:
        place, audience = _of_thread(conn, production_id, version, new)
    else:
        place, audience = _placed(conn, row, version, new.place), new.audience
    comment = Comment(
        **place.model_dump(include=set(Placed.model_fields)),
        id=new_id("cmt"),
        version=version,
        text=new.text,
        author=new.author,
        guest=new.guest,
        audience=audience,
        reply_to=new.reply_to,
        at=conn.execute(_NOW).scalar_one(),
    )
    conn.execute(
        insert(comments),
        {
            "production": production_id,
            "id": comment.id,
            "tenant": row.tenant,
            "version": version,
            "audience": audience,
            "reply_to": new.reply_to,
            "resolved": False,
            "comment": text_of(comment),
        },
    )
    data = CommentAdded(
        version=version,
        comment=comment.id,
        reply_to=new.reply_to,
        cut=comment.cut,
        audience=audience,
        state=State(row.state),
    )
    announce(conn, production_id, comment.at, data)
    return comment


def _check_limits(
    conn: Connection,
    production_id: str,
    version: int,
    new: NewComment,
    tenant: str,
) -> None:
    counts = (
        (
            _NUM_OF_VERSION,
            {"of": production_id, "in_version": version},
            MAX_PER_VERSION,
            "comments_full",
        ),
        (_NUM_OF_TENANT, {"of_tenant": tenant}, MAX_PER_TENANT, "tenants_comments_full"),
    )
    for query, of, most, what in counts:
        if conn.execute(query, of).scalar_one() >= most:
            raise LimitReached(phrase(what, most=most))
    if new.reply_to:
        replies = conn.execute(
            _NUM_OF_THREAD, {"of": production_id, "thread": new.reply_to}
        ).scalar_one()
        if replies >= MAX_REPLIES:
            raise LimitReached(phrase("replies_full", most=MAX_REPLIES))


def _of_thread(
    conn: Connection,
    production_id: str,
    version: int,
    new: NewComment,
) -> tuple[Placed, Audience]:
    first = conn.execute(_ONE, {"of": production_id, "one": new.reply_to}).first()
    line = line_of(conn, production_id, version) if new.earlier else (version,)
    if first is None or first.version not in line:
        raise NotFound(f"version {version} has no comment {new.reply_to}")
    if new.guest and first.audience != "client":
        raise NotFound(f"version {version} has no comment {new.reply_to}")
    if first.reply_to:
        raise Misplaced("reply_to", "place_first_comment", comment=first.reply_to)
    # What answers an internal comment says what it was about.
    audience = "internal" if first.audience == "internal" else new.audience
    return _comment(first), audience


def _placed(conn: Connection, row: Row[Any], version: int, place: Placed | None) -> Placed:
    if place is None:
        raise Misplaced("cut", "place_wanted")
    found = reading.version(conn, row.id, version, None)
    place.check_within(found.conte)
    clip = _shown(conn, row.id, found).get(place.cut)
    shown = clip.take if clip else ""
    if not place.take:
        return place.model_copy(update={"take": shown})
    if place.take != shown and place.take not in takes.of(conn, row.id):
        if not shown:
            raise Misplaced("take", "place_without_take")
        raise Misplaced("take", "place_no_take", take=shown)
    return place


def _shown(conn: Connection, production: str, version: Version) -> dict[str, Clip]:
    """Return the clip that the version shows for each cut, by the cut's id."""
    ids = {cut.number: cut.id for cut in version.conte.cuts}
    cuts = reading.production(conn, production, None, version.number).cuts
    return {ids[cut.cut]: cut.clip for cut in cuts if cut.clip and cut.cut in ids}


def _comment(row: Row[Any]) -> Comment:
    found = read(Comment, row.comment)
    return found.model_copy(update={"resolved": bool(row.resolved)})


def _shown_comment(row: Row[Any]) -> Comment:
    """Return a row's comment; for an unreadable one, a comment without a place that says why."""
    try:
        return _comment(row)
    except Unreadable as error:
        return Comment.model_construct(
            cut="",
            id=row.id,
            version=row.version,
            text=str(error),
            author="",
            audience=row.audience,
            reply_to=row.reply_to,
            resolved=bool(row.resolved),
            at=made_at(row.id) or 0.0,
        )


def threads(
    conn: Connection,
    production_id: str,
    version: int,
    tenant: str | None,
    *,
    client_only: bool = False,
    earlier: bool = True,
    after: str = "",
    limit: int = 100,
) -> tuple[tuple[Thread, ...], str | None]:
    """Return a page of a version's comments, and the cursor of the following page.

    The page has the version's own comments, and the open ones of the versions that it was made
    from, placed in this version. `client_only`: without internal comments. `earlier`: False omits
    those of other versions.
    """
    row = reading.row(conn, production_id, tenant)
    reviews.check_version(conn, production_id, version)
    line = line_of(conn, production_id, version) if earlier else (version,)
    wanted = (
        select(comments)
        .where(
            _c.production == production_id,
            _c.reply_to == "",
            _c.version.in_(line),
            or_(_c.version == version, _c.resolved.is_(False)),
            _c.id > after,
        )
        .order_by(_c.id)
        .limit(limit + 1)
    )
    replies = select(comments).where(
        _c.production == production_id,
        _c.reply_to.in_(bindparam("firsts", expanding=True)),
        _c.version.in_(line),
    )
    if client_only:
        wanted, replies = (q.where(_c.audience == "client") for q in (wanted, replies))
    found = conn.execute(wanted).all()
    shown = found[:limit]
    following = shown[-1].id if len(found) > limit else None
    answers = defaultdict[str, list[Comment]](list)
    for reply in conn.execute(replies.order_by(_c.id), {"firsts": [one.id for one in shown]}):
        answers[reply.reply_to].append(_shown_comment(reply))
    firsts = [_shown_comment(one) for one in shown]
    places = _carried(conn, row, version, line, firsts)
    return (
        tuple(Thread(one, places[one.id], tuple(answers[one.id])) for one in firsts),
        following,
    )


def _carried(
    conn: Connection, row: Row[Any], version: int, line: Sequence[int], firsts: Sequence[Comment]
) -> dict[str, Carried]:
    """Return each comment's place in the version."""
    of_before = [one for one in firsts if one.version != version and one.cut]
    places = {one.id: Carried(comment=one if one.cut else None) for one in firsts}
    if not of_before:
        return places
    oldest = min(one.version for one in of_before)
    passed = sorted(number for number in line if number >= oldest)
    found = versions_of(conn, row.id, passed)
    merges = {new: joints(found[base], found[new]) for base, new in pairwise(passed)}
    shown = _shown(conn, row.id, found[version])
    for one in of_before:
        place = Carried(comment=one)
        for base, new in pairwise(passed):
            if base < one.version or place.comment is None:
                continue
            step = carried(
                place.comment,
                found[base].conte,
                found[new].conte,
                merges[new],
            )
            # Each remark once: a dictionary keeps the order.
            remarks = dict.fromkeys((*place.remarks, *step.remarks))
            place = Carried(comment=step.comment, remarks=tuple(remarks))
        places[one.id] = with_take(place, one, shown)
    return places


def resolve(
    conn: Connection,
    production_id: str,
    comment: str,
    resolved: bool,
    tenant: str | None,
) -> Comment:
    row = reading.row(conn, production_id, tenant, lock=True)
    one = {"of": production_id, "one": comment}
    found = conn.execute(_ONE, one).first()
    if found is None:
        raise NotFound(f"production {production_id} has no comment {comment}")
    if found.reply_to:
        raise Misplaced("comment", "place_first_comment", comment=found.reply_to)
    comment_ = _shown_comment(found).model_copy(update={"resolved": resolved})
    if resolved != bool(found.resolved):
        conn.execute(_RESOLVE, one | {"is_resolved": resolved})
        data = CommentChanged(
            version=comment_.version,
            comment=comment_.id,
            audience=comment_.audience,
            resolved=resolved,
            state=State(row.state),
        )
        announce(conn, production_id, conn.execute(_NOW).scalar_one(), data)
    return comment_
