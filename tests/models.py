"""A real cluster of `graphs/tiny.yaml`: its models are small ones, made on the spot."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from deployments.engines.tiny.checkpoints import make_tiny
from deployments.engines.tiny.conte import make_tiny_adapter
from tests.cluster import TestCluster, booted

ASKER = {
    "name": "asker",
    "route_prefix": "/asker",
    "import_path": "tests.bench.asker:build",
}
"""Asks the conte model through its handle, as the bench of tokens does."""
TINY = Path(__file__).parents[1] / "graphs" / "tiny.yaml"


@contextmanager
def served(home: Path) -> Generator[TestCluster]:
    made = make_tiny(home / "tiny", ("wan",))
    make_tiny_adapter(home / "tiny" / "tires", made["conte"])
    graph = home / "models.yaml"
    graph.write_text(yaml.safe_dump(for_tests(yaml.safe_load(TINY.read_text()))))
    with booted(graph, home) as running:
        yield running


def for_tests(config: dict[str, Any]) -> dict[str, Any]:
    """The graph with an adapter, smaller frames, one tier, a vision model that stays loaded, and who asks."""
    args = config["applications"][0]["args"]
    # Nobody kills a director here, and vLLM may hold the machine long.
    args["director"] = {"lease_s": 20}
    args["conte"]["adapters"] = {"tires": {"path": "tiny/tires", "categories": ["타이어"]}}
    args["draft"] = {"enabled": False}
    args["final"]["short_side"] = 144
    args["final"]["diffusers"] |= {"short_side": 64, "num_inference_steps": 6}
    args["vision"]["idle_s"] = 600
    config["applications"].append(ASKER)
    return config
