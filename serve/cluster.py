"""Boots a Ray cluster with the graph of a YAML file, and stops what it booted. Knows no deployment.

`up` starts a process of its own (this module, run as a script) that holds the cluster until it is
told to stop; its pid and address lie in `home`/cluster.json, Ray's chatter in `home`/logs.
"""

import argparse
import json
import logging
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from serve.apart import any_agent_port, own_folder, tell_jobs
from serve.settings import Settings
from serve.telemetry import log

HOST = "127.0.0.1"
FILMS_LEDGER = "SIAN_FILMS_LEDGER"
"""Where a job finds the ledger of the films that are made on its cluster."""
BOOT_TIMEOUT_S = 1800  # real models load for minutes; one that cannot be loaded says so at once
STOP_TIMEOUT_S = 30
DISK_WANTED = 1 << 30
MEMORY_WANTED = 3 << 29  # 1.5 GiB: eight small processes
OBJECT_STORE = 100 << 20  # keys travel, not frames; Ray's own default is 30 % of the memory
CLIP_FRAMES = 200 << 20
"""A model's clip on its way to an encoder: 81 frames of 1280x720 are 213 MiB, of 832x480 93 MiB."""


class BootError(Exception):
    """The cluster could not be started; the message is one sentence with what to do."""


@dataclass(frozen=True)
class Running:
    pid: int
    url: str
    graph: str
    jobs_url: str = ""
    """Where `ray job submit` finds it; empty: it takes no jobs."""

    @property
    def alive(self) -> bool:
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        # A process that has ended but was not waited for still has its pid.
        with suppress(OSError):
            return Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        return True


def find(home: Path) -> Running | None:
    """What is running for this home, if anything."""
    try:
        running = Running(**json.loads((home / "cluster.json").read_text()))
    except (OSError, ValueError, TypeError):
        return None
    return running if running.alive else None


def up(
    graph: Path,
    home: Path,
    port: int,
    on_wait: Callable[[str], None] = lambda _: None,
    jobs_port: int = 0,
) -> Running:
    """Boot the graph and wait until it takes briefs, and jobs where they are given a port.

    Raises:
        BootError: with what is wrong and what to do.
    """
    home = home.absolute()
    if running := find(home):
        return running
    for wanted in (port, jobs_port):
        if wanted:
            _check_machine(home, wanted)
    logs = home / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    error_file = home / "boot-error.txt"
    error_file.unlink(missing_ok=True)
    (home / "serving").unlink(missing_ok=True)
    command = [sys.executable, "-m", "serve.cluster", str(graph.absolute())]
    command += ["--home", str(home), "--port", str(port), "--jobs-port", str(jobs_port)]
    with (logs / "cluster.log").open("ab") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env=os.environ | {"SIAN_HOME": str(home)},
        )
    jobs_url = f"http://{HOST}:{jobs_port}" if jobs_port else ""
    running = Running(process.pid, f"http://{HOST}:{port}", str(graph), jobs_url)
    (home / "cluster.json").write_text(json.dumps(asdict(running)))
    try:
        _wait_ready(running, process, error_file, on_wait)
    except BaseException:
        down(home)
        raise
    return running


