"""A cluster of several nodes: servers come with the work and go, whatever dies meanwhile.

Ray, the autoscaler, the provider, the head's and the nodes' commands and `sian cluster start` are
the real ones; the platform is a fake that starts nodes on this machine.
"""

import signal
import threading
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from conte.events import FinalWaiting
from conte.production import EventKind, State
from serve.client import Client
from serve.ingress.views import ProductionView
from serve.keys import key_digest
from tests import databases, object_stores
from tests.cluster import processes_of
from tests.front_door import eventually
from tests.loopback_cluster import LoopbackCluster, graph_of
from tests.loopback_engine import BEGUN

# Several minutes, and a machine of its own: with other clusters beside it, servers come too late.
pytestmark = [pytest.mark.cluster, pytest.mark.prove]

KEYS = {tenant: f"sk-{tenant}-{'0' * 40}" for tenant in ("rich", "broke")}
GRAPH = graph_of(
    {
        "pin_to_house": True,
        "ingress": {"api_keys": {key_digest(key): tenant for tenant, key in KEYS.items()}},
        "director": {"lease_s": 3},
        "draft": {"engine": "animatic", "short_side": 144},
        "final": {
            "enabled": True,
            "engine": "tests.loopback_engine:LoopbackEngine",
            "num_gpus": 1,
            "short_side": 144,
            # From none to as many as the work asks for, in the tests' time.
            "scaling": {
                "max_replicas": 2, "clear_in_s": 1, "boot_s": 0,
                "down_after_s": 4, "down_every_s": 1, "zero_after_s": 6,
            },
        },
        "price": {"gpu_hour": 4000},
        "spending": {"tenants_a_day": {"broke": 0}},
    }
)  # fmt: skip


@pytest.fixture(scope="module")
def cluster(
    tmp_path_factory: pytest.TempPathFactory, postgresql_url: str, moto_url: str
) -> Iterator[LoopbackCluster]:
    # A short path: sockets lie in it.
    folder = Path(tmp_path_factory.mktemp("lb"))
    environment = {
        "SIAN_LEDGER__URL": databases.new_schema(postgresql_url),
        "SIAN_VAULT__URL": f"s3://{object_stores.BUCKET}/vault",
        "SIAN_VAULT__ENDPOINT": moto_url,
        "SIAN_VAULT__ACCESS_KEY": object_stores.ACCESS_KEY,
        "SIAN_VAULT__SECRET_KEY": object_stores.SECRET_KEY,
    }
    with LoopbackCluster(folder, GRAPH, environment).running() as running:
        running.until(running.ready, "ready")
        yield running
    eventually(lambda: not list(processes_of(folder)))  # agents end after their raylet


@pytest.fixture
def client(cluster: LoopbackCluster) -> Iterator[Client]:
    with Client(cluster.url, KEYS["rich"]) as client:
        yield client


def ordered(client: Client, seed: int) -> ProductionView:
    brief: dict[str, Any] = {"product": {"name": "시안"}, "duration_s": 10, "cuts": 4, "fps": 24}
    return client.create(brief, seed=seed)


def made(cluster: LoopbackCluster) -> int:
    return cluster.ncp.calls["createServerInstances"]


def rendering(cluster: LoopbackCluster) -> list[int]:
    """The pids of those who have begun a clip, in order."""
    begun = cluster.folder / BEGUN
    return [int(line) for line in begun.read_text().split()] if begun.exists() else []


def test_over_its_ceiling_nothing_is_launched_and_the_event_says_so(
    cluster: LoopbackCluster,
) -> None:
    with Client(cluster.url, KEYS["broke"]) as client:
        production = ordered(client, seed=1)
        waits = (one.data for one in client.events(production.id))
        reasons = (wait.reason for wait in waits if isinstance(wait, FinalWaiting))
        assert next(reasons) == "budget"
        client.cancel(production.id)
        assert client.wait(production.id).state is State.CANCELLED
    assert made(cluster) == 0


def test_two_servers_come_from_none_film_and_go(cluster: LoopbackCluster, client: Client) -> None:
    production = ordered(client, seed=2)
    cluster.until(lambda: made(cluster), "a server is asked for")
    looked = cluster.ncp.calls["getServerInstanceList"]
    cluster.until(lambda: made(cluster) >= 2, "a second one")
    # The autoscaler looks once a round, and before each creation; the reaper every 5 s at most.
    assert cluster.ncp.calls["getServerInstanceList"] - looked <= 4
    assert cluster.servers() == {"gpu1": 2}
    ended = client.wait(production.id)
    assert ended.state is State.DONE, ended.failure
    assert {cut.clip.engine.name for cut in ended.cuts if cut.clip} == {"fake"}
    cluster.until(lambda: not cluster.ncp.alive(), "no server is left")
    assert made(cluster) == 2


def test_what_somebody_else_deploys_is_refused_and_put_back(
    cluster: LoopbackCluster, tmp_path: Path
) -> None:
    graph = yaml.safe_load(cluster.graph.read_text("utf-8"))
    graph["applications"][0]["args"]["director"]["productions_at_once"] = 9
    other = tmp_path / "graph.yaml"
    other.write_text(yaml.safe_dump(graph), "utf-8")
    before = processes_titled(cluster, "ray::ServeReplica:film:Director")
    assert before
    assert cluster.deploy(other) == 0
    cluster.until(lambda: "is put back" in cluster.owner_log, "it is put back")
    cluster.until(cluster.ready, "ready")
    assert processes_titled(cluster, "ray::ServeReplica:film:Director") == before


