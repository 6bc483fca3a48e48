"""A version and everything that an export shows of it -> its edition. Read in one transaction."""

from sqlalchemy import Connection

from conte.checks.finding import Finding
from conte.clip import Clip
from conte.edition import Edition, Remark, Signed, Since
from conte.production import Version
from conte.revision.causes import causes_between
from conte.revision.changes import changes
from conte.revision.working import Working
from serve.ledger import approvals, comments, reading, reviews
from serve.ledger.comments import Thread
from serve.ledger.lineage import line_of
from serve.stored import Unreadable

MOST_COMMENTS = 2_000
_PAGE = 500


def of_version(conn: Connection, production_id: str, number: int, tenant: str | None) -> Edition:
    """Return a version as its owner sees it, with its changes from the version that it was made
    from.

    Raises:
        NotFound
        Unreadable: if this release cannot read its conte or its brief.
    """
    earlier = line_of(conn, production_id, number)[1:2]
    return _edition(conn, production_id, number, tenant, earlier[0] if earlier else None)


def for_client(conn: Connection, production_id: str, number: int, *, follows: bool) -> Edition:
    """Return a version as a guest sees it.

    `follows`: the link leads from one version to the next. A link to a single version shows no
    other version, and only comments made on this one.
    """
    since = reviews.seen_before(conn, production_id, number) if follows else None
    found = _edition(conn, production_id, number, None, since, client=True, earlier=follows)
    # A guest knows the link alone, and files of theirs travel on.
    return found.model_copy(update={"for_client": True, "production": ""})


def _edition(
    conn: Connection,
    production_id: str,
    number: int,
    tenant: str | None,
    since: int | None,
    *,
    client: bool = False,
    earlier: bool = True,
) -> Edition:
    production = reading.production(conn, production_id, tenant, number)
    version = reading.version(conn, production_id, number, tenant)
    if version.brief is None:
        raise Unreadable(f"the brief of version {number} cannot be read by this release")
    clips: tuple[Clip, ...] = tuple(cut.clip for cut in production.cuts if cut.clip)
    findings: tuple[Finding, ...] = version.findings
    return Edition(
        production=production_id,
        version=number,
        created_at=version.created_at,
        brief=version.brief,
        conte=version.conte,
        clips=clips,
        film=production.film,
        findings=findings,
        comments=_remarks(conn, production_id, number, client=client, earlier=earlier),
        since=_since(conn, production_id, version, since, client=client) if since else None,
        state=reviews.standing(conn, production_id, number).state,
        approval=_signed(conn, production_id, number),
        direction=production.direction.letter if production.direction else "",
    )


def _remarks(
    conn: Connection, production_id: str, number: int, *, client: bool, earlier: bool
) -> tuple[Remark, ...]:
    found: list[Remark] = []
    after: str | None = ""
    while after is not None and len(found) < MOST_COMMENTS:
        threads, after = comments.threads(
            conn, production_id, number, None,
            client_only=client, earlier=earlier, after=after, limit=_PAGE,
        )  # fmt: skip
        for thread in threads:
            found += _thread(thread)
    return tuple(found)


def _thread(thread: Thread) -> tuple[Remark, ...]:
    there = thread.carried.comment
    cut, frame = (there.cut, there.frame) if there else ("", 0)
    return tuple(
        Remark(
            cut=cut,
            frame=frame,
            last=there.last if there else None,
            text=one.text,
            author=one.author,
            audience=one.audience,
            resolved=thread.comment.resolved,
            version=one.version,
            at=one.at,
            reply=one is not thread.comment,
        )
        for one in (thread.comment, *thread.replies)
    )


def _since(
    conn: Connection, production_id: str, new: Version, base: int, *, client: bool
) -> Since | None:
    between = [
        reading.version(conn, production_id, number, None) for number in range(base, new.number)
    ]
    earlier = between[0]
    if earlier.brief is None or new.brief is None:
        return None
    table = changes(
        Working(conte=earlier.conte, brief=earlier.brief),
        Working(conte=new.conte, brief=new.brief),
        {} if client else causes_between([*between, new]),
    )
    shown = tuple(row for row in table.rows if not client or row.for_clients)
    return Since(
        version=base,
        table=table.model_copy(update={"rows": shown}),
        num_left_out=len(table.rows) - len(shown),
    )


def _signed(conn: Connection, production_id: str, number: int) -> Signed | None:
    one = approvals.of_version(conn, production_id, number)
    if one is None:
        return None
    return Signed(name=one.approver.name, at=one.at, number=one.number, hash=one.hash)
