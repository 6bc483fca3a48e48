"""Share links and their guests. A token is returned once; only its hash is kept."""

import secrets
from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from conte.revision.phrase import phrase
from conte.revision.share import Guest, Right, Share
from serve.database.clock import db_now
from serve.keys import key_digest
from serve.ledger import reading, reviews
from serve.ledger.errors import LimitReached, NotFound
from serve.ledger.ids import new_id
from serve.ledger.tables import guests, productions, shares

MAX_PER_PRODUCTION = 100
MAX_GUESTS = 200
_TOKEN_BYTES = 24

_s, _g = shares.c, guests.c
_INSERT = (
    insert(shares)
    .values(created_at=db_now(), expires_at=db_now() + bindparam("for_s"))
    .returning(*_s)
)
_OF_PRODUCTION = select(shares).where(_s.production == bindparam("of")).order_by(_s.id.desc())
_NUM = select(func.count()).where(_s.production == bindparam("of"))
_NUM_GUESTS = select(func.count()).where(_g.share == bindparam("of"))
_REVOKE = (
    update(shares)
    .where(_s.production == bindparam("of"), _s.id == bindparam("one"))
    .values(revoked_at=func.coalesce(_s.revoked_at, db_now()))
    .returning(*_s)
)
_BY_TOKEN = (
    select(shares, productions.c.tenant)
    .join(productions, productions.c.id == _s.production)
    .where(_s.token_hash == bindparam("hash"), _s.revoked_at.is_(None), _s.expires_at > db_now())
)
_GUEST = select(guests).where(_g.token_hash == bindparam("hash"), _g.share == bindparam("of"))
_LOCK = select(_s.id).where(_s.id == bindparam("of")).with_for_update()


class Shared(NamedTuple):
    """The production, version and rights that a link's token gives access to."""

    share: Share
    tenant: str
    version: int | None
    """Number of the version; None: nothing was put into review yet."""


def create(
    conn: Connection,
    production_id: str,
    version: int | None,
    rights: Iterable[Right],
    label: str,
    valid_s: float,
    tenant: str | None,
) -> tuple[Share, str]:
    """Return a new link and its token, which cannot be read again.

    Raises:
        NotFound, LimitReached
    """
    reading.row(conn, production_id, tenant, lock=True)
    if version is not None:
        reviews.check_version(conn, production_id, version)
    if conn.execute(_NUM, {"of": production_id}).scalar_one() >= MAX_PER_PRODUCTION:
        raise LimitReached(phrase("links_full", most=MAX_PER_PRODUCTION))
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    row = {
        "id": new_id("shr"),
        "production": production_id,
        "version": version,
        "rights": ",".join(right for right in Right if right in set(rights)),
        "label": label,
        "token_hash": key_digest(token),
    }
    return _share(conn.execute(_INSERT, row | {"for_s": valid_s}).one()), token


def of_production(conn: Connection, production_id: str, tenant: str | None) -> tuple[Share, ...]:
    """Return all links of the production, the newest first, including expired and revoked ones."""
    reading.row(conn, production_id, tenant)
    return tuple(_share(row) for row in conn.execute(_OF_PRODUCTION, {"of": production_id}))


def revoke(conn: Connection, production_id: str, share: str, tenant: str | None) -> Share:
    """End a link for good. A second time changes nothing."""
    reading.row(conn, production_id, tenant)
    row = conn.execute(_REVOKE, {"of": production_id, "one": share}).first()
    if row is None:
        raise NotFound(f"production {production_id} has no link {share}")
    return _share(row)


def shared(conn: Connection, token: str) -> Shared:
    """Return what the token gives access to.

    Raises:
        NotFound: the same for unknown, expired and revoked links.
    """
    row = conn.execute(_BY_TOKEN, {"hash": key_digest(token)}).first()
    if row is None:
        raise NotFound("there is no such link, or it has expired or was revoked")
    share = _share(row)
    version = share.version or reviews.newest_seen(conn, share.production)
    return Shared(share, row.tenant, version)


def _share(row: Row[Any]) -> Share:
    known = {right.value for right in Right}
    return Share(
        id=row.id,
        production=row.production,
        version=row.version,
        # A right that only a newer release knows allows nothing here.
        rights=tuple(Right(name) for name in row.rights.split(",") if name in known),
        label=row.label,
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
    )


def enter(conn: Connection, share: str, name: str) -> tuple[Guest, str]:
    """Return a new guest of a link, and the guest's token."""
    conn.execute(_LOCK, {"of": share})
    if conn.execute(_NUM_GUESTS, {"of": share}).scalar_one() >= MAX_GUESTS:
        raise LimitReached(phrase("guests_full", most=MAX_GUESTS))
    token, guest = secrets.token_urlsafe(_TOKEN_BYTES), new_id("gst")
    row = {"id": guest, "share": share, "name": name, "token_hash": key_digest(token)}
    conn.execute(insert(guests).values(created_at=db_now()), row)
    return Guest(id=guest, share=share, name=name), token


def guest(conn: Connection, share: str, token: str) -> Guest | None:
    """Return the link's guest with this token; None: there is none."""
    row = conn.execute(_GUEST, {"hash": key_digest(token), "of": share}).first()
    return Guest(id=row.id, share=row.share, name=row.name) if row else None