def processes_titled(cluster: LoopbackCluster, title: str) -> list[int]:
    found: list[int] = []
    for process in processes_of(cluster.folder):
        try:
            line = (process / "cmdline").read_bytes()
        except OSError:
            continue
        if line.startswith(title.encode()):
            found.append(int(process.name))
    return sorted(found)


@contextmanager
def asked(cluster: LoopbackCluster, at_once: int = 4) -> Generator[list[int]]:
    """Ask for lists over and over, and give the status of every answer."""
    answers, stop = list[int](), threading.Event()
    headers = {"X-API-Key": KEYS["rich"]}

    def ask() -> None:
        with httpx.Client(
            base_url=cluster.url, headers=headers, timeout=60, trust_env=False
        ) as http:
            while not stop.is_set():
                try:
                    answers.append(http.get("/v1/productions").status_code)
                except (
                    httpx.HTTPError
                ):  # a connection that was cut, or no answer: neither 2xx nor 429
                    answers.append(0)

    with ThreadPoolExecutor(at_once) as askers:
        for _ in range(at_once):
            askers.submit(ask)
        try:
            yield answers
        finally:
            stop.set()


def clips_of(client: Client, production: str) -> dict[int, str]:
    return {cut.cut: cut.clip.url for cut in client.get(production).cuts if cut.clip}


def test_a_rolling_change_under_a_thousand_requests_refuses_none_and_keeps_every_clip(
    cluster: LoopbackCluster, client: Client
) -> None:
    cluster.until(cluster.ready, "ready")
    graph = yaml.safe_load(cluster.graph.read_text("utf-8"))
    args = graph["applications"][0]["args"]
    titles = ("ray::ServeReplica:film:Ingress", "ray::ServeReplica:film:Director")
    before = {title: processes_titled(cluster, title) for title in titles}
    assert all(before.values())
    productions = [ordered(client, seed=number).id for number in (60, 61)]
    cluster.until(lambda: clips_of(client, productions[0]), "a clip is there")
    with asked(cluster) as answers:
        cluster.until(lambda: len(answers) >= 100, "a hundred answers")
        ready = {one: clips_of(client, one) for one in productions}
        # Both are arguments of their replicas, so that each of them is replaced.
        args["ingress"]["max_queued"] = 77
        args["director"]["productions_at_once"] = 3
        cluster.write_graph({key: graph[key] for key in graph if key != "http_options"})
        assert cluster.owner is not None
        cluster.owner.send_signal(signal.SIGHUP)
        for title in titles:
            cluster.until(
                lambda title=title: (
                    (now := processes_titled(cluster, title)) and not set(now) & set(before[title])
                ),
                f"{title} is replaced",
            )
        cluster.until(lambda: len(answers) >= 1000, "a thousand answers")
    assert not [one for one in answers if not (200 <= one < 300 or one == 429)]
    for one in productions:
        ended = client.wait(one)
        assert ended.state is State.DONE, ended.failure
        after = clips_of(client, one)
        assert len(after) == 4
        # A final replaces a draft; a clip of the tier that was there is the one that was there.
        finals = {cut: url for cut, url in ready[one].items() if "/final" in url}
        assert finals.items() <= after.items()
        kinds = [event.event for event in client.events(one)]
        assert kinds.count(EventKind.CLIP_READY) == 8, (
            "four drafts, four finals, each published once"
        )


@pytest.mark.prove
def test_a_node_that_dies_costs_a_retry(cluster: LoopbackCluster, client: Client) -> None:
    before = len(rendering(cluster))
    production = ordered(client, seed=3)
    cluster.until(lambda: len(rendering(cluster)) > before, "a clip is begun")
    victim = next(
        server.id
        for server in cluster.ncp.alive()
        if rendering(cluster)[before] in cluster.pids_of(server.id)
    )
    assert cluster.kill(victim) > 0
    ended = client.wait(production.id)
    assert ended.state is State.DONE, ended.failure
    told = [one.event for one in client.events(production.id)]
    assert told.count(EventKind.CLIP_RETRIED) >= 1
    cluster.until(lambda: not cluster.ncp.alive(), "no server is left, nor the dead one")


@pytest.mark.prove
def test_a_head_that_dies_comes_back_to_its_servers(
    cluster: LoopbackCluster, client: Client
) -> None:
    before, servers = len(rendering(cluster)), made(cluster)
    production = ordered(client, seed=4)
    cluster.until(lambda: len(rendering(cluster)) > before, "a clip is begun")
    cluster.kill(cluster.head.id)
    cluster.start_head()
    cluster.until(cluster.ready, "ready again")
    ended = client.wait(production.id)
    assert ended.state is State.DONE, ended.failure
    cluster.until(lambda: not cluster.ncp.alive(), "no server is left")
    assert not [one for one in cluster.ncp.terminated if one.id == cluster.head.id]
    assert made(cluster) - servers <= 4, "old servers rejoin, or one is replaced"


def test_an_owner_that_is_told_to_end_drains_and_leaves_the_graph(
    cluster: LoopbackCluster, client: Client
) -> None:
    cluster.until(cluster.ready, "ready")
    owner = cluster.owner
    assert owner is not None
    owner.send_signal(signal.SIGTERM)
    assert owner.wait(120) == 0
    told = httpx.get(f"{cluster.url}/readyz", timeout=10, trust_env=False)
    assert told.status_code == 503
    assert "draining" in told.text
    production = ordered(client, seed=5)
    assert client.get(production.id).state is State.QUEUED
    cluster.start_owner()
    cluster.until(cluster.ready, "ready again")
    client.cancel(production.id)
