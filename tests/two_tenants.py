"""A real cluster with API keys for two tenants, whose ledger and vault lie on a small disk."""

import subprocess
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import yaml

from serve.client import Client
from serve.ingress.views import ProductionView
from serve.keys import key_digest, new_key
from tests.attack_bodies import ORDER
from tests.cluster import TestCluster, booted

DISK_MIB = 256


@dataclass(frozen=True)
class Tenant:
    key: str
    url: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}

    def client(self) -> Client:
        """Patient: a front door that was killed is there again after a while."""
        return Client(self.url, self.key, timeout_s=300, attempts=60)

    def ask(self, method: str, path: str, **request: Any) -> httpx.Response:
        headers = self.headers | request.pop("headers", {})
        return httpx.request(method, self.url + path, headers=headers, timeout=300, **request)

    def order(self, tone: str = "", seed: int | None = None) -> ProductionView:
        with self.client() as client:
            return client.create(ORDER["brief"] | {"tone": tone}, seed=seed)

    def story(self, production: str) -> Counter[str]:
        """How often each event is in it, when it has ended. Their numbers have no gap, and the
        last one alone ends it."""
        with self.client() as client:
            events = list(client.events(production))
        assert [event.id for event in events] == list(range(1, len(events) + 1))
        assert [event.ends for event in events] == [False] * (len(events) - 1) + [True]
        return Counter(str(event.event) for event in events)


@dataclass(frozen=True)
class Besieged:
    cluster: TestCluster
    a: Tenant
    b: Tenant
    disk: Path
    """Ledger and vault lie here."""

    @property
    def url(self) -> str:
        return self.cluster.url

    def works(self) -> None:
        """A good order of either tenant becomes a film."""
        for tenant in (self.a, self.b):
            assert tenant.story(tenant.order().id)["production.done"] == 1


@contextmanager
def small_disk(folder: Path) -> Generator[Path]:
    """A file system of its own or, where none may be mounted, a plain folder."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MIB}m", "tmpfs", str(folder)]
    with suppress(OSError):
        subprocess.run(command, capture_output=True, check=False)
    try:
        yield folder
    finally:
        if folder.is_mount():
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def two_tenants(home: Path, disk: Path) -> Generator[Besieged]:
    config = yaml.safe_load((Path(__file__).parent / "cluster.yaml").read_text())
    keys = new_key(), new_key()
    args = config["applications"][0]["args"]
    args["ingress"]["api_keys"] = {key_digest(k): t for k, t in zip(keys, "ab", strict=True)}
    args["ledger"] = {"url": f"sqlite:///{disk}/ledger.db"}
    args["vault"] = {"url": str(disk / "vault")}
    # Over one production more renderers may die than where nobody kills them in turn.
    args["director"]["max_attempts"] = 20
    args["conte"] = {"engine": "tests.trouble:Writer"}
    args["draft"] |= {"engine": "tests.trouble:Renderer", "short_side": 128}
    graph = home / "attacks.yaml"
    graph.write_text(yaml.safe_dump(config))
    with booted(graph, home) as running:
        a, b = (Tenant(key, running.url) for key in keys)
        yield Besieged(running, a, b, disk)
