"""Prometheus metrics of the node provider on a separate port, for the head's monitor.

Off unless `SIAN_NCP_METRICS_PORT` is set. No metric contains a tenant's name.
"""

import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from serve.ncp.servers import Server
from serve.telemetry import log

PORT = "SIAN_NCP_METRICS_PORT"


class Figures(Collector):
    """Counts since the head's start. Every method may be called from any thread."""

    def __init__(self, now: Callable[[], float], terminated: Callable[[], int]) -> None:
        self._now, self._terminated = now, terminated
        self._lock = threading.Lock()
        self._created: Counter[str] = Counter()
        self._failed: Counter[tuple[str, str]] = Counter()
        self._workers: Mapping[str, Server] = {}
        self._since: dict[str, float] = {}

    def created(self, node_type: str) -> None:
        with self._lock:
            self._created[node_type] += 1

    def failed(self, node_type: str, error: Exception) -> None:
        with self._lock:
            self._failed[node_type, type(error).__name__] += 1

    def listed(self, workers: Sequence[Server]) -> None:
        """Store the servers of a trusted list, without the head."""
        with self._lock:
            now = self._now()
            self._workers = {one.id: one for one in workers}
            self._since = {one.id: self._since.get(one.id, now) for one in workers}

    def collect(self) -> Iterator[Metric]:
        with self._lock:
            created, failed = dict(self._created), dict(self._failed)
            workers, since, now = dict(self._workers), dict(self._since), self._now()
        states = Counter((_type(one), one.status) for one in workers.values())
        servers = GaugeMetricFamily("sian_servers", "Servers by state", labels=["type", "state"])
        for key, count in states.items():
            servers.add_metric(list(key), count)
        ages = GaugeMetricFamily(
            "sian_server_age_seconds", "Since a server was first listed", labels=["server", "type"]
        )
        for server, at in since.items():
            ages.add_metric([server, _type(workers[server])], now - at)
        creates = CounterMetricFamily("sian_server_creates", "Servers created", labels=["type"])
        for node_type, count in created.items():
            creates.add_metric([node_type], count)
        failures = CounterMetricFamily(
            "sian_server_create_failures", "Servers refused, by reason", labels=["type", "reason"]
        )
        for key, count in failed.items():
            failures.add_metric(list(key), count)
        ended = CounterMetricFamily("sian_servers_terminated", "Servers terminated by the reaper")
        ended.add_metric([], self._terminated())
        yield from (servers, ages, creates, failures, ended)


def serve(figures: Figures, port: str, address: str) -> None:
    """Answer Prometheus on a port. If the port is in use, only log it: the autoscaler works without
    metrics."""
    registry = CollectorRegistry()
    registry.register(figures)
    try:
        start_http_server(int(port), address, registry)
    except (OSError, ValueError) as error:
        log("ncp.no_metrics", level=logging.WARNING, port=port, reason=str(error))


def _type(server: Server) -> str:
    return server.tags.type if server.tags else ""
