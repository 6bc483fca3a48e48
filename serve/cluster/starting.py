"""Starts the cluster of a home, reports what it found there, and stops it.

`up` starts a separate process (`serve.cluster.holder`) that holds the cluster until it is stopped.
Of two concurrent `up` one starts it and the other waits for the same cluster.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from serve.cluster import address, processes
from serve.cluster.address import Running, deciding, find
from serve.cluster.machine import HOST, BootError, check_port, check_room, make_home
from serve.cluster.readiness import ask
from serve.telemetry import rotated

BOOT_TIMEOUT_S = 1800  # real models take minutes to load; one that cannot be loaded fails at once
UNREADY_TIMEOUT_S = 60  # an ingress replica takes 30 s to restart on a busy machine
STOP_TIMEOUT_S = 30
HOLDER = (sys.executable, "-m", "serve.cluster.holder")
"""The command that `up` runs, with the graph and its options."""
OnWait = Callable[[str], None]


class NotReady(BootError):
    """A live cluster exists but does not become ready."""

    def __init__(self, message: str, running: Running) -> None:
        super().__init__(message)
        self.running = running


@dataclass(frozen=True)
class Started:
    running: Running
    booted: bool
    """False: the cluster was running before."""
    found: str = ""
    """A sentence about the remains of an earlier cluster; empty: there were none."""


def up(
    graph: Path, home: Path, port: int, on_wait: OnWait = lambda _: None, jobs_port: int = 0
) -> Running:
    """Return this home's running cluster, once ready, or boot one.

    Raises:
        BootError: naming the fault and what to do.
    """
    return start(graph, home, port, on_wait, jobs_port).running


def start(
    graph: Path, home: Path, port: int, on_wait: OnWait = lambda _: None, jobs_port: int = 0
) -> Started:
    """Do as `up`; also return whether the cluster was booted, and the remains that were found."""
    home = home.absolute()
    make_home(home)
    while True:
        with deciding(home):
            there = find(home)
            if there is None:
                found = _clear(home)
                running, process = _boot(graph, home, port, jobs_port)
                break
        if _serves(there, home, on_wait):
            return Started(there, booted=False)
        # The found cluster ended during the wait.
    try:
        _wait_ready(running, process, home, on_wait)
    except BaseException:
        end(home, running)
        raise
    return Started(running, booted=True, found=found)


def end(home: Path, only: Running | None = None) -> bool:
    """Stop this home's cluster and all its remains. Returns True if there was something to stop.

    `only`: do nothing if another cluster has replaced this one.
    """
    if not home.is_dir():
        return False
    with deciding(home):
        running = find(home)
        if only is not None and running is not None and running != only:
            return False
        if running is not None:
            _stop(running)
        left = processes.end(home)
        _forget(home)
    return running is not None or left > 0


@contextmanager
def running(
    graph: Path, home: Path, port: int, on_wait: OnWait = lambda _: None, jobs_port: int = 0
) -> Generator[Running]:
    """Yield this home's running cluster, or boot one that ends with the block."""
    started = start(graph, home, port, on_wait, jobs_port)
    try:
        yield started.running
    finally:
        if started.booted:
            end(home.absolute(), started.running)


def _clear(home: Path) -> str:
    """End what remains of a dead holder; return a sentence about it."""
    reason = ended_because(home)
    left = processes.end(home)
    was_there = (home / address.FILE).exists()
    _forget(home)
    if not (was_there or left or reason):
        return ""
    told = f"the cluster that ran here has ended{f': {reason}' if reason else ''}"
    return told + (f"; processes that it left, ended now: {left}" if left else "")


def ended_because(home: Path) -> str:
    """Return the holder's log line on why its cluster ended; empty: there is none."""
    with suppress(OSError):
        return (home / "cluster-ended.txt").read_text().strip()
    return ""


def _forget(home: Path) -> None:
    with suppress(OSError, ValueError):
        folder = Path((home / "ray-folder").read_text().strip())
        # Ray's sockets and logs of a holder that died before it could remove them.
        if folder.name.startswith("sian-ray-"):
            shutil.rmtree(folder, ignore_errors=True)
    for name in ("ray-folder", "serving", "cluster-ended.txt"):
        (home / name).unlink(missing_ok=True)
    address.forget(home)


def _boot(
    graph: Path, home: Path, port: int, jobs_port: int
) -> tuple[Running, subprocess.Popen[bytes]]:
    for wanted in (port, jobs_port):
        if wanted:
            check_port(wanted)
    check_room(home)
    logs = home / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    (home / "boot-error.txt").unlink(missing_ok=True)
    command = [*HOLDER, str(graph.absolute())]
    command += ["--home", str(home), "--port", str(port), "--jobs-port", str(jobs_port)]
    rotated(logs / "cluster.log")
    with (logs / "cluster.log").open("ab") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env=os.environ | {"SIAN_HOME": str(home)} | processes.mark(home),
        )
    running = Running(
        process.pid,
        f"http://{HOST}:{port}",
        str(graph),
        f"http://{HOST}:{jobs_port}" if jobs_port else "",
        processes.began(process.pid) or 0,
    )
    address.write(home, running)
    return running, process


def _wait_ready(
    running: Running, process: subprocess.Popen[bytes], home: Path, on_wait: OnWait
) -> None:
    deadline = time.monotonic() + BOOT_TIMEOUT_S
    while time.monotonic() < deadline:
        _raise_boot_error(home)
        if process.poll() is not None:
            _raise_boot_error(home)
            reason = ended_because(home) or f"see {home}/logs/cluster.log"
            raise BootError(f"the cluster ended while it started; {reason}")
        if _started(home) and ask(running.url).ready:
            return
        on_wait("starting the cluster")
        time.sleep(0.1)
    raise BootError(f"the cluster was not ready after {BOOT_TIMEOUT_S} s; see {home}/logs")


def _serves(there: Running, home: Path, on_wait: OnWait) -> bool:
    """Wait for a found cluster. True: it is ready; False: it has ended.

    Raises:
        NotReady: if neither happens in time.
    """
    began = time.monotonic()
    while there.alive:
        _raise_boot_error(home)
        starting = not _started(home)
        answer = ask(there.url)
        if answer.ready and not starting:
            return True
        if time.monotonic() - began > (BOOT_TIMEOUT_S if starting else UNREADY_TIMEOUT_S):
            raise NotReady(
                f"a cluster is here (process {there.pid}, {there.url}) and is not ready:"
                f" {answer.reason or 'it is still starting'}; see {home}/logs, or start anew:"
                " sian down, then sian up",
                there,
            )
        if starting:
            on_wait(f"waiting for the cluster that process {there.pid} starts here")
        else:
            on_wait(f"the cluster here (process {there.pid}) is not ready: {answer.reason}")
        time.sleep(0.2)
    return False


def _started(home: Path) -> bool:
    """Return whether every replica is loaded and warm, not just the ingress."""
    return (home / "serving").exists()


def _raise_boot_error(home: Path) -> None:
    with suppress(FileNotFoundError):
        raise BootError((home / "boot-error.txt").read_text().strip())


def _stop(running: Running) -> None:
    with suppress(ProcessLookupError):
        os.kill(running.pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_TIMEOUT_S
    while running.alive and time.monotonic() < deadline:
        with suppress(ChildProcessError):
            os.waitpid(running.pid, os.WNOHANG)
        time.sleep(0.05)
    # Kill the whole session: the only means where /proc does not show the marks.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(running.pid, signal.SIGKILL)
