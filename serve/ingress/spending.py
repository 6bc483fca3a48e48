"""Costs of GPU renders: of a production for its tenant, and by day and tenant for readers of
`/metrics`."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Self

from fastapi import APIRouter, Depends

from conte.revision.quote import Money
from conte.spending import Ceilings
from serve.ingress.auth import ReaderOf, TenantOf
from serve.ingress.operations import OPERATIONS
from serve.ingress.problems import documented
from serve.ingress.productions import ProductionId
from serve.ingress.views import PRODUCTIONS, View
from serve.ledger.ledger import Ledger
from serve.ledger.spending import Spent, total


class DayView(View):
    """A tenant's renders on one day."""

    day: str
    """Date such as 2026-11-30, by the clock of `spending.utc_offset_h`."""
    tenant: str
    gpu_s: float
    spent: Money | None
    """Money spent; null if the price of a part is not known."""

    @classmethod
    def of(cls, spent: Spent, currency: str) -> Self:
        return cls(
            day=spent.day,
            tenant=spent.tenant,
            gpu_s=round(spent.gpu_s, 2),
            spent=_money(spent.amount, currency),
        )


class ProductionSpendingView(View):
    """Cost of a production's clips, including finals and takes. Clips rendered on a CPU cost
    nothing."""

    production: str
    gpu_s: float
    spent: Money | None
    """Money spent; null if the price of a part is not known."""
    days: tuple[DayView, ...]


class CeilingView(View):
    """Amount that may be spent today. When 0 is left, finals wait for the next day; drafts
    continue."""

    tenant: str | None
    """Tenant of the ceiling; null: all tenants together."""
    ceiling: Money
    left: Money


class SpendingView(View):
    tenant: str | None
    """Tenant whose figures they are; null: all tenants'."""
    today: str
    ends_in_s: float
    """Seconds until the day ends."""
    spent: Money | None
    """Money spent today; null if the price of a part is not known."""
    ceilings: tuple[CeilingView, ...]
    days: tuple[DayView, ...]
    """The last 31 days, the newest first."""


def spending(ledger: Ledger, tenant: TenantOf, reader: ReaderOf, ceilings: Ceilings) -> APIRouter:
    routes = APIRouter(tags=["operation"])

    @routes.get(
        PRODUCTIONS + "/{id}/spending",
        response_model=ProductionSpendingView,
        responses=documented(401, 404, 422, 503),
        summary="Show what a production's renders cost",
        tags=["productions"],
    )
    def of_production(
        tenant: Annotated[str, Depends(tenant)], production: ProductionId
    ) -> ProductionSpendingView:
        records = ledger.spending
        spent, currency = records.of(production, tenant), records.prices.currency
        return ProductionSpendingView(
            production=production,
            gpu_s=round(sum(one.gpu_s for one in spent), 2),
            spent=_money(total(spent), currency),
            days=tuple(DayView.of(one, currency) for one in spent),
        )

    @routes.get(
        OPERATIONS + "/spending",
        response_model=SpendingView,
        responses=documented(401, 503),
        summary="Show by day and tenant what renders cost, and the ceilings of today",
    )
    def by_day(tenant: Annotated[str | None, Depends(reader)]) -> SpendingView:
        records = ledger.spending
        today, days, currency = records.today(), records.days(tenant), records.prices.currency
        mine = [one for one in today.spent if tenant in (None, one.tenant)]
        return SpendingView(
            tenant=tenant,
            today=today.day,
            ends_in_s=round(today.ends_in_s, 1),
            spent=_money(total(mine), currency),
            ceilings=_ceilings(ceilings, today.spent, tenant, currency),
            days=tuple(DayView.of(one, currency) for one in days),
        )

    return routes


def _ceilings(
    ceilings: Ceilings, today: Sequence[Spent], tenant: str | None, currency: str
) -> tuple[CeilingView, ...]:
    spent: Mapping[str, float] = {one.tenant: one.known for one in today}
    shown: list[CeilingView] = []

    def show(of: str | None, ceiling: float | None, left: float | None) -> None:
        most, rest = _money(ceiling, currency), _money(left, currency)
        if most is not None and rest is not None:
            shown.append(CeilingView(tenant=of, ceiling=most, left=rest))

    if tenant is None:
        show(None, ceilings.house, ceilings.house_left(spent))
    for name in sorted({*spent, *ceilings.tenants} if tenant is None else {tenant}):
        own = ceilings.of(name)
        show(name, own, None if own is None else max(0.0, own - spent.get(name, 0.0)))
    return tuple(shown)


def _money(amount: float | None, currency: str) -> Money | None:
    return None if amount is None else Money(amount=round(amount, 2), currency=currency)
