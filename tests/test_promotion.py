"""What is promoted and rolled back while films are ordered: a real cluster loses none of them."""

import asyncio
import json
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner, Result

from conte.production import State
from serve.cli.commands import app
from serve.client import Client
from serve.database.schema import open_database
from serve.ledger.tables import LEDGER
from serve.registry.entry import Entry, EntryKind, ItemScores
from serve.registry.files import publish
from serve.registry.registry import Registry
from serve.revision import revision_of
from serve.vault import Vault
from tests.cluster import TestCluster, booted
from tests.front_door import eventually
from tests.openai_server import Act, openai_server
from tests.scripted_chat import a_manuscript
from tests.sound_conte import a_brief

pytestmark = pytest.mark.cluster


@contextmanager
def promoting(home: Path, **tiers: Any) -> Generator[TestCluster]:
    """A cluster whose contes are written over HTTP, by whatever prompt serves."""
    config: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("cluster.yaml").read_text())
    text = json.dumps(a_manuscript(), ensure_ascii=False)
    with openai_server(Act(text)) as server:
        # One of each: nothing dies here.
        config["applications"][0]["args"] |= {
            "ingress": {"replicas": 1},
            "director": {"lease_s": 20},
            "draft": {"engine": "animatic", "short_side": 144},
            "conte": {
                "engine": "openai",
                "openai": {"url": server.url, "model": "m", "api_key": "k", "fall_back": False},
            },
            **tiers,
        }
        # Serve replaces a replica that does not answer for half a minute three times, as on a busy
        # machine: a restart here is one of a promotion.
        slow = {"health_check_timeout_s": 3600}
        config["applications"][0]["deployments"] = [{"name": "ConteWriter", **slow}]
        graph = home / "graph.yaml"
        graph.write_text(yaml.safe_dump(config), "utf-8")
        with booted(graph, home) as running:
            yield running


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestCluster]:
    with promoting(tmp_path_factory.mktemp("prompts")) as running:
        yield running


@pytest.fixture(scope="module")
def rendering(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestCluster]:
    """One whose clips a small Wan renders."""
    from tests.tiny_checkpoints import settings

    final = {
        "enabled": True, "engine": "diffusers", "short_side": 144,
        "diffusers": settings("wan", num_inference_steps=1).model_dump(mode="json"),
    }  # fmt: skip
    home = tmp_path_factory.mktemp("adapters")
    with promoting(home, draft={"enabled": False}, final=final) as running:
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
    return added(cluster, folder, kind=EntryKind.CONTE_PROMPT, name="ko/3", language="ko")


def added(cluster: TestCluster, folder: Path, **more: Any) -> str:
    keys = asyncio.run(publish(Vault.open(str(cluster.home / "vault")), folder))
    measured = ItemScores(fixed_set="s", ids=("a",), groups=("a",), scores={"value": (0.5,)})
    about = {"licence": "MIT", "use": "commercial", "code": "c", "measured": measured}
    return registry(cluster).add(Entry(files=keys, **about, **more))


def registry(cluster: TestCluster) -> Registry:
    return Registry(open_database(f"sqlite:///{cluster.home / 'ledger.db'}", LEDGER))


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

    with ordering(cluster) as orders:
        eventually(lambda: len(orders) > 0)
        done = sian(cluster, "promote", entry, "--first")
        assert done.exit_code == 0, done.output
        eventually(lambda: prompt_of(client, orders[-1]).startswith("ko/3-"))
        done = sian(cluster, "rollback", "conte_prompt/ko")
        assert done.exit_code == 0, done.output
        eventually(lambda: prompt_of(client, orders[-1]) == before)
    written_by = [prompt_of(client, one) for one in orders]
    assert {one.split("-")[0] for one in written_by} == {"ko/2", "ko/3"}
    assert cluster.replicas("ConteWriter") == pids, "nobody was restarted"


@contextmanager
def ordering(cluster: TestCluster) -> Generator[list[str]]:
    """The productions that are ordered while it lasts, by a client that asks for more."""
    orders: list[str] = []
    stop = Event()

    def keep_ordering() -> None:
        with Client(cluster.url) as mine:
            while not stop.wait(1):
                orders.append(ordered(mine))

    thread = Thread(target=keep_ordering)
    thread.start()
    try:
        yield orders
    finally:
        stop.set()
        thread.join()


def test_a_share_of_productions_is_written_by_the_new_prompt(
    cluster: TestCluster, client: Client, tmp_path: Path
) -> None:
    entry = registered(cluster, tmp_path / "p", "두 번 더 읽어 봅니다.")
    done = sian(cluster, "promote", entry, "--first", "--share", "0.5")
    assert "50%" in done.output, done.output
    assert "50%" in sian(cluster, "models").output
    serving = registry(cluster).serving()["conte_prompt/ko"]

    def told() -> bool:
        found = ordered(client)
        return serving.of(found) == entry and prompt_of(client, found).startswith("ko/3")

    eventually(told)
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


def adapter_of(client: Client, production: str) -> str:
    """The entry that its clips were rendered with, when it is filmed; all with the same."""
    ended = client.wait(production)
    assert ended.state is State.DONE, ended.failure
    (found,) = {cut.clip.adapter for cut in ended.cuts if cut.clip}
    return (found or "").partition("@")[0]


@pytest.mark.prove
def test_a_share_of_productions_is_rendered_with_an_adapter_of_the_served_checkpoint(
    rendering: TestCluster, tmp_path: Path
) -> None:
    from tests.tiny_checkpoints import checkpoint
    from tests.tiny_lora import lora

    cluster = rendering
    folder, base = lora(tmp_path / "lora"), revision_of(checkpoint("wan"))
    made: dict[str, Any] = {"kind": EntryKind.VIDEO_ADAPTER, "name": "lora@1"}
    refused = sian(cluster, "promote", added(cluster, folder, base="wan@0", **made), "--first")
    assert refused.exit_code == 4
    assert f"learnt on wan@0, and {base} serves" in " ".join(refused.output.split())
    assert "video_adapter" not in registry(cluster).serving()
    entry = added(cluster, folder, base=base, **made)

    with Client(cluster.url) as client:
        with ordering(cluster) as orders:
            done = sian(cluster, "promote", entry, "--first", "--share", "0.5")
            assert "50%" in done.output, done.output
            eventually(lambda: {adapter_of(client, one) for one in orders[:]} == {"", entry})
        assert {adapter_of(client, one) for one in orders} == {"", entry}, "and none was lost"
        serving = registry(cluster).serving()["video_adapter"]
        for _ in range(6):
            production = ordered(client)
            assert adapter_of(client, production) == serving.of(production)
        done = sian(cluster, "rollback", "video_adapter")
        assert done.exit_code == 0, done.output
        mine = [production for _ in range(4) if serving.of(production := ordered(client)) == entry]
        eventually(lambda: adapter_of(client, ordered(client)) == "")
        assert all(client.wait(production).state is State.DONE for production in mine)
