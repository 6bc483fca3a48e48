"""What goes wrong in a replica, as a client of the real cluster sees it."""

import os
import secrets
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conte.events import ClipRetried
from conte.production import State
from serve.client import Client
from serve.cluster import find, processes
from serve.cluster.machine import check_port
from serve.cluster.starting import ended_because
from serve.ingress.views import ProductionView
from tests.cluster import TestCluster, booted, part_of

pytestmark = pytest.mark.cluster


@pytest.fixture(scope="module")
def ray_folder() -> Iterator[Path]:
    """Where a cluster was killed and left its address. Short: sockets' paths have a limit."""
    with tempfile.TemporaryDirectory(prefix="sian-") as folder:
        (Path(folder) / "ray").mkdir()
        (Path(folder) / "ray" / "ray_current_cluster").write_text("127.0.0.1:1")
        yield Path(folder)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory, ray_folder: Path) -> Iterator[TestCluster]:
    graph = Path(__file__).parent / "trouble.yaml"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_TMPDIR", str(ray_folder))
        with booted(graph, tmp_path_factory.mktemp("home")) as running:
            yield running


@pytest.fixture
def client(cluster: TestCluster) -> Iterator[Client]:
    with Client(cluster.url) as client:
        yield client


def film(client: Client, trouble: str) -> ProductionView:
    """A production with that trouble in cut 2, when it has ended. Its clips are nobody else's."""
    return client.wait(start(client, trouble).id)


def start(client: Client, trouble: str) -> ProductionView:
    brief: dict[str, Any] = {"product": {"name": "시안"}, "duration_s": 5, "cuts": 4, "fps": 24}
    return client.create(brief | {"tone": trouble}, seed=secrets.randbelow(2**31))


def test_a_cluster_starts_where_one_that_was_killed_left_its_address(
    client: Client, ray_folder: Path
) -> None:
    assert list(ray_folder.glob("sian-ray-*/**/session_*/sockets")), "it runs in this folder"
    assert client.ready


def test_a_renderer_that_dies_mid_clip_costs_one_retry(client: Client) -> None:
    production = film(client, "die once")
    assert production.state is State.DONE
    told = list(client.events(production.id))
    retried = [event.data.cut for event in told if isinstance(event.data, ClipRetried)]
    # The clip that was waiting at the same renderer may have to go elsewhere, too.
    assert 2 in retried
    assert len(retried) == len(set(retried)) <= 2
    assert len([event for event in told if event.event == "clip.ready"]) == 4


def test_a_cut_that_cannot_be_rendered_fails_with_the_engine_s_own_words(client: Client) -> None:
    production = film(client, "fail")
    assert production.state is State.FAILED
    assert production.failure is not None
    assert production.failure.cut == 2
    assert production.failure.reason == "the checkpoint is broken"
    assert [cut.state for cut in production.cuts] == ["ready", "failed", "ready", "ready"]


def test_a_conte_that_cannot_be_written_fails_with_the_engine_s_own_words(client: Client) -> None:
    production = film(client, "no conte")
    assert production.state is State.FAILED
    assert production.failure is not None
    assert "nothing comes to mind" in production.failure.reason


def test_a_cancel_frees_the_slot_for_the_next_clip(client: Client) -> None:
    slow = [start(client, "slow"), start(client, "slow too")]  # both slots are held
    for production in slow:
        while client.get(production.id).cuts[1:2] == () or (
            client.get(production.id).cuts[1].state != "rendering"
        ):
            time.sleep(0.05)
    for production in slow:
        client.cancel(production.id)
        assert client.wait(production.id).state is State.CANCELLED
    assert film(client, "").state is State.DONE


def test_every_port_of_the_cluster_is_on_loopback(cluster: TestCluster) -> None:
    open_to_all = {"00000000", "0" * 32}
    ours = cluster.listening()
    assert ours
    assert not [address for address, _ in ours if address in open_to_all]


def test_a_cluster_whose_gcs_dies_ends_whole_and_frees_its_port(cluster: TestCluster) -> None:
    """The last one here: no cluster is left after it."""
    os.kill(part_of(cluster.home, "gcs_server"), signal.SIGKILL)
    while cluster.running.alive:
        time.sleep(0.05)
    assert find(cluster.home) is None
    assert processes.of(cluster.home) == []
    assert ended_because(cluster.home) == "the GCS (signal 9) died"
    log = (cluster.home / "logs" / "cluster.log").read_text()
    assert '"event": "cluster.ended"' in log and '"reason": "the GCS (signal 9) died"' in log
    check_port(int(cluster.url.rpartition(":")[2]))
