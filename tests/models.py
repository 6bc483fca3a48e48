"""A real cluster whose conte model and video model are small ones, made on the spot."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from deployments.engines.tiny import make_tiny
from deployments.engines.tiny_conte import make_tiny_adapter
from tests.cluster import TestCluster, booted

GRAPH = Path(__file__).parent / "models.yaml"


@contextmanager
def served(home: Path) -> Generator[TestCluster]:
    made = make_tiny(home / "tiny", ("wan",))
    make_tiny_adapter(home / "tiny" / "tires", made["conte"])
    with booted(GRAPH, home) as running:
        yield running
