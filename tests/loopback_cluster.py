"""A cluster of several nodes on one machine: the head, servers of a fake platform, and the owner.

Each node has an address of its own in 127/8, a folder of its own, and Ray's processes as they are
started on a server. SIGKILL to all of a node's processes is its machine's death.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Generator, Mapping
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import httpx
import yaml

from serve.cluster import processes
from serve.ncp import node
from serve.ncp.head import make_token, ray_start_head
from tests import fake_ncp
from tests.fake_ncp import KEYS, FakeNcp, FakeServer
from tests.last_will import ends_with_us
from tests.loopback import answering
from tests.ncp_cluster import ROOT, cluster_config, head_environment
from tests.ports import free_port

HEAD_TAGS = {"sian": 1, "cluster": "sian", "kind": "head", "type": "head"}
_STORE = 256 << 20
_LOOKS_EVERY_S = 0.2
ROUND_S = 2
"""Seconds between two rounds of the autoscaler; 5 on the platform."""


class LoopbackCluster:
    """What is on the machine: one platform, one head, its servers, and the owner's process."""

    def __init__(
        self, folder: Path, graph: Mapping[str, Any], environment: Mapping[str, str]
    ) -> None:
        self.folder = folder
        self.ncp = FakeNcp(
            time.monotonic, boot_s=2, stop_s=1, on_boot=self._joins, on_stop=self._ends
        )
        self.head = self.ncp.add("sian-head", HEAD_TAGS)
        self.http_port, self.gcs_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.http_port}"
        self.graph = folder / "graph.yaml"
        self.write_graph(graph)
        self._given = dict(environment)
        self._addresses: dict[str, str] = {}
        self._lives: dict[str, object] = {}
        """Server -> its life, which ends with its machine's death and not with its processes'."""
        self._starts = threading.Lock()
        self._metadata = ""
        self.owner: subprocess.Popen[bytes] | None = None

    @contextmanager
    def running(self) -> Generator["LoopbackCluster"]:
        with ExitStack() as stack:
            stack.callback(self.end_all)
            platform = stack.enter_context(fake_ncp.served(self.ncp))
            self._metadata = stack.enter_context(answering(_metadata_of(self.ncp)))
            config = cluster_config()
            config["provider"] |= {"base": platform, "head_address": f"127.0.0.2:{self.gcs_port}"}
            config["idle_timeout_minutes"] = 0.1
            for larger in ("gpu2", "gpu8"):  # one of these would do for two renderers
                del config["available_node_types"][larger]
            (self.folder / "cluster.yaml").write_text(yaml.safe_dump(config), "utf-8")
            self._config = config
            self.start_head()
            self.start_owner()
            yield self

    # The machines.

    def start_head(self) -> None:
        environment = self._environment(self.head.id)
        make_token(Path(environment["RAY_AUTH_TOKEN_PATH"]))
        command = ray_start_head(self._config, self.folder / "cluster.yaml")
        command[-1] = f"--dashboard-port={free_port()}"
        command.append(f"--ray-client-server-port={free_port()}")
        threading.Thread(
            target=self._keep, args=(self.head.id, command, environment), daemon=True
        ).start()

    def _joins(self, server: FakeServer) -> None:
        if server.joins:
            threading.Thread(target=self._start_node, args=(server.id,), daemon=True).start()

    def _start_node(self, server: str) -> None:
        with httpx.Client(timeout=10, trust_env=False) as http:
            itself = node.itself(http, f"{self._metadata}/{server}")
        given = self._environment(server)
        environment = node.environment(itself, given, Path(given["RAY_AUTH_TOKEN_PATH"]))
        address = f"127.0.0.{11 + len(self._addresses)}"
        self._addresses[server] = address
        command = [*node.ray_start(itself), f"--node-ip-address={address}"]
        self._keep(server, command, environment)

    def _keep(self, server: str, command: list[str], environment: dict[str, str]) -> None:
        """Start it again whenever it ends, as its unit says: Restart=always. On a busy machine Ray
        gives up after 30 s of waiting for itself.
        """
        life = self._lives[server] = object()
        while self._lives.get(server) is life:
            folder = self.folder / f"n{server}"
            # A machine that has died boots with an empty /tmp. With this file Ray takes the other
            # machines' processes, which name the head's address, for a head that runs here.
            (folder / "ray_current_cluster").unlink(missing_ok=True)
            # Two at one moment collide on the names of sockets.
            with self._starts:
                started = self._start(server, command, environment)
            started.wait()
            if self._lives.get(server) is life:
                processes.end(folder)

    def _start(
        self, server: str, command: list[str], environment: dict[str, str]
    ) -> subprocess.Popen[bytes]:
        folder = self.folder / f"n{server}"
        folder.mkdir(exist_ok=True)
        ends_with_us(folder)
        command = [
            *(*command, f"--temp-dir={folder}", f"--object-store-memory={_STORE}"),
            *("--include-log-monitor=false", "--dashboard-agent-listen-port=0"),
        ]
        with (folder / "start.log").open("ab") as log:
            return subprocess.Popen(
                command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                cwd=ROOT, start_new_session=True,
            )  # fmt: skip

    def _ends(self, server: FakeServer) -> None:
        self.kill(server.id)

    def kill(self, server: str) -> int:
        """The death of a machine: how many processes it had."""
        self._lives.pop(server, None)
        return processes.end(self.folder / f"n{server}")

    def _environment(self, server: str) -> dict[str, str]:
        prefixes = ("RAY_", "SIAN_")
        given = {name: value for name, value in os.environ.items() if not name.startswith(prefixes)}
        return {
            **given,
            **head_environment(),
            **self._given,
            **processes.mark(self.folder / f"n{server}"),
            "SIAN_HOME": str(self.folder),
            "SIAN_NCP_ACCESS_KEY": KEYS.access,
            "SIAN_NCP_SECRET_KEY": KEYS.secret,
            "SIAN_NCP_METRICS_PORT": "",
            "RAY_CLOUD_INSTANCE_ID": server,
            "RAY_AUTH_TOKEN_PATH": str(self.folder / "ray-token"),
            "RAY_gcs_storage_path": str(self.folder / "gcs"),
            "RAY_TMPDIR": str(self.folder / f"n{self.head.id}"),
            "AUTOSCALER_UPDATE_INTERVAL_S": str(ROUND_S),
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
            "OMP_NUM_THREADS": "1",
        }

    # The owner, `sian cluster start`.

    def write_graph(self, graph: Mapping[str, Any]) -> None:
        http_options = {"host": "127.0.0.1", "port": self.http_port, "request_timeout_s": 3600}
        text = yaml.safe_dump({**graph, "http_options": http_options})
        self.graph.write_text(text, "utf-8")

    def start_owner(self) -> None:
        """It leaves the graph when it ends."""
        # Until the head has started, "auto" may find another cluster of this machine.
        where = ("--address", f"127.0.0.2:{self.gcs_port}", "--home", str(self.folder / "owner"))
        what = ("--graph", str(self.graph), "--at-end", "leave")
        self.owner = self._on_head("-m", "serve", "cluster", "start", *where, *what)

    def deploy(self, graph: Path) -> int:
        """`serve run` of somebody else; its exit code."""
        serve = ("-m", "ray.serve.scripts", "run", "--address=auto", "--non-blocking")
        return self._on_head(*serve, str(graph)).wait()

    def _on_head(self, *words: str) -> subprocess.Popen[bytes]:
        """A Python command on the head, its output in `owner.log`."""
        environment = self._environment(self.head.id) | processes.mark(self.folder / "owner")
        (self.folder / "owner").mkdir(exist_ok=True)
        ends_with_us(self.folder / "owner")
        with (self.folder / "owner.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, *words], env=environment, cwd=ROOT,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip

    @property
    def owner_log(self) -> str:
        return (self.folder / "owner.log").read_text("utf-8")

    # Looking at it.

    def servers(self) -> Counter[str]:
        """Type -> servers that cost money and that nobody is ending."""
        return Counter(
            str(one.tags["type"])
            for one in self.ncp.alive()
            if one.operation == "NULL" and one.status != "NSTOP"
        )

    def pids_of(self, server: str) -> list[int]:
        return processes.of(self.folder / f"n{server}")

    def until(self, done: Callable[[], Any], what: str, limit_s: float = 600) -> None:
        deadline = time.monotonic() + limit_s
        while not done():
            if self.owner is not None and self.owner.poll() is not None:
                self.start_owner()  # as its unit says: Restart=always
            assert time.monotonic() < deadline, f"not within {limit_s:g} s: {what}"
            time.sleep(_LOOKS_EVERY_S)

    def ready(self) -> bool:
        try:
            return httpx.get(f"{self.url}/readyz", timeout=10, trust_env=False).status_code == 200
        except httpx.HTTPError:
            return False

    def end_all(self) -> None:
        self._lives.clear()
        for marked in (self.folder / "owner", *self.folder.glob("n[0-9]*")):
            processes.end(marked)


def _metadata_of(ncp: FakeNcp) -> type[BaseHTTPRequestHandler]:
    """What a server reads about itself: `/NUMBER/serverInstanceNo` and `/NUMBER/serverDescription`."""

    class Metadata(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            _, number, name = self.path.split("/")
            server = ncp.servers[number]
            said = {"serverInstanceNo": number, "serverDescription": server.description}[name]
            self.send_response(200)
            self.end_headers()
            self.wfile.write(said.encode())

        def log_message(self, *_: object) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
            pass

    return Metadata


def graph_of(args: Mapping[str, Any]) -> dict[str, Any]:
    film = {
        "name": "film",
        "route_prefix": "/",
        "import_path": "graphs.build:build",
        "args": json.loads(json.dumps(args)),
    }
    return {
        "proxy_location": "HeadOnly",
        "logging_config": {"encoding": "JSON", "log_level": "WARNING"},
        "applications": [film],
    }
