"""The ledger's business figures as Prometheus metrics, read at each scrape."""

from collections.abc import Iterator, Mapping

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from serve.ledger.ledger import Ledger


class BusinessFigures(Collector):
    """Reads the shared ledger, so that every replica reports the same figures.

    `tenant`: the tenant whose figures are read; None: all tenants'.
    """

    def __init__(self, ledger: Ledger, tenant: str | None = None) -> None:
        self._ledger, self._tenant = ledger, tenant

    def describe(self) -> Iterator[Metric]:
        # Registering must not read the ledger: a replica may start before its database does.
        return iter(())

    def collect(self) -> Iterator[Metric]:
        for family in self._families():
            if self._tenant is not None:
                family.samples = [s for s in family.samples if s.labels["tenant"] == self._tenant]
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
