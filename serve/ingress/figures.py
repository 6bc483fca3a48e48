"""The ledger's business figures as Prometheus metrics, read anew at each scrape."""

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from serve.ledger.ledger import Ledger


class BusinessFigures(Collector):
    """Every replica reads the same ledger, so every replica tells the same."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def describe(self) -> Iterator[Metric]:
        # Registering must not read the ledger: a replica may start before its database does.
        return iter(())

    def collect(self) -> Iterator[Metric]:
        figures = self._ledger.figures()
        yield GaugeMetricFamily("sian_queue_depth", "x", value=0)
