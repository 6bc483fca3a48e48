"""The events of all of a tenant's productions in one order: numbered 1, 2, 3 without gaps.

A reader that has seen number n has seen every number below it, also those that other transactions
were writing meanwhile, because the counter lies in the tenant's row and its lock is held until the
commit: n + 1 is drawn only when n is visible, or when n was rolled back and is drawn again.

A sequence would not do: PostgreSQL's transactions commit in another order than they draw from it,
so that a reader would skip the late ones. Nor would the time, for the same reason. Transaction ids
would (all below the oldest running one are settled), but not after a restore into another server,
where they begin anew.

The price: a tenant's transactions with events commit one after another, as each production's do
anyway. Other tenants' do not wait. Claims, charges and ends lock the same row, always after
the productions', and several tenants' in the order of their names, so that no new deadlock arises.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from serve.database.put_off import put_off
from serve.database.wakes import ring
from serve.ledger.tables import productions, tenant_events, tenants

_OWNERS = select(productions.c.id, productions.c.tenant).where(
    productions.c.id.in_(bindparam("ids", expanding=True))
)
_DRAW = (
    update(tenants)
    .where(tenants.c.name == bindparam("of"))
    .values(last_event=tenants.c.last_event + bindparam("more"))
    .returning(tenants.c.last_event)
)
_INSERT = insert(tenant_events)
_LAST = select(tenants.c.name, tenants.c.last_event).where(
    tenants.c.name.in_(bindparam("names", expanding=True))
)


def number(conn: Connection, production: str, ids: Iterable[int]) -> None:
    """Number a production's new events among all of its tenant's, when the transaction ends."""
    put_off(conn, _number, [(production, id_) for id_ in ids], turn=1)


def _number(conn: Connection, written: list[tuple[str, int]]) -> None:
    ids = list({production for production, _ in written})
    tenant_of = {row.id: row.tenant for row in conn.execute(_OWNERS, {"ids": ids})}
    of_tenant: dict[str, list[tuple[str, int]]] = {}
    for production, id_ in written:
        of_tenant.setdefault(tenant_of[production], []).append((production, id_))
    rows: list[dict[str, Any]] = []
    for tenant, its in sorted(of_tenant.items()):
        last = conn.execute(_DRAW, {"of": tenant, "more": len(its)}).scalar_one()
        rows += [
            {"tenant": tenant, "number": place, "production": production, "event": id_}
            for place, (production, id_) in enumerate(its, start=last - len(its) + 1)
        ]
        ring(conn, topic(tenant))
    conn.execute(_INSERT, rows if len(rows) > 1 else rows[0])


def topic(tenant: str) -> str:
    """The topic of the events of a tenant."""
    return f"tenant/{tenant}"


def last_numbers(conn: Connection, names: Iterable[str]) -> dict[str, int]:
    """Return the number of the last event of each tenant; 0 for one that has none yet."""
    wanted = list(names)
    found = {row.name: row.last_event for row in conn.execute(_LAST, {"names": wanted})}
    return {name: found.get(name, 0) for name in wanted}
