"""Servers come and go, again and again, on a platform that fails. Asserts that none is lost or doubled."""

import random
from collections.abc import Generator
from contextlib import contextmanager

from serve.ncp.rows import kept_rows
from tests.autoscaler_rounds import Rounds, rounds
from tests.ncp_cluster import cluster_config, head_environment

HOURS = 3600.0
MOST_NODES = 3
KEPT = kept_rows(head_environment())


@contextmanager
def cluster(seed: int = 0) -> Generator[Rounds]:
    """One type of GPU node and one of CPU nodes: as many nodes come as are asked for."""
    config = cluster_config()
    for larger in ("gpu2", "gpu8"):
        del config["available_node_types"][larger]
    config["idle_timeout_minutes"] = 1
    with rounds(config, head_environment(), seed) as world:
        world.ncp.boot_s = world.ncp.stop_s = 12
        yield world


def cycles(fault: str, seed: int, count: int) -> None:
    chance = random.Random(seed)
    with cluster(seed) as world:
        for _ in range(count):
            _cycle(world, fault, chance)
        assert world.doubled == 0, f"{fault}: more servers than were asked for"
        assert world.head.id in world.ncp.servers
        assert not [one for one in world.ncp.terminated if one.tags.get("kind") == "head"]
        # Ended rows of both kinds, the head, and the servers that come or go.
        most_rows = max(world.most_rows, world.rows)
        assert most_rows <= 2 * KEPT + 1 + 2 * MOST_NODES, f"{fault}: {most_rows} rows"


def _cycle(world: Rounds, fault: str, chance: random.Random) -> None:
    """Servers come and go again while the platform fails, half of the time, for up to ten minutes."""
    nodes = chance.randint(1, MOST_NODES)
    world.demand = {"GPU": nodes}
    world.ncp.faults = {fault: 0.5} if fault else {}
    world.until(lambda: world.joined() >= nodes, 600)
    world.ncp.faults = {}
    assert world.until(lambda: world.joined() >= nodes, 2 * HOURS), f"{fault}: no {nodes} nodes"
    if chance.random() < 0.1:
        world.restart()
    world.ncp.faults = {fault: 0.5} if fault else {}
    world.demand = {}
    world.until(lambda: not world.ncp.alive(), 600)
    world.ncp.faults = {}
    assert world.until(lambda: not world.ncp.alive(), 2 * HOURS), f"{fault}: servers stay"
