"""Ray's autoscaler v2 over the provider: the platform fails in eight ways, no server is lost or doubled.

What runs is Ray's own reconciler and scheduler, cluster.yaml and the head's environment; the
platform is a fake, and the clock is virtual.
"""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from itertools import product

import pytest

from serve.ncp.errors import NothingDone
from serve.ncp.rows import DEAD_NODES, kept_rows
from tests.fake_ncp import FAULTS
from tests.ncp_cluster import head_environment
from tests.scaling_cycles import HOURS, KEPT, cluster, cycles


@pytest.mark.parametrize("fault", ["", *FAULTS])
def test_servers_come_and_go_while_the_platform_fails(fault: str) -> None:
    for seed in range(3):
        cycles(fault, seed, count=10)


@pytest.mark.prove
def test_of_two_hundred_scalings_no_server_is_left_or_doubled() -> None:
    """Each fault three times, in two processes; a monitor lives for ten scalings on average."""
    faults, seeds = zip(*product(FAULTS, range(3)), strict=True)
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as two:
        list(two.map(cycles, faults, seeds, [200] * len(faults)))


def test_rows_of_ended_servers_are_forgotten() -> None:
    """Ray keeps a row of each server that it ever asked for, and reads all of them in every round."""
    with cluster() as world:
        for _ in range(60):
            world.demand = {"GPU": 3}
            assert world.until(lambda: world.joined() == 3, HOURS)
            world.demand = {}
            assert world.until(lambda: not world.ncp.alive(), HOURS)
        assert world.ncp.calls["createServerInstances"] == 180
        assert world.most_rows <= 1 + 2 * KEPT
        # The GCS still lists dead nodes: one without a row would be taken for a server, and ended.
        assert int(head_environment()[DEAD_NODES]) < KEPT < kept_rows({})
        world.until(lambda: False, HOURS)
        assert not world.provider.reaper.noted


def test_an_hour_of_quota_is_a_dozen_calls_and_few_rows() -> None:
    with cluster() as world:
        world.ncp.faults = {"quota": 1.0}
        world.demand = {"GPU": 3}
        world.until(lambda: False, HOURS)
        asked, after_an_hour = world.ncp.calls["createServerInstances"], world.rows
        assert 5 <= asked <= 15
        world.until(lambda: False, HOURS)
        assert world.rows - after_an_hour <= after_an_hour + 5
        world.ncp.faults = {}
        assert world.until(lambda: world.joined() == 3, 600)
        assert not world.doubled


def test_a_type_that_waits_for_its_quota_keeps_no_other_from_coming() -> None:
    with cluster() as world:
        world.ncp.faults = {"quota": 1.0}
        world.demand = {"GPU": 8}
        world.until(lambda: False, 120)
        world.ncp.faults = {}
        world.demand = {"GPU": 8, "CPU": 1}
        assert world.until(lambda: any(x.tags["type"] == "cpu" for x in world.at_work()), 60)


def test_a_list_without_the_head_ends_nobody() -> None:
    """One empty list makes autoscaler v2 terminate the head and all others, and never launch again."""
    with cluster() as world:
        world.demand = {"GPU": 3}
        assert world.until(lambda: world.joined() == 3, HOURS)
        world.ncp.faults = {"empty list": 1.0}
        for _ in range(20):
            world.round()
        assert world.blind >= 20
        world.ncp.faults = {}
        world.until(lambda: False, HOURS)
        assert world.joined() == 3
        assert not world.ncp.terminated


def test_half_the_servers_gone_is_believed_after_five_minutes() -> None:
    with cluster() as world:
        world.demand = {"GPU": 2}
        assert world.until(lambda: world.joined() == 2, HOURS)
        gone = world.at_work()[0]
        del world.ncp.servers[gone.id]
        before = world.ncp.calls["createServerInstances"]
        world.until(lambda: False, 240)
        assert world.ncp.calls["createServerInstances"] == before
        assert world.until(lambda: world.joined() == 2, 900)
        assert gone.id not in {one.id for one in world.at_work()}


def test_what_an_earlier_head_left_stopped_is_terminated() -> None:
    with cluster() as world:
        tags = {
            "sian": 1,
            "cluster": "sian",
            "kind": "worker",
            "type": "gpu1",
            "resources": {"GPU": 1},
        }
        left = world.ncp.add("sian-gpu1-left", tags)
        left.status = "NSTOP"
        other = world.ncp.add("somebody-else", {"sian": 1, "cluster": "other", "type": "gpu1"})
        other.status = "NSTOP"
        world.until(lambda: left.id not in world.ncp.servers, 300)
        assert left.id not in world.ncp.servers
        assert other.id in world.ncp.servers


def test_a_server_that_never_joined_does_not_hold_its_place_for_an_hour() -> None:
    with cluster() as world:
        world.ncp.faults = {"never joins": 1.0}
        world.demand = {"GPU": 1}
        world.until(lambda: bool(world.ncp.alive()), 60)
        world.ncp.faults = {}
        began = world.threads.now()
        assert world.until(lambda: world.joined() == 1, HOURS)
        assert world.threads.now() - began < 1200
        assert world.until(lambda: len(world.ncp.alive()) == 1, 600)


def test_nobody_ends_the_head() -> None:
    with cluster() as world:
        world.round()
        with pytest.raises(RuntimeError, match="console"):
            world.provider.terminate_node(world.head.id)
        world.provider.terminate_nodes([world.head.id, "4711"])
        assert world.provider.reaper.noted == {"4711"}


def test_a_launch_that_ray_asks_for_again_makes_no_second_server() -> None:
    """A node that joins before a list shows its server leaves the request open, for Ray to repeat."""
    with cluster() as world:
        tags = {"ray-user-node-type": "gpu1", "ray-launch-request": "r1"}
        asked = ({"need": {"gpus": 1, "gpu_memory_gib": 80}}, tags, 2, {"GPU": 1.0}, {})
        world.provider.create_node_with_resources_and_labels(*asked)
        assert len(world.ncp.alive()) == 2
        world.threads.advance(world.threads.now() + 900)
        with pytest.raises(NothingDone, match="r1 was made before"):
            world.provider.create_node_with_resources_and_labels(*asked)
        tags["ray-launch-request"] = "r2"
        world.provider.create_node_with_resources_and_labels(*asked)
        assert len(world.ncp.alive()) == 4
