"""Ownership of what is served: one process at a time decides Serve's configuration, by lease.

One for a ledger, whatever the number of Ray clusters on it: a second one would render its work too.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from serve.database.clock import db_now
from serve.database.upsert import insert_into
from serve.ledger.tables import owner_lease as lease
from serve.ledger.tables import owners

_SERVE = "serve"
_o = owners.c
_LIVES = select(_o.owner).where(_o.id == _SERVE, _o.owner.is_not(None), _o.lease_until > db_now())


@dataclass(frozen=True)
class Owned:
    owner: str
    fence: int


def take(conn: Connection, owner: str, lease_s: float) -> Owned | None:
    """Return the ownership; None: another process has it."""
    conn.execute(insert_into(conn, owners).values(id=_SERVE).on_conflict_do_nothing())
    taken = (
        update(owners)
        .where(_o.id == _SERVE, *lease.free(take_over=True, except_owner=owner))
        .values(**lease.taken(owner, lease_s))
        .returning(_o.fence)
    )
    fence = conn.execute(taken).scalar_one_or_none()
    return None if fence is None else Owned(owner, fence)


def renew(conn: Connection, owned: Owned, lease_s: float) -> bool:
    held = lease.held(_SERVE, owned.owner, owned.fence)
    renewed = update(owners).where(*held).values(**lease.renewed(lease_s))
    return conn.execute(renewed).rowcount == 1


def release(conn: Connection, owned: Owned) -> None:
    held = lease.held(_SERVE, owned.owner, owned.fence)
    conn.execute(update(owners).where(*held).values(**lease.released()))


def owner(conn: Connection) -> str:
    """Return the name of the living owner; empty: there is none."""
    return conn.execute(_LIVES).scalar_one_or_none() or ""
