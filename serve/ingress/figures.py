"""The ledger's business figures as Prometheus metrics, read at each scrape."""

from collections.abc import Iterator, Mapping

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from conte.spending import Ceilings
from serve.ledger.ledger import Ledger


class BusinessFigures(Collector):
    """Reads the shared ledger, so that every replica reports the same figures.

    `tenant`: the tenant whose figures are read; None: all tenants'.
    """

    def __init__(
        self, ledger: Ledger, ceilings: Ceilings | None = None, tenant: str | None = None
    ) -> None:
        self._ledger, self._tenant = ledger, tenant
        self._ceilings = ceilings or Ceilings()

    def describe(self) -> Iterator[Metric]:
        # Registering must not read the ledger: a replica may start before its database does.
        return iter(())

    def collect(self) -> Iterator[Metric]:
        for family in self._families():
            if self._tenant is not None:
                samples = family.samples
                family.samples = [s for s in samples if s.labels.get("tenant") == self._tenant]
            yield family

    def _families(self) -> Iterator[Metric]:
        figures = self._ledger.figures()
        productions = GaugeMetricFamily(
            "sian_productions", "Productions by state", labels=["tenant", "state"]
        )
        for (tenant, state), count in figures.productions.items():
            productions.add_metric([tenant, state], count)
        yield productions
        yield _gauge("sian_queue_depth", "Productions that wait", figures.queue_depth)
        yield _gauge(
            "sian_queue_head_age_seconds", "How long the first one has waited", figures.queue_age_s
        )
        seconds = CounterMetricFamily(
            "sian_stage_seconds", "Time spent in a stage", labels=["tenant", "stage"]
        )
        times = CounterMetricFamily(
            "sian_stages", "How often a stage was left", labels=["tenant", "stage"]
        )
        for (tenant, state), stage in figures.stages.items():
            seconds.add_metric([tenant, state], stage.seconds)
            times.add_metric([tenant, state], stage.times)
        yield seconds
        yield times
        yield _counter("sian_cuts_rendered", "Clips rendered", figures.cuts_rendered)
        yield _counter("sian_cuts_reused", "Clips found in the vault", figures.cuts_reused)
        yield _counter("sian_render_seconds", "Slot time that renders took", figures.gpu_s)
        yield _counter("sian_clip_retries", "Clips tried again", figures.clip_retries)
        yield _counter("sian_takeovers", "Productions taken over", figures.takeovers)
        yield from self._spending()

    def _spending(self) -> Iterator[Metric]:
        spending, ceilings = self._ledger.spending, self._ceilings
        spent = spending.today().spent
        money = GaugeMetricFamily(
            "sian_spent_today", "Price of today's renders", labels=["tenant", "currency"]
        )
        for one in spent:
            # A tenant whose price is not known has no sample: 0 would be wrong.
            if one.amount is not None:
                money.add_metric([one.tenant, spending.prices.currency], one.amount)
        yield money
        yield _gauge(
            "sian_gpu_seconds_today",
            "GPU time of today's renders",
            {s.tenant: s.gpu_s for s in spent},
        )
        tenants = {one.tenant for one in spent} | set(ceilings.tenants)
        known = {name: most for name in tenants if (most := ceilings.of(name)) is not None}
        yield _gauge("sian_ceiling_a_day", "The most that a tenant's finals may cost a day", known)
        if ceilings.house is not None:
            house = GaugeMetricFamily(
                "sian_house_ceiling_a_day", "The most that all finals may cost a day"
            )
            house.add_metric([], ceilings.house)
            yield house


def _gauge(name: str, about: str, by_tenant: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(name, about, labels=["tenant"])
    for tenant, value in by_tenant.items():
        family.add_metric([tenant], value)
    return family


def _counter(name: str, about: str, by_tenant: Mapping[str, float]) -> Metric:
    family = CounterMetricFamily(name, about, labels=["tenant"])
    for tenant, value in by_tenant.items():
        family.add_metric([tenant], value)
    return family
