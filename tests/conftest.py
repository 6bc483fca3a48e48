"""Fixtures that several test files share. What starts a server is started once a session."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from serve.ledger.ledger import Ledger
from tests import databases, object_stores
from tests.cluster import TestCluster, another_cluster_s_agent, booted
from tests.models import served


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    with databases.postgresql() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A fresh ledger's URL; the test runs once on each database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/ledger.db"
    return databases.new_schema(request.getfixturevalue("postgresql_url"))


@pytest.fixture
def ledger(ledger_url: str) -> Iterator[Ledger]:
    ledger = Ledger.open(ledger_url)
    yield ledger
    ledger.close()


@pytest.fixture(scope="session")
def moto_url() -> Iterator[str]:
    with object_stores.moto() as url:
        yield url


@pytest.fixture(scope="session")
def rclone_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with object_stores.rclone(tmp_path_factory.mktemp("rclone")) as url:
        yield url


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestCluster]:
    """The film graph on a real Ray cluster, with two of everything that may die."""
    graph = Path(__file__).parent / "cluster.yaml"
    home = tmp_path_factory.mktemp("home")
    with another_cluster_s_agent(), booted(graph, home, jobs=True) as running:
        yield running


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestCluster]:
    """The film graph with vLLM and diffusers in it, on small checkpoints."""
    with served(tmp_path_factory.mktemp("models")) as running:
        yield running
