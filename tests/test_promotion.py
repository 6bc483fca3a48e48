"""A prompt is promoted and rolled back while films are ordered: a real cluster loses none."""

import asyncio
import json
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner, Result

from conte.production import State
from serve.cli import app
from serve.client import Client
from serve.ledger.engine import Database
from serve.registry.entry import Entry, Kind, Measured
from serve.registry.files import publish
from serve.registry.registry import Registry
from serve.vault import Vault
from tests.cluster import TestCluster, booted
from tests.front_door import eventually
from tests.openai_server import Act, openai_server
from tests.scripted_chat import a_manuscript
from tests.sound_conte import a_brief

pytestmark = pytest.mark.cluster


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestCluster]:
    """Its contes are written over HTTP, by whatever prompt serves."""
    home = tmp_path_factory.mktemp("promotion")
    config: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("cluster.yaml").read_text())
    args = config["applications"][0]["args"]
    text = json.dumps(a_manuscript(), ensure_ascii=False)
    with openai_server(Act(text)) as server:
        args["conte"] = {
            "engine": "openai",
            "openai": {"url": server.url, "model": "m", "api_key": "k", "fall_back": False},
        }
        args["draft"] |= {"replicas": 1}
        graph = home / "graph.yaml"
        graph.write_text(yaml.safe_dump(config), "utf-8")
        with booted(graph, home) as running:
            yield running


@pytest.fixture
def client(cluster: TestCluster) -> Iterator[Client]:
    with Client(cluster.url) as client:
        yield client


def sian(cluster: TestCluster, *words: str) -> Result:
    return CliRunner().invoke(app, [*words, "--home", str(cluster.home)])


def registered(cluster: TestCluster, folder: Path, says: str) -> str:
    """Another prompt for Korean contes; each of its own has its own bytes, and so its version."""
    folder.mkdir()
    served = files("deployments.engines.scriptwriter") / "prompts" / "ko.md"
    text = served.read_text("utf-8").replace("version: 2", "version: 3")
    (folder / "ko.md").write_text(f"{text}\n{says}\n", "utf-8")
    database = Database.open(f"sqlite:///{cluster.home / 'ledger.db'}")
    keys = asyncio.run(publish(Vault.open(str(cluster.home / "vault")), folder))
    measured = Measured(fixed_set="s", ids=("a",), groups=("a",), scores={"value": (0.5,)})
    entry = Entry(
        kind=Kind.CONTE_PROMPT, name="ko/3", language="ko", licence="MIT", use="commercial",
        code="c", files=keys, measured=measured,
    )  # fmt: skip
    return Registry(database).add(entry)


def ordered(client: Client) -> str:
    """Its clips are those of the first one: what is looked at is who writes."""
    brief = a_brief().model_dump(mode="json", exclude_defaults=True)
    return client.create(brief, seed=1).id


def prompt_of(client: Client, production: str) -> str:
    """The version of the prompt that wrote a production, when it is filmed."""
    ended = client.wait(production)
    assert ended.state is State.DONE, ended.failure
    return client.conte(production, 1).provenance.prompt_version or ""


def test_a_prompt_is_promoted_and_rolled_back_without_losing_a_production(
    cluster: TestCluster, client: Client, tmp_path: Path
) -> None:
    before = prompt_of(client, ordered(client))
    assert before.startswith("ko/2-")
    entry = registered(cluster, tmp_path / "p", "한 번 더 읽어 봅니다.")
    pids = cluster.replicas("ConteWriter")

    orders: list[str] = []
    stop = Event()

    def keep_ordering() -> None:
        with Client(cluster.url) as mine:
            while not stop.wait(0.3):
                orders.append(ordered(mine))

    thread = Thread(target=keep_ordering)
    thread.start()
    try:
        done = sian(cluster, "promote", entry, "--first")
        assert done.exit_code == 0, done.output
        eventually(lambda: prompt_of(client, ordered(client)) != before, 60)
        done = sian(cluster, "rollback", "conte_prompt/ko")
        assert done.exit_code == 0, done.output
        eventually(lambda: prompt_of(client, ordered(client)) == before, 60)
    finally:
        stop.set()
        thread.join()
    written_by = [prompt_of(client, one) for one in orders]
    assert {one.split("-")[0] for one in written_by} == {"ko/2", "ko/3"}
    assert cluster.replicas("ConteWriter") == pids, "nobody was restarted"


def test_a_share_of_productions_is_written_by_the_new_prompt(
    cluster: TestCluster, client: Client, tmp_path: Path
) -> None:
    entry = registered(cluster, tmp_path / "p", "두 번 더 읽어 봅니다.")
    done = sian(cluster, "promote", entry, "--first", "--share", "0.5")
    assert "50%" in done.output, done.output
    assert "50%" in sian(cluster, "models").output
    database = Database.open(f"sqlite:///{cluster.home / 'ledger.db'}")
    serving = Registry(database).serving()["conte_prompt/ko"]

    def told() -> bool:
        found = ordered(client)
        return serving.of(found) == entry and prompt_of(client, found).startswith("ko/3")

    eventually(told, 60)
    for _ in range(8):
        production = ordered(client)
        wanted = "ko/3" if serving.of(production) == entry else "ko/2"
        assert prompt_of(client, production).startswith(wanted)


def test_what_cannot_be_promoted_is_told_and_changes_nothing(
    cluster: TestCluster, tmp_path: Path
) -> None:
    was = sian(cluster, "models").output
    entry = registered(cluster, tmp_path / "p", "세 번 더 읽어 봅니다.")
    refused = sian(cluster, "promote", entry)
    assert refused.exit_code == 4
    assert "not promoted" in refused.output
    told = json.loads(sian(cluster, "models", entry).output)
    assert (told["name"], told["measured"]["items"]) == ("ko/3", 1)
    assert sian(cluster, "models", "nobody").exit_code == 2
    assert sian(cluster, "promote", "nobody").exit_code == 2
    assert sian(cluster, "rollback", "nothing").exit_code == 2
    assert set(was.splitlines()) <= set(sian(cluster, "models").output.splitlines())
