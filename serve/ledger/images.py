"""Pictures that tenants have uploaded: which tenant may use which. The files are in the vault."""

from sqlalchemy import Connection, bindparam, insert, select

from serve.database.clock import db_now
from serve.ledger import fairness, uploads
from serve.ledger.tables import images

_OWNED = select(images.c.key).where(
    images.c.tenant == bindparam("tenant"), images.c.key == bindparam("of_key")
)


def own(conn: Connection, tenant: str, key: str) -> None:
    fairness.lock(conn, tenant)
    if not owned(conn, tenant, key):
        conn.execute(insert(images).values(tenant=tenant, key=key, created_at=db_now()))
    uploads.owned(conn, key)


def owned(conn: Connection, tenant: str, key: str) -> bool:
    return conn.execute(_OWNED, {"tenant": tenant, "of_key": key}).first() is not None
