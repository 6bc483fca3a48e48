"""Secrets that all replicas share: random, made once, kept in the ledger.

In the ledger and not in a file under `home`: replicas on several machines have the ledger in
common, and nothing else.
"""

import secrets as random

from sqlalchemy import Connection, bindparam, select

from serve.database.clock import db_now
from serve.database.upsert import insert_into
from serve.ledger.tables import secrets

_BYTES = 32
_STANDING = select(secrets.c.secret).where(secrets.c.name == bindparam("of"))


def standing(conn: Connection, name: str) -> bytes | None:
    found = conn.execute(_STANDING, {"of": name}).scalar_one_or_none()
    return bytes.fromhex(found) if found else None


def make(conn: Connection, name: str) -> bytes:
    """Return the secret, made now if it is missing. Of several concurrent makers one wins."""
    new = {"name": name, "secret": random.token_hex(_BYTES), "made_at": db_now()}
    conn.execute(insert_into(conn, secrets).values(**new).on_conflict_do_nothing())
    made = standing(conn, name)
    if made is None:
        raise LookupError(f"the secret {name} was removed while it was made")
    return made
