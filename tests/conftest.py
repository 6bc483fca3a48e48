"""Fixtures that several test files share. What starts a server is started once a session."""

import gc
import sys
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from serve.ledger.ledger import Ledger
from tests import databases, object_stores
from tests.cluster import TestCluster, another_cluster_s_agent, booted
from tests.job_cluster import job_cluster
from tests.models import served
from tests.phases import PHASES, TORCH, place_of
from tests.phases import __file__ as phases_file

# How fast the machine is decides no test.
hypothesis.settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("any machine")


# Importing torch, Ray and vLLM makes a million objects that stay: nothing to look through meanwhile.
gc.disable()


def pytest_collection_finish() -> None:
    gc.enable()


def pytest_unconfigure() -> None:
    gc.unfreeze()  # some libraries say at the end what was not given back


@pytest.fixture(scope="module", autouse=True)
def _what_stays_is_looked_through_once() -> None:
    """A full collection among all that the test files import takes half a second, each time."""
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first.

    Raises:
        pytest.UsageError: for a test that boots a cluster and whose file is in no phase of its own,
            and for light files that import PyTorch.
    """
    phased = {name for names in PHASES.values() for name in names}
    for item in items:
        if item.get_closest_marker("cluster") and item.path.name not in phased:
            raise pytest.UsageError(
                f"{item.nodeid} boots a cluster; name its file in {phases_file}"
            )
    if "torch" in sys.modules and not phased & {item.path.name for item in items}:
        raise pytest.UsageError(
            f"one of these files imports torch when it is collected; name it in {phases_file},"
            f" under {TORCH!r}, or import torch where it is used"
        )
    items.sort(key=lambda item: place_of(item.path))


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
    ledger = databases.opened_ledger(ledger_url)
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


@pytest.fixture(scope="session")
def job_address() -> Iterator[str]:
    """Where jobs can be submitted that need a Ray cluster and no film graph."""
    with job_cluster() as address:
        yield address
