"""Charges: the GPU time of renders and its price, by clip, production, tenant and day.

Written in the transaction that records the clip, and so exactly once. If a director died before
that, the next one finds the clip in the vault, and charges it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, case, func, insert, select, update

from conte.clip import Clip
from conte.spending import Prices
from serve.database.clock import db_now
from serve.database.engine import Database
from serve.ledger import reading
from serve.ledger.tables import charges

DAYS = 31
"""Number of days in the list."""

_c = charges.c
_SAME = (
    _c.key == bindparam("of"), _c.work == bindparam("for_work"), _c.day == bindparam("on"),
)  # fmt: skip
_CHARGED = select(_c.work).where(_c.key == bindparam("of")).limit(1)
_AGAIN = (
    update(charges)
    .where(*_SAME)
    .values(gpu_s=_c.gpu_s + bindparam("more_s"), amount=_c.amount + bindparam("more"))
)
_priced = case((_c.currency == bindparam("money"), _c.amount))
_SUMS = (
    func.sum(_c.gpu_s).label("gpu_s"),
    func.sum(_priced).label("amount"),
    func.count(_priced).label("num_priced"),
    func.count().label("num"),
)
_TODAY = select(_c.tenant, *_SUMS).where(_c.day == bindparam("on")).group_by(_c.tenant)
_DAYS = (
    select(_c.day, _c.tenant, *_SUMS)
    .where(_c.day > bindparam("since"))
    .group_by(_c.day, _c.tenant)
    .order_by(_c.day.desc(), _c.tenant)
)
_OF_WORK = (
    select(_c.day, _c.tenant, *_SUMS)
    .where(_c.work == bindparam("for_work"))
    .group_by(_c.day, _c.tenant)
    .order_by(_c.day)
)
_NOW = select(db_now())


@dataclass(frozen=True)
class Spent:
    """A tenant's use on one day."""

    day: str
    tenant: str
    gpu_s: float
    amount: float | None
    """Price of the use; None: the price of a part is not known."""
    known: float
    """Price of the part whose price is known; ceilings are compared with it."""


@dataclass(frozen=True)
class Today:
    day: str
    ends_in_s: float
    spent: tuple[Spent, ...]
    """Use by tenant; tenants without any are left out."""


def charge(conn: Connection, prices: Prices, work: str, tenant: str, clip: Clip, at: float) -> None:
    """Charge a clip to a production or video; no charge if no GPU was used, or if the clip is
    already charged."""
    if not (gpu_s := prices.gpu_s(clip)):
        return
    if clip.reused and conn.execute(_CHARGED, {"of": clip.key}).first() is not None:
        return
    place = {"of": clip.key, "for_work": work, "on": prices.day(at)}
    amount = prices.of(clip)
    if conn.execute(_AGAIN, {**place, "more_s": gpu_s, "more": amount}).rowcount:
        return
    row = {
        "key": clip.key, "work": work, "day": place["on"], "tenant": tenant, "tier": clip.tier,
        "gpu_s": gpu_s, "amount": amount, "currency": prices.currency, "at": at,
    }  # fmt: skip
    conn.execute(insert(charges), row)


class SpendingRecords:
    """SpendingRecords: read access to the charges, as a part of the ledger."""

    def __init__(self, database: Database, prices: Prices) -> None:
        self._database, self.prices = database, prices

    def today(self) -> Today:
        with self._database.reading() as conn:
            now = float(conn.execute(_NOW).scalar_one())
            day = self.prices.day(now)
            rows = conn.execute(_TODAY, {"on": day, "money": self.prices.currency})
            spent = tuple(_spent(row, day) for row in rows)
        return Today(day, self.prices.ends_in_s(now), spent)

    def days(self, tenant: str | None = None, days: int = DAYS) -> tuple[Spent, ...]:
        """Return the use of each tenant, or of one, on each of the last days, the newest first."""
        with self._database.reading() as conn:
            now = float(conn.execute(_NOW).scalar_one())
            since = self.prices.day_before(now, days)
            asked = _DAYS if tenant is None else _DAYS.where(_c.tenant == tenant)
            rows = conn.execute(asked, {"since": since, "money": self.prices.currency})
            return tuple(_spent(row, row.day) for row in rows)

    def of(self, production_id: str, tenant: str | None = None) -> tuple[Spent, ...]:
        """Return a production's use by day. Raises NotFound, also for another tenant's
        production."""
        with self._database.reading() as conn:
            reading.row(conn, production_id, tenant)
            asked = {"for_work": production_id, "money": self.prices.currency}
            return tuple(_spent(row, row.day) for row in conn.execute(_OF_WORK, asked))


def total(spent: Iterable[Spent]) -> float | None:
    """Return the sum; None if a part of it is not known."""
    amounts = [one.amount for one in spent]
    return None if None in amounts else sum(one for one in amounts if one is not None)


def _spent(row: Any, day: str) -> Spent:
    known = float(row.amount or 0.0)
    whole = row.num_priced == row.num
    return Spent(day, row.tenant, float(row.gpu_s), known if whole else None, known)
