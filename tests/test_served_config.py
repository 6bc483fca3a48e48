"""What a cluster serves is what its owner deploys, whatever others deploy there."""

import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import ray
from ray.exceptions import RayActorError
from ray.serve.schema import ServeDeploySchema

from graphs import machines, owned
from graphs.build import build
from serve.cluster.machine import BootError
from serve.cluster.ownership import NotOwner, Ownership
from serve.cluster.served_config import ServedConfig
from serve.cluster.serving import read_graph
from serve.ledger.ledger import Ledger
from serve.settings import Settings
from tests.front_door import eventually

CONFIG: dict[str, Any] = {
    "logging_config": {"encoding": "JSON"},
    "applications": [
        {"name": "film", "import_path": "graphs.build:build", "args": {"log": "stderr"}},
        {"name": "other", "route_prefix": "/other", "import_path": "elsewhere:app"},
    ],
}


class FakeServe:
    """Serve's client and controller: remembers the last deployed config as Serve does."""

    def __init__(self) -> None:
        self.starts, self.deployments = 0, 0
        self.apps: dict[str, Any] = {}
        self.gone = False
        self._controller = SimpleNamespace(get_app_configs=SimpleNamespace(remote=lambda: self))

    def start(self) -> "FakeServe":
        self.starts, self.gone = self.starts + 1, False
        return self

    def deploy_apps(self, schema: ServeDeploySchema, _blocking: bool) -> None:
        self.deployments += 1
        for one in schema.applications:
            one.logging_config = one.logging_config or schema.logging_config
        self.apps = {one.name: one for one in schema.applications}

    def got(self, _: object, timeout: float) -> dict[str, Any]:
        if self.gone:
            raise RayActorError
        return self.apps


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> FakeServe:
    fake = FakeServe()
    monkeypatch.setattr(ray, "get", fake.got)
    return fake


def test_the_owner_s_graph_is_deployed_with_its_mark_and_left_alone(serve: FakeServe) -> None:
    served = ServedConfig(serve.start, lambda: True)
    assert not served.put_back(), "nothing was deployed yet"
    served.deploy(CONFIG)
    assert serve.apps["film"].args == {"log": "stderr", "owned": True}
    assert not serve.apps["other"].args
    assert "owned" not in str(CONFIG)
    assert not served.put_back()
    assert serve.deployments == 1


@pytest.mark.parametrize("change", ["another value", "another application", "shut down"])
def test_what_others_change_is_put_back(serve: FakeServe, change: str) -> None:
    served = ServedConfig(serve.start, lambda: True)
    served.deploy(CONFIG)
    if change == "shut down":
        serve.gone = True
    else:
        theirs = {"name": "film", "import_path": "graphs.build:build", "args": {}}
        theirs["name"] = "theirs" if change == "another application" else "film"
        serve.deploy_apps(ServeDeploySchema(applications=[theirs]), False)  # pyright: ignore[reportArgumentType]
    assert served.put_back()
    assert set(serve.apps) == {"film", "other"}
    assert serve.apps["film"].args["owned"]
    assert not served.put_back()


def test_who_is_not_sure_to_own_it_deploys_nothing(serve: FakeServe) -> None:
    served = ServedConfig(serve.start, lambda: False)
    with pytest.raises(NotOwner):
        served.deploy(CONFIG)
    assert (serve.starts, serve.deployments) == (0, 0)


def test_a_second_owner_waits_whether_the_first_one_lives_and_ends(ledger: Ledger) -> None:
    first = ledger.operating.own("head-1:11", 3600)
    assert first is not None
    second, told = Ownership(ledger.operating, lease_s=0.2), list[str]()
    with pytest.raises(NotOwner, match="head-1:11 owns what is served, and lives"):
        second.take(threading.Event(), told.append)
    assert told and not second.sure
    second.end()
    assert ledger.operating.owner() == "head-1:11"


def test_an_owner_keeps_it_until_another_one_has_taken_it(ledger: Ledger) -> None:
    owner = Ownership(ledger.operating, lease_s=6)
    owner.take(threading.Event(), print)
    assert owner.sure
    assert ledger.operating.own("head-2:22", 3600) is None
    # As if this process had been stopped for longer than its lease.
    with ledger._database.writing() as conn:  # pyright: ignore[reportPrivateUsage]
        conn.exec_driver_sql("UPDATE owners SET owner = 'head-2:22', fence = fence + 1")
    eventually(owner.lost.is_set)
    assert not owner.sure
    owner.end()
    with ledger._database.reading() as conn:  # pyright: ignore[reportPrivateUsage]
        assert conn.exec_driver_sql("SELECT owner FROM owners").scalar_one() == "head-2:22"


def test_an_owner_that_is_told_to_stop_while_it_waits_stops(ledger: Ledger) -> None:
    ledger.operating.own("head-1:11", 3600)
    stop = threading.Event()
    stop.set()
    waiting = Ownership(ledger.operating)
    waiting.take(stop, lambda _: None)
    waiting.end()
    assert not waiting.sure


def test_a_graph_that_the_owner_did_not_deploy_is_refused_where_it_is_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(home=tmp_path)
    ledger = Ledger.open(settings.ledger_url)
    monkeypatch.setattr(machines, "refuse_what_is_for_one", lambda _: None)
    monkeypatch.setattr(owned.ray, "is_initialized", lambda: True)
    monkeypatch.setattr(machines.ray, "nodes", list)
    build(settings)
    held = ledger.operating.own("head-1:11", 3600)
    assert held is not None
    with pytest.raises(ValueError, match="head-1:11 owns what is served"):
        build(settings)
    build(settings.model_copy(update={"owned": True}))
    ledger.operating.disown(held)
    build(settings)
    ledger.close()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("applications: [", "graph.yaml: "),
        ("applications: 3", "no Serve config"),
        ("{}", "no Serve config"),
        ("applications: [{import_path: 'graphs.build:build', args: {owned: true}}]", "owned"),
        ("applications: [{import_path: 'a:b', args: {draft: s3cret}}]", "film graph"),
    ],
)
def test_a_graph_that_cannot_be_served_is_refused_without_repeating_a_value(
    text: str, said: str, tmp_path: Path
) -> None:
    graph = tmp_path / "graph.yaml"
    graph.write_text(text)
    with pytest.raises(BootError, match=said) as refused:
        read_graph(graph)
    assert "s3cret" not in str(refused.value)
