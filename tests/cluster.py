"""A real cluster for tests: boots a graph on a free loopback port, and finds its processes to kill."""

import os
import signal
import socket
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from serve import cluster
from serve.cluster import processes
from tests.last_will import ends_with_us
from tests.ports import free_port


def part_of(home: Path, part: str) -> int:
    """Pid of a part of this home's cluster that is no replica: `raylet` or `gcs_server`."""
    for pid in processes.of(home):
        with suppress(OSError):
            if Path(f"/proc/{pid}/comm").read_text().strip() == part:
                return pid
    raise AssertionError(f"no {part} runs")


def processes_of(home: Path) -> Iterator[Path]:
    """The folders in /proc of the live processes of this home's cluster."""
    wanted = f"SIAN_HOME={home}\0".encode()
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if wanted in (process / "environ").read_bytes():
                yield process


@dataclass(frozen=True)
class TestCluster:
    __test__ = False
    url: str
    home: Path
    running: cluster.Running

    def replicas(self, deployment: str) -> list[int]:
        """Pids of the live replicas of a deployment of this cluster, oldest first.

        A process that a replica has just forked bears its title until it is another program: whose
        parent has the title is none.
        """
        wanted = f"ray::ServeReplica:film:{deployment}"
        parents: dict[int, int] = {}
        for process in self.processes():
            with suppress(OSError):
                title = (process / "cmdline").read_bytes().split(b"\0")[0].decode()
                if title.startswith(wanted):
                    fields = (process / "stat").read_text().rpartition(")")[2].split()
                    parents[int(process.name)] = int(fields[1])
        return sorted(pid for pid, parent in parents.items() if parent not in parents)

    def proxies(self) -> list[int]:
        """Pids of Ray Serve's HTTP proxies."""
        found: list[int] = []
        for process in self.processes():
            with suppress(OSError):
                if (process / "cmdline").read_bytes().startswith(b"ray::ProxyActor"):
                    found.append(int(process.name))
        return sorted(found)

    def engines(self) -> list[int]:
        """Pids of vLLM's engine processes, which are children of the model's replicas."""
        found: list[int] = []
        for process in self.processes():
            with suppress(OSError):
                if b"VLLM::EngineCore" in (process / "cmdline").read_bytes():
                    found.append(int(process.name))
        return sorted(found)

    def listening(self) -> list[tuple[str, int]]:
        """Address, in the kernel's hexadecimal, and port of every TCP socket it listens on."""
        sockets: set[str] = set()
        for process in self.processes():
            for descriptor in (process / "fd").glob("*"):
                with suppress(OSError):
                    sockets.add(os.readlink(descriptor))
        found: list[tuple[str, int]] = []
        for table in ("tcp", "tcp6"):
            for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
                local, state, inode = (line.split()[i] for i in (1, 3, 9))
                if state == "0A" and f"socket:[{inode}]" in sockets:
                    address, _, port = local.partition(":")
                    found.append((address, int(port, 16)))
        return found

    def processes(self) -> Iterator[Path]:
        """The folders in /proc of this cluster's live processes."""
        return processes_of(self.home)

    def kill(self, deployment: str) -> int:
        """SIGKILL one replica."""
        pid = self.replicas(deployment)[0]
        os.kill(pid, signal.SIGKILL)
        return pid


@contextmanager
def another_cluster_s_agent() -> Generator[None]:
    """Holds the port that Ray's agent for jobs would have on every machine."""
    with socket.socket() as held:
        with suppress(OSError):  # there is one
            held.bind(("127.0.0.1", 52365))
            held.listen()
        yield


@contextmanager
def booted(graph: Path, home: Path, jobs: bool = False) -> Generator[TestCluster]:
    ends_with_us(home)
    running = cluster.up(graph, home, free_port(), jobs_port=free_port() if jobs else 0)
    try:
        yield TestCluster(running.url, home.absolute(), running)
    finally:
        cluster.down(home)
