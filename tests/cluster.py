"""A real cluster for tests: boots a graph on a free loopback port, and finds its processes to kill."""

import os
import signal
import socket
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from serve import cluster


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass(frozen=True)
class TestCluster:
    __test__ = False
    url: str
    home: Path

    def replicas(self, deployment: str) -> list[int]:
        """Pids of the live replicas of a deployment of this cluster, oldest first."""
        wanted = f"ray::ServeReplica:film:{deployment}"
        home = f"SIAN_HOME={self.home}\0".encode()
        found: list[int] = []
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                title = (process / "cmdline").read_bytes().split(b"\0")[0].decode()
                if title.startswith(wanted) and home in (process / "environ").read_bytes():
                    found.append(int(process.name))
        return sorted(found)

    def kill(self, deployment: str) -> int:
        """SIGKILL one replica."""
        pid = self.replicas(deployment)[0]
        os.kill(pid, signal.SIGKILL)
        return pid


@contextmanager
def booted(graph: Path, home: Path) -> Generator[TestCluster]:
    running = cluster.up(graph, home, free_port())
    try:
        yield TestCluster(running.url, home.absolute())
    finally:
        cluster.down(home)
