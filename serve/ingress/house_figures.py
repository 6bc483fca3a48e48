"""Figures of the whole house as Prometheus metrics: waits, backlog, replicas, nodes, directors."""

import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from conte.clip import Tier
from serve.ingress.operation_views import HouseView
from serve.ledger.ledger import Ledger

QUANTILES = (0.5, 0.95)
UNMEASURED_S = 0.5
"""Seconds per frame of a tier that has rendered nothing yet, as graphs/backlog.py assumes."""
TIERS: tuple[Tier, ...] = ("draft", "final")


class HouseFigures(Collector):
    """For the operator alone. Read at each scrape, from the shared ledger and from Ray."""

    def __init__(
        self, ledger: Ledger, director_seen_s: float, house: Callable[[], HouseView | None] | None
    ) -> None:
        """Create the figures. `director_seen_s`: greatest age in seconds of a live director's last
        sign of life."""
        self._ledger, self._seen_s, self._house = ledger, director_seen_s, house

    def describe(self) -> Iterator[Metric]:
        # Registering must not read the ledger: a replica may start before its database does.
        return iter(())

    def collect(self) -> Iterator[Metric]:
        waits = self._ledger.operating.waits()
        yield _quantiles(
            "sian_first_clip_seconds",
            "From order to first clip, of the last hour's productions",
            waits.first_clip_s,
        )
        yield _quantiles(
            "sian_cut_wait_seconds",
            "From a cut's last word to its renderer, of the last hour's productions",
            waits.cut_s,
        )
        yield self._backlog()
        directors = GaugeMetricFamily("sian_directors", "Directors with a recent sign of life")
        directors.add_metric([], self._ledger.directors_alive(self._seen_s))
        yield directors
        if self._house is not None and (found := self._house()) is not None:
            yield from _house(found)

    def _backlog(self) -> Metric:
        family = GaugeMetricFamily(
            "sian_backlog_seconds",
            "Rendering that no director has claimed yet, for one renderer",
            labels=["tier"],
        )
        measured = self._ledger.measured(1).seconds_per_frame
        for tier in TIERS:
            lately = measured.get(tier)
            each_s = statistics.median(lately) if lately else UNMEASURED_S
            frames = sum(self._ledger.unclaimed_frames(tier).values())
            family.add_metric([tier], frames * each_s)
        return family


def _house(house: HouseView) -> Iterator[Metric]:
    wanted = GaugeMetricFamily("sian_replicas_wanted", "Replicas wanted", labels=["deployment"])
    there = GaugeMetricFamily("sian_replicas", "Replicas that run", labels=["deployment"])
    for one in house.deployments:
        wanted.add_metric([one.name], one.wanted)
        there.add_metric([one.name], one.there)
    nodes = GaugeMetricFamily("sian_node", "A node that is in the cluster", labels=["server"])
    for node in house.nodes:
        if node.alive:
            nodes.add_metric([node.id], 1)
    yield from (wanted, there, nodes)


def _quantiles(name: str, about: str, by_tier: Mapping[str, Sequence[float]]) -> Metric:
    family = GaugeMetricFamily(name, about, labels=["tier", "quantile"])
    for tier, seconds in by_tier.items():
        ordered = sorted(seconds)
        for quantile in QUANTILES:
            at = min(len(ordered) - 1, int(quantile * len(ordered)))
            family.add_metric([tier, f"{quantile:g}"], ordered[at])
    return family