def down(home: Path) -> bool:
    """Stop what `up` started for this home; True if something was running."""
    running = find(home)
    if running is None:
        (home / "cluster.json").unlink(missing_ok=True)
        return False
    os.kill(running.pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_TIMEOUT_S
    while running.alive and time.monotonic() < deadline:
        with suppress(ChildProcessError):
            os.waitpid(running.pid, os.WNOHANG)
        time.sleep(0.05)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(running.pid, signal.SIGKILL)
    (home / "cluster.json").unlink(missing_ok=True)
    return True


@contextmanager
def running(
    graph: Path,
    home: Path,
    port: int,
    on_wait: Callable[[str], None] = lambda _: None,
    jobs_port: int = 0,
) -> Generator[Running]:
    """A cluster: the one that runs for this home, or one booted for the occasion."""
    before = find(home)
    cluster = before or up(graph, home, port, on_wait, jobs_port)
    try:
        yield cluster
    finally:
        if before is None:
            down(home)


def _check_machine(home: Path, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise BootError(
                f"port {port} is in use; stop what uses it, or choose another with --port"
            ) from error
    try:
        home.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(home).free
    except OSError as error:
        raise BootError(
            f"{home} cannot be written ({error.strerror}); choose another with --home"
        ) from error
    if free < DISK_WANTED:
        raise BootError(
            f"the disk under {home} has {free >> 20} MiB left; at least {DISK_WANTED >> 20} MiB"
            " are wanted: free some, or choose another with --home"
        )
    memory = available_memory()
    if memory is not None and memory < MEMORY_WANTED:
        raise BootError(
            f"{memory >> 20} MiB of memory are available; close something, at least"
            f" {MEMORY_WANTED >> 20} MiB are wanted"
        )


def available_memory() -> int | None:
    with suppress(OSError, ValueError):
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) << 10
    return None


def _wait_ready(
    running: Running,
    process: subprocess.Popen[bytes],
    error_file: Path,
    on_wait: Callable[[str], None],
) -> None:
    deadline = time.monotonic() + BOOT_TIMEOUT_S
    while time.monotonic() < deadline:
        if error_file.exists():
            raise BootError(error_file.read_text().strip())
        if process.poll() is not None:
            raise BootError(
                f"the cluster ended while it started; see {error_file.parent}/logs/cluster.log"
            )
        # `serving` says that every replica is loaded and warm, not the front door alone.
        if (error_file.parent / "serving").exists() and _answers(f"{running.url}/readyz"):
            return
        on_wait("starting the cluster")
        time.sleep(0.1)
    raise BootError(
        f"the cluster was not ready after {BOOT_TIMEOUT_S} s; see {error_file.parent}/logs"
    )


def _answers(url: str) -> bool:
    # HTTPError (503 while the director wakes up) is an OSError too.
    with suppress(OSError), urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310
        return answer.status == 200
    return False


def hold(graph: Path, home: Path, port: int, jobs_port: int = 0) -> None:
    """Run the cluster in this process until SIGTERM or SIGINT."""
    os.environ |= ray_environment(home)
    os.environ.setdefault("RAY_SERVE_LOG_TO_STDERR", "0")
    # Our code is asynchronous and its work has threads of its own: a loop each for the router and
    # the user's code only hands every call over twice.
    os.environ.setdefault("RAY_SERVE_RUN_USER_CODE_IN_SEPARATE_THREAD", "0")
    os.environ.setdefault("RAY_SERVE_RUN_ROUTER_IN_SEPARATE_LOOP", "0")
    # Calls between replicas carry keys, not frames: over gRPC they cost two thirds of the CPU.
    os.environ.setdefault("RAY_SERVE_USE_GRPC_BY_DEFAULT", "1")
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    # Ray's own hook for language models would take the place of ours, which binds to loopback.
    os.environ.setdefault("RAYLLM_ENABLE_WORKER_PROCESS_SETUP_HOOK", "0")
    import ray
    from ray.serve.schema import ServeDeploySchema

    config: dict[str, Any] = yaml.safe_load(graph.read_text())
    config.setdefault("http_options", {})["port"] = port
    ServeDeploySchema.model_validate(config)
    films = films_settings(config)
    if films is not None:
        os.environ[FILMS_LEDGER] = films.ledger_url
    any_agent_port()
    with own_folder() as folder:
        ray.init(
            address="local",  # else it joins, or looks in vain for, what ran on this machine last
            namespace="serve",
            include_dashboard=bool(jobs_port),
            dashboard_host=HOST,
            dashboard_port=jobs_port or None,
            log_to_driver=False,
            logging_level=logging.WARNING,
            object_store_memory=object_store(config),
            _node_ip_address=HOST,
            _temp_dir=str(folder),
            runtime_env={"worker_process_setup_hook": "serve.loopback.bind_to_loopback"},
        )
        tell_jobs(folder, ray.get_runtime_context().gcs_address)
        _serve_until_told(config, home, films)
        ray.shutdown()


def _serve_until_told(config: dict[str, Any], home: Path, films: Settings | None) -> None:
    from ray import serve
    from ray.serve._private.api import serve_start
    from ray.serve.config import ProxyLocation
    from ray.serve.schema import ServeDeploySchema

    from serve.opened import open_registry, open_vault
    from serve.registry.keeper import Keeper

    schema, stop = ServeDeploySchema.model_validate(config), threading.Event()
    # After Ray has put its own handlers there, which would end this process at once.
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    client = serve_start(
        http_options=schema.http_options.model_dump(),
        proxy_location=ProxyLocation(schema.proxy_location),
        grpc_options=None,
        controller_options=schema.controller_options,
    )

    def deploy(wanted: Mapping[str, Any]) -> None:
        client.deploy_apps(ServeDeploySchema.model_validate(wanted), _blocking=False)

    watch = _Watch(home)
    if films is None:  # another graph: nothing is promoted to it
        deploy(config)
        look = watch.look
    else:
        registry, vault = open_registry(films), open_vault(films)
        keeper = Keeper(config, registry, vault, films.home.absolute() / "registry", deploy)

        def look() -> None:
            keeper.look()
            watch.look()

    look()
    while not stop.wait(0.2):
        try:
            look()
        except Exception as error:
            # What serves goes on; the next look tries again.
            log("cluster.look_failed", level=logging.ERROR, reason=repr(error))
    serve.shutdown()


def object_store(config: dict[str, Any]) -> int:
    """Bytes of shared memory for what travels between replicas.

    Frames do where clips have encoders: two clips a renderer (one being encoded, one that waits).
    What does not fit is spilled to disk, so this decides the speed and not the outcome.
    """
    clips = 0
    for application in config.get("applications", []):
        with suppress(ValidationError):  # another graph's arguments, or told when they are used
            settings = Settings.model_validate(application.get("args", {}))
            for clip in (settings.draft, settings.final):
                clips += 2 * clip.replicas if clip.enabled and clip.encoders else 0
    memory = available_memory()
    wanted = OBJECT_STORE + clips * CLIP_FRAMES
    return wanted if memory is None else max(OBJECT_STORE, min(wanted, memory // 3))


def films_settings(config: dict[str, Any]) -> Settings | None:
    """Of the graph that films; None if none of its applications does."""
    for application in config.get("applications", []):
        try:
            return Settings.model_validate(application.get("args", {}))
        except ValidationError:
            continue  # another kind of application; or it says so itself when it is built
    return None


def settings_at(home: Path, graph: Path | None) -> Settings:
    """Of the films that are made there: the given graph's, the running cluster's, or the defaults.

    Raises:
        OSError: if the graph cannot be read.
    """
    running = find(home)
    path = graph or (Path(running.graph) if running else None)
    found: Settings | None = None
    if path is not None:
        config: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
        found = films_settings(config)
    return (found or Settings()).model_copy(update={"home": home.absolute()})


def ray_environment(home: Path) -> dict[str, str]:
    """What Ray reads when it is imported, in the cluster's process and in whoever talks to it."""
    return {
        "RAY_USAGE_STATS_ENABLED": "0",
        # Else it remembers every task for its dashboard: memory that grows with a job's videos.
        "RAY_task_events_report_interval_ms": "0",
        # Else Ray turns 127.0.0.1 into an address that others can reach, on Linux too.
        "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN_PATH": str(_token(home)),
    }


def _token(home: Path) -> Path:
    """A file with the cluster's secret that its owner alone can read (Ray's own is 0644)."""
    path = home / "ray-token"
    if not path.exists():
        with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
    return path


class _Watch:
    """Says why an application could not start, where whoever waits for it can read it."""

    def __init__(self, home: Path) -> None:
        self._home, self._settled = home, False

    def look(self) -> None:
        if self._settled:
            return
        from ray import serve

        for status in serve.status().applications.values():
            if status.status == "DEPLOY_FAILED":
                told = [deployment.message for deployment in status.deployments.values()]
                (self._home / "boot-error.txt").write_text(
                    f"the graph could not start: {cause([*told, status.message])}"
                )
                self._settled = True
            elif status.status == "RUNNING":
                (self._home / "serving").touch()
                self._settled = True


def cause(messages: list[str]) -> str:
    """The one line of these tracebacks that says what went wrong."""
    lines = [line.strip() for message in messages for line in message.splitlines()]
    named = [line for line in lines if re.match(r"[\w.]*(Error|Exception)\b.*: .", line)]
    said = (named or [line for line in lines if line] or ["unknown"])[-1]
    return said.removeprefix("ValueError: ")[:1000]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("graph", type=Path)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--jobs-port", type=int, default=0)
    arguments = parser.parse_args()
    hold(arguments.graph, arguments.home, arguments.port, arguments.jobs_port)
